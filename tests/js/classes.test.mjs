// Mixtures of classes, and how likely each class is for an image, with answers known by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mixture, mostOf, classShares as sharing } from "../../live/engine/classes.js";
import { logLikelihood } from "../../live/engine/likelihood.js";
import { seeded } from "../../live/engine/random.js";
import { rounded } from "./pane.mjs";

/** What the generator gives at its end. */
function classShares(...given) {
  const steps = sharing(...given);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

const bernoulli = { name: "bernoulli", pixelStd: 0.1 },
  gaussian = { name: "gaussian", pixelStd: 0.1 };
/** An encoder that puts every image at the origin; `spread` is the log variance, null for a deterministic one. */
const atOrigin = (spread) => ({
  encode: () => ({ mu: Float32Array.of(0), logVar: spread === null ? null : Float32Array.of(spread) }),
});
const logit = (p) => Math.log(p / (1 - p));
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

test("a mixture has the two shares, and a class with itself is that class", () => {
  assert.deepEqual(rounded(mixture(4, 1, 3, 0.3)), [0, 0.7, 0, 0.3]);
  assert.deepEqual(
    [...mixture(3, 2, 2, 0.4)].map((v) => Math.round(v * 1e6) / 1e6),
    [0, 0, 1],
  );
  assert.deepEqual([...mixture(3, 0, 1, 0)], [1, 0, 0]);
  assert.deepEqual([...mixture(3, 0, 1, 1)], [0, 1, 0]);
});

test("one white pixel: the shares are as the classes' probabilities of white", () => {
  const white = [0.9, 0.3];
  const decode = (_z, y) => [logit(white[y])];
  for (const spread of [null, 0]) {
    const shares = classShares(atOrigin(spread), decode, bernoulli, Float32Array.of(1), 2, seeded(1));
    assert.deepEqual(rounded(shares), [0.75, 0.25], `log variance ${spread}`);
    const black = classShares(atOrigin(spread), decode, bernoulli, Float32Array.of(0), 2, seeded(1));
    assert.deepEqual(rounded(black), [0.125, 0.875]);
  }
});

test("with a Gaussian likelihood the same decoders give other shares, those of its distances", () => {
  const decode = (_z, y) => [logit([0.5, 0.6][y])];
  const x = Float32Array.of(0.5);
  const shares = classShares(atOrigin(null), decode, gaussian, x, 2, seeded(1));
  const far = Math.exp(-0.5); // one standard deviation away
  assert.deepEqual(rounded(shares), rounded([1 / (1 + far), far / (1 + far)]));
  const other = classShares(atOrigin(null), decode, bernoulli, x, 2, seeded(1));
  assert.ok(Math.abs(shares[0] - other[0]) > 0.1);
});

test("shares sum to 1, also where the evidence is thousands of nats apart", () => {
  const pixels = 784;
  const x = new Float32Array(pixels).fill(1);
  const decode = (_z, y) => new Float32Array(pixels).fill([-30, 0, 30, 29][y]);
  const shares = classShares(atOrigin(0), decode, bernoulli, x, 4, seeded(2));
  assert.ok(Math.abs(sumOf(shares) - 1) < 1e-9);
  assert.ok(shares.every((share) => share >= 0 && share <= 1));
  assert.ok(shares[2] > shares[1]);
});

test("equal classes get equal shares, one class gets all", () => {
  const decode = () => [0.3, -0.2];
  const x = Float32Array.of(1, 0);
  assert.deepEqual(rounded(classShares(atOrigin(-1), decode, bernoulli, x, 4, () => 0.4)), [0.25, 0.25, 0.25, 0.25]);
  assert.deepEqual(rounded(classShares(atOrigin(null), decode, bernoulli, x, 1, seeded(3))), [1]);
});

test("a deterministic code counts by the prior too: far out is less likely", () => {
  const encoder = { encode: (_x, y) => ({ mu: Float32Array.of([0, 2][y]), logVar: null }) };
  const shares = classShares(encoder, () => [0], bernoulli, Float32Array.of(1), 2, seeded(1));
  assert.deepEqual(rounded(shares), rounded([1 / (1 + Math.exp(-2)), Math.exp(-2) / (1 + Math.exp(-2))]));
});

test("an encoder may reuse its buffers between classes", () => {
  const mu = Float32Array.of(0),
    logVar = Float32Array.of(0);
  const encoder = {
    encode: (_x, y) => {
      mu[0] = y;
      return { mu, logVar };
    },
  };
  const decode = (z, y) => [z[0] - y];
  const fresh = { encode: (_x, y) => ({ mu: Float32Array.of(y), logVar: Float32Array.of(0) }) };
  const x = Float32Array.of(1);
  assert.deepEqual(
    classShares(encoder, decode, bernoulli, x, 3, seeded(5)),
    classShares(fresh, decode, bernoulli, x, 3, seeded(5)),
  );
});

test("log likelihoods by hand", () => {
  assert.ok(Math.abs(logLikelihood(bernoulli, [0, 0], [1, 0]) - 2 * Math.log(0.5)) < 1e-12);
  assert.ok(Math.abs(logLikelihood(gaussian, [0], [0.5]) + Math.log(0.1 * Math.sqrt(2 * Math.PI))) < 1e-12);
});

test("most of the nearest, and of a tie the nearest", () => {
  assert.equal(mostOf([4, 9, 9]), 9);
  assert.equal(mostOf([4, 9, 9, 4]), 4);
  assert.equal(mostOf([7]), 7);
});
