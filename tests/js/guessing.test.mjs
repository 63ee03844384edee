// Which one is Bach? What a link says of a game, that a seed fixes its rounds, its score, and how it is played.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answered,
  barsOf,
  FIRST,
  gameOf,
  gameText,
  next,
  ROUNDS,
  rightOf,
  roundOf,
  scoreOf,
  tail,
} from "../../live/engine/guessing.js";
import { WhichIsBach } from "../../live/parts/sound/which_is_bach.js";
import { firstState } from "../../live/views/create.js";
import { close } from "./law.mjs";
import { buttonOf, fire, settled, speak } from "./page.mjs";
import { paneOf, rounded } from "./pane.mjs";

for (const [text, answers, asks, round] of [
  [".", [], true, 0],
  ["a", [0], false, 0],
  ["ab.", [0, 1], true, 2],
  ["abcabcabc", [0, 1, 2, 0, 1, 2, 0, 1, 2], false, 8],
])
  test(`a link with ${text} is round ${round}, ${asks ? "asked" : "told"}`, () => {
    assert.deepEqual(gameOf(text), { answers, asks });
    assert.equal(gameText(gameOf(text)), text);
    assert.equal(roundOf(gameOf(text)), round);
  });

for (const odd of [undefined, "", "d", "..", "a.b", "A", "abcabcabc.", "abcabcabca"])
  test(`a link with ${odd} is no game`, () => assert.equal(gameOf(odd), null));

test("an answer stays: a second one to the same question changes nothing, and after nine there is no next", () => {
  const once = answered(FIRST, 2);
  assert.deepEqual(once, { answers: [2], asks: false });
  assert.equal(answered(once, 0), once);
  assert.deepEqual(next(once), { answers: [2], asks: true });
  assert.equal(next(gameOf("abcabcabc")), null);
});

test("a seed fixes the bars: one is a test code, the others are new, and each place is right as often", () => {
  const { model } = paneOf();
  const one = barsOf(7, 3, model);
  assert.deepEqual(one, barsOf(7, 3, model));
  assert.notDeepEqual(one.codes, barsOf(8, 3, model).codes);
  assert.equal(one.right, rightOf(7, 3));
  assert.deepEqual(one.codes[one.right], model.muOf(one.index));
  const held = [0, 1, 2, 3].map((i) => rounded(model.muOf(i)).join());
  assert.deepEqual(
    one.codes.map((code) => held.includes(rounded(code).join())),
    [0, 1, 2].map((bar) => bar === one.right),
  );
  const counts = [0, 0, 0];
  for (let seed = 0; seed < 1000; seed++) for (let round = 0; round < ROUNDS; round++) counts[rightOf(seed, round)]++;
  for (const count of counts) close(count, 3000, 5 * Math.sqrt((9000 * 2) / 9)); // five standard deviations
});

test("where the decoder is told a class, all bars are told that of the real one", () => {
  const { model } = paneOf({ info: { conditional: true } });
  const { index, label } = barsOf(1, 0, model);
  assert.equal(label, model.labels[index]);
  assert.equal(barsOf(1, 0, paneOf().model).label, null);
});

test("the tail of a binomial: by hand", () => {
  close(tail(1, 2, 1 / 3), 5 / 9, 1e-12);
  close(tail(3, 3, 1 / 3), 1 / 27, 1e-12);
  close(tail(0, 9, 1 / 3), 1, 1e-12);
  close(tail(6, 9, 1 / 3), 835 / 19683, 1e-12); // (84 * 8 + 36 * 4 + 9 * 2 + 1) / 3^9
});

test("the score counts the right ones, beside what blind guessing gives", () => {
  const rights = Array.from({ length: ROUNDS }, (_, round) => rightOf(5, round));
  const all = scoreOf({ answers: rights, asks: false }, 5);
  assert.deepEqual([all.right, all.count, all.mean, all.lucky], [9, 9, 3, false]);
  close(all.off, Math.SQRT2, 1e-12);
  const wrong = rights.map((right, round) => (round < 5 ? right : (right + 1) % 3));
  const five = scoreOf({ answers: wrong, asks: false }, 5);
  assert.deepEqual([five.right, five.lucky], [5, true]);
  close(five.share, (126 * 16 + 835) / 19683, 1e-12);
});

