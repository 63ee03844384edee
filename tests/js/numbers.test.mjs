// An image's numbers: the arithmetic as Python has it, the exact runner, draws, and published programs' losses.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { encodeExact, erf, runExact } from "../../live/engine/exact.js";
import { klNats, klOfDraw, meanWithError, mmdShare, pixelNats, sum } from "../../live/engine/nats.js";
import { makeRunner, parsePart } from "../../live/engine/network.js";
import * as engine from "../../live/engine/numbers.js";
import { nearestPlace } from "../../live/engine/plane.js";
import { decoder, encoder, numbers as random } from "./parts.mjs";

const table = JSON.parse(readFileSync(new URL("../cases/arithmetic.json", import.meta.url), "utf8"));
const close = (found, given, within = table.tolerance) =>
  assert.ok(Math.abs(found - given) <= within * Math.max(1, Math.abs(given)), `${found} for ${given}`);
const BERNOULLI = { name: "bernoulli", pixelStd: 1 };

for (const { about, x, logits, likelihood, pixel_std, pixels } of table.log_likelihood)
  test(`each pixel's nats, ${likelihood}: ${about}`, () => {
    const found = pixelNats({ name: likelihood, pixelStd: pixel_std ?? 1 }, logits, x);
    for (const [i, nats] of pixels.entries()) close(found[i], nats);
  });

for (const { about, mu, log_var, z, kl, draw } of table.kl)
  test(`KL: ${about}`, () => {
    const found = klNats(mu, log_var);
    for (const [d, nats] of kl.entries()) close(found[d], nats);
    close(klOfDraw(z, mu, log_var), draw);
  });

for (const { about, codes, prior, scale, share } of table.mmd_share)
  test(`MMD: ${about}`, () => {
    const found = mmdShare(codes, prior, scale);
    close(found.share, share);
    close(found.within - 2 * found.across + found.prior, share);
  });

test("the mean of draws and its standard error", () => {
  assert.deepEqual(meanWithError([1, 3]), { mean: 2, error: 1 });
  assert.deepEqual(meanWithError([5, 5, 5]), { mean: 5, error: 0 });
  assert.deepEqual(meanWithError([7]), { mean: 7, error: null });
});

// from a table of the function to 15 digits
for (const [x, value] of [
  [0, 0],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2.9, 0.9999589021219005],
  [3.1, 0.9999883513426328],
  [7, 1],
])
  test(`erf of ${x}`, () => {
    close(erf(x), value, 2e-15);
    close(erf(-x), -value, 2e-15);
  });

/** Layers with numbers of their own behind each other. */
function partOf(about, layers) {
  let count = 0;
  const tensor = (shape) => {
    const record = { offset: count, shape };
    count += shape.reduce((a, b) => a * b, 1);
    return record;
  };
  const records = layers.map(({ shapes, ...layer }) =>
    shapes ? { ...layer, weight: tensor(shapes[0]), bias: tensor(shapes[1]) } : layer,
  );
  const manifest = { ...about, layers: records, dtype: "float32", count };
  return parsePart(manifest, random(count, 5).buffer);
}

const conv = (inputs, outputs, stride, pad) => ({
  op: "conv",
  inputs,
  outputs,
  kernel: 3,
  stride,
  pad,
  shapes: [[outputs, inputs, 3, 3], [outputs]],
});
const up = (inputs, outputs, stride, crop) => ({
  op: "conv_transpose",
  inputs,
  outputs,
  kernel: 3,
  stride,
  crop,
  shapes: [[inputs, outputs, 3, 3], [outputs]],
});
const linear = (inputs, outputs) => ({ op: "linear", inputs, outputs, shapes: [[outputs, inputs], [outputs]] });
const ABOUT = { inputs: 2, latent_dim: 2, stochastic: true, max_log_var: 2, classes: 3, image: [1, 9, 6] };

/** The exact runner gives what the fast one does, to single precision. */
function agree(part, input, y) {
  const fast = Array.from(makeRunner(part, 1).run(Float32Array.from(input), y));
  const exact = runExact(part, input, y);
  assert.equal(exact.length, fast.length);
  for (const [i, value] of fast.entries()) close(exact[i], value, 2e-5);
}

test("a convolutional encoder that is told a class: the exact runner agrees with the fast one", () => {
  const layers = [
    { op: "condition_channel", classes: 3, height: 9, width: 6, shapes: [[54, 3], [54]] },
    conv(2, 4, 2, [1, 1, 0, 1]),
    { op: "leaky_relu", slope: 0.1 },
    conv(4, 3, 1, [1, 1, 1, 1]),
    { op: "gelu" },
    { op: "reshape", shape: [45] },
    linear(45, 4),
  ];
  const part = partOf({ ...ABOUT, part: "encoder", inputs: 54 }, layers);
  agree(part, random(54, 3), 1);
  agree(part, random(54, 4), [0.5, 0, 0.5]);
});

test("a transposed convolution with cuts on one side: the exact runner agrees with the fast one", () => {
  const layers = [
    { op: "join_condition", classes: 3 },
    linear(5, 4 * 5 * 3),
    { op: "relu" },
    { op: "reshape", shape: [4, 5, 3] },
    up(4, 3, 2, [1, 1, 0, 1]),
    { op: "tanh" },
    up(3, 1, 1, [1, 1, 1, 1]),
  ];
  agree(partOf({ ...ABOUT, part: "decoder" }, layers), [0.3, -1.2], 2);
});

