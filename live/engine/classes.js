// @ts-check
// Classes as numbers: what a conditional model is told, and how a label is guessed. Knows no DOM.

import { logLikelihood, logMeanExp, logNormal, shares } from "./likelihood.js";
import { logPrior } from "./prior.js";
import { drawNormal } from "./random.js";

const LEAST_SHARE = 0.005;
const FIRST_DRAWS = 2,
  DRAWS = 16; // of a class's posterior, where it is still in the race
const OUT_OF_REACH = 15; // nats: a class that is so far behind after its first draws has no percent

/**
 * @typedef {{encode: (x: Float32Array, y: number) => {mu: Float32Array, logVar: Float32Array | null}}} Encoder
 * @typedef {(z: Float32Array, y: number) => ArrayLike<number>} Decode
 */

/** Class weights that mix two classes. @param {number} classes @param {number} a @param {number} b @param {number} share of b */
export function mixture(classes, a, b, share) {
  const weights = new Float32Array(classes);
  weights[a] += 1 - share;
  weights[b] += share;
  return weights;
}

/**
 * How likely each class is for an image, by Bayes' rule over a bound on log p(x|y): the importance-weighted one
 * (Burda, Grosse and Salakhutdinov 2015, eq. 8) where the encoder is stochastic, else log p(x|z) + log p(z) at its code.
 * A step decodes one image, for who must not keep the page waiting.
 * @param {Encoder} encoder @param {Decode} decode logits
 * @param {import("./likelihood.js").Likelihood} likelihood
 * @param {Float32Array} x @param {number} classes @param {() => number} uniform in [0, 1)
 * @param {(z: Float32Array, y: number) => number} [prior] log p(z|y), nats
 * @returns {Generator<void, number[]>} at its end one share a class, summing to 1
 */
export function* classShares(encoder, decode, likelihood, x, classes, uniform, prior = standard) {
  const race = Array.from({ length: classes }, (_, y) => {
    const { mu, logVar } = encoder.encode(x, y);
    return { y, mean: mu.slice(), spread: logVar?.slice() ?? null, weights: /** @type {number[]} */ ([]) };
  });
  for (const draws of [FIRST_DRAWS, DRAWS]) {
    const best = Math.max(...race.map(bound));
    for (const { y, mean, spread, weights } of race.filter((one) => bound(one) >= best - OUT_OF_REACH)) {
      while (weights.length < (spread ? draws : 1)) {
        const z = spread ? drawNormal(mean, spread, uniform) : mean;
        const joint = logLikelihood(likelihood, decode(z, y), x) + prior(z, y);
        weights.push(spread ? joint - logNormal(z, mean, spread) : joint);
        yield;
      }
    }
  }
  return shares(race.map(bound));
}

/** The class that most of them have, of several the nearest one's. @param {number[]} labels of the nearest, nearest first */
export function mostOf(labels) {
  const votes = (/** @type {number} */ label) => labels.filter((other) => other === label).length;
  return labels.reduce((best, label) => (votes(label) > votes(best) ? label : best), labels[0]);
}

/** `classShares` of a model. @param {import("./model.js").Model} model @param {Encoder} encoder @param {Float32Array} x @param {() => number} uniform */
export function sharesBy(model, encoder, x, uniform) {
  const { likelihood, classNames } = model.info;
  const prior = (/** @type {Float32Array} */ z, /** @type {number} */ y) => logPrior(model.info, z, y);
  return classShares(encoder, (z, y) => model.logits(z, y), likelihood, x, classNames.length, uniform, prior);
}

/** What is known of log p(x|y) by now; before a draw, nothing speaks against it. @param {{weights: number[]}} racer */
function bound({ weights }) {
  return weights.length ? logMeanExp(weights) : 0;
}

/** The classes that are worth a word, likeliest first: two, or one where the other has no percent. @param {number[]} rated their shares @returns {number[]} */
export function likeliest(rated) {
  const order = [...rated.keys()].sort((a, b) => rated[b] - rated[a]);
  return order.slice(0, rated[order[1]] >= LEAST_SHARE ? 2 : 1);
}

/** log p(z) of N(0, I). @param {Float32Array} z */
function standard(z) {
  return logPrior({ latentDim: z.length }, z, null);
}
