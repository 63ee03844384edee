// @ts-check
// One image's numbers: its posterior, eight draws of epsilon, and from them every term of an objective, ours or that of a
// published program. Knows the exact runner and what live/numbers/ says of objectives; knows no DOM.
import { encodeExact, runExact } from "./exact.js";
import { klNats, klOfDraw, meanWithError, mmdShare, pixelNats, sum } from "./nats.js";
import { noise, seeded } from "./random.js";

export const DRAWS = 8;

/**
 * @typedef {import("./likelihood.js").Likelihood} Likelihood
 * @typedef {import("./network.js").Part} Part
 * @typedef {"log_likelihood" | "kl" | "kl_draw" | "kl_off_capacity" | "mmd"} TermName
 * @typedef {object} Term a part of an objective: sign x weight x what `name` is
 * @property {TermName} name @property {1 | -1} sign @property {number} weight @property {string} symbol of the weight, "" for 1
 * @typedef {object} Objective
 * @property {Term[] | null} terms null where it has no form for a single image, and of a learnt prior
 * @property {boolean} [learnt] whether the prior is
 * @property {Likelihood} likelihood @property {number} capacity C of the KL, in nats
 * @property {number} kernel the denominator under |a - b|² in the MMD's kernel
 * @typedef {Objective & {titles: string[], form: string, scale: number, dropped: number, own: boolean}} Program
 *   prints -scale x (objective + dropped), `dropped`: the constant that it leaves out, in nats
 * @typedef {object} Batch what a term over a batch needs beside the image
 * @property {ArrayLike<number>[]} codes of other images @property {Float32Array[]} prior draws from N(0, I), one more
 * @typedef {object} Numbers
 * @property {Float64Array} x @property {Float64Array} mu
 * @property {Float64Array | null} logVar @property {Float64Array | null} kl of each dimension, null without a density, or of a learnt prior
 * @property {{eps: Float32Array | null, z: Float64Array, logits: Float64Array}[]} draws one for a deterministic encoder
 * @property {Batch} batch
 */

/** The epsilons of an image's draws, the same for the same seed. @param {number} seed @param {number} latentDim @returns {Float32Array[]} */
export function epsilons(seed, latentDim) {
  const uniform = seeded(seed);
  return Array.from({ length: DRAWS }, () => noise(latentDim, uniform));
}

/** Draws from the prior for the MMD, the same for the same seed. @param {number} seed @param {number} count @param {number} latentDim @returns {Float32Array[]} */
export function priorDraws(seed, count, latentDim) {
  const uniform = seeded(seed ^ 0x5eed);
  return Array.from({ length: count }, () => noise(latentDim, uniform));
}

/** The first test images but the one at hand. @param {number} count @param {number} but -1 for an image that is none of them @returns {number[]} */
export function othersOf(count, but) {
  return Array.from({ length: count + 1 }, (_, i) => i)
    .filter((i) => i !== but)
    .slice(0, count);
}

/** An image in 256 grey levels, as files have it, in [0, 1]. @param {ArrayLike<number>} x @returns {Uint8Array} */
export function levelsOf(x) {
  return Uint8Array.from(x, (v) => Math.round(255 * v));
}

/**
 * The numbers of an image; a step decodes one draw, for who must not keep the page waiting.
 * @param {{encoder: Part, decoder: Part}} parts @param {{levels: Uint8Array, y: import("./network.js").Condition}} image
 * @param {Float32Array[]} eps @param {Batch} batch @param {boolean} [learnt] whether the prior is: the KL here is to N(0, I)
 * @returns {Generator<void, Numbers>}
 */
export function* numbersOf({ encoder, decoder }, { levels, y }, eps, batch, learnt = false) {
  const x = Float64Array.from(levels, (level) => level / 255);
  const { mu, logVar } = encodeExact(encoder, x, y);
  yield;
  const draws = [];
  for (const one of logVar ? eps : [null]) {
    const z = one && logVar ? mu.map((m, d) => m + Math.exp(0.5 * logVar[d]) * one[d]) : mu;
    draws.push({ eps: one, z, logits: runExact(decoder, z, y) });
    yield;
  }
  return { x, mu, logVar, kl: learnt ? null : logVar && klNats(mu, logVar), draws, batch };
}

/** log p(x|z) of each draw, with their mean and its standard error. @param {Numbers} numbers @param {Likelihood} likelihood */
export function likelihoods({ x, draws }, likelihood) {
  const each = draws.map(({ logits }) => sum(pixelNats(likelihood, logits, x)));
  return { each, ...meanWithError(each) };
}

/** The three kernel means of the MMD and the image's share. @param {Numbers} numbers @param {number} kernel */
export function mmdOf({ draws, batch }, kernel) {
  return mmdShare([draws[0].z, ...batch.codes], batch.prior, kernel);
}

/** What a term is for the first draw, without sign and weight; null where the encoder has no density. @param {TermName} name @param {Numbers} numbers @param {Objective} objective @returns {number | null} */
export function termOf(name, numbers, { likelihood, capacity, kernel }) {
  const { kl, mu, logVar, draws } = numbers;
  if (name === "log_likelihood") return likelihoods({ ...numbers, draws: draws.slice(0, 1) }, likelihood).mean;
  if (name === "mmd") return mmdOf(numbers, kernel).share;
  if (!kl || !logVar) return null;
  if (name === "kl") return sum(kl);
  if (name === "kl_draw") return klOfDraw(draws[0].z, mu, logVar);
  if (name === "kl_off_capacity") return Math.abs(sum(kl) - capacity);
  throw new Error(`unknown term ${name}`);
}

/** The objective of the first draw; null where it has none. @param {Numbers} numbers @param {Objective} objective @returns {number | null} */
export function objectiveOf(numbers, objective) {
  if (!objective.terms) return null;
  let total = 0;
  for (const { name, sign, weight } of objective.terms) {
    const value = termOf(name, numbers, objective);
    if (value === null) return null;
    total += sign * weight * value;
  }
  return total;
}

/** What a published program prints as its loss of this image. @param {Numbers} numbers @param {Program} program @returns {number | null} */
export function printedBy(numbers, program) {
  const value = objectiveOf(numbers, program);
  return value === null ? null : -program.scale * (value + program.dropped);
}
