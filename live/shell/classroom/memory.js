// @ts-check
// What a browser keeps of a class while it goes on: a pupil's token or the teacher's key, so that a reload is the same
// person, and a pupil's own drawings. Knows the browser's store; knows no page.

/**
 * @typedef {{token: string, key: string, remote: boolean}} Memory
 * @typedef {{label: number, name: string, ink: string}} Own a drawing, with what its label was called
 */

const NAME = (/** @type {string} */ code) => `lp-class-${code}`;
const DRAWN = (/** @type {string} */ code) => `lp-class-drawn-${code}`;
/** @type {Map<string, (Own | null)[]>} where a browser keeps nothing */
const drawn = new Map();
/** @type {Map<string, Memory>} where a browser keeps nothing */
const here = new Map();

/** @param {string} code @returns {Memory} */
export function recall(code) {
  const nothing = { token: "", key: "", remote: false };
  try {
    const kept = JSON.parse(localStorage.getItem(NAME(code)) ?? "null") ?? here.get(code) ?? {};
    const text = (/** @type {unknown} */ value) => (typeof value === "string" ? value : "");
    return { token: text(kept.token), key: text(kept.key), remote: kept.remote === true };
  } catch {
    return here.get(code) ?? nothing;
  }
}

/** @param {string} code @param {Partial<Memory>} more @returns {Memory} */
export function remember(code, more) {
  const memory = { ...recall(code), ...more };
  here.set(code, memory);
  try {
    localStorage.setItem(NAME(code), JSON.stringify(memory));
  } catch {
    // for this page only
  }
  return memory;
}

/** A pupil's own drawings, in the order they were made; null for one that this browser has no more. @param {string} code @returns {(Own | null)[]} */
export function ownDrawings(code) {
  try {
    const kept = JSON.parse(localStorage.getItem(DRAWN(code)) ?? "null") ?? drawn.get(code) ?? [];
    return Array.isArray(kept) ? kept.map((one) => (typeof one?.ink === "string" ? one : null)) : [];
  } catch {
    return drawn.get(code) ?? [];
  }
}

/** @param {string} code @param {(Own | null)[]} drawings */
export function keepDrawings(code, drawings) {
  drawn.set(code, drawings);
  try {
    localStorage.setItem(DRAWN(code), JSON.stringify(drawings));
  } catch {
    // for this page only
  }
}

/** @param {string} code */
export function forget(code) {
  here.delete(code);
  drawn.delete(code);
  try {
    localStorage.removeItem(NAME(code));
    localStorage.removeItem(DRAWN(code));
  } catch {
    // nothing was kept
  }
}
