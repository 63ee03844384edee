// @ts-check
// The parts of a view's state as the address bar writes them. Pure text; knows no view.

/** As much of what a link names as a sentence says. */
export const MAX_NAME = 60;

/** The numbers in a text, or null. @param {string | undefined} text @param {number} count */
export function parseNumbers(text, count) {
  const values = (text ?? "").split(",").map(numberOf);
  return text && values.length === count && values.every(Number.isFinite) ? Float32Array.from(values) : null;
}

/** @param {ArrayLike<number>} z */
export function writeNumbers(z) {
  return Array.from(z, (v) => String(Number(v.toFixed(3)))).join(",");
}

/** The indices in a text, below a limit. @param {string | undefined} text @param {number} limit */
export function parseIndices(text, limit) {
  const values = text ? text.split(",").map(numberOf) : [];
  return new Set(values.filter((v) => Number.isInteger(v) && v >= 0 && v < limit));
}

/** An index below a limit, or the given one. @param {string | undefined} text @param {number} limit @param {number} otherwise */
export function parseIndex(text, limit, otherwise) {
  const [index] = parseIndices(text, limit);
  return index ?? otherwise;
}

/** Indices in rising order, `none` for no index. @param {Iterable<number>} indices */
export function writeIndices(indices) {
  return [...indices].sort((a, b) => a - b).join(",") || "none";
}

/** A number within bounds, or the given one where there is none. @param {string | undefined} text @param {number} low @param {number} high @param {number} otherwise */
export function parseWithin(text, low, high, otherwise) {
  const value = numberOf(text ?? "");
  return Number.isNaN(value) ? otherwise : Math.min(high, Math.max(low, value));
}

/** NaN for an empty text, where Number says 0. @param {string} text */
function numberOf(text) {
  return text.trim() ? Number(text) : Number.NaN;
}
