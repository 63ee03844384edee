// @ts-check
// How near a latent is to the test codes, as a rank: its distance to the nearest one against the distances that the
// test codes have to their own nearest neighbours. A radius would mean something else in 2 and in 50 dimensions.
// Pure arithmetic, the same as analysis/nearness.py; knows no DOM.

/** @typedef {"crowded" | "sparse" | "nobody"} Word */

const LEVELS = 101,
  FAR = 0.99,
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

/** The quantiles that `rank` reads, 0 %, 1 %, … 100 %: of each code's distance to the nearest other one; none for a single code. @param {Float32Array} mu `[codes, latent]` @param {number} latent @returns {number[]} */
export function ownQuantiles(mu, latent) {
  const count = mu.length / latent;
  if (count < 2) return [];
  const distances = Float64Array.from({ length: count }, (_, i) =>
    Math.sqrt(nearestSquare(mu, latent, i, count)),
  ).sort();
  return Array.from({ length: LEVELS }, (_, level) => {
    const place = (level / (LEVELS - 1)) * (count - 1),
      below = Math.floor(place);
    const above = Math.min(below + 1, count - 1);
    return distances[below] + (place - below) * (distances[above] - distances[below]);
  });
}

/** @param {Float32Array} mu @param {number} latent @param {number} i @param {number} count */
function nearestSquare(mu, latent, i, count) {
  let least = Infinity;
  for (let j = 0; j < count; j++) {
    if (j === i) continue;
    let square = 0;
    for (let d = 0; d < latent; d++) square += (mu[i * latent + d] - mu[j * latent + d]) ** 2;
    if (square < least) least = square;
  }
  return least;
}

/** What a rank means: `crowded`, `sparse`, or `nobody` where the decoder extrapolates. @param {number} share @returns {Word} */
export function wordOf(share) {
  return share > FAR ? "nobody" : share > SPARSE ? "sparse" : "crowded";
}
