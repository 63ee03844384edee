// @ts-check
// An image of one's own: a code, a class, and how both came about. Pure: every change makes a new state.
// Knows no DOM and no page.
import { likeliest, mixture } from "./classes.js";
import { gameText } from "./guessing.js";
import { sampleCodes } from "./samples.js";
import { writeNumbers } from "./state_text.js";

export const NONE = -1, // of the classes
  MAX_SEED = 999999;
/** @type {Way[]} */
export const WAYS = ["hand", "class", "chance"];

/**
 * @typedef {"hand" | "class" | "chance"} Way
 * @typedef {object} Creation
 * @property {Way} by
 * @property {Float32Array} z
 * @property {number} label the class: what a conditional model is told, or around whose codes z is drawn
 * @property {number} other the second class of a mixture
 * @property {number} share of the second class, 0 to 1
 * @property {number} seed of the new pictures
 * @property {{a?: string, b?: string}} taken codes that were kept as ends of a path
 * @property {import("./guessing.js").Game | null} game which one is Bach? null while nobody plays
 * @typedef {import("./model.js").ModelInfo} ModelInfo
 */

/** A number as a seed: whole, and not too large. @param {number} number */
export function seedOf(number) {
  return Math.min(MAX_SEED, Math.max(0, Math.floor(number) || 0));
}

/** The next new pictures; a class that only z held is forgotten by chance. @param {Creation} state @param {boolean} conditional @returns {Creation} */
export function reshuffled(state, conditional) {
  const label = conditional || state.by === "class" ? state.label : NONE;
  return { ...state, seed: (state.seed + 1) % (MAX_SEED + 1), label };
}

/** Whether two classes are mixed. @param {Creation} state @param {boolean} conditional */
export function isMixed({ by, label, other, share }, conditional) {
  return conditional && by === "class" && share > 0 && other !== label;
}

/** What the decoder is told. @param {Creation} state @param {ModelInfo} info @returns {import("./network.js").Condition} */
export function conditionOf(state, { conditional, classNames }) {
  if (!conditional) return null;
  const { label, other, share } = state;
  return isMixed(state, conditional) ? mixture(classNames.length, label, other, share) : label;
}

/** Whether new pictures are drawn around the codes of a class, for a decoder that is told none. @param {Creation} state @param {ModelInfo} info */
export function isAround({ by, label }, { conditional }) {
  return by === "class" && !conditional && label !== NONE;
}

/** The codes of the new pictures. @param {Creation} state @param {import("./model.js").Model} model @param {number} count */
export function codesOf(state, { info, mu, labels }, count) {
  const around = labels && isAround(state, info) ? { mu, labels, label: state.label } : null;
  return sampleCodes(count, state.seed, info, around, info.conditional ? state.label : null);
}

/** The likeliest class is taken of a model that is told one. @param {Creation} state @param {number[]} shares @returns {Creation} */
export function guessed(state, shares) {
  return { ...state, label: likeliest(shares)[0] };
}

/** The code is kept as an end of a path. @param {Creation} state @param {"a" | "b"} end @returns {Creation} */
export function kept(state, end) {
  return { ...state, taken: { ...state.taken, [end]: writeNumbers(state.z) } };
}

/** The state as the address writes it. @param {Creation} state @param {boolean} conditional @returns {Record<string, string>} */
export function written(state, conditional) {
  const { by, z, label, other, share, seed, taken, game } = state;
  return {
    by,
    z: writeNumbers(z),
    ...(label === NONE ? {} : { class: String(label) }),
    ...(seed ? { seed: String(seed) } : {}),
    ...(isMixed(state, conditional) ? { mix: share.toFixed(2), with: String(other) } : {}),
    ...taken,
    ...(game ? { guesses: gameText(game) } : {}),
  };
}
