// @ts-check
// What a class does to a view, and a view to a class: the code that the teacher's hand is at, and the pins of all on the
// map. Whoever shows a map follows it; whoever leads tells it. Knows neither view nor class.

/**
 * @typedef {{pins: number[][], truth: {z: number[], within: number} | null}} Pins codes; the truth once it is told
 * @typedef {{levels: Uint8Array, name: string}} Sketch a pupil's own drawing, `[64, 64]`, and what its label is called
 * @typedef {{lead?: (z: number[]) => void, pins?: (pins: Pins) => void, mine?: (sketches: Sketch[]) => void}} Follower
 */

/** @type {Pins} */
const NONE = { pins: [], truth: null };
/** @type {Set<Follower>} */
const followers = new Set();
/** @type {Set<(z: ArrayLike<number>) => void>} */
const listeners = new Set();
let present = NONE;
/** @type {Sketch[]} */
let mine = [];

/** A view is led from now on, and gets the pins that there are. @param {Follower} follower */
export function follow(follower) {
  followers.add(follower);
  if (present !== NONE) follower.pins?.(present);
  if (mine.length) follower.mine?.(mine);
  return { close: () => followers.delete(follower) };
}

/** The views that are shown go to a code. @param {number[]} z */
export function lead(z) {
  for (const follower of followers) follower.lead?.(z);
}

/** All pins, and the truth; null takes them away. @param {Pins | null} pins */
export function showPins(pins) {
  if (!pins && present === NONE) return;
  present = pins ?? NONE;
  for (const follower of followers) follower.pins?.(present);
}

/** A pupil's own drawings; none takes them away. @param {Sketch[]} sketches */
export function showMine(sketches) {
  if (!sketches.length && !mine.length) return;
  mine = sketches;
  for (const follower of followers) follower.mine?.(mine);
}

/** A view's hand is at a code. @param {ArrayLike<number>} z */
export function tell(z) {
  for (const listener of listeners) listener(z);
}

/** @param {(z: ArrayLike<number>) => void} listener */
export function listen(listener) {
  listeners.add(listener);
  return { close: () => listeners.delete(listener) };
}
