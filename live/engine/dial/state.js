// @ts-check
// What the view of a dial or of a series has chosen, as the link writes it: plain functions; knows no DOM.
import { parseIndex, parseWithin } from "../state_text.js";

const FIRST_SEED = 7;
export const MAX_SEED = 999_999;

/**
 * @typedef {object} DialState
 * @property {number} at the value of the axis
 * @property {number} picked the test image that is reconstructed now
 * @property {number} pinned the one that it goes back to when the pointer leaves
 * @property {number} seed of the samples
 *
 * @typedef {object} Opening where a view may open
 * @property {{value: number}[]} steps rising
 * @property {number} origin the value unless the link names another
 * @property {number} images how many test images can be picked
 * @property {{point: number}} start
 */

/** @param {{state: Record<string, string>, data: Opening}} pane @returns {DialState} */
export function firstState({ state, data }) {
  const { steps, origin, images, start } = data;
  const picked = parseIndex(state.point, images, start.point < images ? start.point : 0);
  return {
    at: parseWithin(state.at, steps[0].value, steps[steps.length - 1].value, origin),
    picked,
    pinned: picked,
    seed: parseIndex(state.seed, MAX_SEED + 1, FIRST_SEED),
  };
}

/** A hand is at another image; only a hover leaves the pin where it is. @param {DialState} state @param {number} index @param {string} how "hover" or a press @returns {DialState} */
export function pointed(state, index, how) {
  return { ...state, picked: index, pinned: how === "hover" ? state.pinned : index };
}

/** The state as the address writes it. @param {DialState} state @param {number | null} label @returns {Record<string, string>} */
export function written({ at, pinned, seed }, label) {
  return {
    at: String(Number(at.toPrecision(4))),
    point: String(pinned),
    ...(seed === FIRST_SEED ? {} : { seed: String(seed) }),
    ...(label === null ? {} : { class: String(label) }),
  };
}
