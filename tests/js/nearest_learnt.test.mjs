// Under new pictures the images that a model learnt from: asked for in parts, shown in their order, and never of a picture
// that is not there any more.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { fileSource, serverSource } from "../../live/engine/source.js";
import { canAsk, NearestLearnt } from "../../live/parts/codes/nearest_learnt.js";
import { Frame } from "../../live/parts/frame.js";
import { settled, speak } from "./page.mjs";

const IMAGE = [3, 64, 64],
  SIZE = 3 * 64 * 64;
const picture = (level) => new Uint8Array(SIZE).fill(level);

beforeEach(() => speak());

/** Four pictures with what a server answers: each picture itself, a tenth off. */
function asking(answer) {
  const asked = [];
  const ask = async (name, body) => {
    asked.push([name, body.length / SIZE]);
    if (answer) return answer();
    const found = new Uint8Array(4 * (body.length / SIZE) + body.length);
    new Float32Array(found.buffer, 0, body.length / SIZE).fill(0.1);
    found.set(body, 4 * (body.length / SIZE));
    return found.buffer;
  };
  const pane = { model: { info: { image: IMAGE, learnt: true } }, source: { ask } };
  const above = Array.from({ length: 6 }, () => new Frame(IMAGE));
  return { nearest: new NearestLearnt(pane, above), asked, pane };
}

const shown = (nearest) => nearest.frames.filter(({ element }) => !element.hidden);

test("nothing is asked before somebody wants it, and then in parts that a request can hold", async () => {
  const { nearest, asked } = asking();
  await nearest.show([0, 1, 2, 3, 4, 5].map(picture));
  assert.deepEqual([asked, shown(nearest).length], [[], 0]);
  nearest.onpress = () => nearest.show([0, 1, 2, 3, 4, 5].map(picture));
  nearest.press.click();
  await settled();
  await settled();
  assert.deepEqual(asked, [["nearest", 4], ["nearest", 2]]); // biome-ignore format: pairs
  assert.equal(shown(nearest).length, 6);
  assert.match(nearest.frames[5].canvas.getAttribute("aria-label"), /under picture 6: 10.0 % off/);
  nearest.press.click();
  assert.equal(shown(nearest).length, 0);
});

test("what comes for pictures that were drawn anew meanwhile is not shown", async () => {
  let answer = () => {};
  const { nearest } = asking(() => new Promise((done) => (answer = done)));
  nearest.on = true;
  const first = nearest.show([picture(1)]);
  nearest.hide();
  answer(new Uint8Array(4 + SIZE).buffer);
  await first;
  assert.equal(shown(nearest).length, 0);
});

test("images that were deleted are said to be gone", async () => {
  const { nearest } = asking(() => Promise.reject(new Error("404")));
  nearest.on = true;
  await nearest.show([picture(1)]);
  assert.match(nearest.note.textContent, /deleted/);
});

test("only a server is asked, and only of a model of somebody's own images that lie there", () => {
  globalThis.document.baseURI = "http://h/";
  const { pane } = asking();
  assert.equal(canAsk(pane), true);
  assert.ok(!canAsk({ ...pane, model: { info: { image: IMAGE } } }));
  assert.equal(canAsk({ ...pane, source: fileSource("m/", "It") }), false);
  assert.equal(typeof serverSource("m/", "It").ask, "function");
});
