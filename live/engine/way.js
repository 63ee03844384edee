// @ts-check
// A way between two codes on a map: its ends, which of them a hand has, and the path. Pure arithmetic; knows no DOM.
import { lerp, slerp, toLatent, toPlane } from "./plane.js";

/** @typedef {"a" | "b"} End */
/** @type {End[]} */
export const ENDS = ["a", "b"];

/**
 * @typedef {object} WayState
 * @property {Float32Array} a @property {Float32Array} b the ends
 * @property {number} path a straight line (0) or a great circle (1)
 * @property {number | null} label that the decoder is told
 * @property {End} active the end that keys move
 * @property {boolean} dragging whether a hand holds it
 * @property {number} share of the way that the large image is at, 0 to 1
 */

/** The end that is nearer to a point of the map; A where both are. @param {WayState} state @param {import("./plane.js").PlaneInfo} plane @param {number} x @param {number} y */
export function nearerEnd(state, plane, x, y) {
  const [toA, toB] = ENDS.map((end) => {
    const [ex, ey] = toPlane(plane, state[end]);
    return Math.hypot(ex - x, ey - y);
  });
  return toA <= toB ? "a" : "b";
}

/**
 * A hand on the map: a press takes the nearer end, keys move the one that is active, a hover none.
 * @param {WayState} state @param {import("./plane.js").PlaneInfo} plane @param {number} x @param {number} y
 * @param {import("../maps/gestures.js").How} how @returns {WayState}
 */
export function moved(state, plane, x, y, how) {
  if (how === "hover") return state;
  const dragging = how === "drag";
  const active = dragging && !state.dragging ? nearerEnd(state, plane, x, y) : state.active;
  return { ...state, active, dragging, [active]: toLatent(plane, x, y, state[active]) };
}

/** @param {WayState} state @returns {WayState} */
export function swapped(state) {
  return { ...state, a: state.b, b: state.a };
}

/** The end that a key chooses, or null. @param {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean}} event @returns {End | null} */
export function endOfKey({ key, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return null;
  return ENDS.find((end) => end === key.toLowerCase()) ?? null;
}

/** The way from A to B, ends included. @param {WayState} state @param {number} steps */
export function wayOf({ a, b, path }, steps) {
  return (path === 1 ? slerp : lerp)(a, b, steps);
}

/** The place on a way that is nearest to a code, as a share of it, and how far away it is. @param {Float32Array[]} way @param {Float32Array} z */
export function nearestOn(way, z) {
  let step = 0,
    least = Number.POSITIVE_INFINITY;
  for (const [k, code] of way.entries()) {
    const distance = Math.hypot(...code.map((v, d) => v - z[d]));
    if (distance < least) [step, least] = [k, distance];
  }
  return { share: step / (way.length - 1), distance: least };
}
