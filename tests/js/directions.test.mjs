// Directions of known factors: a code is moved until it reads a value. The arithmetic is in arithmetic.test.mjs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isClear, movedTo, reading, valuesOf } from "../../live/engine/directions.js";
import { between, close, codeOf, law } from "./law.mjs";

law("a code that is moved reads the value that was asked for", 100, (i) => {
  const latents = 1 + (i % 12);
  const weights = [...codeOf(latents)],
    effect = codeOf(latents);
  const gained = weights.reduce((sum, weight, d) => sum + weight * effect[d], 0);
  const direction = { bias: between(-1, 1), weights, step: [...effect].map((v) => v / gained) };
  const value = between(-3, 3);
  if (Math.abs(gained) > 0.1) close(reading(direction, movedTo(direction, codeOf(latents), value)), value, 1e-4);
});

test("a factor without a step can't be moved, and is not offered", () => {
  assert.ok(!isClear({ step: [0, 0] }));
  assert.ok(isClear({ step: [0, 0.1] }));
});

test("pictures stand at even values from low to high", () => {
  assert.deepEqual(valuesOf({ low: -1, high: 1 }, 5), [-1, -0.5, 0, 0.5, 1]);
});
