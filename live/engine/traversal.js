// @ts-check
// Where a slider shows pictures. Pure numbers; knows no DOM.

/**
 * The prior's quantiles at five evenly spaced probabilities from 0.01 to 0.99, as `traversal` of analysis/grids.py;
 * tests/cases/arithmetic.json holds both to the same numbers.
 */
export const TRAVERSAL = [-2.326347874, -0.658837693, 0, 0.658837693, 2.326347874];

/** What the pictures over a slider may span. */
export const RANGES = /** @type {const} */ (["quantiles", "three", "data", "one", "image"]);
const BEYOND = 0.16; // of the outer pictures' distance, to each side

/** @typedef {(typeof RANGES)[number]} Range */

/**
 * Where the five pictures of a latent stand: at quantiles of its prior, at three or one of its deviations to each side,
 * from the lowest to the highest test code, or within two deviations of what the encoder says of one image.
 * @param {Range} range @param {{prior: {mean: number, std: number}, data: {low: number, high: number}, image: {mean: number, std: number}}} of
 * @returns {number[]}
 */
export function valuesIn(range, { prior, data, image }) {
  const around = (/** @type {{mean: number, std: number}} */ { mean, std }, /** @type {number} */ far) =>
    even(mean - far * std, mean + far * std);
  if (range === "quantiles") return TRAVERSAL.map((value) => prior.mean + value * prior.std);
  if (range === "data") return even(data.low, data.high);
  return range === "image" ? around(image, 2) : around(prior, range === "three" ? 3 : 1);
}

/** Five values from end to end. @param {number} low @param {number} high */
const even = (low, high) => TRAVERSAL.map((_, i) => low + ((high - low) * i) / (TRAVERSAL.length - 1));

/** The ends of a slider whose outer pictures have room. @param {number[]} values rising */
export function endsOf(values) {
  const [low, high] = [values[0], values[values.length - 1]];
  const beyond = BEYOND * (high - low);
  return { low: low - beyond, high: high + beyond };
}

/** How far a slider goes to both sides: a little beyond the outer pictures. */
export const EDGE = 3.1;

/** Where a value stands on a slider, 0 at its left end and 1 at its right. @param {number} value @param {number} [low] @param {number} [high] */
export function shareOf(value, low = -EDGE, high = EDGE) {
  return (value - low) / (high - low);
}
