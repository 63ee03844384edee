// @ts-check
// Random numbers: uniform ones that a seed fixes, and normal ones. Pure arithmetic; knows no DOM.

/** One draw from N(0, 1), by Box and Muller. @param {() => number} [uniform] in [0, 1) */
export function gaussian(uniform = Math.random) {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Uniform numbers in [0, 1), the same for the same seed. Source: mulberry32 (T. Ettinger, public domain). @param {number} seed */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A draw from N(mu, diag exp logVar). @param {ArrayLike<number>} mu @param {ArrayLike<number>} logVar @param {() => number} [uniform] */
export function drawNormal(mu, logVar, uniform = Math.random) {
  return sampleOf(
    mu,
    Float32Array.from(logVar, (v) => Math.exp(0.5 * v)),
    noise(mu.length, uniform),
  );
}

/** Draws from N(0, I): the epsilon of a sample. @param {number} count @param {() => number} [uniform] in [0, 1) */
export function noise(count, uniform = Math.random) {
  return Float32Array.from({ length: count }, () => gaussian(uniform));
}

/** z = mu + sigma * epsilon, `[latent]` each (Kingma and Welling 2013, eq. 10). @param {ArrayLike<number>} mu @param {ArrayLike<number>} std @param {ArrayLike<number>} eps */
export function sampleOf(mu, std, eps) {
  return Float32Array.from(mu, (m, d) => m + std[d] * eps[d]);
}
