// A training in the page as a view sees it: states, pictures, commands, what is kept, and sentences for what goes wrong.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { makeRunner, parsePart } from "../../live/engine/network.js";
import { JOB, keyOf, NOW, PageTraining } from "../../live/parts/training/page_training.js";
import { sourceOf } from "../../live/trainer/checkpoint.js";
import { filed, thinned } from "../../live/trainer/film.js";
import { setWords, t } from "../../live/words/words.js";
import { DATA, images, makeWorker, memory, plan } from "./trained.mjs";

setWords(JSON.parse(readFileSync(new URL("../../live/words/en.json", import.meta.url), "utf8")));

/** @param {object} [options] */
function begun({ training = {}, store = memory(), from = null, make = makeWorker } = {}) {
  const begin = { plan: plan(training), data: DATA, images: images(), from, good: 2 };
  return { store, training: new PageTraining(begin, { store, makeWorker: make }) };
}

/** Waits until a state is as it should. @param {PageTraining} training @param {(job: object) => boolean} isIt */
async function until(training, isIt) {
  for (let i = 0; i < 4000; i++) {
    const job = training.job();
    if (isIt(job)) return job;
    await new Promise((done) => setTimeout(done, 2));
  }
  throw new Error(`still ${JSON.stringify(training.job()).slice(0, 300)}`);
}

test("it is watched as the server's trainings are, and its end is kept", async () => {
  const { store, training } = begun();
  const first = await training.source.json(`${JOB}?since=`);
  assert.equal(first.status, "running");
  assert.deepEqual([first.title, first.epochs, first.second], ["VAE on Stripes, 2 latents", 6, "kl"]);
  const job = await until(training, ({ status }) => status === "done");
  assert.equal(await training.source.json(`${JOB}?since=${job.since}`), null, "nothing new");
  assert.equal(job.history.length, 6);
  assert.deepEqual(job.axes, ["z₁", "z₂"]);
  const block = await training.source.bytes(job.pictures);
  assert.equal(block.byteLength, 9 * job.points + 16 * 64);
  assert.deepEqual([...new Uint8Array(block, 8 * job.points, 4)], [0, 1, 0, 1], "the labels of the test images");
  const manifest = await training.source.json("decoder.json");
  assert.equal(makeRunner(parsePart(manifest, await training.source.bytes(job.decoder))).outputs, 64);
  assert.match(job.said[0], /^Score after epoch 6: −\d+\.\d nats an image, on 20 images/);
  assert.equal(job.said.length, 1, "too soon to say how long more would take");
  training.progress.seconds = 3;
  assert.match(training.said()[1], /^On this computer Good would take about /);
  assert.deepEqual([...store.kept.keys()], [keyOf("stripes-vae")], "no training is on its way any more");
});

test("a reload goes on at the last kept epoch", async () => {
  const { store, training } = begun({ training: { epochs: 500 } });
  await until(training, () => store.kept.has(NOW));
  training.close();
  await training.writing;
  const from = store.kept.get(NOW);
  const again = begun({ training: { epochs: 500 }, from, store }).training;
  again.keep({ ...from.kept });
  assert.equal(again.film.filter(({ epoch }) => epoch === from.kept.epoch).length, 1, "a moment that is told twice");
  const job = await until(again, ({ step }) => step !== undefined);
  assert.ok(job.step >= from.kept.position.step);
  again.command({ command: "cancel" });
  await until(again, ({ status }) => status === "cancelled");
});

test("a browser that keeps nothing goes on, and says so", async () => {
  const { training } = begun({ store: memory(true) });
  const job = await until(training, ({ status }) => status === "done");
  assert.deepEqual(job.notes, [t("trainer.unkept")]);
});

test("pause, a step, slow motion, a setting and cancel", async () => {
  const { training } = begun({ training: { epochs: 500, objective: "beta-elbo" } });
  await until(training, ({ pictures }) => pictures !== null);
  training.command({ command: "pause" });
  const { step } = await until(training, ({ status }) => status === "paused");
  training.command({ command: "step" });
  await until(training, (job) => job.step === step + 1);
  training.command({ command: "slow" });
  assert.equal(training.job().slow, true);
  training.command({ change: "beta", value: 4 });
  const job = await until(training, ({ weight }) => weight.value === 4);
  assert.deepEqual(job.changes[0].slice(1), ["beta", 4]);
  training.command({ command: "cancel" });
  const ended = await until(training, ({ status }) => status === "cancelled");
  assert.equal(ended.reason, t("trainer.cancelled"));
});

