// @ts-check
// What training maximises, as rows: how much log p(x|z), the KL and the MMD count, as models/objectives.py has them; the
// terms of a batch in nats, and the gradients of minus their mean. Pure arithmetic; knows no network.
import { KERNEL_WIDTHS } from "../engine/comparing/kernel_means.js";

/**
 * @typedef {import("../engine/likelihood.js").Likelihood} Likelihood
 * @typedef {{beta: number, mmdWeight: number, alpha: number, bandwidth: string}} Weights
 * @typedef {{likelihood: number, kl: number, mmd: number}} Counts how much each term counts; the last two are taken off
 * @typedef {{objective: number, logLikelihood: number, kl: number[] | null, mmd: number | null}} Terms means over the batch
 */

/** @type {Record<string, (weights: Weights) => Counts>} */
export const OBJECTIVES = {
  elbo: () => ({ likelihood: 1, kl: 1, mmd: 0 }),
  "beta-elbo": ({ beta }) => ({ likelihood: 1, kl: beta, mmd: 0 }),
  mmd: ({ mmdWeight }) => ({ likelihood: 1, kl: 0, mmd: mmdWeight }),
  infovae: ({ alpha, mmdWeight }) => ({ likelihood: 1, kl: 1 - alpha, mmd: alpha + mmdWeight - 1 }),
  reconstruction: () => ({ likelihood: 1, kl: 0, mmd: 0 }),
  kl: () => ({ likelihood: 0, kl: 1, mmd: 0 }),
};

const LOG_2PI = Math.log(2 * Math.PI),
  ALMOST_INFINITE = 1e200;

/**
 * log p(x|z) of a batch, its mean, and minus `weight` times its gradient by the logits.
 * @param {Likelihood} likelihood @param {Float32Array} x @param {Float32Array} logits @param {number} count
 * @param {number} weight @param {Float32Array} gradient
 */
export function likelihoodOf(likelihood, x, logits, count, weight, gradient) {
  const size = x.length / count;
  const of = likelihood.name === "bernoulli" ? bernoulli : gaussian;
  return of(x, logits, count * size, weight / count, gradient, likelihood.pixelStd) / count;
}

/** x l - log(1 + e^l) summed. @param {Float32Array} x @param {Float32Array} logits @param {number} size @param {number} weight @param {Float32Array} gradient */
function bernoulli(x, logits, size, weight, gradient) {
  let sum = 0,
    product = 1; // of 1 + e^-|l|, whose logarithm is taken once for hundreds of pixels
  for (let i = 0; i < size; i++) {
    const l = logits[i],
      small = Math.exp(-Math.abs(l));
    sum += x[i] * l - Math.max(l, 0);
    product *= 1 + small;
    if (product > ALMOST_INFINITE) {
      sum -= Math.log(product);
      product = 1;
    }
    gradient[i] = weight * ((l > 0 ? 1 : small) / (1 + small) - x[i]);
  }
  return sum - Math.log(product);
}

/** log N(x; sigmoid(l), std²) summed. @param {Float32Array} x @param {Float32Array} logits @param {number} size @param {number} weight @param {Float32Array} gradient @param {number} std */
function gaussian(x, logits, size, weight, gradient, std) {
  let squares = 0;
  for (let i = 0; i < size; i++) {
    const mean = 1 / (1 + Math.exp(-logits[i])),
      error = (x[i] - mean) / std;
    squares += error * error;
    gradient[i] = (-weight * error * mean * (1 - mean)) / std;
  }
  return -0.5 * (squares + size * LOG_2PI) - size * Math.log(std);
}

/** KL(q(z|x) || N(0, I)) of each dimension, the batch's mean, nats. @param {Float32Array} coded @param {number} latent @param {number} count @param {number} maxLogVar */
export function klOf(coded, latent, count, maxLogVar) {
  const kl = new Array(latent).fill(0);
  for (let row = 0; row < count; row++)
    for (let d = 0; d < latent; d++) {
      const mu = coded[2 * row * latent + d],
        logVar = Math.min(coded[(2 * row + 1) * latent + d], maxLogVar);
      kl[d] += (0.5 * (mu * mu + Math.expm1(logVar) - logVar)) / count;
    }
  return kl;
}

/** The squared MMD of codes to draws from the prior, Gretton et al. 2012, eq. 5, and its gradient by the codes. @param {Float32Array} z @param {Float32Array} prior @param {number} latent @param {string} bandwidth @param {number} weight @param {Float32Array} gradient to which `weight` times it is added */
export function mmdOf(z, prior, latent, bandwidth, weight, gradient) {
  const count = z.length / latent,
    scale = KERNEL_WIDTHS[bandwidth](latent),
    pairs = count * count;
  /** @param {Float32Array} a @param {Float32Array} b @param {number} factor */
  const means = (a, b, factor) => {
    let sum = 0;
    for (let i = 0; i < count; i++)
      for (let j = 0; j < count; j++) {
        let square = 0;
        for (let d = 0; d < latent; d++) square += (a[i * latent + d] - b[j * latent + d]) ** 2;
        const kernel = Math.exp(-square / scale);
        sum += kernel;
        if (!factor) continue;
        const slope = (factor * kernel) / scale / pairs;
        for (let d = 0; d < latent; d++) gradient[i * latent + d] += slope * (a[i * latent + d] - b[j * latent + d]);
      }
    return sum / pairs;
  };
  return means(z, z, -4 * weight) - 2 * means(z, prior, 4 * weight) + means(prior, prior, 0);
}

/**
 * The loss's gradient by what a stochastic encoder gives, `[count, 2 latent]`, from that by z.
 * @param {{coded: Float32Array, eps: Float32Array, count: number}} batch @param {Float32Array} byZ of what lies behind z @param {Counts} counts @param {number} latent
 * @param {number} maxLogVar @param {Float32Array} gradient
 */
export function gradientOfCodes({ coded, eps, count }, byZ, counts, latent, maxLogVar, gradient) {
  const price = counts.kl / count;
  for (let row = 0; row < count; row++)
    for (let d = 0; d < latent; d++) {
      const at = 2 * row * latent + d,
        g = byZ[row * latent + d],
        raw = coded[at + latent],
        logVar = Math.min(raw, maxLogVar),
        std = Math.exp(0.5 * logVar);
      gradient[at] = g + price * coded[at];
      gradient[at + latent] =
        raw > maxLogVar ? 0 : 0.5 * g * eps[row * latent + d] * std + 0.5 * price * Math.expm1(logVar);
    }
}
