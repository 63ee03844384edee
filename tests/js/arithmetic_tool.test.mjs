// The tool Arithmetic on a page without a browser: trays, the link, a group of the map, other images to add to.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { arithmetic, firstTrays, reachOf } from "../../live/tools/arithmetic.js";
import { settled, speak } from "./page.mjs";
import { rounded } from "./pane.mjs";
import { paneWith } from "./parts.mjs";

beforeEach(() => speak());

/** A place whose state a tool may change, with what it marked; the codes are (0, 0), (1, 0), (0, 3), (-4, -4). */
async function toolOn(state, z, directions = null) {
  const pane = {
    ...paneWith({ state, info: { directions }, files: { "directions.json": directions?.rows } }),
    fail: assert.fail,
  };
  pane.model.latents = Promise.resolve();
  pane.source.json = async () => directions;
  const marks = new Map();
  const place = {
    pane,
    map: { mark: (name, mark) => marks.set(name, mark) },
    state: { z, pinned: z, picked: 2, label: null },
    go: (to) => Object.assign(place.state, { z: to, pinned: to }),
    pick: (index) => Object.assign(place.state, { picked: index }),
    say: () => {},
    spent: () => 0,
  };
  const tool = arithmetic(place);
  tool.enter(true);
  await settled();
  await settled();
  return { tool, place, marks };
}

const LINK = { plus: "c1", minus: "c0", times: "2", z: "1,1" };
const at = (place) => rounded(place.state.pinned);

test("the link's image is found again: the sum less so many times the difference", async () => {
  const { tool, place } = await toolOn(LINK, Float32Array.of(1, 1));
  assert.deepEqual(at(place), [1, 1]);
  assert.deepEqual(tool.written(), LINK);
  tool.slider.onturn(0); // mean (1, 0), (-4, -4) less (0, 0): twice (-1.5, -2) is gone
  assert.deepEqual(at(place), [4, 5]);
  tool.slider.onturn(-1);
  assert.deepEqual(at(place), [5.5, 7]);
  assert.deepEqual(
    tool.way(3).map((z) => rounded(z)),
    [
      [8.5, 11],
      [4, 5],
      [-0.5, -1],
    ],
  );
});

test("without a link two classes, or a factor that one has or has not, fill the trays", async () => {
  const { tool } = await toolOn({}, Float32Array.of(0, 0));
  assert.deepEqual([tool.written().plus, tool.written().minus, tool.written().times], ["c1", "c0", undefined]);
  const rows = [
    { name: "smile", values: [0.1, 0.9, 0.4, 0.3] },
    { name: "glasses", values: [0, 1, 0, 1] },
  ];
  const { tool: of } = await toolOn({}, Float32Array.of(0, 0), rows);
  assert.deepEqual([of.written().plus, of.written().minus], ["glasses+", "glasses-"]);
  assert.deepEqual(of.members("plus"), [1, 3]);
  assert.deepEqual(firstTrays({ count: 4, labels: null, factors: {} }).plus, { kind: "images", indices: [] });
});

test("a group goes into the tray that is active, the next one into the other", async () => {
  const { tool, place } = await toolOn(LINK, Float32Array.of(1, 1));
  tool.grouped([2]);
  tool.grouped([0, 1]);
  assert.deepEqual([tool.written().plus, tool.written().minus], ["i2", "i0.1"]);
  tool.slider.onturn(1); // (0, 3) less (0.5, 0), from (4, 5)
  assert.deepEqual(at(place), [3.5, 8]);
  assert.match(tool.facts.textContent, /Four images/);
  tool.addImage("minus");
  assert.equal(tool.written().minus, "i0.1.2", "the picked image joins those that are there");
  assert.equal(tool.members("minus").length, 3);
});

test("an empty tray leaves the image as it is, and says what to do", async () => {
  const { tool, place, marks } = await toolOn({ ...LINK, minus: "i" }, Float32Array.of(1, 1));
  tool.slider.onturn(3);
  assert.deepEqual(at(place), [1, 1]);
  assert.match(tool.facts.textContent, /Fill both trays/);
  assert.equal(marks.get("difference"), null);
});

test("another image begins anew; the line goes when the tool is put down", async () => {
  const { tool, place, marks } = await toolOn(LINK, Float32Array.of(1, 1));
  assert.equal(marks.get("difference").line.length, 3);
  place.state.pinned = Float32Array.of(-4, -4); // chosen elsewhere
  tool.follow();
  assert.equal(tool.written().times, undefined);
  tool.slider.onturn(1);
  assert.deepEqual(at(place), [-5.5, -6]);
  tool.leave();
  assert.equal(marks.get("difference"), null);
  tool.follow();
  assert.equal(marks.get("difference"), null);
});

test("how far somebody is near is looked for step by step", () => {
  assert.equal(reachOf((times) => times < 1.25).toFixed(1), "1.3");
  assert.equal(
    reachOf(() => false),
    0,
  );
  assert.equal(
    reachOf(() => true),
    null,
  );
});
