// Explore without a page: where it opens, what counts as a start, what its three tasks are ticked for, how its hand walks.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { openingView, remember, zoomOf, zoomText } from "../../live/maps/part_of_map.js";
import { dimsOf, withDim } from "../../live/maps/plane_choice.js";
import { aroundOf, countsOf, mostText } from "../../live/parts/codes/class_bars.js";
import { eased, shareAt } from "../../live/parts/start/ghost.js";
import { isBorder, sentenceOf } from "../../live/parts/start/tour.js";
import { firstState, firstTool, isStart } from "../../live/views/explore.js";
import { setWords } from "../../live/words/words.js";
import { paneOf, rounded } from "./pane.mjs";

const english = JSON.parse(readFileSync(new URL("../../live/words/en.json", import.meta.url), "utf8"));
before(() => setWords(english, { layer: "simple" }));

test("it opens where its link says", () => {
  const state = firstState(paneOf({ info: { conditional: true }, state: { z: "1,2", point: "3", class: "2" } }));
  assert.deepEqual([rounded(state.z), rounded(state.pinned), state.picked, state.label], [[1, 2], [1, 2], 3, 2]);
});

for (const link of [{}, { z: "1,2,3", point: "4", class: "3" }, { z: "NaN,1", point: "-1", class: "seven" }])
  test(`it opens where Python begins, for the link ${JSON.stringify(link)}`, () => {
    const state = firstState(paneOf({ info: { conditional: true }, state: link }));
    assert.deepEqual([rounded(state.z), state.picked, state.label], [[0.5, -0.5], 0, 1]);
  });

test("a model without conditions has no label, whatever the link names", () => {
  assert.equal(firstState(paneOf({ state: { class: "2" } })).label, null);
});

test("the tool is the one that the link names, or Point", () => {
  assert.deepEqual(
    ["slide", "path", "point", "saw", undefined].map((tool) => firstTool({ tool })),
    ["slide", "path", "point", "point", "point"],
  );
});

test("it is a start until something was chosen; which classes are shown is no choice of a place", () => {
  for (const name of ["tool", "z", "a", "b", "point"]) assert.equal(isStart({ [name]: "1" }), false, name);
  for (const link of [{}, { without: "3" }, { zoom: "0,0,3" }, { layers: "1" }]) assert.equal(isStart(link), true);
});

test("a border has three in ten of both classes; a few strangers make none", () => {
  assert.equal(isBorder([0, 25, 25], [1, 2]), true);
  assert.equal(isBorder([5, 15, 30], [1, 2]), true);
  assert.equal(isBorder([0, 14, 36], [1, 2]), false);
  assert.equal(isBorder([40, 5, 5], [1, 2]), false);
  assert.equal(isBorder([], [1, 2]), false, "where nobody was asked");
});

test("the bars count each class, and a screen reader hears the three that say most", () => {
  const counts = countsOf([2, 2, 0, 2, 1, 0], 4);
  assert.deepEqual(counts, [2, 1, 3, 0]);
  assert.equal(mostText(counts, ["zero", "one", "two", "three"]), "two: 3, zero: 2, one: 1");
  assert.equal(mostText([0, 0], ["a", "b"]), "");
});

test("the hand takes three seconds there, rests, and comes the same way back", () => {
  assert.deepEqual([0, 1500, 3000, 4000].map(shareAt), [0, 0.5, 1, 1]);
  assert.ok(Math.abs(shareAt(4400 + 1500) - 0.5) < 1e-9);
  assert.equal(shareAt(4400 + 3000), 0);
  assert.equal(shareAt(2 * 4400), 0);
  for (let ms = 0; ms < 3000; ms += 50) assert.ok(shareAt(ms + 50) >= shareAt(ms));
});

test("the hand is slow at both ends", () => {
  assert.deepEqual([eased(0), eased(0.5), eased(1)], [0, 0.5, 1]);
  assert.ok(eased(0.1) < 0.05 && eased(0.9) > 0.95);
});

test("one sentence says what was squeezed into how much", () => {
  const of = (latentDim) => sentenceOf({ things: "handwritten digits", trained: 60000, model: { latentDim } });
  assert.match(of(2), /^A neural network squeezed 60,000 handwritten digits into two numbers each\./);
  assert.match(of(1), /into one number each/);
  assert.match(of(10), /into 10 numbers each/);
});

test("a plane keeps its other direction; one direction twice swaps the two", () => {
  assert.deepEqual([dimsOf("1-4"), dimsOf("pca")], [[0, 3], null]);
  assert.equal(withDim("1-4", 0, 6), "7-4");
  assert.equal(withDim("1-4", 1, 6), "1-7");
  assert.equal(withDim("1-4", 0, 3), "4-1");
  assert.equal(withDim("1-4", 1, 0), "4-1");
  assert.equal(withDim("pca", 1, 4), "1-5");
});

test("a part of the map goes into the link and back; one without a size is none", () => {
  assert.deepEqual(zoomOf({ zoom: zoomText([0.5, -1.25, 2]) }), [0.5, -1.25, 2]);
  for (const zoom of ["0,0,0", "0,0,-1", "1,2", "x", undefined]) assert.equal(zoomOf({ zoom }), null);
});

test("the next model of as many latents opens on the part that was seen; the same model and others open whole", () => {
  const of = (id, latentDim = 2, state = {}) => paneOf({ info: { id, latentDim }, state });
  remember(of("vae"), { view: () => [1, 2, 3] });
  assert.deepEqual(openingView(of("mmd-vae")), [1, 2, 3]);
  assert.deepEqual(openingView(of("mmd-vae", 2, { zoom: "0,0,1" })), [0, 0, 1], "a link says more");
  assert.equal(openingView(of("vae")), null);
  assert.equal(openingView(of("beta-vae", 10)), null);
});

test("of few test images a quarter is asked, of many fifty", () => {
  assert.deepEqual([0, 2, 16, 60, 200, 10_000].map(aroundOf), [1, 1, 4, 15, 50, 50]);
});
