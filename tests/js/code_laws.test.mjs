// Laws of codes and what is said of them: ways, nearness, likelihoods, shares, samples, links.
import assert from "node:assert/strict";
import { test } from "node:test";
import { likeliest, mixture } from "../../live/engine/classes.js";
import { logLikelihood, logMeanExp, logNormal, shares } from "../../live/engine/likelihood.js";
import { rank, wordOf } from "../../live/engine/nearness.js";
import { lerp, norm, slerp, toLatent, toPlane } from "../../live/engine/plane.js";
import { gaussian } from "../../live/engine/random.js";
import { sampleCodes } from "../../live/engine/samples.js";
import { parseIndices, parseNumbers, parseWithin, writeIndices, writeNumbers } from "../../live/engine/state_text.js";
import { EDGE, shareOf, TRAVERSAL } from "../../live/engine/traversal.js";
import { nearerEnd, swapped, wayOf } from "../../live/engine/way.js";
import { between, close, codeOf, law, sumOf, uniform, whole } from "./law.mjs";
import { planeOf } from "./pane.mjs";

law("a plane's point comes back from any latent, whose other dimensions stay", 300, () => {
  const latent = whole(2, 12);
  const plane = planeOf(latent);
  const base = codeOf(latent);
  const [x, y] = [between(-4, 4), between(-4, 4)];
  const [px, py] = toPlane(plane, toLatent(plane, x, y, base));
  close(px, x, 1e-5);
  close(py, y, 1e-5);
  assert.deepEqual([...toLatent(plane, x, y, base).slice(2)], [...base.slice(2)]);
});

law("a great circle's radius goes evenly from end to end, its ends being exact", 300, () => {
  const latent = whole(2, 20);
  const [a, b] = [codeOf(latent), codeOf(latent)];
  const points = slerp(a, b, 9);
  assert.deepEqual([points[0], points[8]], [a, b]);
  for (const [k, z] of points.entries()) close(norm(z), norm(a) + (k / 8) * (norm(b) - norm(a)), 1e-5);
});

law("a straight line's steps are equal, and a circle's never shorter in all", 300, () => {
  const latent = whole(2, 20);
  const [a, b] = [codeOf(latent), codeOf(latent)];
  const lengths = (path) => path.slice(1).map((z, k) => norm(z.map((value, d) => value - path[k][d])));
  const straight = lengths(lerp(a, b, 8));
  for (const step of straight) close(step, straight[0], 1e-4);
  assert.ok(sumOf(lengths(slerp(a, b, 8))) >= sumOf(straight) - 1e-4);
});

law("the end that a press takes is the nearer one, and of swapped ends the other", 300, () => {
  const plane = planeOf(3);
  const state = { a: codeOf(3), b: codeOf(3), path: 0, label: null, active: "a", dragging: false, share: 0 };
  const [x, y] = [between(-4, 4), between(-4, 4)];
  const end = nearerEnd(state, plane, x, y);
  const far = (name) => Math.hypot(state[name][0] - x, state[name][1] - y);
  assert.ok(far(end) <= far(end === "a" ? "b" : "a"));
  assert.equal(nearerEnd(swapped(state), plane, x, y), end === "a" ? "b" : "a");
  assert.deepEqual(wayOf(swapped(state), 3)[0], state.b);
});

law("nearness is a rank: it rises with the distance, from 0 to 1, and k percent lie below quantile k", 300, () => {
  const quantiles = Float64Array.from({ length: 101 }, () => between(0, 5)).sort();
  const [near, far] = [between(0, 6), between(0, 6)].sort((a, b) => a - b);
  const [first, second] = [rank(near, quantiles), rank(far, quantiles)];
  assert.ok(0 <= first && first <= second && second <= 1, `${first} then ${second}`);
  const k = whole(1, 99);
  close(rank(quantiles[k], quantiles), k / 100, 1e-9);
  assert.equal(wordOf(first) === "nobody", first > 0.99);
});

law("the Bernoulli likelihood is a distribution: over all binary images it sums to 1", 300, () => {
  const logits = Array.from({ length: 4 }, () => between(-6, 6));
  const images = Array.from({ length: 16 }, (_, bits) => [0, 1, 2, 3].map((i) => (bits >> i) & 1));
  const each = images.map((x) => Math.exp(logLikelihood({ name: "bernoulli", pixelStd: 1 }, logits, x)));
  close(sumOf(each), 1, 1e-9);
});

