// The arithmetic of a dial: its axis, its curve, the tangent, the lines of equal ELBO, dimensions that die, codes that glide.
import assert from "node:assert/strict";
import { test } from "node:test";
import { between, roundValues, shareOf, stepFrom, valueAt } from "../../live/engine/dial/axis.js";
import {
  bestOf,
  boxAround,
  deadOf,
  deathsOf,
  equalElboLines,
  paidOf,
  pointAt,
  roundStep,
  seenAt,
  tangentAt,
} from "../../live/engine/dial/curve.js";
import { glide, nearestPlace, ofImage, readSeries, soundSteps } from "../../live/engine/dial/series.js";

const close = (found, given, tolerance = 1e-9) =>
  assert.ok(Math.abs(found - given) <= tolerance, `${found} instead of ${given}`);

const VALUES = [0.1, 1, 4, 50];

/**
 * A Gaussian model whose curve is known: x of variance 1 coded at rate R has distortion exp(-2 R) / 2 in the best case, so
 * dD/dR = -exp(-2 R), and the optimum for a beta below 1 lies where R = -log(beta) / 2.
 */
const gaussian = (beta) => {
  const rate = -Math.log(beta) / 2;
  const distortion = Math.exp(-2 * rate) / 2;
  return { value: beta, kl: [rate], distortion, elbo: -distortion - rate, mmd: 0 };
};

test("a value lies between two steps by ratios, and at a step it is that step alone", () => {
  assert.deepEqual(between(VALUES, 1), { below: 1, above: 1, share: 0 });
  const { below, above, share } = between(VALUES, 2);
  assert.deepEqual([below, above], [1, 2]);
  close(share, 0.5); // 2 is half way from 1 to 4
  assert.deepEqual(between(VALUES, 0.01), { below: 0, above: 0, share: 0 });
  assert.deepEqual(between(VALUES, 99), { below: 3, above: 3, share: 0 });
  assert.deepEqual(between([3], 3), { below: 0, above: 0, share: 0 });
});

test("places on the dial go by ratios, there and back", () => {
  assert.equal(shareOf(VALUES, 0.1), 0);
  assert.equal(shareOf(VALUES, 50), 1);
  assert.equal(shareOf([2], 2), 0);
  for (const share of [0, 0.2, 0.5, 0.9, 1]) close(shareOf(VALUES, valueAt(VALUES, share)), share);
  assert.deepEqual([valueAt(VALUES, -1), valueAt(VALUES, 2)], [0.1, 50]);
});

test("a hand that is near enough to the value of note stops at it exactly", () => {
  const note = { at: 1, catches: 0.01 };
  const share = shareOf(VALUES, 1);
  assert.equal(valueAt(VALUES, share + 0.009, note), 1);
  assert.notEqual(valueAt(VALUES, share + 0.011, note), 1);
});

test("steps up and down from a value, and none beyond the ends", () => {
  assert.equal(stepFrom(VALUES, 2, 1), 4);
  assert.equal(stepFrom(VALUES, 2, -1), 1);
  assert.equal(stepFrom(VALUES, 1, -1), 0.1);
  assert.equal(stepFrom(VALUES, 50, 1), 50);
  assert.equal(stepFrom(VALUES, 0.1, -1), 0.1);
});

