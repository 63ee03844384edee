// A dial's gates folded into its linear maps (live/engine/fold.js): the cases that Python is held to, and whole networks.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { makeFold } from "../../live/engine/fold.js";
import { makeRunner, parsePart } from "../../live/engine/network.js";

const table = JSON.parse(readFileSync(new URL("../cases/arithmetic.json", import.meta.url), "utf8"));

/** A part of tensors in the order in which Python writes them. */
function partOf(layers, tensors, more = {}) {
  let count = 0;
  const records = layers.map((layer, i) => {
    const record = { ...layer };
    for (const [name, { shape }] of Object.entries(tensors[i] ?? {})) {
      record[name] = { offset: count, shape };
      count += shape.reduce((a, b) => a * b, 1);
    }
    return record;
  });
  const numbers = tensors.flatMap((named) => Object.values(named ?? {}).flatMap(({ data }) => data));
  const manifest = {
    part: "decoder",
    layers: records,
    inputs: 2,
    latent_dim: 2,
    stochastic: true,
    max_log_var: 2,
    classes: 0,
    image: [1, 1, 3],
    dtype: "float32",
    count,
    ...more,
  };
  return parsePart(manifest, new Float32Array(numbers).buffer);
}

const linear = (weight, bias) => ({
  weight: { shape: [weight.length, weight[0].length], data: weight.flat() },
  bias: { shape: [bias.length], data: bias },
});
const gate = (weight, bias) => ({
  weight: { shape: [weight.length], data: weight },
  bias: { shape: [bias.length], data: bias },
});
const LINEAR = (inputs, outputs) => ({ op: "linear", inputs, outputs });
const GATE = (units, origin = 1) => ({ op: "gate", units, origin });

function near(found, given) {
  assert.equal(found.length, given.length);
  for (let i = 0; i < given.length; i++) {
    const allowed = table.tolerance * Math.max(1, Math.abs(given[i]));
    assert.ok(Math.abs(found[i] - given[i]) <= allowed, `${found[i]} for ${given[i]}`);
  }
}

for (const row of table.fold)
  test(`fold: ${row.about}`, () => {
    const layers = [LINEAR(row.weight[0].length, row.weight.length), GATE(row.weight.length, row.origin)];
    const source = partOf(layers, [linear(row.weight, row.bias), gate(row.gate_weight, row.gate_bias)]);
    const { manifest, values } = makeFold(source).turn(row.value);
    assert.deepEqual(
      manifest.layers.map(({ op }) => op),
      ["linear"],
    );
    const read = ({ offset, shape }) => values.subarray(offset, offset + shape.reduce((a, b) => a * b, 1));
    near(read(manifest.layers[0].weight), row.folded_weight.flat());
    near(read(manifest.layers[0].bias), row.folded_bias);
  });

const NETWORK = partOf(
  [LINEAR(2, 2), GATE(2), { op: "tanh" }, LINEAR(2, 3), { op: "reshape", shape: [1, 1, 3] }],
  [
    linear(
      [
        [1, 0.5],
        [-1, 2],
      ],
      [0.1, -0.2],
    ),
    gate([0.5, -0.25], [0.1, 0.3]),
    null,
    linear(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [0, 0, 1],
    ),
  ],
);

test("a folded network gives what the gates give", () => {
  const z = [0.3, -0.7];
  const fold = makeFold(NETWORK);
  for (const value of [0.1, 1, 7, 50]) {
    const g = [1 + 0.1 + 0.5 * Math.log(value), 1 + 0.3 - 0.25 * Math.log(value)];
    const hidden = [Math.tanh(g[0] * (z[0] + 0.5 * z[1] + 0.1)), Math.tanh(g[1] * (-z[0] + 2 * z[1] - 0.2))];
    const expected = [1, 3, 5].map((w, i) => w * hidden[0] + (w + 1) * hidden[1] + (i === 2 ? 1 : 0));
    near(makeRunner(fold.turn(value), 1).run(new Float32Array(z)), expected);
  }
});

test("turning back gives the same numbers, and leaves the gates alone", () => {
  const before = NETWORK.values.slice();
  const fold = makeFold(NETWORK);
  const first = fold.turn(3).values.slice();
  fold.turn(40);
  assert.deepEqual(fold.turn(3).values, first);
  assert.deepEqual(NETWORK.values, before);
});

test("the engine refuses gates that were not folded, and a part without gates comes back as it is", () => {
  assert.throws(() => makeRunner(NETWORK, 1), /Layer 1 \(gate\)/);
  const plain = partOf(
    [LINEAR(2, 3), { op: "reshape", shape: [1, 1, 3] }],
    [
      linear(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        [0, 0, 1],
      ),
    ],
  );
  assert.deepEqual(makeFold(plain).turn(5), plain);
});

test("a gate that fits no linear map is refused in words", () => {
  const damaged = [
    partOf([GATE(2)], [gate([0, 0], [0, 0])]),
    partOf(
      [LINEAR(2, 3), GATE(2)],
      [
        linear(
          [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          [0, 0, 1],
        ),
        gate([0, 0], [0, 0]),
      ],
    ),
    partOf(
      [LINEAR(2, 2), GATE(2, 0)],
      [
        linear(
          [
            [1, 2],
            [3, 4],
          ],
          [0, 0],
        ),
        gate([0, 0], [0, 0]),
      ],
    ),
    partOf(
      [LINEAR(2, 2), GATE(2)],
      [
        linear(
          [
            [1, 2],
            [3, 4],
          ],
          [0, 0],
        ),
      ],
    ),
  ];
  for (const part of damaged) assert.throws(() => makeFold(part), /gate\): it does not fit the layer before it/);
});
