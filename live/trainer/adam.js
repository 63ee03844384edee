// @ts-check
// Adam, as torch takes its steps (Kingma and Ba 2014, algorithm 1), and the bound on the gradient's norm. Pure arithmetic;
// knows no model.

const FIRST = 0.9,
  SECOND = 0.999;

/** @typedef {{m: Float32Array, v: Float32Array}} Moments of the gradient: its running mean, and of its square */

/** @param {number} count @returns {Moments} */
export const noMoments = (count) => ({ m: new Float32Array(count), v: new Float32Array(count) });

/**
 * One step downhill.
 * @param {Float32Array} values @param {Float32Array} gradients @param {Moments} moments @param {number} step from 1
 * @param {number} rate @param {number} eps
 */
export function adam(values, gradients, { m, v }, step, rate, eps) {
  const pace = rate / (1 - FIRST ** step),
    width = 1 / Math.sqrt(1 - SECOND ** step);
  for (let i = 0; i < values.length; i++) {
    const g = gradients[i],
      mean = FIRST * m[i] + (1 - FIRST) * g,
      square = SECOND * v[i] + (1 - SECOND) * g * g;
    m[i] = mean;
    v[i] = square;
    values[i] -= (pace * mean) / (Math.sqrt(square) * width + eps);
  }
}

/** Scales gradients down to the norm `limit` where theirs is greater; 0 is no limit. @param {Float32Array[]} gradients @param {number} limit */
export function clip(gradients, limit) {
  let square = 0;
  for (const part of gradients) for (let i = 0; i < part.length; i++) square += part[i] * part[i];
  const norm = Math.sqrt(square);
  if (!limit || !(norm > limit)) return;
  const factor = limit / (norm + 1e-6);
  for (const part of gradients) for (let i = 0; i < part.length; i++) part[i] *= factor;
}
