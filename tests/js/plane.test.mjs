// The plane of a map, and the two ways between codes, at their edges.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lerp, norm, slerp, toLatent, toPlane } from "../../live/engine/plane.js";
import { planeOf, rounded } from "./pane.mjs";

const s = Math.SQRT1_2;
/** A plane through (1, 2, 3) that is turned in space. */
const turned = {
  ...planeOf(3),
  mean: [1, 2, 3],
  axes: [
    [s, 0],
    [s, 0],
    [0, 1],
  ],
};
const close = (actual, expected) => assert.deepEqual(rounded(actual), rounded(expected));

test("a point of the plane comes back from its latent", () => {
  const z = toLatent(turned, 1.5, -2, [1, 2, 3]);
  close(toPlane(turned, z), [1.5, -2]);
  close(toPlane(turned, turned.mean), [0, 0]);
});

test("a latent keeps what the plane does not see of it", () => {
  const base = [4, -1, 0];
  const z = toLatent(turned, 0.3, 0.7, base);
  const across = (v) => (v[0] - v[1]) * s; // the direction at right angles to the plane
  assert.ok(Math.abs(across(z) - across(base)) < 1e-6);
  close(toLatent(turned, ...toPlane(turned, base), base), base);
});

for (const [name, path] of [
  ["lerp", lerp],
  ["slerp", slerp],
]) {
  test(`${name} begins at a and ends at b`, () => {
    for (const [a, b] of [
      [
        [1, 0],
        [0, 2],
      ],
      [
        [0, 0],
        [1, 1],
      ],
      [
        [1, 1],
        [-1, -1],
      ],
      [[3], [-1]],
      [
        [2, 2],
        [2, 2],
      ],
    ]) {
      const points = path(a, b, 5);
      assert.equal(points.length, 5);
      close(points[0], a);
      close(points[4], b);
      assert.ok(
        points.every((point) => point.every(Number.isFinite)),
        `${a} to ${b}`,
      );
    }
  });

  test(`${name} with two steps is the ends, with one it is a, with none nothing`, () => {
    close(path([1, 0], [0, 1], 2)[1], [0, 1]);
    close(path([1, 0], [0, 1], 1)[0], [1, 0]);
    assert.equal(path([1, 0], [0, 1], 0).length, 0);
  });

  test(`${name} goes the same way back`, () => {
    const there = path([1, 0.5], [-0.3, 2], 6).map((z) => rounded(z));
    const back = path([-0.3, 2], [1, 0.5], 6).map((z) => rounded(z));
    assert.deepEqual(there, back.reverse());
  });
}

test("lerp divides the way evenly", () => {
  close(lerp([0, 4], [1, 0], 5)[1], [0.25, 3]);
});

test("slerp turns evenly, the radius growing evenly", () => {
  const points = slerp([1, 0], [0, 3], 5);
  for (const [k, z] of points.entries()) {
    assert.ok(Math.abs(norm(z) - (1 + k / 2)) < 1e-6);
    assert.ok(Math.abs(Math.atan2(z[1], z[0]) - (k * Math.PI) / 8) < 1e-6);
  }
});

test("slerp is the straight line in one dimension, from the origin, and along one direction", () => {
  for (const [a, b] of [
    [[-1], [3]],
    [
      [0, 0],
      [1, 2],
    ],
    [
      [1, 2],
      [0, 0],
    ],
    [
      [1, 1],
      [3, 3],
    ],
    [
      [1, 1],
      [1 + 1e-9, 1],
    ],
  ])
    assert.deepEqual(
      slerp(a, b, 4).map((z) => rounded(z)),
      lerp(a, b, 4).map((z) => rounded(z)),
    );
});

test("between opposite codes slerp goes around and not through the middle", () => {
  const [, , middle] = slerp([2, 0, 0], [-2, 0, 0], 5);
  assert.ok(Math.abs(norm(middle) - 2) < 1e-6);
  close(slerp([1, 0], [-1, 0], 3)[1], [0, 1]);
  const nearly = slerp([1, 0], [-1, 1e-8], 3)[1];
  assert.ok(Math.abs(norm(nearly) - 1) < 1e-6);
});

test("slerp stays in the plane of its ends in many dimensions", () => {
  const a = Array.from({ length: 50 }, (_, d) => Number(d === 3)),
    b = Array.from({ length: 50 }, (_, d) => Number(d === 40));
  const [, z] = slerp(a, b, 3);
  close([z[3], z[40], norm(z)], [s, s, 1]);
});
