// @ts-check
// Ink as it travels in a class: 16 grey levels, two in a byte, in base64. ui/classroom/ reads nothing else. Pure.

const STEPS = 15, // of a level above nothing
  WHITE = 255;

/** A text of grey levels 0 to 255, an even number of them. @param {ArrayLike<number>} levels */
export function packed(levels) {
  const small = Array.from(levels, (level) => Math.round((level / WHITE) * STEPS));
  const bytes = Array.from({ length: small.length / 2 }, (_, i) => (small[2 * i] << 4) | small[2 * i + 1]);
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""));
}

/** The levels in such a text. @param {string} text @returns {Uint8Array} */
export function unpacked(text) {
  const bytes = Array.from(atob(text), (character) => character.charCodeAt(0));
  return Uint8Array.from(bytes.flatMap((byte) => [byte >> 4, byte & STEPS].map((level) => (level * WHITE) / STEPS)));
}

/**
 * A square image made smaller as datasets/own/picture.py does it: each pixel is the mean of those whose middles lie in it.
 * @param {ArrayLike<number>} levels `[side, side]` @param {number} side @param {number} height @param {number} width
 * @returns {Float32Array} `[height, width]`
 */
export function shrunk(levels, side, height, width) {
  const [rows, columns] = [height, width].map((count) => edges(side, count));
  const small = new Float32Array(height * width);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let y = rows[row]; y < rows[row + 1]; y++)
        for (let x = columns[column]; x < columns[column + 1]; x++) sum += levels[y * side + x];
      small[row * width + column] = sum / ((rows[row + 1] - rows[row]) * (columns[column + 1] - columns[column]));
    }
  return small;
}

/** Where the pixels begin that each of `count` takes from `side`, and where the last ends. @param {number} side @param {number} count */
function edges(side, count) {
  return Array.from({ length: count + 1 }, (_, i) => Math.floor((i * side) / count + 0.5));
}
