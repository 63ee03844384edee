// A training and its film without a page: sentences, charts, when to ask again, and the transitions of the film.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Poll, waitOf } from "../../live/engine/poll.js";
import { ConnectionLost } from "../../live/engine/source.js";
import { reach, termsOf } from "../../live/maps/curve.js";
import { clicker, meaningOf } from "../../live/parts/keys.js";
import { nextPlace, paceOf } from "../../live/parts/training/film_player.js";
import {
  canResume,
  emptyOf,
  findingsOf,
  hasEnded,
  keptText,
  sentenceOf,
  statusOf,
  twoDigits,
} from "../../live/parts/training/job_text.js";
import { KeptEpochs } from "../../live/parts/training/kept_epochs.js";
import { heightsOf } from "../../live/parts/training/kl_bars.js";
import * as film from "../../live/views/film.js";
import { chartsOf, picturesOf } from "../../live/views/train.js";
import { setWords } from "../../live/words/words.js";

const WORDS = JSON.parse(readFileSync(new URL("../../live/words/en.json", import.meta.url), "utf8"));
setWords(WORDS, { layer: "field" });
const USUAL = { hidden: false, ended: false, hurried: false, lost: 0 };
const job = (changes = {}) => ({
  status: "running",
  reason: "Because.",
  position: null,
  title: "VAE on Digits",
  epochs: 10,
  epoch: 3,
  step: 181,
  steps: 4690,
  images_per_second: 12345.6,
  seconds_left: 3.2,
  second: "kl",
  ...changes,
});

test("it asks twice a second, soon after a command, and seldom where nobody looks or nothing happens", () => {
  assert.equal(waitOf(USUAL), 500);
  assert.equal(waitOf({ ...USUAL, hurried: true, hidden: true }), 60);
  assert.equal(waitOf({ ...USUAL, hidden: true }), 5000);
  assert.equal(waitOf({ ...USUAL, ended: true }), 5000);
});

test("while the connection is lost it asks ever more seldom, up to five seconds", () => {
  const waits = [1, 2, 3, 4, 5, 50].map((lost) => waitOf({ ...USUAL, lost, hurried: true }));
  assert.deepEqual(waits, [1000, 2000, 4000, 5000, 5000, 5000]);
});

