// Likelihoods and nearness: known answers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { logLikelihood, logMeanExp, logNormal, shares } from "../../live/engine/likelihood.js";
import { ownQuantiles, rank, wordOf } from "../../live/engine/nearness.js";

const close = (found, expected, within = 1e-9) =>
  assert.ok(Math.abs(found - expected) < within, `${found} for ${expected}`);
const BERNOULLI = { name: "bernoulli", pixelStd: 1 };

test("Bernoulli: a fair coin per pixel costs log 2 nats each", () =>
  close(logLikelihood(BERNOULLI, [0, 0, 0], [0, 1, 0.3]), -3 * Math.log(2)));
test("Bernoulli: stable for huge logits", () => {
  close(logLikelihood(BERNOULLI, [1000, -1000], [1, 0]), 0);
  close(logLikelihood(BERNOULLI, [1000], [0]), -1000);
});
test("Gaussian: at the mean, the density's constant", () => {
  close(
    logLikelihood({ name: "gaussian", pixelStd: 0.5 }, [0, 0], [0.5, 0.5]),
    -2 * Math.log(0.5 * Math.sqrt(2 * Math.PI)),
  );
  close(logLikelihood({ name: "gaussian", pixelStd: 1 }, [0], [1.5]), -0.5 - 0.5 * Math.log(2 * Math.PI));
});
test("the normal density", () => close(logNormal([1], [0], [0]), -0.5 - 0.5 * Math.log(2 * Math.PI)));
test("log mean exp neither overflows nor vanishes", () => {
  close(logMeanExp([1000, 1000]), 1000);
  close(logMeanExp([-1000, -1000 + Math.log(3)]), -1000 + Math.log(2));
});
test("shares sum to 1 and follow the odds", () => {
  const [a, b] = shares([-500, -500 + Math.log(3)]);
  close(a, 0.25);
  close(a + b, 1);
});

const QUANTILES = [0, 0.1, 0.2, 0.4, 0.8];
for (const [distance, expected] of [
  [0, 0],
  [0.05, 0.125],
  [0.1, 0.25],
  [0.3, 0.625],
  [0.8, 1],
  [5, 1],
  [Number.NaN, 0],
])
  test(`rank of ${distance}`, () => close(rank(distance, QUANTILES), expected));
test("duplicates: many distances of 0, and any other is farther than those", () => {
  assert.equal(rank(0, [0, 0, 0, 0, 1]), 0);
  close(rank(0.5, [0, 0, 0, 0, 1]), 0.875);
});
test("ranks have words", () => {
  assert.deepEqual([0, 0.5, 0.9, 0.91, 0.99, 0.991, 1].map(wordOf), [
    "crowded",
    "crowded",
    "crowded",
    "sparse",
    "sparse",
    "nobody",
    "nobody",
  ]);
});

const CASES = JSON.parse(readFileSync(new URL("../cases/nearness.json", import.meta.url), "utf8"));
for (const { why, distance, quantiles, rank: expected } of CASES)
  test(`rank as Python gives it: ${why}`, () => close(rank(distance, quantiles), expected));

test("own distances: quantiles by a line, as torch's; none for a single code", () => {
  const line = Float32Array.from([0, 1, 3, 6, 10]); // to their nearest: 1, 1, 2, 3, 4
  const found = ownQuantiles(line, 1);
  assert.equal(found.length, 101);
  assert.deepEqual([found[0], found[25], found[50], found[100]], [1, 1, 2, 4]);
  assert.ok(Math.abs(found[60] - 2.4) < 1e-9);
  assert.deepEqual(ownQuantiles(Float32Array.from([1, 2, 3]), 3), []);
  assert.equal(ownQuantiles(Float32Array.from([0, 0, 0, 0, 3, 4]), 2)[100], 5);
});
