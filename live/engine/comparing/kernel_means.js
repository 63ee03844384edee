// @ts-check
// The three means that the squared MMD between codes and prior is made of, as models/mmd.py's kernel_means computes
// them: all pairs of codes, and both expectations over the prior in closed form; and how well the MMD is known from so
// many codes. Pure arithmetic; knows no DOM.
import { noise, sampleOf, seeded } from "../random.js";

/** The denominator under |a - b|², as models/mmd.py has it. @type {Record<string, (latent: number) => number>} */
export const KERNEL_WIDTHS = {
  "dim-squared": (latent) => latent ** 2,
  dim: (latent) => latent,
  "two-dim": (latent) => 2 * latent,
};
const MOST = 10_000, // codes of which all pairs are compared
  SEED = 11;

/**
 * @typedef {object} KernelMeans
 * @property {number} within of two codes
 * @property {number} across of a code and the prior
 * @property {number} prior of two draws from the prior
 * @property {number} error the standard error of the MMD²
 */

/**
 * One code drawn for each image, of many images for a fixed random sample: the cloud q(z). Where the encoder is
 * deterministic, or its widths are not known, these are the means.
 * @param {Float32Array} mu `[images, latent]` @param {Float32Array | null} logVar @param {number} latent @param {number} [most]
 */
export function cloudOf(mu, logVar, latent, most = MOST) {
  const uniform = seeded(SEED);
  const images = mu.length / latent,
    places = Uint32Array.from({ length: images }, (_, i) => i),
    count = Math.min(most, images);
  const cloud = new Float32Array(count * latent);
  for (let i = 0; i < count; i++) {
    const other = images > most ? i + Math.floor(uniform() * (images - i)) : i; // the first steps of a shuffle
    [places[i], places[other]] = [places[other], places[i]];
    const from = places[i] * latent;
    const mean = mu.subarray(from, from + latent);
    const std = logVar?.subarray(from, from + latent).map((v) => Math.exp(v / 2));
    cloud.set(std ? sampleOf(mean, std, noise(latent, uniform)) : mean, i * latent);
  }
  return cloud;
}

/**
 * One step a code, for who must not keep the page waiting.
 * @param {Float32Array} codes `[images, latent]` @param {number} latent @param {string} bandwidth
 * @returns {Generator<void, KernelMeans>}
 */
export function* kernelMeans(codes, latent, bandwidth) {
  const scale = KERNEL_WIDTHS[bandwidth](latent),
    count = codes.length / latent,
    toPrior = (scale / (scale + 2)) ** (latent / 2);
  const within = new Float64Array(count), // of each code with all others
    across = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    addRow(within, codes, latent, i, scale);
    across[i] = toPrior * Math.exp(-squareOf(codes, latent, i) / (scale + 2));
    yield;
  }
  const apart = within.map((sum, i) => sum / (count - 1) - across[i]);
  return {
    within: meanOf(within) / (count - 1),
    across: meanOf(across),
    prior: (scale / (scale + 4)) ** (latent / 2),
    error: 2 * Math.sqrt(varianceOf(apart) / count),
  };
}

/** The squared MMD. @param {Omit<KernelMeans, "error">} means */
export function mmdOf({ within, across, prior }) {
  return within - 2 * across + prior;
}

/** The kernel of a code and each one behind it, for both. @param {Float64Array} sums @param {Float32Array} codes @param {number} latent @param {number} i @param {number} scale */
function addRow(sums, codes, latent, i, scale) {
  let sum = 0;
  for (let j = i + 1; j < sums.length; j++) {
    let square = 0;
    for (let d = 0; d < latent; d++) square += (codes[i * latent + d] - codes[j * latent + d]) ** 2;
    const kernel = Math.exp(-square / scale);
    sum += kernel;
    sums[j] += kernel;
  }
  sums[i] += sum;
}

/** @param {Float32Array} codes @param {number} latent @param {number} i */
function squareOf(codes, latent, i) {
  let square = 0;
  for (let d = 0; d < latent; d++) square += codes[i * latent + d] ** 2;
  return square;
}

/** @param {Float64Array} numbers */
function meanOf(numbers) {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

/** @param {Float64Array} numbers */
function varianceOf(numbers) {
  const mean = meanOf(numbers);
  return numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (numbers.length - 1);
}
