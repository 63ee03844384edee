// @ts-check
// Where codes should lie: N(0, I), or the Gaussians of a learnt prior, a mixture or one a class, as models/prior.py.
// Pure arithmetic; knows no DOM.
import { logMeanExp, logNormal } from "./likelihood.js";
import { drawNormal } from "./random.js";

/**
 * @typedef {{kind: "mixture" | "of-class", mu: number[][], logVar: number[][]}} LearntPrior rows `[latent]`: of a
 *   component, all of them equally likely, or of a class
 * @typedef {{x: number, y: number, rx: number, ry: number}} Ring an ellipse along the axes of a map
 * @typedef {{mu: ArrayLike<number>, logVar: ArrayLike<number>}} Gaussian
 * @typedef {{latentDim: number, prior?: LearntPrior | null}} Owner
 */

/** The Gaussians that a code of this class may come from; of all classes where it is not known. @param {Owner} owner @param {number | null} label @returns {Gaussian[]} */
export function gaussiansOf({ latentDim, prior }, label) {
  if (!prior) {
    const zero = new Float32Array(latentDim);
    return [{ mu: zero, logVar: zero }];
  }
  const rows = prior.mu.map((mu, k) => ({ mu, logVar: prior.logVar[k] }));
  return prior.kind === "of-class" && label !== null && rows[label] ? [rows[label]] : rows;
}

/**
 * A code from the prior; a single Gaussian needs no number for its choice, so that seeds of N(0, I) mean what they did.
 * @param {Owner} owner @param {number | null} label @param {() => number} [uniform] in [0, 1)
 */
export function drawPrior(owner, label, uniform = Math.random) {
  const rows = gaussiansOf(owner, label);
  const { mu, logVar } = rows.length > 1 ? rows[Math.floor(uniform() * rows.length)] : rows[0];
  return drawNormal(mu, logVar, uniform);
}

/** log p(z), or log p(z|y), nats. @param {Owner} owner @param {Float32Array} z @param {number | null} label */
export function logPrior(owner, z, label) {
  return logMeanExp(gaussiansOf(owner, label).map(({ mu, logVar }) => logNormal(z, mu, logVar)));
}

/** The mean of the prior. @param {Owner} owner @param {number | null} label */
export function centreOf(owner, label) {
  const rows = gaussiansOf(owner, label);
  return Float32Array.from(
    { length: owner.latentDim },
    (_, d) => rows.reduce((sum, { mu }) => sum + mu[d], 0) / rows.length,
  );
}

/** Mean and standard deviation of all of it along a dimension. @param {Owner} owner @param {number} dim @returns {{mean: number, std: number}} */
export function momentsOf(owner, dim) {
  const rows = gaussiansOf(owner, null);
  const mean = rows.reduce((sum, { mu }) => sum + mu[dim], 0) / rows.length;
  const square = rows.reduce((sum, { mu, logVar }) => sum + (mu[dim] - mean) ** 2 + Math.exp(logVar[dim]), 0);
  return { mean, std: Math.sqrt(square / rows.length) };
}

/** What a map shows of it in two dimensions: one and two sigma of N(0, I), one of each Gaussian of a learnt prior. @param {Owner} owner @param {ArrayLike<number> | null} dims null for a plane that is turned @returns {Ring[]} */
export function ringsOf(owner, dims) {
  if (!dims) return [];
  if (!owner.prior) return ROUND;
  return gaussiansOf(owner, null).map(({ mu, logVar }) => {
    const [i, j] = [dims[0], dims[1] ?? dims[0]];
    return { x: mu[i], y: mu[j], rx: Math.exp(logVar[i] / 2), ry: Math.exp(logVar[j] / 2) };
  });
}

/** @type {Ring[]} */
export const ROUND = [1, 2].map((sigma) => ({ x: 0, y: 0, rx: sigma, ry: sigma }));
