// @ts-check
// A GIF89a writer for a few small frames: one palette for all of them, and LZW. Source: CompuServe, "Graphics Interchange
// Format, Version 89a", 1990. Pure bytes; knows no image of the page, and not how a palette is found.
import { joined } from "./bytes.js";

const MOST_CODES = 4096, // 12 bits
  COLOURS = 256;

/**
 * The file of some frames, which repeats for ever.
 * @param {Uint8Array[]} frames of palette indices, `[height, width]` each @param {number} width @param {number} height
 * @param {Uint8Array} colours of the palette, `[256, 3]` @param {number} hundredths of a second a frame
 */
export function gifOf(frames, width, height, colours, hundredths) {
  const size = [...short(width), ...short(height)];
  /** @type {ArrayLike<number>[]} */
  const parts = [
    ascii("GIF89a"),
    [...size, 0xf7, 0, 0], // a palette of 256 colours for all frames
    colours,
    [0x21, 0xff, 11, ...ascii("NETSCAPE2.0"), 3, 1, 0, 0, 0], // for ever
  ];
  /** @type {Map<Uint8Array, Uint8Array[]>} a frame that comes again is packed once */
  const packed = new Map();
  for (const frame of frames) {
    if (!packed.has(frame)) packed.set(frame, blocks(lzw(frame)));
    parts.push([0x21, 0xf9, 4, 0, ...short(hundredths), 0, 0], [0x2c, 0, 0, 0, 0, ...size, 0]);
    parts.push(...(packed.get(frame) ?? []));
  }
  return joined([...parts, [0x3b]]);
}

/** Bytes as the LZW of a GIF packs them, with a first code size of 8 bits. @param {Uint8Array} values */
export function lzw(values) {
  const clear = COLOURS,
    end = COLOURS + 1;
  const next = new Uint16Array(MOST_CODES * COLOURS); // of a code and a byte the longer code, 0 for none
  const bytes = [];
  let [bits, held, width, last] = [0, 0, 9, end];
  const put = (/** @type {number} */ code) => {
    bits |= code << held;
    held += width;
    for (; held >= 8; held -= 8, bits >>>= 8) bytes.push(bits & 255);
  };
  put(clear);
  let prefix = values[0];
  for (let i = 1; i < values.length; i++) {
    const at = prefix * COLOURS + values[i];
    if (next[at]) {
      prefix = next[at];
      continue;
    }
    put(prefix);
    prefix = values[i];
    next[at] = ++last;
    if (last === MOST_CODES - 1) {
      put(clear);
      next.fill(0);
      [width, last] = [9, end];
    } else if (last === 1 << width) width++;
  }
  put(prefix);
  put(end);
  if (held) bytes.push(bits & 255);
  return Uint8Array.from(bytes);
}

/** Blocks of at most 255 bytes behind their length, and one of none. @param {Uint8Array} data */
function blocks(data) {
  /** @type {Uint8Array[]} */
  const parts = [Uint8Array.of(8)]; // bits of the first codes
  for (let at = 0; at < data.length; at += 255) {
    const block = data.subarray(at, at + 255);
    parts.push(Uint8Array.of(block.length), block);
  }
  return [...parts, Uint8Array.of(0)];
}

/** @param {number} value in two bytes, the lower first */
const short = (value) => [value & 255, value >> 8];

/** @param {string} text */
const ascii = (text) => Array.from(text, (letter) => letter.charCodeAt(0));
