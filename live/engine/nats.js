// @ts-check
// The terms of an objective for one image, in nats, each as models/ computes it: per pixel, per dimension, per draw.
// Pure arithmetic in double precision; knows no network and no DOM.
import { logNormal, softplus } from "./likelihood.js";

/** @typedef {import("./likelihood.js").Likelihood} Likelihood */

/**
 * What each pixel adds to log p(x|z), as models/objectives.py's log_likelihood before its sum.
 * @param {Likelihood} likelihood @param {ArrayLike<number>} logits @param {ArrayLike<number>} x in [0, 1]
 * @returns {Float64Array}
 */
export function pixelNats({ name, pixelStd }, logits, x) {
  const normaliser = Math.log(pixelStd * Math.sqrt(2 * Math.PI));
  const gaussian = (/** @type {number} */ l, /** @type {number} */ v) =>
    -0.5 * ((v - 1 / (1 + Math.exp(-l))) / pixelStd) ** 2 - normaliser;
  const bernoulli = (/** @type {number} */ l, /** @type {number} */ v) => v * l - softplus(l);
  const categorical = (/** @type {number} */ l, /** @type {number} */ v) => (v ? -v * softplus(-l) : 0);
  const one = { gaussian, bernoulli, categorical }[name];
  return Float64Array.from(logits, (l, i) => one(l, x[i]));
}

/** KL(q(z|x) || N(0, I)) of each dimension (Kingma and Welling 2013, appendix B). @param {ArrayLike<number>} mu @param {ArrayLike<number>} logVar @returns {Float64Array} */
export function klNats(mu, logVar) {
  return Float64Array.from(mu, (m, d) => 0.5 * (m * m + Math.expm1(logVar[d]) - logVar[d]));
}

/** log q(z|x) - log p(z) at one z: the KL by a single draw. @param {ArrayLike<number>} z @param {ArrayLike<number>} mu @param {ArrayLike<number>} logVar */
export function klOfDraw(z, mu, logVar) {
  const zero = new Float64Array(z.length);
  return logNormal(z, mu, logVar) - logNormal(z, zero, zero);
}

/**
 * The share of the first code in the squared MMD of a batch, as models/mmd.py splits it.
 * @param {ArrayLike<number>[]} codes @param {ArrayLike<number>[]} prior as many draws @param {number} scale under |a - b|²
 * @returns {{within: number, across: number, prior: number, share: number}} three kernel means and within - 2 across + prior
 */
export function mmdShare(codes, prior, scale) {
  const kernel = (/** @type {ArrayLike<number>} */ a, /** @type {ArrayLike<number>} */ b) => {
    let square = 0;
    for (let d = 0; d < a.length; d++) square += (a[d] - b[d]) ** 2;
    return Math.exp(-square / scale);
  };
  const within = sum(codes.map((code) => kernel(codes[0], code))) / codes.length;
  const across = sum(prior.map((draw) => kernel(codes[0], draw))) / prior.length;
  const among = sum(prior.map((a) => sum(prior.map((b) => kernel(a, b))))) / prior.length ** 2;
  return { within, across, prior: among, share: within - 2 * across + among };
}

/** Mean and standard error of draws; the error is null for fewer than two. @param {ArrayLike<number>} values @returns {{mean: number, error: number | null}} */
export function meanWithError(values) {
  const n = values.length,
    mean = sum(values) / n;
  if (n < 2) return { mean, error: null };
  const squares = Array.from(values, (v) => (v - mean) ** 2);
  return { mean, error: Math.sqrt(sum(squares) / (n - 1) / n) };
}

/** @param {ArrayLike<number>} values */
export function sum(values) {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}
