// A training in memory and beside the page: the same seed is the same training, it goes on where it was, it stops at NaN.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../../live/trainer/session.js";
import { imagesOf } from "../../live/trainer/sheet.js";
import { serve } from "../../live/trainer/worker.js";
import { DATA, images, plan } from "./trained.mjs";

/** To its end, or to the end of an epoch. @param {Session} session @param {number} [epochs] */
function train(session, epochs = Infinity) {
  let kept = null;
  while (!session.done && session.epoch < epochs) if (session.advance()) kept = session.endEpoch(session.step / 10);
  return kept;
}

test("it learns: the ELBO of images that it does not learn from rises, and their codes part", () => {
  const kept = train(new Session(plan({ epochs: 40 }), images()));
  const [first, last] = [kept.history[0], kept.history.at(-1)].map((row) => row.test.elbo);
  assert.ok(last > first + 5, `${first} to ${last}`);
  assert.equal(kept.epoch, 40);
  assert.equal(kept.codes.mu.length, 40);
  const { log_likelihood, elbo, kl } = kept.history.at(-1).test;
  assert.ok(Math.abs(log_likelihood - kl[0] - kl[1] - elbo) < 1e-9);
});

test("what was stopped after an epoch goes on as if nothing had been", () => {
  const whole = train(new Session(plan(), images()));
  const half = train(new Session(plan(), images()), 3);
  assert.equal(half.epoch, 3);
  const rest = train(new Session(half.plan, images(), structuredClone(half)));
  assert.deepEqual(rest.position, whole.position);
  assert.deepEqual(rest.history, whole.history);
});

test("another seed is another training", () => {
  const [one, other] = [3, 4].map((seed) => train(new Session(plan({ seed }), images()), 1).position.values[0]);
  assert.notDeepEqual(one, other);
});

test("a changed setting holds from the next step on, and is kept", () => {
  const session = new Session(plan({ objective: "beta-elbo" }), images());
  session.advance();
  session.change("beta", 8);
  session.change("learning_rate", 0.02);
  assert.equal(session.rule().weights.beta, 8);
  assert.ok(Math.abs(session.rateAt(1) - 2 * new Session(plan(), images()).rateAt(1)) < 1e-12);
  const kept = train(session, 1);
  assert.deepEqual(kept.plan.training.changes, [
    { step: 1, name: "beta", value: 8 },
    { step: 1, name: "learning_rate", value: 0.02 },
  ]);
  assert.equal(kept.history[0].beta, 8);
});

for (const [name, model, training] of [
  ["an autoencoder", { stochastic: false, family: "autoencoder" }, { objective: "reconstruction" }],
  ["an MMD-VAE", { stochastic: false, family: "mmd-vae" }, { objective: "mmd" }],
])
  test(`${name} has no KL and no ELBO, but an MMD`, () => {
    const { codes, history } = train(new Session(plan(training, model), images()), 1);
    const { elbo, kl, mmd } = history[0].test;
    assert.deepEqual([codes.logVar, elbo, kl], [null, null, null]);
    assert.ok(mmd > 0 && mmd < 1);
  });

test("a CVAE is told the class of each image", () => {
  const session = new Session({ ...plan({}, { family: "cvae" }), conditional: true }, images());
  train(session, 1);
  const { trainee } = session.learner;
  assert.deepEqual([...trainee.told([1, 0], 2).subarray(0, 4)], [0, 1, 1, 0]);
  assert.equal(session.pictures().samples.length, 16 * 64);
});

/** A port into the trainer, what it reports, and a wait for a report. */
function opened() {
  const reports = [];
  /** @type {[(report: object) => boolean, (report: object) => void][]} */
  const waiting = [];
  const port = {
    onmessage: null,
    postMessage: (report) => {
      reports.push(report);
      for (const [isIt, tell] of waiting) if (isIt(report)) tell(report);
    },
  };
  serve(port);
  const say = (data) => port.onmessage({ data });
  const until = (type, more = () => true) =>
    new Promise((tell) => waiting.push([(report) => report.type === type && more(report), tell]));
  return { reports, say, until };
}

test("beside the page it reports, pauses, takes a step, goes on and ends", async () => {
  const { reports, say, until } = opened();
  const begun = until("pictures"); // the first come with the start: before the next ones it may have ended
  say({ type: "start", plan: plan({ epochs: 400 }), images: images(), kept: null });
  await begun;
  say({ type: "pause" });
  assert.equal(reports.at(-1).type, "paused");
  const seen = until("pictures");
  say({ type: "step" });
  const { step } = await seen;
  const next = until("pictures");
  say({ type: "step" });
  assert.equal((await next).step, step + 1, "one step");
  say({ type: "change", name: "learning_rate", value: 0.02 });
  assert.equal(reports.at(-1).changes[0].value, 0.02);
  say({ type: "resume" });
  await until("done");
  const kept = reports.filter(({ type }) => type === "kept");
  assert.equal(kept.at(-1).kept.epoch, 400, "the end is kept, however soon it comes");
  assert.equal(reports.at(-1).type, "done");
});

test("what is cancelled ends without its end", async () => {
  const { reports, say, until } = opened();
  say({ type: "start", plan: plan({ epochs: 2 }), images: images(), kept: null });
  say({ type: "cancel" });
  say({ type: "start", plan: plan({ epochs: 2 }), images: images(), kept: null }); // and another one can begin
  await until("done");
  assert.equal(reports.filter(({ type }) => type === "cancelled").length, 1);
  assert.equal(reports.filter(({ type }) => type === "done").length, 1);
});

test("numbers that run away end it at once, and a layer that it lacks before the start", async () => {
  const { say, until } = opened();
  const ended = until("failed");
  say({ type: "start", plan: plan({ learning_rate: 1e38, clip_norm: 0 }), images: images(), kept: null });
  const { code, detail } = await ended;
  assert.equal(code, "not_finite");
  assert.ok(Number(detail) < 10, "within 10 steps");
  const other = until("failed");
  say({ type: "start", plan: plan({}, { network: "book-cnn" }), images: images(), kept: null });
  assert.deepEqual(await other.then(({ code, detail }) => [code, detail]), ["layer", "book-cnn"]);
});

test("a sheet gives back its images, and one that is cut is refused", async () => {
  const { image, train, trainLabels, test: held, testLabels } = images();
  const all = new Blob([train, trainLabels, held, testLabels]);
  const pack = (blob) => new Response(blob.stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
  const info = { name: "stripes", title: "Stripes", file: "", image, record: DATA };
  assert.deepEqual(await imagesOf(await pack(all), info), images());
  await assert.rejects(async () => imagesOf(await pack(all.slice(1)), info), /damaged/);
});