test("round values lie within the axis", () => {
  assert.deepEqual(roundValues(VALUES), [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50]);
  assert.deepEqual(roundValues([3, 4]), []);
  assert.deepEqual(roundValues([1, 1000]), [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
});

test("at a step everything is the step's own; half way it is the mean", () => {
  const steps = [
    { value: 1, kl: [4, 2], distortion: 100, elbo: -106, mmd: 0.1 },
    { value: 4, kl: [2, 0], distortion: 110, elbo: -112, mmd: 0.3 },
  ];
  assert.deepEqual(pointAt(steps, 1, "beta"), { value: 1, kl: [4, 2], distortion: 100, mmd: 0.1, elbo: -106, paid: 6 });
  assert.deepEqual(pointAt(steps, 4, "beta").kl, [2, 0]);
  const middle = pointAt(steps, 2, "beta");
  middle.kl.forEach((nats, d) => close(nats, [3, 1][d]));
  close(middle.elbo, -109);
  close(pointAt(steps, 2, "lambda").paid, 0.2);
  assert.equal(pointAt([{ ...steps[0], kl: [], elbo: null }], 1, "lambda").elbo, null);
  assert.deepEqual([paidOf(steps[0], "beta"), paidOf(steps[0], "lambda")], [6, 0.1]);
});

test("the tangent has the slope of minus the price and goes through its place", () => {
  const box = { left: 0, right: 10, low: 100, high: 200 };
  for (const price of [0.1, 1, 7, 50]) {
    const ends = tangentAt([3, 140], price, box);
    const [[x0, y0], [x1, y1]] = ends;
    close((y1 - y0) / (x1 - x0), -price, 1e-6);
    close(y0 + price * (x0 - 3), 140, 1e-6);
    for (const [x, y] of ends) assert.ok(x >= 0 && x <= 10 && y >= 100 - 1e-9 && y <= 200 + 1e-9);
  }
  assert.deepEqual(tangentAt([3, 140], 0, box), [
    [0, 140],
    [10, 140],
  ]);
  assert.equal(tangentAt([30, 400], 1, box), null);
});

test("of a Gaussian model the tangent touches the curve: all of it lies above, and only its own place on it", () => {
  for (const beta of [0.1, 0.3, 0.6, 0.9]) {
    const { kl, distortion } = gaussian(beta);
    const height = distortion + beta * kl[0];
    for (const other of [0.05, 0.2, 0.5, 0.8, 0.99]) {
      const at = gaussian(other);
      assert.ok(at.distortion >= height - beta * at.kl[0] - 1e-12, `${beta} ${other}`);
    }
    const next = gaussian(beta * 1.0001);
    close((next.distortion - distortion) / (next.kl[0] - kl[0]), -beta, 1e-4 * beta + 1e-6);
  }
});

test("on a line of equal ELBO rate and distortion have one sum", () => {
  const box = { left: 0, right: 9, low: 138, high: 145 };
  const lines = equalElboLines(box, 8);
  assert.ok(lines.length >= 3 && lines.length <= 8, `${lines.length} lines`);
  for (const { elbo, ends } of lines) for (const [rate, distortion] of ends) close(-rate - distortion, elbo, 1e-9);
  const sums = lines.map(({ elbo }) => elbo);
  assert.deepEqual(
    sums,
    [...sums].sort((a, b) => b - a),
  );
});

test("the best ELBO is where the tangent is a line of equal ELBO: at beta 1", () => {
  const steps = [0.25, 0.5, 1, 2, 4].map((beta) => {
    const rate = 5 - 2 * Math.log(beta); // then dD/dR = -beta asks for D = 2 beta + a constant
    return { value: beta, kl: [rate], distortion: 140 + 2 * beta, elbo: -140 - 2 * beta - rate };
  });
  const best = bestOf(steps);
  assert.equal(best.value, 1);
  const box = { left: 0, right: 9, low: 138, high: 160 };
  const [from] = tangentAt([best.kl[0], best.distortion], best.value, box);
  close(-from[0] - from[1], best.elbo);
  assert.equal(bestOf([{ value: 1, kl: [], distortion: 3, elbo: null }]), null);
});

test("dead dimensions, and where they die", () => {
  assert.deepEqual(deadOf([0.5, 0.009, 0.01, 0]), [1, 3]);
  const steps = [
    { value: 1, kl: [1, 0.001, 2, 0.5], distortion: 0, elbo: 0 },
    { value: 10, kl: [0.02, 0.02, 1, 0.001], distortion: 0, elbo: 0 },
    { value: 100, kl: [0, 0, 0.5, 0], distortion: 0, elbo: 0 },
  ];
  const deaths = deathsOf(steps);
  assert.deepEqual(
    deaths.map(({ dim }) => dim),
    [3, 0, 1], // the third one lives to the end
  );
  for (const { dim, value } of deaths) close(pointAt(steps, value, "beta").kl[dim], 0.01, 1e-9);
  assert.deepEqual(deathsOf([{ value: 2, kl: [0], distortion: 0, elbo: 0 }]), [{ dim: 0, value: 2 }]);
  assert.deepEqual(deathsOf([{ value: 2, kl: [], distortion: 0, elbo: null }]), []);
});

test("what is seen of the plane holds the place itself and the best ELBO, and grows as the dial turns up", () => {
  const steps = [0.1, 1, 8, 50].map((value, k) => {
    const [rate, distortion] = [
      [8.6, 139.9],
      [5.9, 140.8],
      [3.3, 151.1],
      [0.1, 205],
    ][k];
    return { value, kl: [rate], distortion, elbo: -rate - distortion };
  });
  let before = 0;
  for (const value of [0.1, 0.5, 1, 3, 8, 20, 50]) {
    const point = pointAt(steps, value, "beta");
    const { left, right, low, high } = seenAt(steps, point, "beta");
    assert.ok(left <= point.paid && point.paid < right && low < point.distortion && point.distortion < high);
    assert.ok(low < 140.8 && high > 140.8);
    assert.ok(high - low >= before - 1e-9);
    before = high - low;
  }
});

test("over lambda the networks alone that are near are seen, a far one squeezes nothing", () => {
  const steps = [0.01, 100].map((value, k) => ({
    value,
    kl: [],
    distortion: 131 + k,
    mmd: 0.005 - 0.004 * k,
    elbo: null,
  }));
  const alone = [
    { rate: 0.001, distortion: 136 },
    { rate: 0.001, distortion: 150 },
    { rate: 0.2, distortion: 138 },
  ];
  const high = (axis) => seenAt(steps, pointAt(steps, 0.01, "lambda"), axis, alone).high;
  assert.equal(high("lambda"), 137);
  assert.equal(high("beta"), 134);
});

test("round steps", () => {
  assert.deepEqual([0.7, 1, 1.1, 3, 7, 0.03].map(roundStep), [1, 1, 2, 5, 10, 0.05]);
});

// 1, 2, 0.5, -1, 0 and NaN as halves
const HALF = { 1: 0x3c00, 2: 0x4000, 0.5: 0x3800, "-1": 0xbc00, 0: 0, NaN: 0x7e00 };
const SHAPE = { steps: 2, images: 2, latentDim: 1, widths: true, labelled: true };

/** The bytes of a series. */
function bytesOf(numbers, labels) {
  const halves = Uint16Array.from(numbers, (value) => HALF[value]);
  return Uint8Array.from([...new Uint8Array(halves.buffer), ...labels]).buffer;
}

test("a series is read as it was written: means, log variances, labels", () => {
  const { mu, logVar, labels } = readSeries(bytesOf([1, 2, 0.5, -1, 0, 0, -1, 1], [7, 3]), SHAPE, "damaged");
  assert.deepEqual(
    mu.map((codes) => [...codes]),
    [
      [1, 2],
      [0.5, -1],
    ],
  );
  assert.deepEqual(
    logVar.map((codes) => [...codes]),
    [
      [0, 0],
      [-1, 1],
    ],
  );
  assert.deepEqual([...labels], [7, 3]);
  const plain = readSeries(bytesOf([1, 2, 0.5, -1], []), { ...SHAPE, widths: false, labelled: false }, "damaged");
  assert.deepEqual([plain.logVar, plain.labels], [null, null]);
});

test("a series of another length is refused in words", () => {
  for (const buffer of [bytesOf([1, 2, 0.5, -1, 0, 0, -1, 1], [7]), bytesOf([1], []), new ArrayBuffer(0)])
    assert.throws(() => readSeries(buffer, SHAPE, "The codes are damaged."), /^Error: The codes are damaged\.$/);
});

test("a damaged step is left out and the others stay", () => {
  const steps = [
    { distortion: 3, kl: [1] },
    { distortion: 4, kl: [1] },
  ];
  const read = (numbers) => readSeries(bytesOf(numbers, [0, 0]), SHAPE, "");
  assert.deepEqual(soundSteps(read([1, 2, 0.5, -1, 0, 0, -1, 1]), steps), [0, 1]);
  assert.deepEqual(soundSteps(read([1, Number.NaN, 0.5, -1, 0, 0, -1, 1]), steps), [1]);
  assert.deepEqual(soundSteps(read([1, 2, 0.5, -1, 0, 0, Number.NaN, 1]), steps), [0]);
  assert.deepEqual(soundSteps(null, [steps[0], { distortion: null, kl: [1] }, { distortion: 1, kl: [null] }]), [0]);
});

test("gliding at a step is the step itself, bit for bit, and between two it is on the straight line", () => {
  const steps = [new Float32Array([0.1, -3.3, 7]), new Float32Array([1.1, 0.7, -1])];
  const into = new Float32Array(3);
  assert.deepEqual(glide(steps, between([1, 4], 1), into), steps[0]);
  assert.deepEqual(glide(steps, between([1, 4], 4), into), steps[1]);
  glide(steps, between([1, 4], 2), into).forEach((value, i) => close(value, (steps[0][i] + steps[1][i]) / 2, 1e-6));
});

test("the code of one image, and the image whose place is nearest", () => {
  const steps = [new Float32Array([0, 1, 2, 3]), new Float32Array([4, 5, 6, 7])];
  assert.deepEqual([...ofImage(steps, between([1, 4], 2), 1, 2)], [4, 5]);
  assert.equal(nearestPlace(new Float32Array([0, 0, 3, 3, -1, 2]), 2, 2.5), 1);
  assert.equal(nearestPlace(new Float32Array(0), 2, 2.5), -1);
});

test("the plane of a sweep holds every mark with its errors, also where there is one", () => {
  const mark = (rate, distortion, error) => ({ rate, rateError: error, distortion, distortionError: 2 * error });
  const box = boxAround([mark(5, 140, 0.5), mark(1, 190, 1)], "beta");
  assert.ok(box.left < 0 && box.right > 5.5 && box.low < 139 && box.high > 192);
  const one = boxAround([mark(1e-6, 100, 0)], "beta");
  assert.ok(one.right > 1 && one.low < 100 && one.high > 100);
});
