// What maps are made of: medians of classes, gliding points, grids under them, sheets of thumbnails, groups, themes.
import assert from "node:assert/strict";
import test from "node:test";

import { gridLatents } from "../../live/maps/grid_underlay.js";
import { placesOf } from "../../live/maps/model_map.js";
import { classMedians, Glide } from "../../live/maps/points_canvas.js";
import { meanOf } from "../../live/parts/codes/group.js";
import { isLight } from "../../live/parts/theme.js";
import { placeOn } from "../../live/parts/thumbs.js";

const PLANE = {
  name: "1-2",
  mean: [0, 0, 0],
  axes: [
    [1, 0],
    [0, 1],
    [0, 0],
  ],
  dims: [0, 1],
  xTitle: "",
  yTitle: "",
  centre: [0, 0],
  half: 3,
};

test("the middle of a class is its median, and a class without points has none", () => {
  const places = [0, 0, 1, 10, 2, 20, 100, 30, 5, 5];
  assert.deepEqual(classMedians(places, [0, 0, 0, 0, 2], 3), [[1.5, 15], null, [5, 5]]);
});

test("points start and end slowly and arrive", () => {
  const glide = new Glide(new Float32Array([0, 0]), new Float32Array([2, -4]), 1000);
  assert.deepEqual([...glide.at(1000)], [0, 0]);
  assert.deepEqual([...glide.at(1225)], [1, -2]);
  assert.ok(glide.at(1045)[0] < 0.1);
  assert.deepEqual([...glide.at(1450)], [2, -4]);
  assert.equal(glide.done(1449), false);
  assert.equal(glide.done(1450), true);
});

test("points that stay are done at once", () => {
  const places = new Float32Array([1, 2]);
  assert.equal(new Glide(places, places, 0).done(0), true);
});

test("codes fall where the plane says", () => {
  assert.deepEqual([...placesOf(PLANE, new Float32Array([1, 2, 9, 3, 4, 9]))], [1, 2, 3, 4]);
});

test("a grid of the plane runs from the upper left, and keeps what the plane does not see", () => {
  const zs = gridLatents(PLANE, [0, 0], new Float32Array([0.5, 0.5, 7]));
  assert.equal(zs.length, 225 * 3);
  assert.deepEqual([...zs.slice(0, 3)], [-3, 3, 7]);
  assert.deepEqual([...zs.slice(-3)], [3, -3, 7]);
  assert.deepEqual([...zs.slice(112 * 3, 113 * 3)], [0, 0, 7]);
});

test("a thumbnail's place on the sheet, as many columns as rows", () => {
  const info = { image: [1, 8, 6], count: 10 };
  assert.deepEqual(placeOn(0, info), { x: 0, y: 0, width: 6, height: 8 });
  assert.deepEqual(placeOn(5, info), { x: 6, y: 8, width: 6, height: 8 });
});

test("the mean of a group", () => {
  assert.deepEqual([...meanOf(new Float32Array([0, 0, 2, 4, 9, 9]), [0, 1], 2)], [1, 2]);
});

test("light text means a dark page", () => {
  assert.equal(isLight("rgb(241, 241, 244)"), true);
  assert.equal(isLight("rgb(27, 28, 34)"), false);
  assert.equal(isLight("rgba(255, 255, 255, 0.8)"), true);
});
