// The one set of rules for maps: equal scales, pixels and back, zoom, ticks, and how far axes go.
import assert from "node:assert/strict";
import test from "node:test";

import {
  fitted,
  MARGIN,
  rangesAround,
  refitted,
  shifted,
  spanOf,
  steadySpan,
  ticks,
  toData,
  toPixels,
  zoomed,
} from "../../live/maps/axes.js";

const SIZE = { width: 640, height: 360 };
const WHOLE = fitted(rangesAround([1, -2], 3), SIZE);
const near = (/** @type {number[]} */ found, /** @type {number[]} */ expected) =>
  found.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-9, `${found} for ${expected}`));

test("a unit is as long along both axes, whatever the map's shape", () => {
  for (const size of [SIZE, { width: 300, height: 900 }, { width: 1, height: 1 }]) {
    const ranges = fitted(rangesAround([1, -2], 3), size);
    const [x0, y0] = toPixels(ranges, size, 0, 0),
      [x1, y1] = toPixels(ranges, size, 1, 1);
    near([x1 - x0], [y0 - y1]);
  }
});

test("the square that was asked for stays in sight, its centre in the middle", () => {
  assert.ok(WHOLE.x[0] <= -2 && WHOLE.x[1] >= 4 && WHOLE.y[0] <= -5 + 1e-9 && WHOLE.y[1] >= 1 - 1e-9);
  near([(WHOLE.x[0] + WHOLE.x[1]) / 2, (WHOLE.y[0] + WHOLE.y[1]) / 2], [1, -2]);
});

test("pixels become the data that they came from", () => {
  for (const [x, y] of [
    [0, 0],
    [1, -2],
    [3.9, 0.9],
    [-1.5, -4.5],
  ]) {
    const back = toData(WHOLE, SIZE, ...toPixels(WHOLE, SIZE, x, y));
    near([back.x, back.y], [x, y]);
    assert.equal(back.inside, true);
  }
});

test("the margins are outside", () => {
  for (const [px, py] of [
    [MARGIN.l - 1, 100],
    [SIZE.width - MARGIN.r + 1, 100],
    [100, MARGIN.t - 1],
    [100, SIZE.height - MARGIN.b + 1],
  ])
    assert.equal(toData(WHOLE, SIZE, px, py).inside, false);
});

test("up is up: a larger y has fewer pixels", () => {
  assert.ok(toPixels(WHOLE, SIZE, 0, 1)[1] < toPixels(WHOLE, SIZE, 0, 0)[1]);
});

test("zooming keeps the point under the hand where it is", () => {
  const at = /** @type {[number, number]} */ ([2, -3]);
  for (const factor of [0.5, 1, 3]) {
    const ranges = zoomed(WHOLE, at, factor);
    near(toPixels(ranges, SIZE, ...at), toPixels(WHOLE, SIZE, ...at));
    near([ranges.x[1] - ranges.x[0]], [factor * (WHOLE.x[1] - WHOLE.x[0])]);
  }
});

test("a new size keeps the middle and the scale's equality", () => {
  const ranges = refitted(WHOLE, { width: 390, height: 300 });
  near([(ranges.x[0] + ranges.x[1]) / 2, (ranges.y[0] + ranges.y[1]) / 2], [1, -2]);
  near(
    [Math.min(ranges.x[1] - ranges.x[0], ranges.y[1] - ranges.y[0])],
    [Math.min(WHOLE.x[1] - WHOLE.x[0], WHOLE.y[1] - WHOLE.y[0])],
  );
});

test("shifting moves both ends", () => {
  assert.deepEqual(shifted({ x: [0, 1], y: [2, 3] }, 1, -2), { x: [1, 2], y: [0, 1] });
});

test("ticks are round numbers within the range, not too many", () => {
  assert.deepEqual(ticks([-3.2, 3.2], 7), { values: [-3, -2, -1, 0, 1, 2, 3], digits: 0 });
  assert.deepEqual(ticks([0, 1], 5), { values: [0, 0.2, 0.4, 0.6000000000000001, 0.8, 1], digits: 1 });
  for (const range of [
    [-0.031, 0.044],
    [-480, 900],
    [5, 5.001],
  ]) {
    const { values } = ticks(/** @type {[number, number]} */ (range), 6);
    assert.ok(values.length >= 2 && values.length <= 12, `${values}`);
    assert.ok(values.every((v) => v >= range[0] - 1e-9 && v <= range[1] + 1e-9));
  }
});

test("no points: the prior's square", () => {
  assert.deepEqual(spanOf([]), { centre: [0, 0], half: 3 });
});

test("few points near the origin: at least ±2.2 is shown", () => {
  const { centre, half } = spanOf([0.1, 0.2, -0.1, 0]);
  near([...centre, half], [0, 0, 2.2 * 1.06]);
});

test("half a percent of far points does not stretch the map", () => {
  const places = new Float64Array(4000);
  for (let i = 0; i < 2000; i++) places.set([Math.sin(i), Math.cos(i)], 2 * i);
  places.set([1000, -1000], 0);
  assert.ok(spanOf(places).half < 3);
});

test("a map of moving points grows at once, and shrinks only by much", () => {
  const before = { centre: [0, 0], half: 4 };
  assert.equal(steadySpan(before, { centre: [0, 0], half: 3.5 }), before);
  assert.ok(steadySpan(before, { centre: [0, 0], half: 5 }).half > 5);
  assert.ok(steadySpan(before, { centre: [0, 0], half: 1 }).half < 2);
  assert.notEqual(steadySpan(before, { centre: [2, 0], half: 3 }), before);
});
