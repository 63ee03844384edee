// What am I looking at?: the code that is drawn, the columns and their stripes, bells, ellipses, and the sentences.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { noise, sampleOf, seeded } from "../../live/engine/random.js";
import { bellOf, reachOf, shownOf } from "../../live/parts/start/code_table.js";
import { codeOf, drawnAgain, spokenOf } from "../../live/parts/start/flow.js";
import { flowText } from "../../live/parts/start/flow_text.js";
import { closeUpOf, ellipseOf } from "../../live/parts/start/miniature.js";
import { heightOf, sizeText, stripesOf, unitsOf } from "../../live/parts/start/network_sketch.js";
import { setWords } from "../../live/words/words.js";
import { planeOf, rounded } from "./pane.mjs";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const english = JSON.parse(read("../../live/words/en.json"));
const floats = (...values) => Float32Array.from(values);
const INFO = {
  conditional: false,
  stochastic: true,
  latentDim: 2,
  image: [1, 28, 28],
  count: 10000,
  objective: "elbo",
};

beforeEach(() => setWords(english));

test("z is mu + sigma epsilon", () => {
  assert.deepEqual(rounded(sampleOf([0.5, -1, 2], [0.1, 2, 0], [1, -0.5, 3])), [0.6, -2, 2]);
});

test("a code is drawn with an epsilon of its own and keeps its posterior when it is drawn again", () => {
  const logVar = floats(2 * Math.log(0.1), 2 * Math.log(2));
  const code = codeOf({ mu: floats(0.5, -1), logVar }, seeded(3));
  assert.deepEqual(rounded(code.std), [0.1, 2]);
  assert.deepEqual(code.eps, noise(2, seeded(3)));
  assert.deepEqual(rounded(code.z), rounded([0.5 + 0.1 * code.eps[0], -1 + 2 * code.eps[1]]));
  const next = drawnAgain(code, seeded(4));
  assert.deepEqual([next.mu, next.std], [code.mu, code.std]);
  assert.notDeepEqual(next.z, code.z);
});

test("what is drawn around mu has sigma as its spread", () => {
  const uniform = seeded(5);
  let code = codeOf({ mu: floats(3), logVar: floats(2 * Math.log(0.5)) }, uniform);
  let [sum, squares] = [0, 0];
  for (let i = 0; i < 20000; i++) {
    code = drawnAgain(code, uniform);
    sum += code.z[0] - 3;
    squares += (code.z[0] - 3) ** 2;
  }
  assert.ok(Math.abs(sum / 20000) < 0.02);
  assert.ok(Math.abs(Math.sqrt(squares / 20000) - 0.5) < 0.01);
});

test("a deterministic code is its mean, outlives the runner's buffers, and nothing draws it again", () => {
  const mu = floats(1, 2);
  const code = codeOf({ mu, logVar: null });
  mu.fill(0);
  assert.deepEqual(code, { mu: floats(1, 2), std: null, eps: null, z: floats(1, 2) });
  assert.equal(drawnAgain(code), code);
});

test("a screen reader is told class, mean, uncertainty and code", () => {
  const code = { mu: floats(0.3, -1), std: floats(0.02, 0.05), eps: floats(1, 0), z: floats(0.32, -1) };
  assert.match(
    spokenOf("4", code),
    /\(4\): mean \(0\.30, −1\.00\), uncertainty \(0\.02, 0\.05\), .*\(0\.32, −1\.00\);/,
  );
  assert.match(spokenOf("Coat", { ...code, std: null, eps: null }), /\(Coat\): code \(0\.32, −1\.00\), without/);
});

test("columns are as high as the root of their units, and the smallest can still be seen", () => {
  assert.equal(unitsOf([32, 14, 14]), 6272);
  assert.deepEqual(
    [784, 196, 1].map((units) => heightOf(units, 784)),
    [120, 60, 12],
  );
});

test("a layer's size in lines", () => {
  assert.deepEqual([sizeText([1568]), sizeText([64, 7, 7])], [["1,568"], ["64", "7×7"]]);
});

