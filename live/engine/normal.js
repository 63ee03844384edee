// @ts-check
// Normal distributions over codes: of a class, and draws from it. Pure arithmetic; knows no DOM.
import { gaussian } from "./random.js";

const JITTER = 1e-9; // keeps the root of a flat cloud real

/** @typedef {{mean: Float64Array, root: Float64Array[]}} Normal `root`: lower triangle whose square is the covariance */

/**
 * Mean and covariance of the codes with a label, as a normal distribution.
 * @param {ArrayLike<number>} mu `[images, latent]` @param {ArrayLike<number>} labels @param {number} label @param {number} latentDim
 * @returns {Normal}
 */
export function normalOfClass(mu, labels, label, latentDim) {
  /** @type {number[]} */
  const rows = [];
  for (let i = 0; i < labels.length; i++) if (labels[i] === label) rows.push(i * latentDim);
  const mean = new Float64Array(latentDim);
  for (const at of rows) for (let d = 0; d < latentDim; d++) mean[d] += mu[at + d] / rows.length;
  const covariance = Array.from(mean, (_, a) =>
    Float64Array.from(mean, (_, b) => {
      let sum = 0;
      for (const at of rows) sum += (mu[at + a] - mean[a]) * (mu[at + b] - mean[b]);
      return sum / Math.max(1, rows.length - 1);
    }),
  );
  return { mean, root: cholesky(covariance) };
}

/** A draw. @param {Normal} normal @param {() => number} uniform in [0, 1) */
export function drawFrom({ mean, root }, uniform) {
  const eps = Array.from(mean, () => gaussian(uniform));
  return Float32Array.from(mean, (m, a) => root[a].slice(0, a + 1).reduce((sum, v, b) => sum + v * eps[b], m));
}

/** The lower triangle whose square is the matrix. @param {Float64Array[]} matrix symmetric, not negative */
export function cholesky(matrix) {
  const root = matrix.map((row) => new Float64Array(row.length));
  matrix.forEach((row, a) => {
    for (let b = 0; b <= a; b++) {
      let sum = row[b] + (a === b ? JITTER : 0);
      for (let k = 0; k < b; k++) sum -= root[a][k] * root[b][k];
      root[a][b] = a === b ? Math.sqrt(Math.max(sum, 0)) : sum / (root[b][b] || 1);
    }
  });
  return root;
}
