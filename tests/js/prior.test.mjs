// The prior in the page: N(0, I), a mixture, and a Gaussian a class. Its density and moments: arithmetic.test.mjs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { sharesBy } from "../../live/engine/classes.js";
import { centreOf, drawPrior, gaussiansOf, logPrior, ROUND, ringsOf } from "../../live/engine/prior.js";
import { gaussian, seeded } from "../../live/engine/random.js";
import { sampleCodes } from "../../live/engine/samples.js";
import { latentAxis } from "../../live/parts/codes/axes_of_codes.js";
import { setWords } from "../../live/words/words.js";

setWords(JSON.parse(readFileSync(new URL("../../live/words/en.json", import.meta.url), "utf8")));

const far = {
  kind: "mixture",
  mu: [
    [-10, 0],
    [10, 4],
  ],
  logVar: [
    [0, 0],
    [Math.log(4), Math.log(0.25)],
  ],
}; // prettier-ignore
const vamp = { latentDim: 2, prior: far };
const told = { latentDim: 2, prior: { ...far, kind: "of-class" } };

test("without a learnt prior codes are those of N(0, I), number by number", () => {
  const one = seeded(7),
    other = seeded(7);
  const z = drawPrior({ latentDim: 3 }, null, one);
  assert.deepEqual(
    z,
    Float32Array.from({ length: 3 }, () => gaussian(other)),
  );
  assert.equal(ringsOf({ latentDim: 3 }, [0, 2]), ROUND);
  assert.deepEqual(ringsOf({ latentDim: 3 }, null), []);
});

test("a mixture is drawn from all of its components alike, with their means and spreads", () => {
  const uniform = seeded(1);
  const codes = Array.from({ length: 8000 }, () => drawPrior(vamp, null, uniform));
  const right = codes.filter(([x]) => x > 0);
  assert.ok(Math.abs(right.length / 8000 - 0.5) < 0.03);
  const mean = right.reduce((sum, [x]) => sum + x, 0) / right.length;
  const square = right.reduce((sum, [x]) => sum + (x - mean) ** 2, 0) / right.length;
  assert.ok(Math.abs(mean - 10) < 0.15 && Math.abs(square - 4) < 0.4, `${mean}, ${square}`);
});

test("a class that is told has its own Gaussian; a mixture has the same for every class", () => {
  assert.deepEqual(gaussiansOf(told, 1), [{ mu: [10, 4], logVar: far.logVar[1] }]);
  assert.equal(gaussiansOf(told, null).length, 2);
  assert.equal(gaussiansOf(vamp, 1).length, 2);
  assert.deepEqual([...centreOf(told, 0)], [-10, 0]);
  assert.deepEqual([...centreOf(vamp, 0)], [0, 2]);
  assert.ok(sampleCodes(30, 1, told, null, 1).every(([x]) => x > 0));
  assert.ok(sampleCodes(30, 1, told, null, 0).every(([x]) => x < 0));
});

test("a ring lies around each component, one sigma wide", () => {
  assert.deepEqual(ringsOf(vamp, [1, 0]), [
    { x: 0, y: -10, rx: 1, ry: 1 },
    { x: 4, y: 10, rx: 0.5, ry: 2 },
  ]);
});

test("a slider goes as far as the prior does", () => {
  const info = { ...vamp, kl: null, dead: [] };
  const { low, middle, high, at } = latentAxis(info, 1);
  const std = Math.sqrt(4 + (1 + 0.25) / 2); // of the means, and within
  assert.deepEqual(
    [low, middle, high].map((v) => v.toFixed(5)),
    [2 - 3.1 * std, 2, 2 + 3.1 * std].map((v) => v.toFixed(5)),
  ); // prettier-ignore
  assert.equal(at[2], 2);
});

test("a class is likelier where its own prior has the code", () => {
  const info = { ...told, likelihood: { name: "bernoulli", pixelStd: 1 }, classNames: ["a", "b"] };
  const encoder = { encode: () => ({ mu: Float32Array.of(9, 4), logVar: null }) };
  const run = sharesBy({ info, logits: () => [0] }, encoder, Float32Array.of(1), seeded(1));
  let step = run.next();
  while (!step.done) step = run.next();
  assert.ok(step.value[1] > 0.999);
  assert.ok(logPrior(told, Float32Array.of(9, 4), 1) > logPrior(told, Float32Array.of(9, 4), 0));
});
