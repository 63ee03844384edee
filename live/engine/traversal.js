// @ts-check
// Where a slider shows pictures. Pure numbers; knows no DOM.

/**
 * The prior's quantiles at five evenly spaced probabilities from 0.01 to 0.99, as `traversal` of analysis/grids.py;
 * tests/cases/arithmetic.json holds both to the same numbers.
 */
export const TRAVERSAL = [-2.326347874, -0.658837693, 0, 0.658837693, 2.326347874];

/** How far a slider goes to both sides: a little beyond the outer pictures. */
export const EDGE = 3.1;

/** Where a value stands on a slider, 0 at its left end and 1 at its right. @param {number} value @param {number} [low] @param {number} [high] */
export function shareOf(value, low = -EDGE, high = EDGE) {
  return (value - low) / (high - low);
}
