// The network's layers on images against sums that are written out: tiles, phases and padding must change no number.
import assert from "node:assert/strict";
import { test } from "node:test";

import { makeRunner, parsePart } from "../../live/engine/network.js";
import { seeded } from "../../live/engine/random.js";
import { decoder, encoder, numbers } from "./parts.mjs";

const uniform = seeded(3);
const whole = (low, high) => Math.floor(low + (high - low + 1) * uniform());
const product = (shape) => shape.reduce((a, b) => a * b, 1);
const alike = (found, wanted) => {
  assert.equal(found.length, wanted.length);
  wanted.forEach((value, i) => assert.ok(Math.abs(found[i] - value) < 1e-5, `value ${i}: ${found[i]}, not ${value}`));
};

/** A part of the given layers, whose weights are made where a layer asks for them by shape. */
function partOf(about, layers) {
  let count = 0;
  const place = (shape) => {
    const record = { offset: count, shape };
    count += product(shape);
    return record;
  };
  const placed = layers.map(({ shapes, ...layer }) =>
    shapes ? { ...layer, weight: place(shapes[0]), bias: place(shapes[1]) } : layer,
  );
  const manifest = { latent_dim: 2, stochastic: true, max_log_var: 10, classes: 0, dtype: "float32", ...about };
  const values = numbers(count, 11);
  const part = parsePart({ ...manifest, layers: placed, count }, values.buffer);
  return { part, tensor: ({ offset, shape }) => values.subarray(offset, offset + product(shape)), layers: placed };
}

/** A decoder that hands `from` = [channels, height, width] numbers to one layer, which makes an image of shape `to`. */
function oneLayer(from, layer, to) {
  const about = { part: "decoder", inputs: product(from), latent_dim: product(from), image: to };
  const { part, tensor, layers } = partOf(about, [{ op: "reshape", shape: from }, layer]);
  return { runner: makeRunner(part, 3), weight: tensor(layers[1].weight), bias: tensor(layers[1].bias) };
}

/** Image `x` at a channel and a place; 0 outside. */
const at = (x, [, height, width], c, y, column) =>
  y < 0 || column < 0 || y >= height || column >= width ? 0 : x[(c * height + y) * width + column];

test("a convolution is the sum over its window, for any kernel, stride, padding and number of channels", () => {
  for (let i = 0; i < 40; i++) {
    const [inputs, outputs, kernel, stride] = [whole(1, 5), whole(1, 9), whole(1, 4), whole(1, 3)];
    const from = [inputs, whole(kernel, 9), whole(kernel, 9)];
    const pad = Array.from({ length: 4 }, () => whole(0, 2));
    const to = [
      outputs,
      Math.floor((from[1] + pad[0] + pad[1] - kernel) / stride) + 1,
      Math.floor((from[2] + pad[2] + pad[3] - kernel) / stride) + 1,
    ];
    const shapes = [[outputs, inputs, kernel, kernel], [outputs]];
    const { runner, weight, bias } = oneLayer(from, { op: "conv", inputs, outputs, kernel, stride, pad, shapes }, to);
    const x = numbers(product(from), i);
    const wanted = [];
    for (let o = 0; o < outputs; o++)
      for (let y = 0; y < to[1]; y++)
        for (let column = 0; column < to[2]; column++) {
          let sum = bias[o];
          for (let c = 0; c < inputs; c++)
            for (let ky = 0; ky < kernel; ky++)
              for (let kx = 0; kx < kernel; kx++)
                sum +=
                  at(x, from, c, y * stride + ky - pad[0], column * stride + kx - pad[2]) *
                  weight[((o * inputs + c) * kernel + ky) * kernel + kx];
          wanted.push(sum);
        }
    alike(runner.run(x), wanted);
  }
});

test("a transposed convolution spreads each pixel by its kernel, for any stride and crop", () => {
  for (let i = 0; i < 40; i++) {
    const [inputs, outputs, kernel, stride] = [whole(1, 5), whole(1, 9), whole(1, 5), whole(1, 3)];
    const from = [inputs, whole(2, 6), whole(2, 6)];
    const crop = Array.from({ length: 4 }, () => whole(0, Math.min(2, kernel - 1)));
    const tall = (from[1] - 1) * stride + kernel,
      wide = (from[2] - 1) * stride + kernel;
    const to = [outputs, tall - crop[0] - crop[1], wide - crop[2] - crop[3]];
    if (to[1] < 1 || to[2] < 1) continue;
    const shapes = [[inputs, outputs, kernel, kernel], [outputs]];
    const layer = { op: "conv_transpose", inputs, outputs, kernel, stride, crop, shapes };
    const { runner, weight, bias } = oneLayer(from, layer, to);
    const x = numbers(product(from), i);
    const wanted = Array.from({ length: product(to) }, (_, place) => bias[Math.floor(place / (to[1] * to[2]))]);
    for (let c = 0; c < inputs; c++)
      for (let y = 0; y < from[1]; y++)
        for (let column = 0; column < from[2]; column++)
          for (let tap = 0; tap < outputs * kernel * kernel; tap++) {
            const o = Math.floor(tap / (kernel * kernel));
            const down = y * stride + (Math.floor(tap / kernel) % kernel) - crop[0];
            const right = column * stride + (tap % kernel) - crop[2];
            if (down < 0 || right < 0 || down >= to[1] || right >= to[2]) continue;
            wanted[(o * to[1] + down) * to[2] + right] +=
              at(x, from, c, y, column) * weight[c * outputs * kernel * kernel + tap];
          }
    alike(runner.run(x), wanted);
  }
});