/** A poll of a source that answers from a list, with what it told; nothing is asked but by `ask`. */
function polled(...answers) {
  const seen = { names: [], news: [], lost: [], refused: [] };
  const source = {
    json: async (name) => {
      seen.names.push(name);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const poll = new Poll(source, "jobs/abc.json", {
    onnews: (news) => seen.news.push(news),
    onlost: (lost) => seen.lost.push(lost),
    onrefused: (error) => seen.refused.push(error.message),
    ended: () => false,
    hidden: () => false,
  });
  return { poll, seen };
}

test("a poll names what it knows, keeps it when nothing is new or lost, and says a refusal", async () => {
  const { poll, seen } = polled({ since: "1" }, null, new ConnectionLost("gone"), new Error("404"), { since: "2" });
  for (let i = 0; i < 5; i++) await poll.ask();
  poll.close();
  assert.deepEqual(
    seen.names,
    ["", "1", "1", "1", "1"].map((since) => `jobs/abc.json?since=${since}`),
  );
  assert.deepEqual(seen.news, [{ since: "1" }, { since: "2" }]);
  assert.deepEqual(seen.lost, [false, false, true, false]);
  assert.deepEqual(seen.refused, ["404"]);
});

test("a lost connection is forgotten with the next answer", async () => {
  const { poll } = polled(new ConnectionLost(""), new ConnectionLost(""), null);
  await poll.ask();
  await poll.ask();
  assert.equal(poll.lost, 2);
  await poll.ask();
  assert.equal(poll.lost, 0);
  poll.close();
});

test("a command during a question is followed by another question soon", async () => {
  let answer;
  const { poll, seen } = polled();
  poll.source.json = () => new Promise((done) => (answer = done));
  const asking = poll.ask();
  poll.hurry();
  assert.equal(poll.timer, undefined);
  answer(null);
  await asking;
  assert.ok(poll.hurried);
  assert.notEqual(poll.timer, undefined);
  poll.close();
  assert.deepEqual(seen.news, []);
});

test("a view that is gone hears no more", async () => {
  const { poll, seen } = polled({ since: "1" });
  const asking = poll.ask();
  poll.close();
  await asking;
  await poll.ask();
  assert.deepEqual([seen.news, seen.names.length], [[], 1]);
});

test("where a training is, in a line", () => {
  assert.equal(statusOf(job()), "Epoch 4 of 10, training");
  assert.equal(statusOf(job({ epoch: 10, phase: "finishing" })), "Epoch 10 of 10, measuring the finished model");
  assert.equal(statusOf(job({ status: "paused" })), "Epoch 4 of 10, paused");
  assert.equal(statusOf(job({ status: "done" })), "VAE on Digits: finished");
  assert.equal(statusOf(job({ status: "queued", epoch: undefined })), "VAE on Digits: waiting for its turn");
  assert.equal(statusOf(job({ epoch: undefined })), "the computer is getting ready");
});

test("the step, the pace and the time left", () => {
  assert.equal(sentenceOf(job()), "Step 181 of 4,690, 12,346 images a second, about 4\u00a0s left");
  assert.equal(
    sentenceOf(job({ seconds_left: 125.4 })),
    "Step 181 of 4,690, 12,346 images a second, about 2\u00a0min 6\u00a0s left",
  );
  assert.equal(
    sentenceOf(job({ seconds_left: 119.9 })),
    "Step 181 of 4,690, 12,346 images a second, about 2\u00a0min 0\u00a0s left",
  );
  assert.equal(sentenceOf(job({ seconds_left: null })), "Step 181 of 4,690, 12,346 images a second");
  assert.equal(sentenceOf(job({ phase: "finishing" })), "Step 181 of 4,690, 12,346 images a second");
  assert.equal(sentenceOf(job({ status: "paused" })), "Step 181 of 4,690");
  assert.equal(sentenceOf(job({ images_per_second: null })), "Step 181 of 4,690");
  assert.equal(sentenceOf(job({ step: undefined })), "");
});

test("who comes first, and why it has ended", () => {
  assert.equal(sentenceOf(job({ status: "queued", position: 1 })), "One training comes first.");
  assert.equal(sentenceOf(job({ status: "queued", position: 2 })), "2 trainings come first.");
  assert.equal(sentenceOf(job({ status: "queued", position: 0, step: undefined })), "");
  for (const status of ["done", "failed", "cancelled", "interrupted"])
    assert.equal(sentenceOf(job({ status })), "Because.");
});

test("what has ended, and what can be gone on with", () => {
  assert.deepEqual(
    ["queued", "running", "paused", "interrupted"].map((status) => hasEnded(job({ status }))),
    [false, false, false, false],
  );
  assert.equal(hasEnded(null), false);
  assert.equal(canResume(job({ status: "cancelled" })), false);
  assert.equal(canResume(job({ status: "cancelled", resumable: true })), true);
  assert.equal(canResume(job({ status: "failed" })), true);
  assert.equal(canResume(job({ status: "failed", resumable: false })), false);
  assert.equal(canResume(job({ resumable: true })), false);
});

test("every status has a word and something in the map's place", () => {
  for (const status of ["queued", "running", "paused", "done", "failed", "cancelled", "interrupted"]) {
    assert.ok(statusOf(job({ status })).length > 5);
    assert.match(emptyOf(job({ status })), /map/);
  }
});

test("keeping an epoch is answered", () => {
  assert.equal(keptText(job({ kept: [0, 3] }), 3), "Epoch 3 is kept for the film.");
  assert.equal(keptText(job({ kept: [0] }), 3), "Epoch 3 will be kept for the film.");
  assert.equal(keptText(job(), null), "");
});

test("a finding is firm at the end only; what was done about a trouble is", () => {
  const notes = ["The batch is halved."],
    health = ["Dimension 1 has collapsed."];
  assert.deepEqual(findingsOf(job({ notes, health })), [
    { text: notes[0], firm: true },
    { text: `May still change: ${health[0]}`, firm: false },
  ]);
  assert.deepEqual(findingsOf(job({ health, status: "done" })), [{ text: health[0], firm: true }]);
  assert.deepEqual(findingsOf(job()), []);
});

test("the server's numbers have a minus, not a hyphen; names keep theirs", () => {
  const reason = "Trained mnist-vae-2: test ELBO -25.0 nats (-3 against -4).";
  assert.equal(
    sentenceOf(job({ status: "done", reason })),
    "Trained mnist-vae-2: test ELBO −25.0 nats (−3 against −4).",
  );
  assert.equal(findingsOf(job({ status: "done", health: ["It is -1 now."] }))[0].text, "It is −1 now.");
});

test("a setting has two digits that count", () => {
  assert.deepEqual([0.000123, 1234, 0.5, 1e-7].map(twoDigits), [0.00012, 1200, 0.5, 1e-7]);
});

const HISTORY = [
  [1, -30, -31, 3, 3.5],
  [2, -20, -21, 4, 4.5],
];

test("a chart has the last steps one by one and what came before an epoch at a time", () => {
  const recent = [
      [1.5, -25, 3.2],
      [1.6, -24, 3.3],
    ],
    changes = [[1.2, "learning_rate", 0.000123]];
  const [first, second] = chartsOf(job({ history: HISTORY, recent, changes }));
  assert.deepEqual(first.line, [
    [1, -30],
    [1.5, -25],
    [1.6, -24],
  ]);
  assert.deepEqual(second.line, [
    [1, 3],
    [1.5, 3.2],
    [1.6, 3.3],
  ]);
  assert.deepEqual(
    [first.dots, second.dots],
    [
      [
        [1, -31],
        [2, -21],
      ],
      [
        [1, 3.5],
        [2, 4.5],
      ],
    ],
  );
  assert.deepEqual(first.marks, [{ at: 1.2, text: "learning rate 0.00012" }]);
  assert.deepEqual(chartsOf(job())[0].line, []);
});

test("an axis of the KL divergence never begins below 0", () => {
  const points = {
    line: [
      [0, 0.01],
      [1, 0.02],
    ],
    dots: [[1, 0.5]],
  };
  assert.ok(reach(points)[0] < 0, "the room below would");
  const [, kl] = termsOf("kl");
  assert.equal(reach({ ...points, floor: kl.floor })[0], 0);
  assert.equal(chartsOf(job({ history: HISTORY }))[1].floor, 0);
  assert.equal(film.chartsOf(1, { history: HISTORY, second: "kl" })[1].floor, 0);
});

test("a log likelihood may lie below 0, and an MMD estimate too", () => {
  assert.deepEqual(
    [termsOf("kl")[0].floor, ...termsOf("mmd").map((term) => term.floor)],
    [undefined, undefined, undefined],
  );
});

test("the axis leaves the first steps out and holds both ends", () => {
  const line = Array.from({ length: 100 }, (_, i) => [i, i < 3 ? -5000 : -100 + i / 10]);
  const [low, high] = reach({ line, dots: [[100, -80]] });
  assert.ok(low > -110 && low < -99 && high > -80, `${low} to ${high}`);
});

test("columns stand for nats, the highest of at least one", () => {
  assert.deepEqual(heightsOf([2, 1, 0, null]), [26, 13, 1, 1]);
  assert.deepEqual(heightsOf([0.5]), [13]);
});

test("pictures come as one block", () => {
  const bytes = new Uint8Array(9 * 2 + 16);
  new Float32Array(bytes.buffer, 0, 4).set([1, 2, 3, 4]);
  bytes.set([7, 8], 16);
  bytes.set([200], 18);
  const { places, labels, levels } = picturesOf(bytes.buffer, 2);
  assert.deepEqual([[...places], [...labels], levels[0], levels.length], [[1, 2, 3, 4], [7, 8], 200, 16]);
});

const EPOCHS = [0, 1, 4];
const pane = (state) => ({
  state,
  data: { epochs: EPOCHS, history: HISTORY, second: "kl", start: { z: [1, 2], label: 0 } },
  model: { info: { latentDim: 2 } },
});

test("a film opens on its last epoch, or on the one that the link names", () => {
  assert.equal(film.firstState(pane({})).at, 2);
  assert.equal(film.firstState(pane({ epoch: "0" })).at, 0);
  assert.equal(film.firstState(pane({ epoch: "1" })).at, 1);
  assert.equal(film.firstState(pane({ epoch: "2" })).at, 2, "an epoch that was not kept");
  assert.deepEqual([...film.firstState(pane({ z: "3,4" })).z], [3, 4]);
});

test("a hover leaves the pin, a click moves it, and the address has the pin", () => {
  const first = film.firstState(pane({ epoch: "1" })),
    z = Float32Array.of(9, 9);
  const hovered = film.moved(first, z, "hover");
  assert.deepEqual(
    [[...hovered.z], [...hovered.pinned]],
    [
      [9, 9],
      [1, 2],
    ],
  );
  assert.deepEqual(film.written(hovered, EPOCHS, null), { epoch: "1", z: "1,2" });
  assert.deepEqual(film.written(film.moved(hovered, z, "done"), EPOCHS, 7), { epoch: "1", z: "9,9", class: "7" });
});

test("a film of fewer than three epochs has no charts: two dots say nothing", () => {
  const rows = [1, 2, 3].map((epoch) => [epoch, -30 + epoch, -31 + epoch, 3, 3]);
  const drawn = (count) =>
    film
      .chartsOf(1, { history: rows.slice(0, count), second: "kl" })
      .map(({ line, dots }) => [line.length, dots.length]);
  assert.deepEqual(drawn(2), [
    [0, 0],
    [0, 0],
  ]);
  assert.deepEqual(drawn(3), [
    [3, 3],
    [3, 3],
  ]);
});

test("in simple words a film and a training name no nats and no images a second", () => {
  setWords(WORDS, { layer: "simple" });
  const said = [
    film.titleOf(2, { history: HISTORY, second: "kl" }),
    film.titleOf(1, { history: HISTORY, second: "mmd" }),
    sentenceOf(job()),
    ...film.chartsOf(1, { history: HISTORY, second: "kl" }).map((chart) => chart.title),
  ];
  setWords(WORDS, { layer: "field" });
  assert.equal(said[0], "After epoch 2 of 2: score −25.5");
  assert.equal(said[2], "Step 181 of 4,690, about 4\u00a0s left");
  for (const text of said) assert.doesNotMatch(text, /nats|images a second|ELBO|KL|log p/);
});

test("a film takes about twelve seconds, and no epoch less than the points need to walk", () => {
  assert.deepEqual([3, 17, 31].map(paceOf), [900, 12_000 / 17, 450]);
});

/** A key as the page hears of it; `at`: what the focus is on. */
const key = (name, at = "", more = {}) => ({
  key: name,
  target: { closest: (selector) => (at && selector.split(",").some((one) => one === at) ? {} : null) },
  ...more,
});

test("a clicker steps and plays wherever the focus is, but where a key writes or presses", () => {
  assert.deepEqual(
    ["PageDown", "PageUp", " ", "a", "ArrowRight"].map((name) => meaningOf(key(name))),
    ["next", "previous", "toggle", null, null],
  );
  assert.equal(meaningOf(key(" ", "button")), null, "a button is pressed by Space");
  assert.equal(meaningOf(key("PageDown", "button")), "next");
  for (const name of ["PageDown", " "]) {
    assert.equal(meaningOf(key(name, "textarea")), null);
    assert.equal(meaningOf(key(name, "input:not([type=range])")), null);
    assert.equal(meaningOf(key(name, "", { ctrlKey: true })), null);
    assert.equal(meaningOf(key(name, "", { defaultPrevented: true })), null);
  }
});

test("a clicker that is closed hears no more", () => {
  const heard = [],
    page = new EventTarget();
  globalThis.document = page;
  const hands = Object.fromEntries(["next", "previous", "toggle"].map((name) => [name, () => heard.push(name)]));
  const keys = clicker(hands);
  const press = (name) => page.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key: name }));
  assert.equal(press("PageDown"), false, "the page would scroll");
  assert.equal(press("x"), true);
  keys.close();
  assert.equal(press(" "), true);
  delete globalThis.document;
  assert.deepEqual(heard, ["next"]);
});