test("the exact encoder bounds the log variance, and a point has none", () => {
  const { manifest, weights } = encoder({ maxLogVar: -0.2 });
  const found = encodeExact(parsePart(manifest, weights), random(20, 2), null);
  assert.ok(found.logVar?.every((v) => v <= -0.2));
  const point = encoder({ stochastic: false });
  assert.equal(encodeExact(parsePart(point.manifest, point.weights), random(20, 2), null).logVar, null);
});

test("a layer that is not known, and a class that is not said, are sentences", () => {
  const part = partOf({ ...ABOUT, classes: 0, part: "decoder" }, [linear(2, 54), { op: "swish" }]);
  assert.throws(() => runExact(part, [0, 0], null), /a layer swish, which is not known/);
  const told = partOf({ ...ABOUT, part: "decoder" }, [{ op: "join_condition", classes: 3 }, linear(5, 54)]);
  assert.throws(() => runExact(told, [0, 0], null), /say which/);
});

const LEVELS = Uint8Array.from({ length: 20 }, (_, i) => 12 * i);

/** Numbers of a small image. */
function numbersOf({ stochastic = true, seed = 1, codes = [[1, 0]], but = -1 } = {}) {
  const [a, b] = [encoder({ stochastic }), decoder()];
  const parts = { encoder: parsePart(a.manifest, a.weights), decoder: parsePart(b.manifest, b.weights) };
  const batch = { codes, prior: engine.priorDraws(seed, 2, 2), but };
  const steps = engine.numbersOf(parts, { levels: LEVELS, y: null }, engine.epsilons(seed, 2), batch);
  let step = steps.next();
  let count = 0;
  for (; !step.done; step = steps.next()) count++;
  return { numbers: step.value, count };
}

const objective = (terms, more = {}) => ({
  terms: terms.map(([name, sign = 1, weight = 1, symbol = ""]) => ({ name, sign, weight, symbol })),
  likelihood: BERNOULLI,
  capacity: 0,
  kernel: 4,
  ...more,
});

test("eight draws around the mean, a step each, the same for the same seed", () => {
  const { numbers, count } = numbersOf();
  assert.equal(numbers.draws.length, engine.DRAWS);
  assert.equal(count, engine.DRAWS + 1);
  const [{ eps, z }] = numbers.draws;
  for (const d of [0, 1]) close(z[d], numbers.mu[d] + Math.exp(numbers.logVar[d] / 2) * eps[d], 1e-12);
  assert.deepEqual(numbersOf().numbers.draws[7].z, numbers.draws[7].z);
  assert.notDeepEqual(numbersOf({ seed: 2 }).numbers.draws[0].z, z);
});

test("a deterministic encoder has one code, no KL, and no objective that needs one", () => {
  const { numbers } = numbersOf({ stochastic: false });
  assert.equal(numbers.draws.length, 1);
  assert.deepEqual(numbers.draws[0].z, numbers.mu);
  assert.equal(numbers.kl, null);
  assert.equal(engine.objectiveOf(numbers, objective([["log_likelihood"], ["kl", -1]])), null);
  assert.equal(engine.likelihoods(numbers, BERNOULLI).error, null);
});

test("an objective is the sum of its terms, each with its sign and weight", () => {
  const { numbers } = numbersOf();
  const [likelihood] = engine.likelihoods(numbers, BERNOULLI).each;
  const kl = sum(numbers.kl);
  close(engine.objectiveOf(numbers, objective([["log_likelihood"], ["kl", -1, 4, "β"]])), likelihood - 4 * kl);
  const { share } = engine.mmdOf(numbers, 4);
  close(engine.objectiveOf(numbers, objective([["log_likelihood"], ["mmd", -1, 10, "λ"]])), likelihood - 10 * share);
  close(engine.objectiveOf(numbers, objective([["kl_off_capacity", -1, 2, "γ"]], { capacity: kl + 3 })), -6);
  assert.equal(engine.objectiveOf(numbers, { ...objective([]), terms: null }), null);
});

test("a published program prints minus its scale times the objective without its constant", () => {
  const { numbers } = numbersOf();
  const gaussian = { name: "gaussian", pixelStd: Math.SQRT1_2 };
  const program = {
    ...objective([["log_likelihood"]], { likelihood: gaussian }),
    titles: [],
    form: "MSE",
    own: true,
    scale: 1 / 20,
    dropped: 20 * Math.log(Math.SQRT1_2 * Math.sqrt(2 * Math.PI)),
  };
  const [{ logits }] = numbers.draws;
  const squares = Array.from(logits, (l, i) => (LEVELS[i] / 255 - 1 / (1 + Math.exp(-l))) ** 2);
  close(engine.printedBy(numbers, program), sum(squares) / 20, 1e-12);
});

test("the other codes of a batch are the first test images but the one at hand", () => {
  assert.deepEqual(engine.othersOf(3, -1), [0, 1, 2]);
  assert.deepEqual(engine.othersOf(3, 1), [0, 2, 3]);
  assert.deepEqual(engine.othersOf(3, 9), [0, 1, 2]);
  assert.deepEqual(engine.othersOf(0, 0), []);
});

test("an image has 256 grey levels", () => assert.deepEqual([...engine.levelsOf([0, 0.5, 1])], [0, 128, 255]));

test("the place that is nearest to a point", () => {
  assert.equal(nearestPlace([0, 0, 3, 3, -1, 2], -1, 1), 2);
  assert.equal(nearestPlace([], 1, 1), 0);
});
