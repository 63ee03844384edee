// @ts-check
// The one set of rules for a map: how far its axes go, equal scales, ticks, and between data and pixels.
// Pure arithmetic; knows no DOM.

/**
 * @typedef {[number, number]} Pair
 * @typedef {{x: Pair, y: Pair}} Ranges
 * @typedef {{l: number, r: number, t: number, b: number}} Margin
 * @typedef {{width: number, height: number, margin?: Margin}} Size in CSS pixels; without a margin of its own, MARGIN
 */

/** As live/map_figure.py has it. @type {Margin} */
export const MARGIN = { l: 44, r: 8, t: 8, b: 40 };

/** The room that a map's axes take. @param {Size} size */
export const marginOf = ({ margin }) => margin ?? MARGIN;
const INSIDE = [0.0025, 0.9975],
  LEAST = 2.2,
  ROOM = 1.06;

/** @param {number[]} centre @param {number} half @returns {Ranges} */
export function rangesAround([x, y], half) {
  return { x: [x - half, x + half], y: [y - half, y + half] };
}

/** Widens the shorter range, so that a unit is as long along both axes. @param {Ranges} ranges @param {Size} size @returns {Ranges} */
export function fitted({ x, y }, size) {
  const { across, up } = plotSize(size);
  const unit = Math.max((x[1] - x[0]) / across, (y[1] - y[0]) / up);
  return { x: widened(x, unit * across), y: widened(y, unit * up) };
}

/** The square in the middle of the ranges, fitted to another size. @param {Ranges} ranges @param {Size} size */
export function refitted({ x, y }, size) {
  const half = Math.min(x[1] - x[0], y[1] - y[0]) / 2;
  return fitted(rangesAround([(x[0] + x[1]) / 2, (y[0] + y[1]) / 2], half), size);
}

/** Nearer by a factor below 1, farther by one above; the point `at` stays. @param {Ranges} ranges @param {Pair} at @param {number} factor @returns {Ranges} */
export function zoomed({ x, y }, at, factor) {
  const about = (/** @type {Pair} */ range, /** @type {number} */ fixed) =>
    /** @type {Pair} */ (range.map((end) => fixed + (end - fixed) * factor));
  return { x: about(x, at[0]), y: about(y, at[1]) };
}

/** @param {Ranges} ranges @param {number} dx @param {number} dy in data units @returns {Ranges} */
export function shifted({ x, y }, dx, dy) {
  return { x: [x[0] + dx, x[1] + dx], y: [y[0] + dy, y[1] + dy] };
}

/** Pixels within the map. @param {Ranges} ranges @param {Size} size @param {number} x @param {number} y @returns {Pair} */
export function toPixels(ranges, size, x, y) {
  const { across, up } = plotSize(size),
    margin = marginOf(size);
  return [
    margin.l + ((x - ranges.x[0]) / (ranges.x[1] - ranges.x[0])) * across,
    margin.t + (1 - (y - ranges.y[0]) / (ranges.y[1] - ranges.y[0])) * up,
  ];
}

/**
 * The point of the plane at pixels within the map, and whether it is inside of the axes.
 * @param {Ranges} ranges @param {Size} size @param {number} px @param {number} py
 */
export function toData(ranges, size, px, py) {
  const { across, up } = plotSize(size),
    margin = marginOf(size);
  const right = (px - margin.l) / across,
    above = 1 - (py - margin.t) / up;
  return {
    x: ranges.x[0] + right * (ranges.x[1] - ranges.x[0]),
    y: ranges.y[0] + above * (ranges.y[1] - ranges.y[0]),
    inside: right >= 0 && right <= 1 && above >= 0 && above <= 1,
  };
}

/** Round numbers within a range, at most `most` of them. @param {Pair} range @param {number} most */
export function ticks([low, high], most) {
  const rough = (high - low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((candidate) => candidate >= rough) ?? 10 * power;
  const values = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) values.push(k * step);
  return { values, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

/**
 * Centre and half side of the square that holds 99.5 % of the points in each direction and ±2.2 around 0;
 * as live/map_figure.py's square_span. @param {ArrayLike<number>} places `[points, 2]`
 */
export function spanOf(places) {
  if (!places.length) return { centre: [0, 0], half: 3 };
  const ends = [0, 1].map((axis) => {
    const values = Float64Array.from({ length: places.length / 2 }, (_, i) => places[2 * i + axis]).sort();
    return [Math.min(-LEAST, quantile(values, INSIDE[0])), Math.max(LEAST, quantile(values, INSIDE[1]))];
  });
  return {
    centre: ends.map(([low, high]) => (low + high) / 2),
    half: (Math.max(...ends.map(([low, high]) => high - low)) / 2) * ROOM,
  };
}

/** The square around 0 that holds what `spanOf` holds of each of several maps. @param {ArrayLike<number>[]} maps */
export function spanAround0(maps) {
  const spans = maps.map(spanOf);
  const half = Math.max(...spans.map(({ centre, half: one }) => Math.max(...centre.map(Math.abs)) + one));
  return { centre: [0, 0], half };
}

/** The span for points that moved: grows at once, shrinks only by much, so that the view does not breathe. @param {{centre: number[], half: number}} before @param {{centre: number[], half: number}} now */
export function steadySpan(before, now) {
  const reach = Math.max(...now.centre.map((c, axis) => Math.abs(c - before.centre[axis]))) + now.half;
  return reach > before.half || now.half < 0.6 * before.half ? { centre: now.centre, half: now.half * 1.1 } : before;
}

/** Linear between the two nearest, as numpy's. @param {Float64Array} sorted @param {number} share */
function quantile(sorted, share) {
  const at = share * (sorted.length - 1),
    below = Math.floor(at);
  return sorted[below] + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
}

/** How large the plot within the axes is. @param {Size} size */
export function plotSize(size) {
  const { l, r, t, b } = marginOf(size);
  return { across: Math.max(1, size.width - l - r), up: Math.max(1, size.height - t - b) };
}

/** @param {Pair} range @param {number} length @returns {Pair} */
function widened([low, high], length) {
  const centre = (low + high) / 2;
  return [centre - length / 2, centre + length / 2];
}
