// @ts-check
// How near a latent is to the test codes, as a rank: its distance to the nearest one against the distances that the
// test codes have to their own nearest neighbours. A radius would mean something else in 2 and in 50 dimensions.
// Pure arithmetic, the same as analysis/nearness.py; knows no DOM.

/** @typedef {"crowded" | "sparse" | "nobody"} Word */

const FAR = 0.99,
  SPARSE = 0.9;

/**
 * The share of test codes whose own nearest neighbour is nearer than this distance, 0 to 1.
 * @param {number} distance
 * @param {ArrayLike<number>} quantiles rising: 0 %, 1 %, … 100 % of the test codes' own distances
 */
export function rank(distance, quantiles) {
  const last = quantiles.length - 1;
  if (!(distance > quantiles[0])) return 0;
  if (distance > quantiles[last]) return 1;
  let above = 1;
  while (quantiles[above] < distance) above++;
  const below = quantiles[above - 1];
  return (above - 1 + (distance - below) / (quantiles[above] - below)) / last;
}

/** What a rank means: `crowded`, `sparse`, or `nobody` where the decoder extrapolates. @param {number} share @returns {Word} */
export function wordOf(share) {
  return share > FAR ? "nobody" : share > SPARSE ? "sparse" : "crowded";
}
