// @ts-check
// Numbers in half precision, as numpy's float16 rounds them: to the nearest, of two alike to the even one. Pure.
// `float16ToFloat32` of network.js is the way back.

const LARGEST = 65504,
  NORMAL = 0x38800000, // the bits of the smallest number with all eleven digits, 2^-14
  STEP = 2 ** 24, // of what is smaller: multiples of 2^-24
  word = new Float32Array(1),
  bits = new Uint32Array(word.buffer);

/** What is out of range becomes the largest number. @param {Float32Array} values @returns {Uint16Array<ArrayBuffer>} */
export function halvesOf(values) {
  return Uint16Array.from(values, halfOf);
}

/** @param {number} value */
function halfOf(value) {
  word[0] = Math.max(-LARGEST, Math.min(LARGEST, value));
  const [all] = bits,
    sign = (all >>> 16) & 0x8000,
    size = all & 0x7fffffff;
  if (Number.isNaN(value)) return 0x7e00;
  if (size < NORMAL) return sign | toEven(Math.abs(word[0]) * STEP);
  return sign | ((size + 0xfff + ((size >>> 13) & 1) - 0x38000000) >>> 13);
}

/** @param {number} number */
function toEven(number) {
  const low = Math.floor(number),
    rest = number - low;
  return rest > 0.5 || (rest === 0.5 && low % 2) ? low + 1 : low;
}