test("Play goes on, and from the end begins anew", () => {
  assert.deepEqual(
    [0, 1, 2].map((at) => nextPlace(at, 3)),
    [1, 2, 0],
  );
});

test("a film says which epoch it is and how good the model was, with a true minus", () => {
  const title = (epoch, second = "kl") => film.titleOf(epoch, { history: HISTORY, second });
  assert.equal(title(0), "Before the training");
  assert.equal(title(2), "After epoch 2 of 2: test ELBO −25.5\u00a0nats");
  assert.equal(title(1, "mmd"), "After epoch 1 of 2: test log p(x|z) −31.0\u00a0nats");
  assert.equal(film.titleOf(3, { history: [], second: "kl" }), "After epoch 3 of 3");
  assert.equal(title(0.125), "After 0.125 of 2 epochs");
});

test("a film's codes are the same whenever it is opened", () => {
  const one = film.priorCodes({ latentDim: 3 }),
    other = film.priorCodes({ latentDim: 3 });
  assert.deepEqual(one, other);
  assert.deepEqual([one.length, one[0].length], [16, 3]);
});

test("a kept epoch is fetched once, and again where that failed", async () => {
  const asked = [];
  let broken = true;
  const source = {
    bytes: async (name) => {
      asked.push(name);
      if (broken) throw new Error("lost");
      return Float32Array.of(1, 2, 3, 4).buffer;
    },
  };
  const plane = {
    mean: [0, 0],
    axes: [
      [1, 0],
      [0, 1],
    ],
  };
  const withDecoder = (weights) => ({ weights });
  const kept = new KeptEpochs({ model: { info: { rounded: false }, withDecoder }, plane, source });
  await assert.rejects(kept.load(3), /lost/);
  broken = false;
  const [one, other] = await Promise.all([kept.load(3), kept.load(3)]);
  assert.equal(one, other);
  assert.deepEqual([...one.places], [1, 2, 3, 4]);
  assert.equal(one.model.weights.byteLength, 16);
  assert.deepEqual(asked, ["epoch-3-decoder.bin", "epoch-3-mu.bin", "epoch-3-decoder.bin", "epoch-3-mu.bin"]);

  const halves = { bytes: async () => Uint16Array.of(0x3c00, 0x4000, 0x4200, 0xc400).buffer };
  const rounded = new KeptEpochs({ model: { info: { rounded: true }, withDecoder }, plane, source: halves });
  assert.deepEqual([...(await rounded.load(3)).mu], [1, 2, 3, -4], "where codes are in half precision, an epoch's are");
});
