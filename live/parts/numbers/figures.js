// @ts-check
// A term's formula with its figures put in, as text. Knows numbers and words; knows no element.
import { logNormal } from "../../engine/likelihood.js";
import { pixelNats, sum } from "../../engine/nats.js";
import { likelihoods, mmdOf, objectiveOf, printedBy, termOf } from "../../engine/numbers.js";
import { atMost, number, t } from "../../words/words.js";

/**
 * @typedef {import("../../engine/numbers.js").Numbers} Numbers
 * @typedef {import("../../engine/numbers.js").Objective} Objective
 * @typedef {import("../../engine/numbers.js").Program} Program
 * @typedef {import("../../engine/numbers.js").TermName} TermName
 */

/** A number inside a formula: a negative one in brackets. @param {number} value @param {number} [digits] */
export const bracketed = (value, digits = 2) => (value < 0 ? `(${number(value, digits)})` : number(value, digits));

/** What a weight is written as: 4, 0.01, 1,000. @param {number} weight */
export const weightText = (weight) => atMost(weight, 4);

/** How a term comes about from this image's figures. @param {TermName} name @param {Numbers} numbers @param {Objective} objective @returns {string} */
export function figuresOf(name, numbers, objective) {
  const { draws, mu, logVar, kl } = numbers;
  const value = termOf(name, numbers, objective) ?? 0;
  if (name === "log_likelihood") {
    const pixels = pixelNats(objective.likelihood, draws[0].logits, numbers.x);
    return t("numbers.figures.pixels", { count: pixels.length, nats: value, most: Math.min(...pixels) });
  }
  if (name === "mmd") {
    const { within, across, prior } = mmdOf(numbers, objective.kernel);
    const means = { within, across, prior, value };
    return t("numbers.figures.mmd", { ...means, codes: numbers.batch.codes.length, draws: numbers.batch.prior.length });
  }
  if (name === "kl_draw" && logVar) {
    const [{ z }] = draws,
      zero = new Float64Array(z.length);
    return t("numbers.figures.draw", { q: logNormal(z, mu, logVar), p: logNormal(z, zero, zero), nats: value });
  }
  if (name === "kl_off_capacity") {
    return `|${number(sum(kl ?? []), 2)} − ${number(objective.capacity, 2)}| = ${number(value, 2)}`;
  }
  return t("numbers.figures.kl", { count: mu.length, nats: value });
}

/** The objective as a sum: `−132.41 − 4 × 3.10 = −144.81`. @param {Numbers} numbers @param {Objective} objective @returns {string} */
export function sumText(numbers, objective) {
  const total = objectiveOf(numbers, objective);
  if (total === null || !objective.terms) return t("numbers.none");
  const parts = objective.terms.map(({ name, sign, weight, symbol }, i) => {
    const value = termOf(name, numbers, objective) ?? 0;
    const factor = symbol ? `${weightText(weight)} × ` : "";
    const lead = sign < 0 ? (i ? " − " : "−") : i ? " + " : "";
    return lead + factor + (i || sign < 0 ? bracketed(value) : number(value, 2));
  });
  return `${parts.join("")} = ${number(total, 2)}`;
}

/** A published program's loss, as its parts and their sum. @param {Numbers} numbers @param {Program} program @returns {string} */
export function lossText(numbers, program) {
  const total = printedBy(numbers, program);
  if (total === null || !program.terms) return t("numbers.none");
  const digits = Math.abs(total) < 1 ? 4 : 2;
  const parts = program.terms.map(({ name, sign, weight }) => {
    const dropped = name === "log_likelihood" ? program.dropped : 0;
    return -program.scale * (sign * weight * (termOf(name, numbers, program) ?? 0) + dropped);
  });
  const written = parts.map((part, i) => (i ? bracketed(part, digits) : number(part, digits))).join(" + ");
  return parts.length > 1 ? `${written} = ${number(total, digits)}` : number(total, digits);
}

/** log p(x|z) of the draws: their mean and its standard error. @param {Numbers} numbers @param {Objective} objective @returns {string} */
export function drawsText(numbers, { likelihood }) {
  const { mean, error, each } = likelihoods(numbers, likelihood);
  if (error === null) return t("numbers.draws.one", { nats: mean });
  return t("numbers.draws", { count: each.length, mean, error });
}
