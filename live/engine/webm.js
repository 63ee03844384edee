// @ts-check
// A WebM file of encoded frames, one after the other: elements of EBML, each an id, a size and its content. Source: RFC 8794
// (EBML), RFC 9559 (Matroska), webmproject.org/docs/container. Pure bytes; encodes nothing.
import { joined } from "./bytes.js";

const MOST_CLUSTER = 32_000; // milliseconds: a block's time within its cluster has 16 bits

/**
 * @typedef {{data: Uint8Array, at: number, key: boolean}} Block an encoded frame; `at`: milliseconds
 * @typedef {{codec: "V_VP8" | "V_VP9", width: number, height: number, milliseconds: number}} Track
 */

/** @param {Block[]} blocks in their order, the first one a key frame @param {Track} track @returns {Uint8Array<ArrayBuffer>} */
export function webmOf(blocks, { codec, width, height, milliseconds }) {
  const header = element(
    0x1a45dfa3,
    whole(0x4286, 1), // version of EBML, and of who may read it
    whole(0x42f7, 1),
    whole(0x42f2, 4), // most bytes of an id, of a size
    whole(0x42f3, 8),
    text(0x4282, "webm"),
    whole(0x4287, 4),
    whole(0x4285, 2),
  );
  const info = element(
    0x1549a966,
    whole(0x2ad7b1, 1_000_000), // nanoseconds of a unit of time
    double(0x4489, milliseconds),
    text(0x4d80, "Latent Playground"),
    text(0x5741, "Latent Playground"),
  );
  const video = element(0xe0, whole(0xb0, width), whole(0xba, height));
  const entry = element(0xae, whole(0xd7, 1), whole(0x73c5, 1), whole(0x83, 1), text(0x86, codec), video);
  const segment = element(0x18538067, info, element(0x1654ae6b, entry), ...clusters(blocks));
  return joined([...header, ...segment]);
}

/** @param {Block[]} blocks */
function clusters(blocks) {
  /** @type {Block[][]} */
  const groups = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (last && block.at - last[0].at < MOST_CLUSTER) last.push(block);
    else groups.push([block]);
  }
  return groups.map((group) => {
    const [{ at: start }] = group;
    return element(0x1f43b675, whole(0xe7, start), ...group.map((block) => simpleBlock(block, start)));
  });
}

/** Of the first track: its number, the time since its cluster began, whether it is a key frame. @param {Block} block @param {number} start */
function simpleBlock({ data, at, key }, start) {
  const since = Math.round(at - start);
  return element(0xa3, [Uint8Array.of(0x81, since >> 8, since & 255, key ? 0x80 : 0), data]);
}

/** @param {number} id @param {...Uint8Array[]} contents @returns {Uint8Array[]} */
function element(id, ...contents) {
  const parts = contents.flat();
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return [bytesOf(id), sized(size), ...parts];
}

/** @param {number} id @param {number} value */
const whole = (id, value) => element(id, [bytesOf(value)]);

/** @param {number} id @param {string} value of ASCII */
const text = (id, value) => element(id, [Uint8Array.from(value, (character) => character.charCodeAt(0))]);

/** @param {number} id @param {number} value */
function double(id, value) {
  const content = new Uint8Array(8);
  new DataView(content.buffer).setFloat64(0, value);
  return element(id, [content]);
}

/** A whole number from 0, in as few bytes as it needs. @param {number} value */
function bytesOf(value) {
  const bytes = [];
  for (let rest = value; rest > 0 || !bytes.length; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.from(bytes);
}

/** A size in eight bytes, of which the first says that there are eight. @param {number} size */
function sized(size) {
  const bytes = new Uint8Array(8),
    view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(size));
  bytes[0] = 1;
  return bytes;
}
