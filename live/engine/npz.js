// @ts-check
// Images and their labels as an .npz, which is what the server reads as an upload: a zip of arrays, packed by nobody.
// Sources: NumPy's NEP 1, "A simple file format"; PKWARE's APPNOTE 4.3. Pure: numbers to bytes.
import { joined } from "./bytes.js";

const ALIGNED = 64, // where an array's numbers begin
  BEFORE_HEADER = 10, // magic, version and the header's length
  LOCAL = 0x04034b50, // the marks of zip's records
  ENTRY = 0x02014b50,
  END = 0x06054b50,
  VERSION = 20, // of zip, as old as can be
  FIRST_DAY = 0x21, // 1 January 1980, which no zip comes before
  CHARACTER = 4; // bytes in numpy's texts

/**
 * @param {Uint8Array[]} images `[channels, height, width]` each @param {number[]} image channels, height, width
 * @param {string[]} labels one for each image
 * @returns {Uint8Array<ArrayBuffer>} arrays `images`, `[count height width]` or with channels last, and `labels`
 */
export function npzOf(images, image, labels) {
  const [channels, height, width] = image;
  const shape = [images.length, height, width, ...(channels > 1 ? [channels] : [])];
  const pixels = joined(images.map((levels) => channelsLast(levels, channels)));
  const longest = Math.max(1, ...labels.map((label) => [...label].length));
  const texts = joined(labels.map((label) => wideText(label, longest)));
  return zipOf([
    ["images.npy", npyOf("|u1", shape, pixels)],
    ["labels.npy", npyOf(`<U${longest}`, [labels.length], texts)],
  ]);
}

/** @param {string} type @param {number[]} shape @param {Uint8Array} content */
function npyOf(type, shape, content) {
  const sizes = shape.map((size) => `${size},`).join(" ");
  const told = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((BEFORE_HEADER + told.length + 1) / ALIGNED) * ALIGNED - BEFORE_HEADER;
  const magic = [0x93, ...bytesOf("NUMPY"), 1, 0, length & 255, length >> 8];
  return joined([Uint8Array.from(magic), bytesOf(`${told.padEnd(length - 1)}\n`), content]);
}

/** A zip whose files are stored as they are. @param {[string, Uint8Array][]} files */
export function zipOf(files) {
  /** @type {Uint8Array[]} */
  const parts = [];
  /** @type {Uint8Array[]} */
  const directory = [];
  let at = 0;
  for (const [name, content] of files) {
    const size = content.length;
    // flags, method, time and date; checksum and sizes; lengths of the name and of nothing more
    const facts = [...[VERSION, 0, 0, 0, FIRST_DAY].flatMap(two), ...[crc32(content), size, size].flatMap(four)];
    const local = joined([numbers(four(LOCAL), facts, two(name.length), two(0)), bytesOf(name), content]);
    // lengths of more and of a comment, the disk, what kind of file it is, and where it begins
    const rest = [...[name.length, 0, 0, 0, 0].flatMap(two), ...[0, at].flatMap(four)];
    directory.push(numbers(four(ENTRY), two(VERSION), facts, rest), bytesOf(name));
    parts.push(local);
    at += local.length;
  }
  const listed = joined(directory);
  const counts = [0, 0, files.length, files.length].flatMap(two);
  return joined([...parts, listed, numbers(four(END), counts, four(listed.length), four(at), two(0))]);
}

/** @param {...number[]} parts */
function numbers(...parts) {
  return Uint8Array.from(parts.flat());
}

/** A number in two bytes, the low one first. @param {number} value */
function two(value) {
  return [value & 255, (value >>> 8) & 255];
}

/** A number in four bytes. @param {number} value */
function four(value) {
  return [...two(value), ...two(value >>> 16)];
}

/** @param {Uint8Array} bytes */
export function crc32(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

/** @param {Uint8Array} levels @param {number} channels */
function channelsLast(levels, channels) {
  const plane = levels.length / channels;
  return channels === 1
    ? levels
    : Uint8Array.from(levels, (_, i) => levels[(i % channels) * plane + Math.floor(i / channels)]);
}

/** A text of so many characters in UTF-32, little-endian. @param {string} text @param {number} length */
function wideText(text, length) {
  const view = new DataView(new ArrayBuffer(CHARACTER * length));
  for (const [i, character] of [...text].entries()) view.setUint32(CHARACTER * i, character.codePointAt(0) ?? 0, true);
  return new Uint8Array(view.buffer);
}

/** @param {string} text of ASCII */
function bytesOf(text) {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
