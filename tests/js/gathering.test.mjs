// A class that draws: ink as it travels, a pupil's own drawings until the server has them, the wall, and the way to the form.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { packed, shrunk, unpacked } from "../../live/engine/ink/packed.js";
import { showOwnDrawings } from "../../live/maps/own_drawings.js";
import { partOf, tileIn, Wall } from "../../live/parts/collecting/wall.js";
import { Gathered, gathered } from "../../live/parts/gathered.js";
import { showMine } from "../../live/parts/led.js";
import { DrawingPanel, MOST_DRAWINGS } from "../../live/shell/classroom/drawing_panel.js";
import { forget, ownDrawings } from "../../live/shell/classroom/memory.js";
import { OwnDrawings } from "../../live/shell/classroom/own_drawings.js";
import { sketchesOf } from "../../live/shell/classroom/votes.js";
import { create } from "../../live/views/gather.js";
import { buttonOf, fire, page, settled, speak } from "./page.mjs";

const SIDE = 64;
const drawing = (level) => new Uint8Array(SIDE * SIDE).fill(level);

beforeEach(() => {
  speak();
  Object.assign(globalThis, { innerWidth: 1280, innerHeight: 720 });
  const kept = new Map();
  globalThis.localStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => kept.set(key, text),
    removeItem: (key) => kept.delete(key),
  };
});

test("ink is sixteen levels, two in a byte, as ui/classroom/drawings.py takes it", () => {
  assert.equal(packed([0, 255, 17, 34]), btoa("\x0f\x12"));
  assert.deepEqual([...unpacked(packed([0, 255, 17, 34]))], [0, 255, 17, 34]);
  assert.match(packed(drawing(255)), /^[A-Za-z0-9+/]{2731}=$/);
  assert.match(packed(new Uint8Array(28 * 28)), /^[A-Za-z0-9+/]{523}=$/);
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const off = unpacked(packed(all)).map((level, i) => Math.abs(level - all[i]));
  assert.ok(Math.max(...off) <= 8);
});

test("a drawing is made smaller as Pillow's box filter makes it", () => {
  // Image.fromarray(...).resize((2, 2), BOX) of 0 .. 8 in three rows: each takes the pixels whose middles lie in it
  assert.deepEqual([...shrunk([0, 1, 2, 3, 4, 5, 6, 7, 8], 3, 2, 2)], [2, 3.5, 6.5, 8]);
  assert.deepEqual([...shrunk(drawing(9), SIDE, 28, 28)], Array(784).fill(9));
});

test("drawings go one after the other, again when the line is new, and stop where the server takes no more", () => {
  const said = [];
  const own = new OwnDrawings("ABCDE", (what) => said.push(what.number));
  own.heard(0);
  for (const level of [255, 0, 17]) own.give(1, ["cat", ""], drawing(level));
  assert.deepEqual([said, own.waiting], [[1], 3]);
  own.heard(1);
  own.send();
  own.send();
  assert.deepEqual([said, own.waiting], [[1, 2], 2]);
  own.again();
  own.heard(1);
  own.send();
  assert.deepEqual(said, [1, 2, 2], "nobody knows whether it came");
  own.refused();
  assert.deepEqual([own.waiting, own.found, ownDrawings("ABCDE").length], [0, 1, 1]);
  assert.equal(ownDrawings("ABCDE")[0].name, "label 2");
});

test("a phone that comes back has its drawings, and what it had not sent goes now; at the end they are gone", () => {
  const said = [];
  const before = new OwnDrawings("FGHJK", () => {});
  for (const level of [255, 0]) before.give(0, ["cat"], drawing(level));
  const again = new OwnDrawings("FGHJK", (what) => said.push(what.number));
  again.heard(1);
  again.send();
  assert.deepEqual([said, again.found], [[2], 2]);
  forget("FGHJK");
  const later = new OwnDrawings("FGHJK", () => {});
  later.heard(2);
  assert.deepEqual([later.found, later.waiting], [0, 0], "the server has two that this browser has no more");
});

