import assert from "node:assert/strict";
import test from "node:test";
import { erf, float16ToFloat32, gelu, greyLevels, makeRunner, parsePart, sigmoid } from "../../live/engine/network.js";
import { decoder, numbers } from "./parts.mjs";

/** IEEE 754 half precision as the standard writes it. */
function half(bits) {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** erf by its series (Abramowitz and Stegun 7.1.6), which converges everywhere. */
function series(x) {
  let [term, sum] = [x, x];
  for (let n = 1; n < 400; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return ((2 * sum) / Math.sqrt(Math.PI)) * Math.exp(-x * x);
}

const layerOf = (manifest, op) => manifest.layers.find((layer) => layer.op === op);

test("all 65,536 half-precision patterns are decoded exactly", () => {
  const values = float16ToFloat32(Uint16Array.from({ length: 65536 }, (_, bits) => bits));
  values.forEach((value, bits) => assert.ok(Object.is(value, half(bits)), `pattern ${bits}: ${value}`));
});

test("erf is within 2e-7 and odd; its reference knows erf(1)", () => {
  assert.ok(Math.abs(series(1) - 0.8427007929497149) < 1e-15);
  for (let x = -6; x <= 6; x += 1e-3) {
    assert.ok(Math.abs(erf(x) - series(x)) <= 2e-7, `erf(${x})`);
    assert.equal(erf(-x), -erf(x));
  }
});

test("gelu is within 1e-6 of x * Phi(x), and exact far out", () => {
  for (let x = -8; x <= 8; x += 1e-3) {
    assert.ok(Math.abs(gelu(x) - 0.5 * x * (1 + series(x / Math.SQRT2))) <= 1e-6, `gelu(${x})`);
  }
  assert.deepEqual([gelu(-100), gelu(0), gelu(100)], [0, 0, 100]);
});

test("sigmoid does not overflow", () => {
  assert.ok(sigmoid(-100) > 0 && sigmoid(-100) < 1e-43);
  assert.equal(sigmoid(100), 1);
  assert.deepEqual([sigmoid(-1e5), sigmoid(0), sigmoid(1e5)], [0, 0.5, 1]);
});

test("grey levels are rounded means", () => {
  const levels = new Uint8Array(3);
  greyLevels(Float32Array.of(-100, 0, 100), levels);
  assert.deepEqual([...levels], [0, 128, 255]);
});

test("a linear decoder is z W + b", () => {
  const { manifest, weights } = decoder();
  const runner = makeRunner(parsePart(manifest, weights));
  const [weight, bias] = [new Float32Array(weights, 0, 40), new Float32Array(weights, 160, 20)];
  const out = runner.run(Float32Array.of(0.5, -2));
  assert.equal(out.length, 20);
  out.forEach((value, o) => {
    assert.ok(Math.abs(value - (0.5 * weight[2 * o] - 2 * weight[2 * o + 1] + bias[o])) < 1e-6);
  });
  runner.decodeMean(Float32Array.of(0.5, -2)).forEach((mean, o) => assert.equal(mean, Math.fround(sigmoid(out[o]))));
});

test("rows together are the rows one by one, for every count", () => {
  const { manifest, weights } = decoder({ latent: 3, classes: 4, image: [3, 5, 3], hidden: 13 });
  const runner = makeRunner(parsePart(manifest, weights), 9);
  const [zs, ys] = [numbers(27, 5), numbers(36, 6)];
  for (let count = 1; count <= 9; count++) {
    const together = runner.runRows(zs.slice(0, 3 * count), count, ys.slice(0, 4 * count)).slice();
    for (let row = 0; row < count; row++) {
      const alone = runner.run(zs.subarray(3 * row, 3 * row + 3), ys.subarray(4 * row, 4 * row + 4));
      alone.forEach((value, o) => assert.ok(Math.abs(value - together[45 * row + o]) < 1e-6));
    }
  }
});

test("a label is its one-hot vector, and a mixture is neither", () => {
  const { manifest, weights } = decoder({ classes: 3 });
  const runner = makeRunner(parsePart(manifest, weights));
  const z = Float32Array.of(0.1, 0.2);
  const label = runner.run(z, 1).slice();
  assert.deepEqual(runner.run(z, Float32Array.of(0, 1, 0)).slice(), label);
  assert.notDeepEqual(runner.run(z, [0.5, 0.5, 0]).slice(), label);
});

test("a run leaves its input and earlier results of other runners alone", () => {
  const { manifest, weights } = decoder({ hidden: 6 });
  const [first, second] = [makeRunner(parsePart(manifest, weights)), makeRunner(parsePart(manifest, weights))];
  const z = Float32Array.of(1, 2);
  const out = first.run(z);
  const before = out.slice();
  second.run(Float32Array.of(-3, 4));
  assert.deepEqual(out, before);
  assert.deepEqual([...z], [1, 2]);
});

test("a condition that is missing or out of range is refused with what came", () => {
  const { manifest, weights } = decoder({ classes: 3 });
  const runner = makeRunner(parsePart(manifest, weights));
  for (const y of [null, undefined, -1, 3, 1.5, NaN, [1, 0]]) {
    assert.throws(() => runner.run(new Float32Array(2), y), /conditional: it needs a class 0 to 2 or 3 weights; got/);
  }
});

test("inputs of the wrong length and too many rows are refused", () => {
  const { manifest, weights } = decoder();
  const runner = makeRunner(parsePart(manifest, weights), 2);
  assert.throws(() => runner.run(new Float32Array(3)), /takes 2 numbers an input; got 3/);
  assert.throws(() => runner.runRows(new Float32Array(6), 3), /takes 1 to 2 inputs; got 3/);
  assert.throws(() => runner.encode(new Float32Array(2)), /decoder does not encode/);
});

test("a blob that is cut, too long or not finite is refused with a sentence", () => {
  const { manifest, weights } = decoder();
  assert.throws(() => parsePart(manifest, weights.slice(0, -4)), /weights are damaged: 236 bytes came, 240 expected/);
  assert.throws(() => parsePart(manifest, weights.slice(0, -1)), /239 bytes came/);
  assert.throws(() => parsePart(manifest, new ArrayBuffer(244)), /244 bytes came/);
  assert.throws(() => parsePart(manifest, new ArrayBuffer(0)), /0 bytes came/);
  for (const bad of [NaN, Infinity, -Infinity]) {
    const numbersWithOne = new Float32Array(weights.slice(0));
    numbersWithOne[7] = bad;
    assert.throws(() => parsePart(manifest, numbersWithOne.buffer), /value 7 is not a number/);
  }
  const halves = new Uint16Array(60);
  halves[59] = 0x7c00;
  assert.throws(() => parsePart({ ...manifest, dtype: "float16" }, halves.buffer), /value 59 is not a number/);
});

test("the hidden layers of the last call are there to be shown, after their activation", () => {
  const { manifest, weights } = decoder({ hidden: 3 });
  const runner = makeRunner(parsePart(manifest, weights), 2);
  const z = Float32Array.from([0.4, -1.2]);
  runner.run(z);
  const values = new Float32Array(weights);
  const expected = [0, 1, 2].map((o) => Math.tanh(values[2 * o] * z[0] + values[2 * o + 1] * z[1] + values[6 + o]));
  assert.deepEqual(
    runner.hidden.map(({ shape }) => shape),
    [[3]],
  );
  for (const [o, value] of expected.entries()) assert.ok(Math.abs(runner.hidden[0].data[o] - value) < 1e-6);
  const straight = decoder();
  assert.deepEqual(makeRunner(parsePart(straight.manifest, straight.weights)).hidden, []);
});

test("a damaged description is refused with a sentence", () => {
  const damaged = (change) => {
    const { manifest, weights } = decoder({ classes: 3 });
    change(manifest);
    return () => makeRunner(parsePart(manifest, weights));
  };
  assert.throws(() => parsePart(null, new ArrayBuffer(0)), /description is damaged/);
  assert.throws(
    damaged((m) => (m.dtype = "float64")),
    /of type float64; int8, float16 or float32 expected/,
  );
  assert.throws(
    damaged((m) => (m.dtype = "int8")),
    /weights are damaged: \d+ bytes came/,
  );
  assert.throws(
    damaged((m) => (layerOf(m, "linear").weight.offset = 1e6)),
    /weight lies outside/,
  );
  assert.throws(
    damaged((m) => (layerOf(m, "linear").bias.offset = -1)),
    /bias lies outside/,
  );
  assert.throws(
    damaged((m) => (layerOf(m, "linear").weight.shape = [5, 20])),
    /weight is not of shape 20 x 5/,
  );
  assert.throws(
    damaged((m) => delete layerOf(m, "linear").bias),
    /bias is not of shape 20/,
  );
  assert.throws(
    damaged((m) => m.layers.shift()),
    /Layer 0 \(linear\): takes 5 numbers.*gives 2/,
  );
  assert.throws(
    damaged((m) => (m.layers[0].classes = 4)),
    /Layer 0 \(join_condition\): takes 4/,
  );
  assert.throws(
    damaged((m) => (layerOf(m, "reshape").shape = [1, 4, 4])),
    /Layer 2 \(reshape\): takes 16/,
  );
  assert.throws(
    damaged((m) => (m.layers[2].op = "swish")),
    /Layer 2 \(swish\): this page does not know/,
  );
  assert.throws(
    damaged((m) => (m.image = [1, 4, 4])),
    /decoder gives 20 numbers; 16 expected/,
  );
});
