// @ts-check
// How one model's codes are turned onto another's, as analysis/alignment.py does it: orthogonal Procrustes, in two
// dimensions in closed form. Pure arithmetic; knows no DOM.
import { determinant, polar } from "./matrix.js";

/** Below it, two maps have too little in common to be turned onto each other. */
export const LEAST_EXPLAINED = 0.2;

/**
 * @typedef {object} Codes the means of test images
 * @property {Float32Array} mu `[images, latent]` @property {number} latent
 *
 * @typedef {object} Alignment z goes to scale (z - mean) R + otherMean, both padded with zeros to `size` latents
 * @property {number} size
 * @property {Float64Array} rotation `[size, size]`
 * @property {Float64Array} mean @property {Float64Array} otherMean
 * @property {number} scale
 * @property {number} explained R²: the share of the other codes' variance that is explained
 * @property {boolean} mirrored @property {number | null} degrees counterclockwise, after the mirror of the second axis
 */

/** Nothing is turned: each code keeps its numbers. @param {number} size @returns {Alignment} */
export function untouched(size) {
  const rotation = Float64Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0));
  const zero = new Float64Array(size);
  return { size, rotation, mean: zero, otherMean: zero, scale: 1, explained: 1, mirrored: false, degrees: 0 };
}

/**
 * The turn of codes onto others of the same images; `scaled`: they may also grow or shrink.
 * @param {Codes} other @param {Codes} codes @param {boolean} scaled @param {number} [size] at least both latents
 * @returns {Alignment} explained is NaN where either are all one point
 */
export function align(other, codes, scaled, size = Math.max(other.latent, codes.latent)) {
  const count = Math.min(other.mu.length / other.latent, codes.mu.length / codes.latent);
  const otherMean = meanOf(other, count, size),
    mean = meanOf(codes, count, size);
  const { cross, total, own } = moments(other, codes, otherMean, mean, count, size);
  const { rotation, along } = size === 2 ? closedForm(cross) : byJacobi(cross, size);
  const scale = scaled && own > 0 ? along / own : 1;
  const explained = total > 0 && own > 0 ? (2 * scale * along - scale ** 2 * own) / total : Number.NaN;
  const mirrored = determinant(rotation, size) < 0;
  const degrees = size > 2 ? null : (Math.atan2(rotation[size - 1], rotation[0]) * 180) / Math.PI;
  return { size, rotation, mean, otherMean, scale, explained, mirrored, degrees };
}

/** Whether two maps have enough in common for a turn to mean something. @param {Alignment} alignment */
export function corresponds({ explained }) {
  return explained >= LEAST_EXPLAINED;
}

/** A code in the other model's frame. @param {Alignment} alignment @param {ArrayLike<number>} z its own latents @returns {Float64Array} */
export function toFrame({ size, rotation, mean, otherMean, scale }, z) {
  const found = Float64Array.from(otherMean);
  for (let i = 0; i < size; i++) {
    const value = scale * ((i < z.length ? z[i] : 0) - mean[i]);
    for (let j = 0; j < size; j++) found[j] += value * rotation[i * size + j];
  }
  return found;
}

/** The code at a place of the frame, as many latents as the model has. @param {Alignment} alignment @param {ArrayLike<number>} at @param {number} latent @returns {Float32Array} */
export function fromFrame({ size, rotation, mean, otherMean, scale }, at, latent) {
  const found = new Float32Array(latent);
  for (let i = 0; i < latent; i++) {
    let value = 0;
    for (let j = 0; j < size; j++) value += (at[j] - otherMean[j]) * rotation[i * size + j];
    found[i] = value / scale + mean[i];
  }
  return found;
}

/** @param {Codes} codes @param {number} count @param {number} size */
function meanOf({ mu, latent }, count, size) {
  const found = new Float64Array(size);
  for (let i = 0, at = 0; i < count; i++) for (let d = 0; d < latent; d++, at++) found[d] += mu[at];
  return found.map((sum) => sum / count);
}

/** (codes - mean)' (other - mean), and both sums of squares. @param {Codes} a @param {Codes} b @param {Float64Array} aMean @param {Float64Array} bMean @param {number} count @param {number} size */
function moments(a, b, aMean, bMean, count, size) {
  const cross = new Float64Array(size * size);
  const left = new Float64Array(a.latent);
  let [total, own] = [0, 0];
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < a.latent; j++) {
      left[j] = a.mu[i * a.latent + j] - aMean[j];
      total += left[j] ** 2;
    }
    for (let k = 0; k < b.latent; k++) {
      const value = b.mu[i * b.latent + k] - bMean[k];
      own += value ** 2;
      for (let j = 0; j < a.latent; j++) cross[k * size + j] += value * left[j];
    }
  }
  return { cross, total, own };
}

/** The better of the best turn and the best mirror. @param {Float64Array} cross `[2, 2]` */
function closedForm([a, b, c, d]) {
  const turned = Math.hypot(a + d, b - c),
    mirrored = Math.hypot(a - d, b + c);
  const angle = mirrored > turned ? Math.atan2(b + c, a - d) : Math.atan2(b - c, a + d);
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const rotation = Float64Array.from(mirrored > turned ? [cosine, sine, sine, -cosine] : [cosine, sine, -sine, cosine]);
  return { rotation, along: Math.max(turned, mirrored) };
}

/** @param {Float64Array} cross @param {number} size */
function byJacobi(cross, size) {
  const { rotation, values } = polar(cross, size);
  return { rotation, along: values.reduce((sum, value) => sum + value, 0) };
}