test("the pad gives a drawing its colour, counts, and rests when no more may follow", () => {
  const section = document.createElement("section"),
    given = [];
  const panel = new DrawingPanel(section, "ABCDE", { give: (label) => given.push(label), leave: () => {} });
  const seen = { state: { labels: ["cat", ""] }, me: { drawn: 2, colour: 0, animal: 0 }, note: "", sent: null };
  panel.show(seen);
  assert.match(section.textContent, /2 drawings are on the wall, 18 more can follow/);
  const canvas = section.querySelector("canvas");
  page.imageOn = (of) => (of === canvas ? { data: new Uint8ClampedArray(4 * 280 * 280).fill(255) } : undefined);
  const draw = () => {
    fire(canvas, "pointerdown", { pointerId: 1, isPrimary: true, clientX: 5, clientY: 5 });
    fire(canvas, "pointerup", { pointerId: 1 });
    buttonOf(section, "Next").click();
  };
  draw();
  buttonOf(section, "label 2").click();
  draw();
  assert.deepEqual(given, [0, 1]);
  panel.show({ ...seen, state: { labels: ["cat", "dog"] } });
  assert.equal(buttonOf(section, "dog").getAttribute("aria-pressed"), "true", "the colour stays chosen");
  panel.show({ ...seen, me: { ...seen.me, drawn: MOST_DRAWINGS } });
  assert.equal(panel.maker.element.inert, true);
});

test("a wall hears what is new once, asks for what it missed, and begins anew where the server has less", () => {
  const wall = new Gathered(),
    said = [];
  assert.equal(wall.watched, null);
  const watching = wall.watch(() => {});
  wall.teaches({ code: "ABCDE", labels: [], say: ({ start }) => said.push(start) });
  const ink = packed(drawing(255));
  wall.hear({ start: 0, entries: [[0, ink], [1, ink]] }); // biome-ignore format: pairs
  wall.hear({ start: 1, entries: [[1, ink], 0, null] });
  assert.deepEqual([[...wall.drawings.keys()], wall.watched, said], [[1], 4, [0]]);
  wall.hear({ start: 6, entries: [null] });
  assert.deepEqual(said, [0, 4]);
  wall.hear({ start: 0, entries: [[0, ink]] });
  assert.deepEqual([[...wall.drawings.keys()], wall.watched], [[0], 1]);
  wall.hear({ start: 1, entries: [[0, "AAAA"]] });
  assert.equal(wall.drawings.size, 1, "no drawing");
  wall.teaches({ code: "FGHJK", labels: [], say() {} });
  assert.equal(wall.drawings.size, 0, "another class");
  watching.close();
  assert.equal(wall.watched, null);
});

test("of any number of drawings a wall has only those on the page that can be seen, wherever it is scrolled", () => {
  assert.deepEqual([300, 1280, 3840].map(tileIn), [44, 64, 72]);
  const removed = [],
    wall = new Wall({ colour: () => "red", remove: (place) => removed.push(place) });
  wall.element.box = [0, 0, 1200, 432];
  const drawings = new Map();
  const tiles = () => wall.element.children;
  let most = 0;
  for (let place = 0; place < 3000; place++) {
    drawings.set(place, { label: place % 2, levels: drawing(place % 256) });
    if (place % 100 === 99) wall.show(drawings);
    most = Math.max(most, tiles().length);
  }
  const rows = Math.ceil(3000 / 17), // of 64 pixels and a gap of 4 in 1,200
    high = 68 * rows;
  assert.ok(most <= 17 * 10, `${most} tiles`);
  const press = (tile) => tile.querySelector("button").click();
  for (const top of [0, 68 * 20, high, 68 * 100, 5, high - 432]) {
    Object.assign(wall.element, { scrollTop: top });
    fire(wall.element, "scroll");
    const { from, to, above, below } = partOf(3000, { width: 1200, height: 432, top, tile: 64 });
    assert.equal(tiles().length, to - from);
    assert.ok(to - from <= 170 && above % 68 === 0 && (to - from) % 17 === (to === 3000 ? 3000 % 17 : 0));
    assert.equal(above + below + 68 * Math.ceil((to - from) / 17), high, "the height of all");
    const { paddingTop, paddingBottom } = wall.element.style;
    assert.deepEqual([paddingTop, paddingBottom], [`${above}px`, `${below}px`]);
    for (const i of [0, 40, to - from - 1]) press(tiles()[i]);
    assert.deepEqual(
      removed.splice(0),
      [0, 40, to - from - 1].map((i) => 2999 - from - i),
      "the newest first",
    );
  }
  Object.assign(wall.element, { scrollTop: 0 });
  drawings.delete(2990);
  drawings.set(3001, { label: 0, levels: drawing(9) });
  wall.show(drawings);
  for (const i of [0, 9, 10]) press(tiles()[i]);
  assert.deepEqual(removed, [3001, 2991, 2989]);
  wall.close();
});

