// Normal distributions over codes: the root of a covariance, the codes of a class, and draws from them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cholesky, drawFrom, normalOfClass } from "../../live/engine/normal.js";
import { seeded } from "../../live/engine/random.js";
import { rounded } from "./pane.mjs";

const MANY = 20000;
const matrix = (rows) => rows.map((row) => Float64Array.from(row));
/** A lower triangle times its own transpose. */
const squareOf = (root) => root.map((a) => root.map((b) => a.reduce((sum, value, k) => sum + value * b[k], 0)));
const inRows = (rows, digits) => Array.from(rows, (row) => rounded(row, digits));

test("a known root: that of Wikipedia's example", () => {
  const root = cholesky(
    matrix([
      [4, 12, -16],
      [12, 37, -43],
      [-16, -43, 98],
    ]),
  );
  assert.deepEqual(inRows(root, 3), [
    [2, 0, 0],
    [6, 1, 0],
    [-8, 5, 3],
  ]);
});

test("the root's square is the matrix, and what is above its diagonal is 0", () => {
  const given = [
    [2, 0.3, -0.5],
    [0.3, 1, 0.2],
    [-0.5, 0.2, 0.7],
  ];
  const root = cholesky(matrix(given));
  assert.deepEqual(inRows(squareOf(root)), inRows(given));
  assert.deepEqual([root[0][1], root[0][2], root[1][2]], [0, 0, 0]);
});

test("a flat cloud has a root too", () => {
  for (const flat of [
    [
      [0, 0],
      [0, 0],
    ],
    [
      [1, 1],
      [1, 1],
    ],
    [
      [0, 0],
      [0, 2],
    ],
  ]) {
    const root = cholesky(matrix(flat));
    assert.ok(root.every((row) => row.every(Number.isFinite)));
    assert.deepEqual(inRows(squareOf(root), 3), flat);
  }
});

test("mean and covariance are those of the class alone", () => {
  const mu = [1, 1, 50, 50, 3, 1, 1, 3, -50, 9, 3, 3];
  const { mean, root } = normalOfClass(mu, [4, 0, 4, 4, 1, 4], 4, 2);
  assert.deepEqual([...mean], [2, 2]);
  assert.deepEqual(inRows(squareOf(root)), [
    [1.3333, 0],
    [0, 1.3333],
  ]);
});

test("codes that go together give a covariance with the same sign", () => {
  const { root } = normalOfClass([0, 0, 1, 2, 2, 4], [0, 0, 0], 0, 2);
  assert.deepEqual(inRows(squareOf(root), 3), [
    [1, 2],
    [2, 4],
  ]);
});

test("a class of one code has no spread, a class of none lies at the origin", () => {
  const one = normalOfClass([5, 6, 7, 8], [0, 1], 1, 2);
  assert.deepEqual(rounded(drawFrom(one, seeded(1)), 3), [7, 8]);
  const none = normalOfClass([5, 6, 7, 8], [0, 1], 2, 2);
  assert.deepEqual(rounded(drawFrom(none, seeded(1)), 3), [0, 0]);
});

test("draws have the mean and the covariance that they were made from", () => {
  const root = cholesky(
    matrix([
      [2, 0.9],
      [0.9, 0.5],
    ]),
  );
  const uniform = seeded(4);
  const draws = Array.from({ length: MANY }, () => drawFrom({ mean: Float64Array.of(3, -1), root }, uniform));
  const meanOf = (f) => draws.reduce((sum, z) => sum + f(z), 0) / MANY;
  const [x, y] = [meanOf((z) => z[0]), meanOf((z) => z[1])];
  assert.ok(Math.hypot(x - 3, y + 1) < 0.05, `${x} ${y}`);
  const covariance = meanOf((z) => (z[0] - x) * (z[1] - y));
  assert.ok(Math.abs(covariance - 0.9) < 0.05, `${covariance}`);
  assert.ok(Math.abs(meanOf((z) => (z[0] - x) ** 2) - 2) < 0.1);
});

test("a draw is fixed by its numbers", () => {
  const normal = normalOfClass([0, 0, 1, 2, 2, 4], [0, 0, 0], 0, 2);
  assert.deepEqual(drawFrom(normal, seeded(9)), drawFrom(normal, seeded(9)));
  assert.notDeepEqual(drawFrom(normal, seeded(9)), drawFrom(normal, seeded(10)));
});
