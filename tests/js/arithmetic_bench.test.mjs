// Arithmetic on codes: trays and their text, and what is known of a difference: a planted attribute is recovered.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  added,
  differenceOf,
  MOST_IMAGES,
  membersOf,
  parseTray,
  trayOf,
  writeTray,
} from "../../live/engine/arithmetic.js";
import { gaussian, seeded } from "../../live/engine/random.js";
import { close } from "./law.mjs";

const KNOWN = {
  count: 8,
  labels: [0, 0, 1, 1, 2, 2, 2, 2],
  factors: { smile: [1, 8, 3, 6, 5, 4, 7, 2], hat: [0, 1, 0, 0, 0, 0, 0, 0] },
};

/** Codes of noise, the first `count` of them with a vector added. */
function planted(vector, count, spread, seed) {
  const uniform = seeded(seed);
  const mu = Float32Array.from({ length: 2 * count * vector.length }, () => spread * gaussian(uniform));
  for (let i = 0; i < count; i++) vector.forEach((value, d) => (mu[i * vector.length + d] += value));
  const all = [...Array(2 * count).keys()];
  return { mu, plus: all.slice(0, count), minus: all.slice(count) };
}

test("a planted attribute is recovered, within its error, and its halves agree", () => {
  const vector = [2, -1, 0, 0.5, 0, 0, 0, 0];
  let [far, halves, pairs] = [0, 0, 0];
  for (let seed = 0; seed < 40; seed++) {
    const { mu, plus, minus } = planted(vector, 100, 1, seed);
    const found = differenceOf(mu, 8, plus, minus);
    const off = Math.hypot(...vector.map((value, d) => value - found.vector[d]));
    close(found.error, Math.sqrt((8 * 2) / 100), 0.1);
    far += (off / found.error) ** 2 / 40;
    halves += found.halves / 40;
    pairs += found.pairs / 40;
  }
  assert.ok(Math.abs(halves - 5.25 / (5.25 + 0.32)) < 0.02, `${halves}`);
  assert.ok(Math.abs(pairs - 0.94) < 0.02, `${pairs}`); // at most Phi(2.29 / sqrt 2) = 0.947
  assert.ok(far > 0.7 && far < 1.3, `the error is the distance that is to be expected: ${far}`);
});

test("where nothing is planted the halves do not agree and pairs are a coin's throw", () => {
  let [halves, pairs] = [0, 0];
  for (let seed = 0; seed < 40; seed++) {
    const { mu, plus, minus } = planted(new Array(8).fill(0), 60, 1, seed + 100);
    const found = differenceOf(mu, 8, plus, minus);
    halves += found.halves / 40;
    pairs += found.pairs / 40;
  }
  assert.ok(Math.abs(halves) < 0.15, `${halves}`);
  assert.ok(Math.abs(pairs - 0.5) < 0.03, `${pairs}`);
});

test("a difference worked out by hand: means, errors, halves", () => {
  const mu = Float32Array.of(3, 0, 5, 0, 3, 0, 5, 0, 1, 1, 1, -1, 1, 1, 1, -1);
  const found = differenceOf(mu, 2, [0, 1, 2, 3], [4, 5, 6, 7]);
  assert.deepEqual([...found.vector], [3, 0]);
  close(found.length, 3, 1e-6);
  close(found.error, Math.sqrt(4 / 3 / 4 + 4 / 3 / 4), 1e-6);
  close(found.halves, (2 * 4 - 1) / Math.sqrt(5) / Math.sqrt(17), 1e-6); // (2, -1) and (4, 1)
  assert.equal(found.pairs, 1);
});

test("few images have a difference but no halves; none have none; images of both trays count for neither", () => {
  const mu = Float32Array.of(1, 2, 3, 10);
  const two = differenceOf(mu, 1, [0, 1], [2]);
  assert.deepEqual([two.halves, two.pairs], [null, null]);
  close(two.vector[0], -1.5, 1e-6);
  assert.equal(differenceOf(mu, 1, [], [1]), null);
  assert.equal(differenceOf(mu, 1, [1], [1]), null);
  close(differenceOf(mu, 1, [0, 3], [2, 3]).vector[0], -2, 1e-6);
});

test("times the vector from an image", () => {
  assert.deepEqual([...added(Float32Array.of(1, 2), [2, -1], -0.5)], [0, 2.5]);
});

test("trays by class, by factor and by hand have their images", () => {
  const of = (text) => membersOf(parseTray(text, KNOWN), KNOWN);
  assert.deepEqual(of("c1"), [2, 3]);
  assert.deepEqual(of("smile+"), [1, 6], "the quarter that smiles most");
  assert.deepEqual(of("smile-"), [0, 7]);
  assert.deepEqual(of("hat+"), [1], "of what few have, those that have it");
  assert.deepEqual(of("hat-"), [0, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(of("i7.3"), [7, 3]);
});

test("what the link says of a tray comes back; what is none is refused", () => {
  for (const text of ["c0", "c12", "smile+", "hat-", "i", "i4.2.0"])
    assert.equal(writeTray(parseTray(text, KNOWN)), text);
  for (const text of [undefined, "", "c", "c123", "toString+", "beard+", "smile", "x3", "i1,2", "I3"])
    assert.equal(parseTray(text, KNOWN), null, String(text));
  assert.deepEqual(parseTray("i1.99.1.2", KNOWN), { kind: "images", indices: [1, 2] });
  assert.equal(parseTray("c1", { ...KNOWN, labels: null }), null);
});

test("a large group is thinned evenly", () => {
  const { indices } = trayOf([...Array(600).keys()]);
  assert.equal(indices.length, MOST_IMAGES);
  assert.deepEqual(indices.slice(0, 3), [0, 10, 20]);
  assert.deepEqual(trayOf([5, 3]).indices, [5, 3]);
});
