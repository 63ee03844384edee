// The tool Path without a page: its ends, hands and keys, its link, and what stands under a step.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { endOfKey, moved, nearerEnd, nearestOn, swapped, wayOf } from "../../live/engine/way.js";
import { mixed, nearCaption, STEPS, shareOfStep } from "../../live/parts/codes/filmstrip.js";
import { firstWay as firstState, through, written } from "../../live/tools/path.js";
import { setWords } from "../../live/words/words.js";
import { paneOf, planeOf, rounded } from "./pane.mjs";

const english = JSON.parse(readFileSync(new URL("../../live/words/en.json", import.meta.url), "utf8"));
const plane = planeOf();
const hand = (state, how, x, y) => moved(state, plane, x, y, how);

before(() => setWords(english, { layer: "simple" }));

test("it opens on what the link names, and writes it again", () => {
  const link = { a: "-1.8,0.1", b: "1.2,1.1", path: "slerp" };
  const state = firstState(paneOf({ state: link }));
  assert.deepEqual([rounded(state.a), rounded(state.b), state.path], [[-1.8, 0.1], [1.2, 1.1], 1]);
  assert.deepEqual(written(state), link);
});

test("odd links open where Python begins", () => {
  const state = firstState(paneOf({ state: { a: "1,", b: "x,1", path: "zigzag" } }));
  assert.deepEqual([[...state.a], [...state.b], state.path], [[-1, 0], [1, 0], 0]);
  assert.deepEqual(written(state), { a: "-1,0", b: "1,0", path: "lerp" });
});

test("keys move A first, from where it is", () => {
  const state = firstState(paneOf());
  const after = hand(state, "keys", -0.9, 0);
  assert.deepEqual([rounded(after.a), rounded(after.b), after.active], [[-0.9, 0], [1, 0], "a"]);
  assert.deepEqual(rounded(state.a), [-1, 0], "the state before stays as it was");
});

test("a press takes the nearer end and holds it to the release, past the other end", () => {
  let state = hand(firstState(paneOf()), "drag", 0.8, 0.2);
  assert.deepEqual([state.active, rounded(state.b)], ["b", [0.8, 0.2]]);
  state = hand(state, "drag", -1, 0);
  state = hand(state, "done", -1.2, 0.1);
  assert.deepEqual([state.active, rounded(state.a), rounded(state.b)], ["b", [-1, 0], [-1.2, 0.1]]);
  assert.equal(state.dragging, false);
  assert.deepEqual(rounded(hand(state, "keys", -1.1, 0.1).b), [-1.1, 0.1], "keys go on with the end that was held");
  assert.equal(hand(state, "drag", -0.9, 0).active, "a", "the next press chooses anew");
});

test("a hover moves nothing", () => {
  const state = firstState(paneOf());
  assert.equal(hand(state, "hover", 0.9, 0), state);
});

test("an end keeps what the plane does not see", () => {
  const four = { info: { latentDim: 4 }, start: { z: [0, 0, 0, 0], a: [-1, 0, 5, 6], b: [1, 0, 7, 8] } };
  const state = moved(firstState(paneOf(four)), planeOf(4), 2, 3, "keys");
  assert.deepEqual(rounded(state.a), [2, 3, 5, 6]);
});

test("A is the nearer one where both are", () => {
  const state = firstState(paneOf());
  assert.equal(nearerEnd(state, plane, 0, 4), "a");
  assert.equal(nearerEnd(state, plane, 0.1, 0), "b");
});

test("the keys A and B choose an end; with Ctrl, Cmd or Alt they are the browser's", () => {
  assert.deepEqual(
    ["a", "A", "b", "B", "c", "ArrowLeft"].map((key) => endOfKey({ key })),
    ["a", "a", "b", "b", null, null],
  );
  for (const held of ["ctrlKey", "metaKey", "altKey"]) assert.equal(endOfKey({ key: "a", [held]: true }), null);
});

test("swapped ends go the same way back", () => {
  for (const path of [0, 1]) {
    const state = { ...firstState(paneOf({ state: { a: "-1,0.5", b: "2,1" } })), path };
    const there = wayOf(state, 7).map((z) => rounded(z));
    const back = wayOf(swapped(state), 7).map((z) => rounded(z));
    assert.deepEqual(there, back.reverse());
  }
});

test("the curved path goes around the middle, the straight one through it", () => {
  const state = firstState(paneOf());
  assert.deepEqual(rounded(wayOf(state, 3)[1]), [0, 0]);
  const [x, y] = wayOf({ ...state, path: 1 }, 3)[1];
  assert.ok(Math.abs(Math.hypot(x, y) - 1) < 1e-6);
});

test("a code on the way is found again, one beside it is not", () => {
  const way = wayOf(firstState(paneOf()), 201);
  const on = nearestOn(way, Float32Array.of(0.5, 0));
  assert.deepEqual([on.share, on.distance < 1e-6], [0.75, true]);
  const beside = nearestOn(way, Float32Array.of(0.5, 2));
  assert.deepEqual([beside.share, beside.distance], [0.75, 2]);
});

test("a code that was chosen elsewhere stays: on the way where it lies on it, else the way begins at it", () => {
  const way = firstState(paneOf());
  assert.deepEqual(through(way, Float32Array.of(0.5, 0)), { ...way, share: 0.75 });
  const begun = through({ ...way, active: "b" }, Float32Array.of(0.5, 2));
  assert.deepEqual([rounded(begun.a), rounded(begun.b), begun.share, begun.active], [[0.5, 2], [1, 0], 0, "a"]);
});

test("eleven steps go from 0 to 1", () => {
  assert.deepEqual([0, 5, STEPS - 1].map(shareOfStep), [0, 0.5, 1]);
});

test("mixed pixels are the ends at the ends and rounded between them", () => {
  const first = [0, 255, 10],
    last = [255, 0, 11];
  assert.deepEqual([...mixed(first, last, 0)], first);
  assert.deepEqual([...mixed(first, last, 1)], last);
  assert.deepEqual([...mixed(first, last, 0.5)], [128, 128, 11]);
});

test("under a step stands how near test codes are, by rank", () => {
  assert.deepEqual(
    [0.3, 0.95, 1].map((share) => nearCaption(share).caption),
    ["near", "few", "nobody near"],
  );
  assert.match(nearCaption(0.95).title, /5% of test images/);
});
