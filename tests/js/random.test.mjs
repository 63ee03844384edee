// Random numbers: fixed by a seed, evenly spread, and normal where they should be.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawNormal, gaussian, seeded } from "../../live/engine/random.js";

const MANY = 20000;
const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const take = (count, next) => Array.from({ length: count }, () => next());

test("a seed fixes the numbers, so that a link shows the same samples for ever", () => {
  assert.deepEqual(take(3, seeded(0)), [0.26642920868471265, 0.0003297457005828619, 0.2232720274478197]);
  assert.deepEqual(take(5, seeded(7)), take(5, seeded(7)));
  assert.notDeepEqual(take(5, seeded(7)), take(5, seeded(8)));
});

test("the numbers fill [0, 1) evenly", () => {
  const values = take(MANY, seeded(1));
  assert.ok(values.every((value) => value >= 0 && value < 1));
  const tenths = new Array(10).fill(0);
  for (const value of values) tenths[Math.floor(10 * value)]++;
  assert.ok(
    tenths.every((count) => Math.abs(count - MANY / 10) < 150),
    tenths.join(" "),
  );
});

test("normal numbers have mean 0, variance 1 and no skew", () => {
  const uniform = seeded(2);
  const values = take(MANY, () => gaussian(uniform));
  for (const [power, moment, error] of [
    [1, 0, 0.03],
    [2, 1, 0.05],
    [3, 0, 0.12],
    [4, 3, 0.3],
  ])
    assert.ok(Math.abs(meanOf(values.map((value) => value ** power)) - moment) < error, `moment ${power}`);
});

test("the ends of the uniform numbers give finite normal ones", () => {
  for (const end of [0, 1 - 2 ** -32]) assert.ok(Number.isFinite(gaussian(() => end)));
  assert.equal(Math.abs(gaussian(() => 0)), 0);
});

test("a draw has the mean and the log variance that it is given", () => {
  const uniform = seeded(3);
  const draws = take(MANY, () => drawNormal([5, -2], [Math.log(4), Math.log(0.25)], uniform));
  for (const [d, mean, variance] of [
    [0, 5, 4],
    [1, -2, 0.25],
  ]) {
    const values = draws.map((draw) => draw[d]);
    assert.ok(Math.abs(meanOf(values) - mean) < 0.05);
    assert.ok(Math.abs(meanOf(values.map((value) => (value - mean) ** 2)) / variance - 1) < 0.05);
  }
});

test("without variance a draw is the mean", () => {
  assert.deepEqual([...drawNormal([1, 2], [-Infinity, -Infinity])], [1, 2]);
});
