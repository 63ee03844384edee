// What Compare computes in the page, against the table that Python wrote (tests/cases/comparing.py), and laws of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { align, corresponds, fromFrame, toFrame, untouched } from "../../live/engine/comparing/align.js";
import { cloudOf, kernelMeans, mmdOf } from "../../live/engine/comparing/kernel_means.js";
import { determinant, eigen, identity, polar, product, transposed } from "../../live/engine/comparing/matrix.js";
import { seeded } from "../../live/engine/random.js";

const table = JSON.parse(readFileSync(new URL("../cases/comparing.json", import.meta.url), "utf8"));

function near(found, given, tolerance = table.tolerance) {
  assert.equal(found.length, given.length);
  for (let i = 0; i < given.length; i++) assert.ok(Math.abs(found[i] - given[i]) <= tolerance, `${found} for ${given}`);
}
const codesOf = (rows) => ({ mu: Float32Array.from(rows.flat()), latent: rows[0].length });

/** Numbers that look normal enough. */
function noise(count, seed) {
  const uniform = seeded(seed);
  return Float32Array.from({ length: count }, () => uniform() + uniform() + uniform() + uniform() - 2);
}

for (const { about, other, codes, scaled, ...given } of table.align)
  test(`align as Python: ${about}, scaled ${scaled}`, () => {
    const found = align(codesOf(other), codesOf(codes), scaled);
    near([found.explained, found.scale], [given.explained, given.scale]);
    if (other[0].length === codes[0].length) assert.equal(found.mirrored, given.mirrored); // else a mirror is free
    if (given.degrees === null) assert.equal(found.degrees, null);
    else near([Math.cos((found.degrees * Math.PI) / 180)], [Math.cos((given.degrees * Math.PI) / 180)]);
    for (const [i, row] of codes.entries()) {
      const shared = other[0].length; // what the other lacks may be turned any way
      near(toFrame(found, row).slice(0, shared), given.turned[i].slice(0, shared), 1e-4);
    }
  });

for (const { about, codes, bandwidth, within, across, prior } of table.kernel_means)
  test(`kernel means as Python: ${about}`, () => {
    const { mu, latent } = codesOf(codes);
    const steps = kernelMeans(mu, latent, bandwidth);
    let step = steps.next();
    while (!step.done) step = steps.next();
    near([step.value.within, step.value.across, step.value.prior], [within, across, prior]);
    near([mmdOf(step.value)], [within - 2 * across + prior]);
  });

/** What a generator comes to. @param {Generator} steps */
function last(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

test("the standard error of the squared MMD is what it differs by from sample to sample", () => {
  const samples = Array.from({ length: 60 }, (_, seed) => noise(400, seed).map((value) => 1.6 * value));
  const found = samples.map((codes) => last(kernelMeans(codes, 2, "two-dim")));
  const mmds = found.map(mmdOf);
  const mean = mmds.reduce((a, b) => a + b, 0) / mmds.length;
  const spread = Math.sqrt(mmds.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (mmds.length - 1));
  const said = found.reduce((sum, { error }) => sum + error, 0) / found.length;
  assert.ok(said > 0.7 * spread && said < 1.4 * spread, `${said} for ${spread}`);
});

test("a cloud is one code an image, as wide as its posterior, and of many images the same sample of all", () => {
  const count = 4000;
  const mu = Float32Array.from({ length: count }, (_, i) => Math.floor(i / 2)); // `[2000, 2]`: image i lies at i, i
  const logVar = new Float32Array(count).fill(Math.log(0.01));
  assert.deepEqual(cloudOf(mu, null, 2), mu, "a point is drawn as it is");
  const all = cloudOf(mu, logVar, 2);
  const off = all.map((value, i) => (value - mu[i]) / 0.1);
  const mean = off.reduce((a, b) => a + b, 0) / count;
  const variance = off.reduce((sum, value) => sum + value ** 2, 0) / count - mean ** 2;
  assert.ok(Math.abs(mean) < 0.06 && Math.abs(variance - 1) < 0.08, `${mean}, ${variance}`);
  const some = cloudOf(mu, null, 2, 500);
  const images = new Set(some.filter((_, i) => i % 2 === 0));
  assert.equal(images.size, 500, "no image twice");
  assert.ok(Math.max(...images) > 1900 && Math.min(...images) < 100, "from all of them");
  assert.deepEqual(cloudOf(mu, null, 2, 500), some);
});

test("a code goes into the frame and comes back, whatever the sizes", () => {
  for (const { other, codes, scaled } of table.align) {
    const found = align(codesOf(other), codesOf(codes), scaled);
    for (const row of codes) near(fromFrame(found, toFrame(found, row), row.length), row, 1e-4);
  }
});

test("noise explains nothing and is refused", () => {
  const [a, b] = [1, 2].map((seed) => ({ mu: noise(40_000, seed), latent: 2 }));
  const found = align(a, b, true);
  assert.ok(Math.abs(found.explained) < 0.002, String(found.explained));
  assert.equal(corresponds(found), false);
  assert.equal(corresponds(align(a, a, false)), true);
});

test("codes that all are one point correspond to nothing", () => {
  const point = { mu: new Float32Array(20).fill(1), latent: 2 };
  assert.equal(corresponds(align({ mu: noise(20, 1), latent: 2 }, point, false)), false);
  assert.equal(corresponds(align(point, { mu: noise(20, 1), latent: 2 }, true)), false);
});

test("without alignment each code keeps its numbers", () => {
  near(toFrame(untouched(3), [1, -2]), [1, -2, 0]);
  near(fromFrame(untouched(3), [1, -2, 5], 2), [1, -2]);
});

test("in full size the turn is orthogonal, also where rank is lacking", () => {
  for (const size of [1, 2, 3, 10]) {
    const matrix = Float64Array.from(noise(size * size, size));
    for (let k = 0; k < size && size > 2; k++) matrix[size + k] = matrix[k]; // two rows alike
    const { rotation, values } = polar(matrix, size);
    near(product(rotation, transposed(rotation, size), size), identity(size), 1e-9);
    assert.ok(Math.abs(Math.abs(determinant(rotation, size)) - 1) < 1e-9);
    // the symmetric part that is left has the singular values as its trace
    const left = product(transposed(rotation, size), matrix, size);
    let trace = 0;
    for (let k = 0; k < size; k++) trace += left[k * size + k];
    near([trace], [values.reduce((a, b) => a + b, 0)], 1e-9);
  }
});

test("eigenvectors of a known matrix, largest first", () => {
  const { values, vectors } = eigen(Float64Array.from([2, 1, 0, 1, 2, 0, 0, 0, 5]), 3);
  near(values, [5, 3, 1], 1e-9);
  near(vectors[1].map(Math.abs), [Math.SQRT1_2, Math.SQRT1_2, 0], 1e-9);
  near([determinant(Float64Array.from([0, 1, 1, 0]), 2)], [-1]);
});