test("a stripe is the mean of |activation| of its units, or of its channel, as a share of the largest", () => {
  const rows = floats(1, -3, 0, 0.5, 99, 99, 99, 99); // the second row is another call's
  assert.deepEqual(stripesOf({ data: rows, shape: [4] }, 2), [1, 0.125]);
  assert.deepEqual(stripesOf({ data: floats(1, -4, 3, 0), shape: [2, 1, 2] }), [1, 1]);
  assert.deepEqual(stripesOf({ data: floats(1, 8, 3, 0), shape: [2, 1, 2] }), [0.5, 1]);
  assert.deepEqual(stripesOf({ data: floats(0, 0, 0), shape: [3] }), [0, 0, 0]);
  assert.equal(stripesOf({ data: new Float32Array(384), shape: [384] }).length, 40);
});

test("short codes are shown whole, long ones by their first three numbers", () => {
  assert.deepEqual([1, 2, 4, 5, 50].map(shownOf), [1, 2, 4, 3, 3]);
});

test("a bell stands over its mean, as wide as its sigma, and the axis holds it", () => {
  assert.equal(reachOf([0, 0.5], [1, 0.1]), 4);
  assert.equal(reachOf([-5], [0.25]), 6);
  const points = bellOf(1, 0.5, 4);
  const top = points.reduce((best, point) => (point[1] < best[1] ? point : best));
  assert.equal(top[0], (5 / 8) * 96);
  assert.deepEqual([points[0][0], points.at(-1)[0]], [(3 / 8) * 96, (7 / 8) * 96]);
  assert.ok(
    bellOf(0, 1, 4, 0.4).every(([, y]) => y > top[1] + 10),
    "the prior's is lower",
  );
});

test("the ellipse of a posterior in a plane of two latents has sigma as its half axes", () => {
  const line = ellipseOf(planeOf(), [1, 2], [0.5, 0.25], 2);
  const xs = line.map(([x]) => x),
    ys = line.map(([, y]) => y);
  assert.deepEqual(rounded([Math.min(...xs), Math.max(...xs)]), [0, 2]);
  assert.deepEqual(rounded([Math.min(...ys), Math.max(...ys)]), [1.5, 2.5]);
});

test("in a turned plane the ellipse leans as draws do", () => {
  const [c, s] = [0.8, 0.6];
  const axes = [
    [c, -s],
    [s, c],
  ];
  const line = ellipseOf({ ...planeOf(), axes }, [0, 0], [1, 0.1], 1);
  for (const [x, y] of line) {
    const [first, second] = [c * x - s * y, s * x + c * y]; // back to the latents
    assert.ok(Math.abs(first ** 2 + (second / 0.1) ** 2 - 1) < 1e-6);
  }
});

test("a close-up has room for the ellipse, and for a z that fell far from it", () => {
  const line = ellipseOf(planeOf(), [1, 2], [0.5, 0.25], 1);
  assert.deepEqual(closeUpOf([1, 2], line, [1.1, 2]), { centre: [1, 2], half: 1.3 });
  assert.equal(closeUpOf([1, 2], line, [-1, 2]).half, 2.3);
});

test("every objective has its sentence in both layers, and no formula in the simple one", () => {
  const rows = [...read("../../models/objectives.py").matchAll(/^ {4}"([\w-]+)": \w+,$/gm)].map((found) => found[1]);
  assert.equal(rows.length, 9);
  for (const objective of rows) {
    for (const [conditional, stochastic] of [
      [false, true],
      [true, true],
      [false, false],
      [true, false],
    ]) {
      setWords(english, { layer: "field" });
      const field = flowText({ ...INFO, objective, conditional, stochastic }).map(([, sentence]) => sentence);
      assert.equal(/, y/.test(field.at(-1)), conditional);
      assert.equal(/σ²/.test(field[1]), stochastic);
      assert.ok(field[0].includes("784"));
      setWords(english, { layer: "simple" });
      const simple = flowText({ ...INFO, objective, conditional, stochastic });
      assert.equal(simple.length, 5);
      assert.doesNotMatch(simple.flat().join(" "), /ELBO|KL|posterior|prior|latent|log p|q\(/i);
      assert.equal(/is told the class/.test(simple[0][1]), conditional);
    }
  }
});
