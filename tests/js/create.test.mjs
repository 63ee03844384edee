// Create without a page: its link, what the decoder is told, the codes of new pictures, and the ends of a path.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  codesOf,
  conditionOf,
  guessed,
  isMixed,
  kept,
  reshuffled,
  seedOf,
  written,
} from "../../live/engine/creation.js";
import { sampleCodes } from "../../live/engine/samples.js";
import { firstState, pathOf } from "../../live/views/create.js";
import { paneOf, rounded } from "./pane.mjs";

const cvae = { conditional: true };
const stateOf = (state, info = cvae) => firstState(paneOf({ info, state: { by: "class", ...state } }));

test("it opens on what the link names, and writes it again", () => {
  const link = { by: "class", z: "0.7,-0.4", class: "2", seed: "7", mix: "0.40", with: "0" };
  const state = stateOf(link);
  assert.deepEqual([rounded(state.z), state.label, state.other, state.share, state.seed], [[0.7, -0.4], 2, 0, 0.4, 7]);
  assert.deepEqual(written(state, true), link);
});

test("without a link it opens where Python begins, unmixed", () => {
  const state = stateOf({});
  assert.deepEqual([state.label, state.other, state.share, state.seed], [1, 2, 0, 0]);
  assert.deepEqual(written(state, true), { by: "class", z: "0.5,-0.5", class: "1" });
});

test("the second class follows the first around the end", () => {
  assert.equal(firstState(paneOf({ info: cvae, start: { label: 2 } })).other, 0);
});

for (const [mix, share] of [
  ["2", 1],
  ["-1", 0],
  ["half", 0],
  ["NaN", 0],
  ["", 0],
  ["Infinity", 1],
  ["1e-9", 1e-9],
])
  test(`a share of ${mix || "nothing"} is ${share}`, () => assert.equal(stateOf({ mix }).share, share));

for (const [seed, wanted] of [
  ["1000000", 999999],
  ["1e99", 999999],
  ["Infinity", 999999],
  ["-3", 0],
  ["2.7", 2],
  ["x", 0],
])
  test(`a shuffle number of ${seed} is ${wanted}`, () => {
    assert.equal(stateOf({ seed }).seed, wanted);
    assert.equal(seedOf(Number(seed)), wanted);
  });

for (const odd of ["3", "-1", "1.5", "one", ""])
  test(`a class of ${odd || "nothing"} is not there`, () => {
    assert.equal(stateOf({ class: odd }).label, 1, "the decoder is told Python's");
    assert.equal(stateOf({ class: odd }, {}).label, -1, "nothing is drawn around it");
    assert.equal(stateOf({ with: odd }).other, 2);
  });

test("a model whose data have no labels opens too", () => {
  const state = stateOf({ class: "0", with: "1" }, { classNames: [] });
  assert.deepEqual([state.label, isMixed(state, false)], [-1, false]);
  assert.deepEqual(written(state, false), { by: "class", z: "0.5,-0.5" });
});

test("what the decoder is told: nothing, a class, or a mixture", () => {
  const info = paneOf({ info: cvae }).model.info;
  const state = stateOf({ class: "0", with: "2" });
  assert.equal(conditionOf({ ...state, share: 0.4 }, { ...info, conditional: false }), null);
  assert.equal(conditionOf(state, info), 0);
  assert.equal(conditionOf({ ...state, other: 0, share: 0.4 }, info), 0, "with itself a class is not mixed");
  assert.deepEqual(rounded(conditionOf({ ...state, share: 0.25 }, info)), [0.75, 0, 0.25]);
});

test("a mixture is no more in the address once its share is 0", () => {
  assert.equal("mix" in written({ ...stateOf({ mix: "0.4" }), share: 0 }, true), false);
  assert.equal("mix" in written(stateOf({ mix: "0.4" }), false), false);
});

test("a mixture is of the way by class: no other way tells it or writes it, and it is there again", () => {
  const info = paneOf({ info: cvae }).model.info;
  const mixed = stateOf({ class: "0", mix: "0.4", with: "2" });
  const byHand = { ...mixed, by: "hand" };
  assert.equal(conditionOf(byHand, info), 0);
  assert.equal("mix" in written(byHand, true), false);
  assert.equal(written({ ...byHand, by: "class" }, true).mix, "0.40");
});

test("without a link it is by hand; any other way than the three is too", () => {
  const byOf = (state) => firstState(paneOf({ state })).by;
  assert.deepEqual([{}, { by: "foot" }, { by: "chance" }, { by: "class" }].map(byOf), [
    "hand",
    "hand",
    "chance",
    "class",
  ]);
});

test("the likeliest class is taken", () => {
  assert.equal(guessed(stateOf({}), [0, 0.1, 0.9]).label, 2);
});

test("codes are kept as ends of a path, which has an address", () => {
  const pane = paneOf({ info: cvae, state: { a: "1,2", b: "x", class: "2" } });
  pane.data.names = { model: "m" };
  const state = firstState(pane);
  assert.deepEqual(state.taken, { a: "1,2" });
  assert.equal(pathOf({ ...state, taken: {} }, pane), null);
  const both = kept({ ...state, z: Float32Array.of(0.5, -1) }, "b");
  assert.equal(written(both, true).b, "0.5,-1");
  assert.equal(pathOf(both, pane), "./?model=m&tool=path&class=2&a=1%2C2&b=0.5%2C-1");
});

test("drawing again counts on, begins anew after the last, and forgets a class that only z held", () => {
  const state = { ...stateOf({ class: "2", seed: "5" }), by: "chance" };
  assert.deepEqual([reshuffled(state, true).seed, reshuffled(state, true).label], [6, 2]);
  assert.equal(reshuffled(state, false).label, -1);
  assert.equal(reshuffled({ ...state, by: "class" }, false).label, 2);
  assert.equal(reshuffled({ ...state, seed: 999999 }, true).seed, 0);
});

test("new pictures are the same for the same number, and others for another", () => {
  const first = sampleCodes(20, 3, { latentDim: 4 });
  assert.equal(first.length, 20);
  assert.deepEqual(first, sampleCodes(20, 3, { latentDim: 4 }));
  assert.notDeepEqual(first, sampleCodes(20, 4, { latentDim: 4 }));
});

test("a decoder that is told the class gets codes from the prior; any other, around the codes of the class", () => {
  const mu = [100, 100, 101, 100, 100, 101, 0, 0],
    labels = [2, 2, 2, 0];
  const told = paneOf({ info: cvae, mu, labels }),
    untold = paneOf({ mu, labels });
  const state = stateOf({ class: "2", seed: "1" });
  assert.ok(codesOf(state, told.model, 20).every(([x, y]) => Math.hypot(x, y) < 10));
  assert.ok(codesOf(state, untold.model, 20).every(([x, y]) => Math.hypot(x - 100, y - 100) < 10));
  assert.deepEqual(codesOf({ ...state, label: -1 }, untold.model, 20), sampleCodes(20, 1, { latentDim: 2 }));
  assert.deepEqual(codesOf({ ...state, by: "chance" }, untold.model, 20), sampleCodes(20, 1, { latentDim: 2 }));
});