test("numbers that run away: the last good epoch is kept, and it goes on more slowly", async () => {
  const { training } = begun({ training: { epochs: 300 } });
  await until(training, ({ history }) => history.length > 0);
  training.command({ change: "learning_rate", value: 1e38 });
  const job = await until(training, ({ status }) => status === "failed");
  const { epoch } = training.kept;
  assert.ok(job.reason.includes(`Epoch ${epoch} is kept`), job.reason);
  assert.ok(job.resumable);
  training.command({ command: "resume" });
  assert.equal(training.job().learning_rate, 0.005);
  await until(training, (next) => next.history.length > epoch);
  training.close();
});

test("a browser without Workers says so", async () => {
  const make = () => {
    throw new TypeError("Worker is not defined");
  };
  const job = begun({ make }).training.job();
  assert.equal(job.status, "failed");
  assert.equal(job.resumable, false);
  assert.match(job.reason, /could not start the training beside the page \(TypeError: Worker is not defined\)/);
});

test("a finished model's files are those that a view asks for", async () => {
  const { store, training } = begun();
  await until(training, ({ status }) => status === "done");
  const finished = store.kept.get(keyOf("stripes-vae"));
  const source = sourceOf(finished);
  for (const part of ["encoder", "decoder"]) {
    const weights = await source.bytes(`${part}.bin`);
    makeRunner(parsePart(await source.json(`${part}.json`), weights));
    const last = finished.film.at(-1).epoch;
    assert.deepEqual(await source.bytes(`epoch-${last}-${part}.bin`), weights, "the film ends with the model");
  }
  assert.equal((await source.bytes("latents.bin")).byteLength, 20 * (2 * 4 + 2 * 4 + 1));
  await assert.rejects(source.bytes("scores.bin"), /stripes-vae: scores\.bin/);
});

test("a film keeps a dozen epochs, evenly, and those that someone pinned", () => {
  const pinned = new Set([2]);
  let film = [];
  for (let epoch = 1; epoch <= 100; epoch++) film = thinned([...film, { epoch }], pinned);
  const epochs = film.map(({ epoch }) => epoch);
  assert.ok(epochs.length <= 13 && epochs.length >= 6, String(epochs));
  assert.ok(epochs.includes(1) && epochs.includes(2) && epochs.includes(100));
  const gaps = epochs.filter((epoch) => epoch !== 2).map((epoch, i, all) => epoch - (all[i - 1] ?? 0));
  assert.ok(Math.max(...gaps) <= 20, String(epochs));
});

test("a checkpoint takes as much of a film as it has room for, evenly, and none of fewer than two moments", () => {
  const film = (count, size) =>
    Array.from({ length: count }, (_, epoch) => ({ epoch, encoder: { length: size }, decoder: [], mu: [] }));
  const epochs = (moments) => moments.map(({ epoch }) => epoch);
  assert.deepEqual(epochs(filed(film(13, 100))), epochs(film(13, 100)));
  assert.equal(filed(film(60, 100)).length, 31, "as many as the app reads");
  const few = epochs(filed(film(13, 2 ** 21)));
  assert.deepEqual([few[0], few.at(-1), few.length], [0, 12, 4], "16 MB of it");
  assert.deepEqual([filed(film(13, 2 ** 23)), filed(film(1, 4)), filed([])], [[], [], []]);
});

test("a network that the trainer lacks is named", async () => {
  const begin = { plan: plan({}, { network: "post-cnn", widths: [] }), data: DATA, images: images() };
  const training = new PageTraining(begin, { store: memory(), makeWorker });
  const { reason, resumable } = await until(training, ({ status }) => status === "failed");
  assert.deepEqual([reason, resumable], [t("trainer.layer", { layer: "post-cnn" }), false]);
});
