// How long a training in the page will take: batches that are timed beside it, and what follows of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { paceOf, roughly, secondsOf } from "../../live/trainer/pace.js";
import { makeWorker, plan } from "./trained.mjs";

const BRIEF = { warm: 0.005, long: 0.01 };

test("some batches of the plan are timed, and the Worker ends with them", async () => {
  let worker;
  const made = () => (worker = makeWorker());
  const rate = await paceOf(made, plan(), BRIEF);
  assert.ok(rate > 100 && rate < 1e7, String(rate));
  assert.equal(worker.onmessage, null, "terminated");
});

test("the pace is that of the steps after the first ones, which compile", async () => {
  const worker = { postMessage: () => {}, terminate: () => {} };
  const pace = paceOf(() => worker, plan(), { warm: 1, long: 2 });
  for (const [step, seconds] of [[1, 0.5], [10, 1], [50, 2], [110, 3]]) // biome-ignore format: rows
    worker.onmessage({ data: { type: "progress", step, seconds } });
  assert.equal(await pace, (100 * 16) / 2);
});

test("a browser without Workers, or one that fails, tells no pace", async () => {
  const none = () => {
    throw new TypeError("Worker is not defined");
  };
  assert.equal(await paceOf(none, plan()), null);
  assert.equal(await paceOf(makeWorker, plan({}, { network: "post-cnn", widths: [] })), null);
});

test("the time grows with the network and with the images that are seen, to learn and to measure", () => {
  const training = { work: 200, epochs: 10, train: 900, test: 300 };
  const seconds = secondsOf({ rate: 1000, work: 100 }, training);
  assert.ok(Math.abs(seconds - 1.15 * 20) < 1e-9, String(seconds));
  assert.deepEqual([0.1, 3.4, 23, 244, 1000].map(roughly), [1, 3, 25, 240, 1020], "no finer than it is known");
});
