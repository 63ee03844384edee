// @ts-check
// Two normal distributions on one axis: entropy and both KL divergences in closed form, and as the area under a curve.
// Pure arithmetic, in nats; knows no DOM.

const STEPS = 600, // of the curve to each side of a mean, evenly in sigma
  SIGMAS = 9; // how far it goes
const LOG_TAU = Math.log(2 * Math.PI);

/**
 * @typedef {{mean: number, std: number}} Bell
 * @typedef {"entropy" | "forward" | "backward"} Area which number is looked at: H(q), KL(q‖p) or KL(p‖q)
 * @typedef {{x: number, y: number}} Spot
 */

/** @type {Area[]} */
export const AREAS = ["entropy", "forward", "backward"];
/** A nat is as many bits. */
export const BITS = Math.LOG2E;

/** ln of the density. @param {Bell} bell @param {number} x */
export function logDensity({ mean, std }, x) {
  return -0.5 * (((x - mean) / std) ** 2 + LOG_TAU) - Math.log(std);
}

/** @param {Bell} bell @param {number} x */
export const density = (bell, x) => Math.exp(logDensity(bell, x));

/** The differential entropy, which is below 0 for a bell narrower than about 0.24 (Cover and Thomas 2006, ex. 8.1.2). @param {Bell} bell */
export function entropy({ std }) {
  return 0.5 * (LOG_TAU + 1) + Math.log(std);
}

/** KL(q‖p) (Kingma and Welling 2013, appendix B, for any p). @param {Bell} q @param {Bell} p */
export function kl(q, p) {
  const ratio = q.std / p.std;
  return 0.5 * (ratio ** 2 + ((q.mean - p.mean) / p.std) ** 2 - 1) - Math.log(ratio);
}

/** The number that is looked at. @param {Area} area @param {Bell} q @param {Bell} p */
export function natsOf(area, q, p) {
  if (area === "entropy") return entropy(q);
  return area === "forward" ? kl(q, p) : kl(p, q);
}

/** What one place x adds to it. @param {Area} area @param {Bell} q @param {Bell} p @param {number} x */
export function addedAt(area, q, p, x) {
  if (area === "entropy") return -density(q, x) * logDensity(q, x);
  const [from, to] = area === "forward" ? [q, p] : [p, q];
  return density(from, x) * (logDensity(from, x) - logDensity(to, x));
}

/** The curve whose area is the number, fine where either bell is. @param {Area} area @param {Bell} q @param {Bell} p @returns {Spot[]} */
export function curveOf(area, q, p) {
  return placesOf(q, p).map((x) => ({ x, y: addedAt(area, q, p, x) }));
}

/** A bell as a curve. @param {Bell} bell @param {Bell} other whose places are taken too @returns {Spot[]} */
export function bellCurve(bell, other) {
  return placesOf(bell, other).map((x) => ({ x, y: density(bell, x) }));
}

/** @param {Bell} q @param {Bell} p rising */
function placesOf(q, p) {
  const around = (/** @type {Bell} */ { mean, std }) =>
    Array.from({ length: 2 * STEPS + 1 }, (_, i) => mean + std * SIGMAS * (i / STEPS - 1));
  return [...around(q), ...around(p)].sort((a, b) => a - b);
}

/** The areas above and below the axis, both positive, by trapezia. @param {Spot[]} curve */
export function areasOf(curve) {
  const total = { above: 0, below: 0 };
  for (let i = 1; i < curve.length; i++) {
    const [a, b] = [curve[i - 1], curve[i]];
    const size = 0.5 * (a.y + b.y) * (b.x - a.x);
    if (size > 0) total.above += size;
    else total.below -= size;
  }
  return total;
}
