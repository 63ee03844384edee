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
