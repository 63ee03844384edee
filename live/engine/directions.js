// @ts-check
// Directions of known factors: how a factor is read from a code, and how a code is moved so that it reads another value.
// Pure numbers, from analysis/directions.py; both are held to tests/cases/arithmetic.json.

/**
 * @typedef {object} Direction
 * @property {string} name of the factor
 * @property {number} bias
 * @property {number[]} weights `[latent]`; a code reads `bias + weights . z`
 * @property {number[]} step `[latent]`; raises the reading by 1; all 0 where the factor can't be read
 * @property {number} low @property {number} high what the factor is in nearly all images
 * @property {number[]} values of each test image
 * @property {number} r2 the share of its variance that is read
 */

/** What a code says of the factor. @param {Direction} direction @param {ArrayLike<number>} z */
export function reading({ bias, weights }, z) {
  return weights.reduce((sum, weight, d) => sum + weight * z[d], bias);
}

/** The code moved along the direction until it reads a value. @param {Direction} direction @param {Float32Array} z @param {number} value */
export function movedTo(direction, z, value) {
  const way = value - reading(direction, z);
  return z.map((v, d) => v + way * direction.step[d]);
}

/** Whether the factor is read well enough to be moved. @param {Direction} direction */
export function isClear({ step }) {
  return step.some((part) => part !== 0);
}

/** Evenly spaced values of the factor, from its low to its high. @param {Direction} direction @param {number} count */
export function valuesOf({ low, high }, count) {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}
