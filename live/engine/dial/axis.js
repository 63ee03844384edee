// @ts-check
// The axis of a dial: its values and its places from 0 to 1, by ratios or by steps, and between which two steps a value
// lies. Pure arithmetic; knows no DOM.

/**
 * @typedef {object} Between where a value lies among rising ones
 * @property {number} below the place of the step before it, or of its own
 * @property {number} above the place of the step behind it, the same at a step
 * @property {number} share how far it is from the one to the other, by ratios, 0 at a step
 */

/** Between which of the rising values one lies; outside of them it is at an end. @param {number[]} values @param {number} value @returns {Between} */
export function between(values, value) {
  const last = values.length - 1;
  const next = values.findIndex((step) => step >= value);
  if (next === 0 || values[next] === value) return { below: next, above: next, share: 0 };
  if (next < 0) return { below: last, above: last, share: 0 };
  const share = Math.log(value / values[next - 1]) / Math.log(values[next] / values[next - 1]);
  return { below: next - 1, above: next, share };
}

/**
 * @typedef {object} Scale how values are spread along a slider
 * @property {(value: number) => number} shareOf where a value stands, 0 to 1
 * @property {(share: number) => number} valueAt
 * @property {number[]} marks values to write at it
 * @property {number} catches how near to a place of note a hand is at it, as a share
 * @property {boolean} stepwise whether an arrow key goes to the next value
 */

const CATCHES = 0.006,
  STEP_CATCHES = 0.1; // of a gap between two steps

/** Evenly by ratios, for one network that is every value. @param {number[]} values rising @param {number} origin where a hand can stop exactly @returns {Scale} */
export function ratioScale(values, origin) {
  return {
    shareOf: (value) => shareOf(values, value),
    valueAt: (share) => valueAt(values, share, { at: origin, catches: CATCHES }),
    marks: roundValues(values),
    catches: CATCHES,
    stepwise: false,
  };
}

/** Each value as far from the next, for separate models: it may begin at 0, and half way is half way in value. @param {number[]} values rising @returns {Scale} */
export function stepScale(values) {
  const gaps = Math.max(1, values.length - 1);
  return {
    shareOf: (value) => placeOf(values, value) / gaps,
    valueAt: (share) => valueOfPlace(values, Math.min(1, Math.max(0, share)) * (values.length - 1)),
    marks: values,
    catches: STEP_CATCHES / gaps,
    stepwise: true,
  };
}

/** @param {number[]} values @param {number} value */
function placeOf(values, value) {
  const next = values.findIndex((step) => step >= value);
  if (next < 0) return values.length - 1;
  if (next === 0) return 0;
  return next - 1 + (value - values[next - 1]) / (values[next] - values[next - 1]);
}

/** @param {number[]} values @param {number} place among the steps */
function valueOfPlace(values, place) {
  const nearest = Math.round(place),
    below = Math.floor(place);
  if (Math.abs(place - nearest) < STEP_CATCHES) return values[nearest];
  return values[below] + (place - below) * (values[below + 1] - values[below]);
}

/** The step that is nearest to a value, half way the lower one, and between which two the value lies; null at a step. @param {number[]} values rising @param {number} value @returns {{nearest: number, between: [number, number] | null}} */
export function nearestStep(values, value) {
  const place = placeOf(values, value),
    below = Math.floor(place);
  const nearest = place - below > 0.5 ? below + 1 : below;
  return { nearest, between: place === below ? null : [values[below], values[below + 1]] };
}

/** Where a value stands on the dial, 0 to 1, by ratios. @param {number[]} values rising @param {number} value */
export function shareOf(values, value) {
  const low = values[0],
    high = values[values.length - 1];
  return low === high ? 0 : Math.min(1, Math.max(0, Math.log(value / low) / Math.log(high / low)));
}

/**
 * The value at a place of the dial. One that is nearer than `catches` to a step of note is that step, so that a hand
 * can stop at 1 exactly. @param {number[]} values rising @param {number} share 0 to 1 @param {{at: number, catches: number}} [note]
 */
export function valueAt(values, share, note = { at: Number.NaN, catches: 0 }) {
  const low = values[0],
    high = values[values.length - 1];
  const held = Math.min(1, Math.max(0, share));
  if (Math.abs(held - shareOf(values, note.at)) < note.catches) return note.at;
  if (held === 0) return low;
  return held === 1 ? high : low * (high / low) ** held;
}

/** The next step from a value on, in a direction; the value itself at an end. @param {number[]} values @param {number} value @param {1 | -1} by */
export function stepFrom(values, value, by) {
  const beyond = by > 0 ? values.filter((step) => step > value) : values.filter((step) => step < value);
  return (by > 0 ? beyond[0] : beyond[beyond.length - 1]) ?? value;
}

/** Round values within the axis to write at it: 1, 2 and 5 times powers of ten. @param {number[]} values */
export function roundValues(values) {
  const low = values[0],
    high = values[values.length - 1];
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    for (const digit of [1, 2, 5]) found.push(Number((digit * 10 ** power).toPrecision(1)));
  return found.filter((value) => value >= low && value <= high);
}