law("the Gaussian likelihood integrates to 1 over a pixel, and is largest at its mean", 20, () => {
  const likelihood = { name: "gaussian", pixelStd: between(0.05, 0.5) };
  const logits = [between(-3, 3)];
  const mean = 1 / (1 + Math.exp(-logits[0]));
  const at = (x) => Math.exp(logLikelihood(likelihood, logits, [x]));
  let sum = 0;
  for (let x = mean - 5; x < mean + 5; x += 1e-3) sum += at(x) * 1e-3;
  close(sum, 1, 1e-3);
  assert.ok(at(mean) >= at(mean + between(-1, 1)));
});

law("a log density of independent dimensions is the sum of theirs", 300, () => {
  const [z, mean, logVar] = [codeOf(5), codeOf(5), codeOf(5, 1)];
  const each = Array.from(z, (_, d) => logNormal([z[d]], [mean[d]], [logVar[d]]));
  close(logNormal(z, mean, logVar), sumOf(each), 1e-6);
});

law("shares sum to 1, keep the order of their evidence, and do not change where all evidence shifts", 300, () => {
  const logs = Array.from({ length: whole(1, 12) }, () => between(-500, 500));
  const found = shares(logs);
  close(sumOf(found), 1, 1e-9);
  const shifted = shares(logs.map((value) => value - 1000));
  for (const [i, share] of found.entries()) close(shifted[i], share, 1e-9);
  assert.equal(found.indexOf(Math.max(...found)), logs.indexOf(Math.max(...logs)));
  assert.equal(likeliest([...found, 0])[0], logs.indexOf(Math.max(...logs)));
  assert.ok(logMeanExp(logs) <= Math.max(...logs) + 1e-9);
});

law("a mixture's weights sum to 1 and are nobody else's", 300, () => {
  const classes = whole(2, 12);
  const [a, b] = [whole(0, classes - 1), whole(0, classes - 1)];
  const weights = Array.from(mixture(classes, a, b, uniform()));
  close(sumOf(weights), 1, 1e-6);
  assert.ok(weights.every((weight, label) => weight === 0 || label === a || label === b));
});

law("numbers written for the address are read again within half a thousandth, and written the same", 300, () => {
  const z = codeOf(whole(1, 12), 10 ** between(-3, 2));
  const text = writeNumbers(z);
  const again = parseNumbers(text, z.length);
  for (const [d, value] of z.entries()) close(again[d], value, 6e-4);
  assert.equal(writeNumbers(again), text);
  assert.equal(parseNumbers(text, z.length + 1), null);
});

law("indices written for the address are the same set again, and of a smaller model those that it has", 300, () => {
  const indices = new Set(Array.from({ length: whole(0, 8) }, () => whole(0, 20)));
  const rising = [...indices].sort((a, b) => a - b);
  assert.deepEqual([...parseIndices(writeIndices(indices), 21)], rising);
  assert.deepEqual(
    [...parseIndices(writeIndices(indices), 10)],
    rising.filter((index) => index < 10),
  );
  const value = between(-2, 3);
  assert.ok(parseWithin(String(value), 0, 1, 0.5) === Math.min(1, Math.max(0, value)));
});

law("samples of a class have its mean, and another seed gives others", 20, (seed) => {
  const mu = Float32Array.from({ length: 80 }, (_, i) => (i < 40 ? 10 : -10) + gaussian(uniform));
  const labels = Array.from({ length: 40 }, (_, i) => Number(i >= 20));
  const draw = (number, label) => sampleCodes(30, number, { latentDim: 2 }, { mu, labels, label });
  for (const label of [0, 1]) assert.ok(draw(seed, label).every(([x, y]) => (label ? x < 0 && y < 0 : x > 0 && y > 0)));
  assert.notDeepEqual(draw(seed, 0), draw(seed + 1, 0));
});

test("a slider's pictures stand evenly on probability, symmetric, and within its ends", () => {
  for (const [k, at] of TRAVERSAL.entries()) {
    close(at, -TRAVERSAL.at(-1 - k));
    close(shareOf(at) + shareOf(-at), 1);
    assert.ok(shareOf(at) > 0 && shareOf(at) < 1);
  }
  assert.deepEqual([shareOf(-EDGE), shareOf(0), shareOf(EDGE)], [0, 0.5, 1]);
});
