// @ts-check
// Arithmetic on codes: two trays of test images, the difference of their means, how well it is known, and how it agrees
// with itself. Pure arithmetic and text; knows no view and no DOM.

export const MOST_IMAGES = 60; // of a tray that somebody fills: they stand in the link
const FEWEST = 4; // images a tray, so that each half has two

/**
 * @typedef {{kind: "class", label: number} | {kind: "factor", name: string, much: boolean} | {kind: "images", indices: number[]}} Tray
 * @typedef {object} Known what trays are filled from
 * @property {number} count of test images @property {ArrayLike<number> | null} labels
 * @property {Record<string, ArrayLike<number>>} factors a number a test image, by name
 * @typedef {object} Difference
 * @property {Float32Array} vector mean with - mean without @property {number} length
 * @property {number} error of the vector: the standard errors of its parts as one length
 * @property {number | null} halves the cosine of what two halves of the trays give; null for too few images
 * @property {number | null} pairs of one half, the share that lies as the other half's direction says; null likewise
 */

/** What the link says of a tray: `c3`, `smile+`, `i12.7`; null for what is none. @param {string | undefined} text @param {Known} known @returns {Tray | null} */
export function parseTray(text, { count, labels, factors }) {
  const [, label] = text?.match(/^c(\d{1,2})$/) ?? [],
    [, name, sign] = text?.match(/^([a-z]{1,20})([+-])$/) ?? [],
    [, list] = text?.match(/^i([\d.]*)$/) ?? [];
  if (label !== undefined) return labels ? { kind: "class", label: Number(label) } : null;
  if (name !== undefined) return Object.hasOwn(factors, name) ? { kind: "factor", name, much: sign === "+" } : null;
  if (list === undefined) return null;
  const indices = [...new Set(list.split(".").filter(Boolean).map(Number))];
  return { kind: "images", indices: indices.filter((index) => index < count).slice(0, MOST_IMAGES) };
}

/** @param {Tray} tray */
export function writeTray(tray) {
  if (tray.kind === "class") return `c${tray.label}`;
  return tray.kind === "factor" ? `${tray.name}${tray.much ? "+" : "-"}` : `i${tray.indices.join(".")}`;
}

/** The test images in a tray: of a factor the quarter that has most or least of it, all that have it where half have. @param {Tray} tray @param {Known} known @returns {number[]} */
export function membersOf(tray, { count, labels, factors }) {
  const all = [...Array(count).keys()];
  if (tray.kind === "images") return tray.indices;
  if (tray.kind === "class") return all.filter((index) => labels?.[index] === tray.label);
  const values = factors[tray.name],
    sorted = Array.from(values).sort((a, b) => a - b);
  const low = sorted[Math.floor(0.25 * (count - 1))],
    high = sorted[Math.ceil(0.75 * (count - 1))];
  const middle = (sorted[0] + sorted[count - 1]) / 2; // of what few have, or few lack
  if (low === high) return all.filter((index) => values[index] > middle === tray.much);
  return all.filter((index) => (tray.much ? values[index] >= high : values[index] <= low));
}

/** A tray with other images: a larger group is thinned evenly. @param {number[]} indices @returns {Tray} */
export function trayOf(indices) {
  const count = Math.min(MOST_IMAGES, indices.length);
  return {
    kind: "images",
    indices: Array.from({ length: count }, (_, i) => indices[Math.floor((i * indices.length) / count)]),
  };
}

/**
 * Mean with - mean without; null where a tray is empty. Images in both trays are left out of both.
 * @param {ArrayLike<number>} mu `[images, latent]` @param {number} latentDim @param {number[]} plus @param {number[]} minus
 * @returns {Difference | null}
 */
export function differenceOf(mu, latentDim, plus, minus) {
  const also = new Set(plus.filter((index) => minus.includes(index)));
  const [a, b] = [plus, minus].map((tray) => tray.filter((index) => !also.has(index)));
  if (!a.length || !b.length) return null;
  const [ma, mb] = [a, b].map((tray) => momentsOf(mu, latentDim, tray));
  const vector = minusOf(ma.mean, mb.mean);
  const squares = ma.squares.map((square, d) => square + mb.squares[d]);
  return {
    vector,
    length: lengthOf(vector),
    error: Math.sqrt(squares.reduce((sum, square) => sum + square, 0)),
    ...agreementOf(mu, latentDim, a, b),
  };
}

/** The code so many times along the vector. @param {ArrayLike<number>} z @param {ArrayLike<number>} vector @param {number} times */
export function added(z, vector, times) {
  return Float32Array.from(z, (value, d) => value + times * vector[d]);
}

/** What the even images of both trays say, held against the odd ones. @param {ArrayLike<number>} mu @param {number} latentDim @param {number[]} a @param {number[]} b */
function agreementOf(mu, latentDim, a, b) {
  if (Math.min(a.length, b.length) < FEWEST) return { halves: null, pairs: null };
  const half = (/** @type {number[]} */ tray, /** @type {number} */ odd) => tray.filter((_, i) => i % 2 === odd);
  const way = (/** @type {number} */ odd) =>
    minusOf(...pairOf([a, b].map((tray) => momentsOf(mu, latentDim, half(tray, odd)).mean)));
  const [even, odd] = [way(0), way(1)];
  const along = (/** @type {number[]} */ tray) => half(tray, 1).map((index) => dot(even, mu, index * latentDim));
  return { halves: dot(even, odd) / lengthOf(even) / lengthOf(odd), pairs: shareAbove(along(a), along(b)) };
}

/** @template T @param {T[]} list @returns {[T, T]} */
const pairOf = ([first, second]) => [first, second];

/** The share of pairs whose first is above its second; alike counts half. @param {number[]} a @param {number[]} b */
function shareAbove(a, b) {
  const sorted = [...b].sort((x, y) => x - y);
  const below = (/** @type {number} */ value, /** @type {(x: number) => boolean} */ passes) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (passes(sorted[middle] - value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const above = a.reduce((sum, value) => sum + below(value, (x) => x < 0) + below(value, (x) => x <= 0), 0);
  return above / 2 / a.length / b.length;
}

/** Mean, and of each part the square of its standard error; 0 for a single image. @param {ArrayLike<number>} mu @param {number} latentDim @param {number[]} tray */
function momentsOf(mu, latentDim, tray) {
  const mean = new Float64Array(latentDim),
    squares = new Float64Array(latentDim),
    n = tray.length;
  for (const index of tray) for (let d = 0; d < latentDim; d++) mean[d] += mu[index * latentDim + d] / n;
  for (const index of tray)
    for (let d = 0; d < latentDim; d++)
      squares[d] += n > 1 ? (mu[index * latentDim + d] - mean[d]) ** 2 / (n - 1) / n : 0;
  return { mean, squares };
}

/** @param {Float64Array} a @param {Float64Array} b */
const minusOf = (a, b) => Float32Array.from(a, (value, d) => value - b[d]);

/** @param {Float32Array} v @param {ArrayLike<number>} w @param {number} [from] where it begins in w */
const dot = (v, w, from = 0) => v.reduce((sum, value, d) => sum + value * w[from + d], 0);

/** @param {Float32Array} v */
const lengthOf = (v) => Math.sqrt(dot(v, v));
