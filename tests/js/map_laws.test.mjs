// Laws of maps and charts: axes, ticks, spans, groups, gliding points.
import assert from "node:assert/strict";
import { gaussian } from "../../live/engine/random.js";
import {
  fitted,
  MARGIN,
  rangesAround,
  refitted,
  spanOf,
  ticks,
  toData,
  toPixels,
  zoomed,
} from "../../live/maps/axes.js";
import { reach } from "../../live/maps/curve.js";
import { isInside } from "../../live/maps/gestures.js";
import { placesOf } from "../../live/maps/model_map.js";
import { classMedians, Glide } from "../../live/maps/points_canvas.js";
import { between, close, codeOf, law, sumOf, uniform, whole } from "./law.mjs";
import { planeOf } from "./pane.mjs";

/** A map of any size and reach. */
function anyMap() {
  const size = { width: whole(120, 1600), height: whole(120, 1200) };
  return { size, ranges: fitted(rangesAround([between(-9, 9), between(-9, 9)], 10 ** between(-3, 2)), size) };
}

law("pixels and data are each other's inverse on every map", 300, () => {
  const { size, ranges } = anyMap();
  const [px, py] = [between(-50, size.width + 50), between(-50, size.height + 50)];
  const { x, y, inside } = toData(ranges, size, px, py);
  const [qx, qy] = toPixels(ranges, size, x, y);
  close(qx, px, 1e-7);
  close(qy, py, 1e-7);
  const within = px >= MARGIN.l && px <= size.width - MARGIN.r && py >= MARGIN.t && py <= size.height - MARGIN.b;
  assert.equal(inside, within);
});

law("zooming keeps the point under the cursor, and zooming back is as if nothing were", 300, () => {
  const { size, ranges } = anyMap();
  const [px, py] = [between(0, size.width), between(0, size.height)];
  const { x, y } = toData(ranges, size, px, py);
  const factor = 2 ** between(-3, 3);
  const nearer = zoomed(ranges, [x, y], factor);
  const there = toData(nearer, size, px, py);
  const unit = nearer.x[1] - nearer.x[0];
  close((there.x - x) / unit, 0, 1e-9);
  close((there.y - y) / unit, 0, 1e-9);
  const back = zoomed(nearer, [x, y], 1 / factor);
  for (const axis of ["x", "y"]) for (const end of [0, 1]) close(back[axis][end], ranges[axis][end], 1e-7);
});

law("a fitted map loses nothing that was asked for, and fits again without a change", 300, () => {
  const { size, ranges } = anyMap();
  const asked = { x: [between(-9, 0), between(0.01, 9)], y: [between(-9, 0), between(0.01, 9)] };
  const fit = fitted(asked, size);
  for (const axis of ["x", "y"]) {
    assert.ok(fit[axis][0] <= asked[axis][0] + 1e-9 && fit[axis][1] >= asked[axis][1] - 1e-9);
    close(refitted(ranges, size)[axis][0], ranges[axis][0], 1e-9);
  }
});

law("ticks rise evenly by 1, 2 or 5 times a power of ten, and their digits tell them apart", 300, () => {
  const low = between(-50, 50),
    length = 10 ** between(-3, 3);
  const { values, digits } = ticks([low, low + length], whole(2, 12));
  const steps = values.slice(1).map((value, i) => value - values[i]);
  for (const step of steps) {
    const leading = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
    assert.ok(
      [1, 2, 5].some((digit) => Math.abs(leading - digit) < 1e-4),
      `a step of ${step}`,
    );
    close(step, steps[0], 1e-6);
  }
  assert.equal(new Set(values.map((value) => value.toFixed(digits))).size, values.length, `${values}`);
});

law("a map's span holds all but a few of its points, and ±2.2 around 0", 60, () => {
  const places = Float32Array.from({ length: 2 * whole(1, 400) }, () => between(0.1, 6) * gaussian(uniform));
  const { centre, half } = spanOf(places);
  const outside = Array.from(places).filter((value, i) => Math.abs(value - centre[i % 2]) > half).length;
  assert.ok(outside <= Math.max(4, 0.01 * places.length), `${outside} of ${places.length / 2} points outside`);
  for (const middle of centre) assert.ok(middle - half <= -2.2 && middle + half >= 2.2);
});

law("inside of a convex line are the mixtures of its corners, whichever way it was drawn", 300, () => {
  const angles = Array.from({ length: whole(3, 9) }, () => between(0, 2 * Math.PI)).sort((a, b) => a - b);
  const line = angles.map((angle) => [3 + Math.cos(angle), 3 * Math.sin(angle)]);
  const weights = angles.map(() => uniform() + 0.01);
  const at = [0, 1].map((axis) => sumOf(line.map((corner, i) => corner[axis] * weights[i])) / sumOf(weights));
  assert.ok(isInside(at, line) && isInside(at, line.toReversed()), `${at} in ${line}`);
  assert.ok(!isInside([at[0] + 3, at[1]], line));
});

law("gliding points stay between where they were and where they go, and never turn back", 300, () => {
  const [from, to] = [codeOf(6), codeOf(6)];
  const glide = new Glide(from, to, 100);
  const [early, late] = [between(0, 700), between(0, 700)].sort((a, b) => a - b).map((now) => glide.at(now));
  for (const [i, start] of from.entries()) {
    const gone = (places) => (to[i] - start ? (places[i] - start) / (to[i] - start) : 0);
    assert.ok(gone(early) >= -1e-4 && gone(early) <= gone(late) + 1e-4 && gone(late) <= 1 + 1e-4);
  }
});

law("half of a class's points lie on each side of its name, along both axes", 300, () => {
  const plane = planeOf(4),
    count = whole(3, 40);
  const places = placesOf(plane, codeOf(4 * count));
  const labels = Array.from({ length: count }, () => whole(0, 2));
  classMedians(places, labels, 3).forEach((median, label) => {
    const own = labels.flatMap((other, i) => (other === label ? [[places[2 * i], places[2 * i + 1]]] : []));
    assert.equal(median === null, own.length === 0);
    for (const axis of median ? [0, 1] : []) {
      const below = own.filter((place) => place[axis] < median[axis]).length;
      const above = own.filter((place) => place[axis] > median[axis]).length;
      assert.ok(Math.abs(below - above) <= 1 && below <= own.length / 2, `${below} and ${above} of ${own.length}`);
    }
  });
});

law("a chart's axis has the newest values on it and is never empty", 300, () => {
  const pointsOf = (count) => Array.from({ length: count }, (_, i) => [i, between(-200, 10)]);
  const chart = { line: pointsOf(whole(1, 60)), dots: pointsOf(whole(0, 12)) };
  const [low, high] = reach(chart);
  assert.ok(low < high);
  for (const points of [chart.line, chart.dots])
    for (const [, value] of points.slice(-1)) assert.ok(low <= value && value <= high);
});
