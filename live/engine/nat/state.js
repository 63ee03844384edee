// @ts-check
// What the view of a nat has chosen, as the link writes it: plain functions; knows no DOM.
import { parseIndex, parseNumbers, parseWithin, writeNumbers } from "../state_text.js";
import { AREAS } from "./bells.js";

/**
 * @typedef {import("./bells.js").Bell} Bell
 * @typedef {object} NatState
 * @property {boolean} real whether the bells are those of a test image and the prior, or free ones
 * @property {Bell} q @property {Bell} p the free ones
 * @property {import("./bells.js").Area} area
 * @property {number} point which test image
 * @property {number} dim which number of its code
 */

export const FARTHEST = 5,
  NARROWEST = 0.02,
  WIDEST = 3;
/** @type {{q: Bell, p: Bell}} */
const FIRST = { q: { mean: 1, std: 0.5 }, p: { mean: 0, std: 1 } };
export const PRIOR = FIRST.p;

/** @param {{state: Record<string, string>, data: {start: {point: number}}, model: {info: {count: number, latentDim: number}}}} pane @returns {NatState} */
export function firstState({ state, data, model }) {
  return {
    real: state.of === "image",
    q: bellOf(state.q) ?? FIRST.q,
    p: bellOf(state.p) ?? FIRST.p,
    area: AREAS.find((area) => area === state.area) ?? "forward",
    point: parseIndex(state.point, model.info.count, data.start.point),
    dim: parseIndex(state.dim, model.info.latentDim, 0),
  };
}

/** @param {string | undefined} text mean and standard deviation @returns {Bell | null} */
function bellOf(text) {
  const [mean, std] = parseNumbers(text, 2) ?? [];
  return mean === undefined ? null : held({ mean: Number(mean.toFixed(3)), std: Number(std.toFixed(3)) });
}

/** A bell within what a hand may do. @param {Bell} bell @returns {Bell} */
export function held({ mean, std }) {
  return {
    mean: parseWithin(String(mean), -FARTHEST, FARTHEST, 0),
    std: parseWithin(String(std), NARROWEST, WIDEST, 1),
  };
}

/** The state as the address writes it. @param {NatState} state @returns {Record<string, string>} */
export function written({ real, q, p, area, point, dim }) {
  if (real) return { of: "image", area, point: String(point), dim: String(dim) };
  return { area, q: writeNumbers([q.mean, q.std]), p: writeNumbers([p.mean, p.std]) };
}