test("only of four voices there is a game", () => {
  const state = { guesses: "ab." };
  assert.deepEqual(firstState(paneOf({ info: { kind: "voices" }, state })).game, { answers: [0, 1], asks: true });
  assert.equal(firstState(paneOf({ info: { kind: "piano-roll" }, state })).game, null);
});

/** A desk on which somebody plays. */
async function playing(seed) {
  speak();
  const pane = paneOf({ info: { kind: "voices", rows: ["soprano", "alto", "tenor", "bass"], image: [1, 48, 32] } });
  const shown = [];
  Object.assign(pane.model, {
    whole: Promise.resolve(),
    loadLatents: () => Promise.resolve(),
    nameOf: () => "minor",
    show: (_frame, z) => shown.push(rounded(z).join()),
  });
  const desk = {
    pane: { ...pane, fail: assert.fail },
    state: { seed, label: -1, z: Float32Array.of(0, 0), game: FIRST, by: "chance" },
    change: (state) => (desk.state = state),
  };
  const which = new WhichIsBach(desk);
  await which.show();
  return { which, desk, shown, model: pane.model };
}

test("it is played: three bars, an answer, the truth with its score, the next round", async () => {
  const { which, desk, shown, model } = await playing(4);
  const right = rightOf(4, 0);
  assert.equal(shown.length, 3);
  assert.equal(which.told.textContent, "", "nothing is told before the answer");
  which.bars[right].choose.click();
  assert.deepEqual(desk.state.game, { answers: [right], asks: false });
  assert.deepEqual(rounded(desk.state.z), rounded(model.muOf(barsOf(4, 0, model).index)), "the map shows it");
  assert.match(which.told.textContent, /^Right, it is [ABC]\. It copies test bar \d, from a chorale in minor/);
  assert.match(
    which.told.textContent,
    /1 of 1 right\. By blind guessing it is 0\.3 on average, give or take 0\.5; of 1,000 who guess blindly 333/,
  );
  assert.deepEqual(
    which.bars.map(({ truth }) => truth.textContent === "a copy of Bach"),
    [0, 1, 2].map((bar) => bar === right),
  );
  which.bars[(right + 1) % 3].choose.click();
  assert.deepEqual(desk.state.game.answers, [right], "the answer stays");
  buttonOf(which.told, "Next round").click();
  await settled();
  await settled();
  assert.deepEqual(desk.state.game, { answers: [right], asks: true });
  assert.equal(which.told.textContent, "");
  assert.match(which.round.textContent, /^Round 2 of 9$/);
});

test("after nine rounds: whether it was luck, and nine new ones by another seed", async () => {
  const { which, desk } = await playing(4);
  for (let round = 0; round < ROUNDS; round++) {
    which.bars[rightOf(4, round)].choose.click();
    if (round === ROUNDS - 1) break;
    buttonOf(which.told, "Next round").click();
    await settled();
    await settled();
  }
  assert.match(which.told.textContent, /9 of 9 right.*That is hardly luck/);
  buttonOf(which.told, "9 new rounds").click();
  await settled();
  assert.deepEqual([desk.state.seed, desk.state.game], [5, FIRST]);
});

test("keys play a bar from its beginning, the same key or 0 ends it", async () => {
  const { which } = await playing(4);
  const calls = [];
  Object.defineProperty(which.player, "on", { get: () => calls.at(-1)?.startsWith("start") ?? false });
  Object.assign(which.player, { start: () => calls.push(`start ${which.heard}`), stop: () => calls.push("stop") });
  for (const key of ["2", "3", "3", "1", "0", "x"]) fire(which.element, "keydown", { key });
  assert.deepEqual(calls, ["start 1", "stop", "start 2", "stop", "start 0", "stop"]);
  fire(which.element, "keydown", { key: "1", ctrlKey: true });
  assert.equal(calls.length, 6, "the browser's own keys are left alone");
});
