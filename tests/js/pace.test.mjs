// When a view paints: the live image at once, small images in turn, long arithmetic in slices.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { seeded } from "../../live/engine/random.js";
import { Pace } from "../../live/parts/pace.js";
import { inSlices } from "../../live/parts/slices.js";
import { Turns } from "../../live/parts/turns.js";
import { page } from "./page.mjs";

beforeEach(() => {
  page.frames.clear();
});

/** A pace whose live image takes `ms`. */
function paceOf(ms, more = () => false) {
  const painted = { image: 0, rest: 0 };
  const pace = new Pace(
    () => {
      painted.image++;
      page.now += ms;
    },
    () => {
      painted.rest++;
      return more();
    },
  );
  return { pace, painted };
}

test("the first move of a frame is painted at once, all later ones together with the frame", () => {
  const { pace, painted } = paceOf(1);
  for (let i = 0; i < 5; i++) pace.moved();
  assert.deepEqual(painted, { image: 1, rest: 0 });
  page.frame();
  assert.deepEqual(painted, { image: 2, rest: 1 });
  page.frame();
  assert.deepEqual(painted, { image: 2, rest: 1 }, "nothing moved");
});

test("one move is one image, and a slow model paints with the frame only", () => {
  const { pace, painted } = paceOf(8);
  pace.moved();
  page.frame();
  assert.equal(painted.image, 1);
  for (let i = 0; i < 5; i++) pace.moved();
  assert.equal(painted.image, 1);
  page.frame();
  assert.equal(painted.image, 2);
});

test("what follows goes on for as many frames as it needs, unless the view is gone", () => {
  let left = 3;
  const { pace, painted } = paceOf(1, () => --left > 0);
  pace.moved();
  for (let i = 0; i < 6; i++) page.frame();
  assert.deepEqual(painted, { image: 1, rest: 3 });
  pace.moved();
  pace.close();
  page.frame();
  assert.equal(painted.rest, 3);
});

test("small images share the time: a painter that was left over comes first the next time, all exactly once", () => {
  const uniform = seeded(6);
  for (let i = 0; i < 50; i++) {
    let now = 0;
    const times = Array(1 + Math.floor(20 * uniform())).fill(0);
    const turns = new Turns(
      times.map((_, k) => () => {
        times[k]++;
        now += 1 + 3 * uniform();
      }),
      () => now,
    );
    turns.restart();
    let frames = 1;
    while (turns.paint(now + 6)) frames++;
    assert.ok(
      times.every((count) => count === 1),
      `${times}`,
    );
    assert.ok(frames <= 1 + times.length / 2, `${frames} frames for ${times.length}`);
  }
});

test("short arithmetic needs no rest, and an error in it reaches who asked", async () => {
  const rest = mock.fn(async () => {});
  function* quick() {
    yield;
    return 7;
  }
  assert.equal(await inSlices(quick(), () => true, rest), 7);
  assert.equal(rest.mock.callCount(), 0);
  // biome-ignore lint/correctness/useYield: it fails before its first step
  function* broken() {
    throw new Error("odd");
  }
  await assert.rejects(
    inSlices(broken(), () => false, rest),
    /odd/,
  );
});