test("the teacher names the colours, takes a drawing away, closes, and makes a data set of the rest", async () => {
  const said = [],
    got = [];
  globalThis.DataTransfer = class {
    files = [];
    items = { add: (file) => this.files.push(file) };
  };
  const input = { set files([file]) { got.push(file); }, dispatchEvent: () => true }; // biome-ignore format: as in a page
  document.querySelector = (place) => (place === ".place input" ? input : null);
  const view = create({ data: { view: "gather", place: ".place input", words: {} } });
  assert.equal(view.element.querySelector("[data-class]").getAttribute("data-class"), "draw");
  const teaches = (labels) => gathered.teaches({ code: "ABCDE", labels, say: (what) => said.push(what) });
  teaches(["", ""]);
  const field = view.element.querySelector("input");
  field.value = "cat";
  fire(field, "change");
  assert.deepEqual(said.at(-1), { kind: "gather", labels: ["cat", ""] });
  teaches(["cat", ""]);
  const ink = packed(drawing(255));
  gathered.hear({ start: 0, entries: [[0, ink], [1, ink], [1, ink]] }); // biome-ignore format: pairs
  const tiles = () => view.element.querySelectorAll(".lv-class-wall .lv-frame");
  assert.equal(tiles().length, 3);
  tiles()[2].querySelector("button").click();
  assert.deepEqual(said.at(-1), { kind: "remove", place: 0 });
  gathered.hear({ start: 3, entries: [0] });
  assert.equal(tiles().length, 2);
  buttonOf(view.element, "Use these 2 drawings").click();
  assert.deepEqual(said.at(-1), { kind: "close" });
  assert.equal(got[0].name, "class ABCDE.npz");
  const text = new TextDecoder("latin1").decode(await got[0].arrayBuffer());
  assert.match(text, /'shape': \(2, 64, 64,\)/);
  teaches([]);
  buttonOf(view.element, "Let them draw on").click();
  assert.deepEqual(said.at(-1), { kind: "gather", labels: ["cat", ""] }, "the names are kept");
  view.close();
  gathered.teaches(null);
});

test("a pupil's own drawings are marked where the model that is shown puts them, and go again", async () => {
  const marks = new Map(),
    map = { mark: (name, mark) => (mark ? marks.set(name, mark) : marks.delete(name)) };
  const encode = (x, label) => ({ mu: Float32Array.from([x[0], label ?? -1]) });
  const info = { image: [1, 28, 28], kind: "image", conditional: false, classNames: ["cat"] };
  const pane = {
    model: { info, encoder: async () => ({ encode }) },
    plane: { mean: [0, 0], axes: [[1, 0], [0, 1]] }, // biome-ignore format: pairs,
  };
  const following = showOwnDrawings(map, pane);
  showMine([{ levels: drawing(255), name: "cat" }, { levels: drawing(0), name: "dog" }]); // biome-ignore format: pairs
  await settled();
  assert.deepEqual([...marks.values()].map(({ x, text }) => [x, text]), [[1, "mine"], [0, ""]]); // biome-ignore format: pairs
  showMine([]);
  await settled();
  assert.equal(marks.size, 0);
  info.conditional = true;
  showMine([{ levels: drawing(255), name: "cat" }, { levels: drawing(0), name: "dog" }]); // biome-ignore format: pairs
  await settled();
  assert.equal(marks.size, 1, "of a class that the model does not know there is no place");
  following.close();
  showMine([]);
});

test("drawings that answer are shown as they are", () => {
  const shown = sketchesOf([packed(new Uint8Array(784).fill(255)), packed(new Uint8Array(784))]);
  assert.equal(shown.querySelectorAll("canvas").length, 2);
});
