// @ts-check
// What a browser keeps of a class while it goes on: a pupil's token or the teacher's key, so that a reload is the same
// person. Knows the browser's store; knows no page.

/** @typedef {{token: string, key: string, remote: boolean}} Memory */

const NAME = (/** @type {string} */ code) => `lp-class-${code}`;
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

/** @param {string} code */
export function forget(code) {
  here.delete(code);
  try {
    localStorage.removeItem(NAME(code));
  } catch {
    // nothing was kept
  }
}