test("several images at once are the images one by one, through convolutions too", () => {
  const from = [3, 5, 4];
  const shapes = [[6, 3, 3, 3], [6]];
  const layer = { op: "conv", inputs: 3, outputs: 6, kernel: 3, stride: 1, pad: [1, 1, 1, 1], shapes };
  const { runner } = oneLayer(from, layer, [6, 5, 4]);
  const xs = numbers(180, 4);
  const together = runner.runRows(xs, 3).slice();
  for (const row of [0, 1, 2])
    alike(runner.run(xs.slice(60 * row, 60 * row + 60)), together.slice(120 * row, 120 * row + 120));
});

test("each class draws a channel of its own beside the image", () => {
  const [height, width, classes] = [2, 3, 4];
  const shapes = [[height * width, classes], [height * width]];
  const about = { part: "decoder", inputs: 6, latent_dim: 6, image: [2, height, width], classes };
  const layers = [
    { op: "reshape", shape: [1, height, width] },
    { op: "condition_channel", classes, height, width, shapes },
  ];
  const { part, tensor, layers: placed } = partOf(about, layers);
  const [weight, bias] = [tensor(placed[1].weight), tensor(placed[1].bias)];
  const x = numbers(6, 9);
  for (let label = 0; label < classes; label++) {
    const drawn = Array.from(bias, (value, place) => value + weight[place * classes + label]);
    alike(makeRunner(part).run(x, label), [...x, ...drawn]);
  }
});

test("every activation is its formula, element by element", () => {
  const formulas = {
    relu: (v) => Math.max(0, v),
    leaky_relu: (v) => (v < 0 ? 0.2 * v : v),
    tanh: Math.tanh,
  };
  const x = numbers(12, 2).map((value) => 3 * value);
  for (const [op, formula] of Object.entries(formulas)) {
    const about = { part: "decoder", inputs: 12, latent_dim: 12, image: [1, 3, 4] };
    const { part } = partOf(about, [
      { op, slope: 0.2 },
      { op: "reshape", shape: [1, 3, 4] },
    ]);
    alike(makeRunner(part).run(x), Array.from(x, formula));
  }
});

test("an image keeps torch's order through a reshape and back: channel, row, column", () => {
  const shape = [3, 2, 4];
  const about = { part: "decoder", inputs: 24, latent_dim: 24, image: shape };
  const layers = [shape, [24], [2, 4, 3], shape].map((one) => ({ op: "reshape", shape: one }));
  const { part } = partOf(about, layers);
  const x = numbers(24, 8);
  assert.deepEqual([...makeRunner(part).run(x)], [...x]);
});

test("half-precision weights give what their numbers give in single precision", () => {
  const { manifest, weights } = decoder({ hidden: 4 });
  const halves = Uint16Array.from({ length: manifest.count }, (_, i) => 0x2c00 + 37 * i + (i % 2) * 0x8000);
  const asSingle = Float32Array.from(halves, (half) => {
    const size = 2 ** (((half >> 10) & 31) - 15) * (1 + (half & 1023) / 1024);
    return half >> 15 ? -size : size;
  });
  assert.equal(weights.byteLength, asSingle.byteLength);
  const z = Float32Array.of(0.3, -1.1);
  const half = makeRunner(parsePart({ ...manifest, dtype: "float16" }, halves.buffer)).run(z);
  assert.deepEqual([...half], [...makeRunner(parsePart(manifest, asSingle.buffer)).run(z)]);
});

test("an encoder gives means and log variances, the latter no larger than its limit", () => {
  const { manifest, weights } = encoder({ maxLogVar: 0.5 });
  const w = new Float32Array(weights),
    x = numbers(20, 3).map((value) => 4 * value);
  const raw = [0, 1, 2, 3].map((o) => x.reduce((sum, value, i) => sum + value * w[20 * o + i], w[80 + o]));
  const { mu, logVar } = makeRunner(parsePart(manifest, weights), 1).encode(x);
  alike(mu, raw.slice(0, 2));
  alike(
    logVar,
    raw.slice(2).map((value) => Math.min(value, 0.5)),
  );
  assert.ok(
    raw.slice(2).some((value) => value > 0.5),
    "the limit was never needed",
  );
});

test("a deterministic encoder has a code and no variances, and does not decode", () => {
  const { manifest, weights } = encoder({ stochastic: false });
  const runner = makeRunner(parsePart(manifest, weights), 1);
  const { mu, logVar } = runner.encode(new Float32Array(20));
  assert.deepEqual([mu.length, logVar], [2, null]);
  assert.throws(() => runner.decodeMean(new Float32Array(20)), /encoder does not decode/);
});

test("an encoder whose image is of another size than its input is refused", () => {
  const { manifest, weights } = encoder();
  assert.throws(
    () => makeRunner(parsePart({ ...manifest, image: [1, 4, 4] }, weights)),
    /An image of 1 x 4 x 4 is not 20 numbers/,
  );
});

test("a layer for images refuses a vector, and one for vectors an image, by its place in the list", () => {
  const about = { part: "decoder", inputs: 4, latent_dim: 4, image: [1, 2, 2] };
  const conv = {
    op: "conv",
    inputs: 1,
    outputs: 1,
    kernel: 1,
    stride: 1,
    pad: [0, 0, 0, 0],
    shapes: [[1, 1, 1, 1], [1]],
  };
  const linear = { op: "linear", inputs: 4, outputs: 4, shapes: [[4, 4], [4]] };
  assert.throws(() => makeRunner(partOf(about, [conv]).part), /Layer 0 \(conv\): takes 1 numbers.*gives 4/);
  const image = { op: "reshape", shape: [1, 2, 2] };
  assert.throws(() => makeRunner(partOf(about, [image, linear]).part), /Layer 1 \(linear\): takes 4.*gives 1 x 2 x 2/);
});
