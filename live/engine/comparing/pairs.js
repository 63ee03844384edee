// @ts-check
// Two models image by image: which neighbours an image keeps, how far a number differs and how well that is known.
// Pure arithmetic; knows no DOM.

/** A difference counts from two standard errors on. */
const ERRORS = 2;

/**
 * The share of its nearest codes that each image has in both models, 0 to 1.
 * @param {ArrayLike<number>} a `[images, near]` @param {ArrayLike<number>} b @param {number} near
 */
export function overlaps(a, b, near) {
  return Float32Array.from({ length: a.length / near }, (_, i) => {
    let shared = 0;
    for (let p = i * near; p < (i + 1) * near; p++)
      for (let q = i * near; q < (i + 1) * near; q++) shared += Number(a[p] === b[q]);
    return shared / near;
  });
}

/** The images that keep the fewest neighbours; of equals those with the lower index. @param {Float32Array} kept @param {number} count */
export function mostChanged(kept, count) {
  return [...kept.keys()].sort((a, b) => kept[a] - kept[b] || a - b).slice(0, count);
}

/** The mean of a - b over the same images and its standard error. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function paired(a, b) {
  const count = a.length;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < count; i++) sum += a[i] - b[i];
  const mean = sum / count;
  for (let i = 0; i < count; i++) squares += (a[i] - b[i] - mean) ** 2;
  return { mean, error: Math.sqrt(squares / (count - 1) / count) };
}

/**
 * What a difference says, beside what two seeds of one recipe differ by, where that is known.
 * @param {{mean: number, error: number}} difference @param {number | null} seeds
 * @returns {"more" | "less" | "too_close" | "like_seeds"}
 */
export function verdictOf({ mean, error }, seeds) {
  if (Math.abs(mean) < ERRORS * error || mean === 0) return "too_close";
  if (seeds !== null && Math.abs(mean) <= seeds) return "like_seeds";
  return mean > 0 ? "more" : "less";
}

/** KL(q(z|x) || N(0, I)) of each image in nats, in closed form. @param {Float32Array} mu @param {Float32Array} logVar @param {number} latent */
export function klOfImages(mu, logVar, latent) {
  return Float64Array.from({ length: mu.length / latent }, (_, i) => {
    let kl = 0;
    for (let at = i * latent; at < (i + 1) * latent; at++)
      kl += (mu[at] ** 2 + Math.exp(logVar[at]) - 1 - logVar[at]) / 2;
    return kl;
  });
}
