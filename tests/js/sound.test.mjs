// What plays a piano roll: when each step is due, what is read when, and which rows sound.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn } from "../../live/engine/ink/drawing.js";
import { hasSounds } from "../../live/parts/sound/drum_kit.js";
import { struckAt } from "../../live/parts/sound/drum_score.js";
import { listenTo } from "../../live/parts/sound/listen.js";
import { Loop } from "../../live/parts/sound/loop.js";
import { close } from "./law.mjs";

/** A loop on a clock that the test turns; `struck` lists step and time. */
function loopAt(tempo = 120, steps = 16) {
  const clock = { now: 10 },
    struck = [];
  const loop = new Loop({ now: () => clock.now, steps, tempo, strike: (step, time) => struck.push({ step, time }) });
  return { loop, clock, struck };
}

/** Plans every 30 ms until a time. */
function runTo(until, { loop, clock }) {
  while (clock.now < until) {
    clock.now += 0.03;
    loop.plan();
  }
}

test("steps are due a sixteenth apart, in order and round again, without a gap in five minutes", () => {
  const made = loopAt(120);
  made.loop.start();
  runTo(310, made);
  assert.ok(made.struck.length > 2390, `${made.struck.length}`);
  made.struck.forEach(({ step, time }, i) => {
    assert.equal(step, i % 16);
    close(time, 10.05 + i * 0.125, 1e-6);
  });
});

test("a step is read when it is due, not before: at most an eighth of a second ahead", () => {
  const made = loopAt(100);
  const asked = [];
  made.loop.strike = (_step, time) => asked.push(time - made.clock.now);
  made.loop.start();
  runTo(14, made);
  assert.ok(asked.every((ahead) => ahead > 0 && ahead <= 0.125));
});

test("a tab that slept goes on and does not catch up", () => {
  const made = loopAt(120);
  made.loop.start();
  runTo(11, made);
  const before = made.struck.length;
  made.clock.now = 60;
  made.loop.plan();
  assert.ok(made.struck.length - before <= 2);
  assert.ok(made.struck.at(-1).time >= 60);
});

test("what is heard now is the step whose time has come", () => {
  const made = loopAt(120);
  made.loop.start();
  assert.equal(made.loop.heard(), -1);
  runTo(10.3, made);
  assert.equal(made.loop.heard(), 2);
});

test("a row is struck where the image is brighter than half", () => {
  const word = (level) => 0xff000000 | (level * 0x010101);
  const roll = Uint32Array.from([0, 127, 128, 255, 10, 200].map(word)); // 2 rows of 3 steps
  assert.deepEqual(
    [0, 1, 2].map((step) => struckAt(roll, 2, 3, step)),
    [
      [false, true],
      [false, false],
      [true, true],
    ],
  );
});

test("only what has a sound for each row can be listened to", () => {
  assert.ok(hasSounds(["kick", "snare"]));
  assert.ok(!hasSounds(["kick", "toString"]));
  assert.ok(!hasSounds([]));
  assert.equal(listenTo(null, { kind: "image", rows: ["kick"], image: [1, 1, 16] }), null);
  assert.equal(listenTo(null, { kind: "piano-roll", rows: ["kick"], image: [1, 8, 16] }), null, "a row without a name");
});

test("a cell that is written stays until it is silenced; a roll of nothing is no roll", () => {
  const grid = { rows: 2, columns: 3 };
  const cell = (row, column, on) => ({ do: "cell", row, column, on, grid });
  const empty = { strokes: [], picture: null, row: 0, column: 0, down: false };
  const one = drawn(empty, cell(1, 2, 1));
  assert.deepEqual([...one.picture], [0, 0, 0, 0, 0, 1]);
  assert.deepEqual([one.row, one.column], [1, 2]);
  const two = drawn(one, cell(0, 0, 1));
  assert.deepEqual([...two.picture], [1, 0, 0, 0, 0, 1]);
  assert.deepEqual([...one.picture], [0, 0, 0, 0, 0, 1], "the drawing before is as it was");
  assert.equal(drawn(one, cell(1, 2, 0)).picture, null);
});
