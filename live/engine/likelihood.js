// @ts-check
// What a model says of an image in nats: log p(x|z), and which class is how likely.
// Pure arithmetic, as models/objectives.py has it; knows no DOM.

/** @typedef {{name: "bernoulli" | "gaussian" | "categorical", pixelStd: number}} Likelihood `pixelStd`: of the Gaussian, in grey levels 0 to 1 */

/**
 * log p(x|z) of an image, summed over its pixels.
 * @param {Likelihood} likelihood @param {ArrayLike<number>} logits @param {ArrayLike<number>} x in [0, 1]
 */
export function logLikelihood({ name, pixelStd }, logits, x) {
  let sum = 0;
  if (name === "gaussian") {
    for (let i = 0; i < x.length; i++) sum -= ((x[i] - 1 / (1 + Math.exp(-logits[i]))) / pixelStd) ** 2 / 2;
    return sum - x.length * Math.log(pixelStd * Math.sqrt(2 * Math.PI));
  }
  if (name === "categorical") {
    // log p of the rows that are on: x * -softplus(-logit)
    for (let i = 0; i < x.length; i++) if (x[i]) sum -= x[i] * softplus(-logits[i]);
    return sum;
  }
  // x * logit - softplus(logit): the Bernoulli likelihood in its stable form
  for (let i = 0; i < x.length; i++) sum += x[i] * logits[i] - softplus(logits[i]);
  return sum;
}

/** log(1 + e^v), stable. @param {number} v */
export function softplus(v) {
  return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
}

/** log N(z; mean, diag exp logVar). @param {ArrayLike<number>} z @param {ArrayLike<number>} mean @param {ArrayLike<number>} logVar */
export function logNormal(z, mean, logVar) {
  let sum = 0;
  for (let d = 0; d < z.length; d++)
    sum -= 0.5 * (Math.log(2 * Math.PI) + logVar[d] + (z[d] - mean[d]) ** 2 / Math.exp(logVar[d]));
  return sum;
}

/** log of the mean of exponentials, stable. @param {number[]} values */
export function logMeanExp(values) {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0) / values.length);
}

/** Probabilities from log evidences, the classes being equally likely beforehand. @param {number[]} logs */
export function shares(logs) {
  const all = logMeanExp(logs) + Math.log(logs.length);
  return logs.map((value) => Math.exp(value - all));
}
