// @ts-check
// What a dial costs and gives at each of its values: rate, distortion and ELBO in nats, dimensions that die, the tangent
// whose slope is the price of a nat, and the lines of equal ELBO (Alemi et al. 2018, "Fixing a Broken ELBO", figure 1).
// Pure arithmetic; knows no DOM.
import { between } from "./axis.js";

export const DEAD = 0.01; // nats, as analysis/metrics/active_units.py has it
const ROOM = 0.6, // above what is seen, as a share of it
  LEAST_ROOM = 3, // nats
  BESIDE = 8; // nats above the least within which networks alone are in the picture of a dial over lambda

/**
 * @typedef {import("../../contract.js").DialStep} DialStep
 * @typedef {object} Point what holds at one value; between two steps everything goes evenly with the logarithm
 * @property {number} value
 * @property {number[]} kl nats of each dimension; none for a deterministic encoder
 * @property {number} distortion -E log p(x|z), nats an image
 * @property {number | null} elbo
 * @property {number} mmd
 * @property {number} paid what the weight is the price of: the rate, or the MMD² for lambda
 * @typedef {{left: number, right: number, low: number, high: number}} Box of `paid` and distortion
 * @typedef {[number, number]} Place paid, distortion
 */

/** What holds at a value. @param {DialStep[]} steps rising @param {number} value @param {import("../../contract.js").Axis} axis @returns {Point} */
export function pointAt(steps, value, axis) {
  const { below, above, share } = between(
    steps.map((step) => step.value),
    value,
  );
  const [one, other] = [steps[below], steps[above]];
  const mix = (/** @type {number} */ a, /** @type {number} */ b) => (share === 0 ? a : a + share * (b - a));
  const kl = one.kl.map((nats, d) => mix(nats, other.kl[d]));
  const distortion = mix(one.distortion, other.distortion),
    mmd = mix(one.mmd ?? 0, other.mmd ?? 0);
  const rate = sumOf(kl);
  return {
    value,
    kl,
    distortion,
    mmd,
    elbo: one.elbo === null || other.elbo === null ? null : -distortion - rate,
    paid: axis === "lambda" ? mmd : rate,
  };
}

/** What the weight is the price of: the rate, or the MMD² for lambda. @param {DialStep} step @param {import("../../contract.js").Axis} axis */
export function paidOf(step, axis) {
  return axis === "lambda" ? (step.mmd ?? 0) : sumOf(step.kl);
}

/** The dimensions that carry nothing. @param {number[]} kl nats */
export function deadOf(kl) {
  return kl.flatMap((nats, d) => (nats < DEAD ? [d] : []));
}

/**
 * From which value on each dimension carries nothing, in the order in which they die; those that never do are left out.
 * @param {DialStep[]} steps rising @returns {{dim: number, value: number}[]}
 */
export function deathsOf(steps) {
  const dims = steps[0]?.kl.length ?? 0;
  return Array.from({ length: dims }, (_, dim) => ({ dim, value: deathOf(steps, dim) }))
    .filter(({ value }) => Number.isFinite(value))
    .sort((one, other) => one.value - other.value);
}

/** @param {DialStep[]} steps @param {number} dim @returns {number} infinite for one that lives to the end */
function deathOf(steps, dim) {
  const alive = steps.findLastIndex((step) => step.kl[dim] >= DEAD);
  if (alive < 0) return steps[0].value;
  const [one, other] = [steps[alive], steps[alive + 1]];
  if (!other) return Infinity;
  const share = (one.kl[dim] - DEAD) / (one.kl[dim] - other.kl[dim]);
  return one.value * (other.value / one.value) ** share;
}

/** The step with the best ELBO; null without one. @param {DialStep[]} steps */
export function bestOf(steps) {
  const known = steps.filter((step) => step.elbo !== null);
  if (!known.length) return null;
  return known.reduce((best, step) => (Number(step.elbo) > Number(best.elbo) ? step : best));
}

/**
 * The tangent at a place: distortion falls by `price` for each nat that is paid. Both ends lie on the box, or it is null.
 * At an optimum of distortion + price * paid the curve of what can be reached has this slope. @param {Place} at @param {number} price @param {Box} box
 * @returns {[Place, Place] | null}
 */
export function tangentAt([x, y], price, box) {
  return lineIn(y + price * x, price, box);
}

/**
 * The lines on which distortion + rate, so the ELBO, is the same: at round numbers of nats, at most `most` of them.
 * @param {Box} box @param {number} most @returns {{elbo: number, ends: [Place, Place]}[]} from the best to the worst
 */
export function equalElboLines(box, most) {
  const low = box.low + box.left,
    high = box.high + box.right;
  const step = roundStep((high - low) / most);
  const lines = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) {
    const ends = lineIn(k * step, 1, box);
    if (ends) lines.push({ elbo: -k * step, ends });
  }
  return lines;
}

/** The smallest of 1, 2 and 5 times a power of ten that is not below. @param {number} rough */
export function roundStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5].map((digit) => digit * power).find((step) => step >= rough * (1 - 1e-9)) ?? 10 * power;
}

/** The part of `distortion = height - price * paid` inside of the box. @param {number} height @param {number} price @param {Box} box @returns {[Place, Place] | null} */
function lineIn(height, price, { left, right, low, high }) {
  const from = Math.max(left, price > 0 ? (height - high) / price : left),
    to = Math.min(right, price > 0 ? (height - low) / price : right);
  if (!(from < to)) return null;
  return [
    [from, height - price * from],
    [to, height - price * to],
  ];
}

/**
 * The part of the plane that is seen at a value: all that costs as much as here or less, and the best ELBO always. So
 * what a nat buys is seen at beta 1, and the whole curve where everything dies. Over lambda, whose curve is flat, the
 * networks alone that are near are seen too.
 * @param {DialStep[]} steps @param {Point} point @param {import("../../contract.js").Axis} axis
 * @param {import("../../contract.js").Measured[]} [alone] @returns {Box}
 */
export function seenAt(steps, point, axis, alone = []) {
  const paid = steps.map((step) => paidOf(step, axis));
  const least = Math.min(...steps.map((step) => step.distortion));
  const best = bestOf(steps)?.distortion ?? least;
  const span = Math.max(point.distortion, best) - least;
  const room = Math.max(ROOM * span, LEAST_ROOM);
  const right = Math.max(...paid) * 1.06 || 1;
  const beside = axis === "lambda" ? alone.filter(({ rate }) => rate < right).map((one) => one.distortion) : [];
  const most = Math.max(...beside.filter((lost) => lost < least + BESIDE)) + 1;
  return { left: 0, right, low: least - 0.25 * room, high: Math.max(least + span + room, most) };
}

/** The part of the plane that holds all marks with their errors. @param {import("../../contract.js").Measured[]} measured @param {import("../../contract.js").Axis} axis @returns {Box} */
export function boxAround(measured, axis) {
  const most = Math.max(...measured.map(({ rate, rateError }) => rate + rateError));
  const right = 1.06 * (axis === "lambda" ? most || 1 : Math.max(most, 1)); // below a nat everything is dead
  const low = Math.min(...measured.map(({ distortion, distortionError }) => distortion - distortionError));
  const high = Math.max(...measured.map(({ distortion, distortionError }) => distortion + distortionError));
  const room = Math.max(0.12 * (high - low), LEAST_ROOM);
  return { left: -0.03 * right, right, low: low - room, high: high + room };
}

/** @param {number[]} values */
export function sumOf(values) {
  return values.reduce((sum, value) => sum + value, 0);
}
