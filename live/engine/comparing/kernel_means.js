// @ts-check
// The three means that the squared MMD between codes and prior is made of, as models/mmd.py's kernel_means computes
// them: all pairs of codes, and both expectations over the prior in closed form. Pure arithmetic; knows no DOM.

/** The denominator under |a - b|², as models/mmd.py has it. @type {Record<string, (latent: number) => number>} */
export const KERNEL_WIDTHS = {
  "dim-squared": (latent) => latent ** 2,
  dim: (latent) => latent,
  "two-dim": (latent) => 2 * latent,
};

/** @typedef {{within: number, across: number, prior: number}} KernelMeans within two codes, of a code and the prior, within the prior */

/**
 * One step a code, for who must not keep the page waiting.
 * @param {Float32Array} mu `[images, latent]` @param {number} latent @param {string} bandwidth
 * @returns {Generator<void, KernelMeans>}
 */
export function* kernelMeans(mu, latent, bandwidth) {
  const scale = KERNEL_WIDTHS[bandwidth](latent),
    count = mu.length / latent;
  let pairs = 0,
    across = 0;
  for (let i = 0; i < count; i++) {
    pairs += rowOf(mu, latent, i, count, scale);
    across += Math.exp(-squareOf(mu, latent, i) / (scale + 2));
    yield;
  }
  const half = latent / 2;
  return {
    within: (2 * pairs) / (count * (count - 1)),
    across: ((scale / (scale + 2)) ** half * across) / count,
    prior: (scale / (scale + 4)) ** half,
  };
}

/** The squared MMD. @param {KernelMeans} means */
export function mmdOf({ within, across, prior }) {
  return within - 2 * across + prior;
}

/** The kernel's sum over the codes behind one. @param {Float32Array} mu @param {number} latent @param {number} i @param {number} count @param {number} scale */
function rowOf(mu, latent, i, count, scale) {
  let sum = 0;
  for (let j = i + 1; j < count; j++) {
    let square = 0;
    for (let d = 0; d < latent; d++) square += (mu[i * latent + d] - mu[j * latent + d]) ** 2;
    sum += Math.exp(-square / scale);
  }
  return sum;
}

/** @param {Float32Array} mu @param {number} latent @param {number} i */
function squareOf(mu, latent, i) {
  let square = 0;
  for (let d = 0; d < latent; d++) square += mu[i * latent + d] ** 2;
  return square;
}
