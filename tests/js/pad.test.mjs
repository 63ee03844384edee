// The drawing pad under a pointer and under keys, and images that somebody brings.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { PAD } from "../../live/engine/ink/drawing.js";
import { seeded } from "../../live/engine/random.js";
import { OwnDrawing } from "../../live/parts/comparing/own_drawing.js";
import { DrawPad } from "../../live/parts/drawing/draw_pad.js";
import { readImage } from "../../live/parts/drawing/image_file.js";
import { StepPad } from "../../live/parts/drawing/step_pad.js";
import { fire, notesOf, page, speak } from "./page.mjs";

beforeEach(() => {
  speak();
});

/** A pad on the screen, half as large as its own units. */
function padOn(image = [1, 8, 8]) {
  const heard = { changes: [], said: [] };
  const pad = new DrawPad(image, {
    width: () => 20,
    onchange: (done) => heard.changes.push(done),
    say: (text) => heard.said.push(text),
  });
  page.resize(pad.canvas, PAD / 2, PAD / 2, [10, 20]);
  const pointer = (type, x, y, more) =>
    fire(pad.canvas, type, { pointerId: 1, isPrimary: true, clientX: 10 + x, clientY: 20 + y, ...more });
  return { pad, heard, pointer };
}

test("a stroke is in the pad's own units, however large the pad is on the screen", () => {
  const { pad, heard, pointer } = padOn();
  pointer("pointerdown", 10, 20);
  pointer("pointermove", 30, 40);
  pointer("pointerup", 30, 40);
  assert.deepEqual(pad.drawing.strokes, [
    {
      width: 20,
      points: [
        [20, 40],
        [60, 80],
      ],
    },
  ]);
  assert.equal(heard.changes.at(-1), true, "its end is told");
  assert.equal(heard.changes.slice(0, -1).includes(true), false);
  assert.deepEqual(notesOf(pad.canvas, "lineTo").at(-1).args, [60, 80]);
});

test("a fast hand loses none of the points between two frames", () => {
  const { pad, pointer } = padOn();
  const between = [
    [1, 1],
    [2, 2],
    [3, 3],
  ].map(([x, y]) => ({ clientX: 10 + x, clientY: 20 + y }));
  pointer("pointerdown", 0, 0);
  pointer("pointermove", 3, 3, { getCoalescedEvents: () => between });
  assert.deepEqual(pad.drawing.strokes[0].points, [
    [0, 0],
    [2, 2],
    [4, 4],
    [6, 6],
  ]);
});

test("a hover draws nothing, a tap a dot", () => {
  const { pad, heard, pointer } = padOn();
  pointer("pointermove", 5, 5);
  assert.deepEqual([pad.drawing.strokes, heard.changes], [[], []]);
  pointer("pointerdown", 5, 5);
  assert.equal(pad.drawing.strokes[0].points.length, 1);
  assert.equal(notesOf(pad.canvas, "stroke").length, 1);
});

test("a second finger and the right button draw nothing, and only the end of a stroke is told as one", () => {
  const { pad, heard, pointer } = padOn();
  pointer("pointerup", 5, 5); // a mouse that was pressed elsewhere
  pointer("pointerdown", 5, 5, { button: 2, pointerId: 9 });
  assert.deepEqual([pad.drawing.strokes, heard.changes], [[], []]);
  pointer("pointerdown", 10, 10);
  pointer("pointerdown", 100, 100, { isPrimary: false, pointerId: 2, pointerType: "touch" });
  pointer("pointermove", 101, 101, { isPrimary: false, pointerId: 2, pointerType: "touch" });
  pointer("pointermove", 20, 10);
  assert.deepEqual(pad.drawing.strokes, [
    {
      width: 20,
      points: [
        [20, 20],
        [40, 20],
      ],
    },
  ]);
  pointer("pointercancel", 20, 10);
  assert.equal(heard.changes.at(-1), true, "also where the system takes the finger over");
});

test("keys draw, say where the pen is, and do not scroll; other keys and shortcuts stay the page's", () => {
  const { pad, heard } = padOn();
  const key = (name, more) => fire(pad.canvas, "keydown", { key: name, ...more });
  assert.equal(key(" ").defaultPrevented, true);
  key("ArrowRight");
  assert.deepEqual(heard.said, ["row 5, column 5, pen down", "row 5, column 6, pen down"]);
  assert.ok(pad.cell.classList.contains("lv-cell-down"));
  assert.equal(pad.cell.style.left, `${(100 * 5.5) / 8}%`);
  key(" ", { repeat: true });
  assert.equal(pad.drawing.down, true, "a key that is held is one press");
  assert.equal(key("Tab").defaultPrevented, false);
  assert.equal(key("ArrowRight", { ctrlKey: true }).defaultPrevented, false);
  assert.equal(pad.drawing.column, 5);
});

test("the end of a keyboard's stroke is told: by its key, and when the hand leaves the pad", () => {
  for (const end of [(pad) => fire(pad.canvas, "keydown", { key: "Enter" }), (pad) => fire(pad.canvas, "blur")]) {
    const { pad, heard } = padOn();
    fire(pad.canvas, "keydown", { key: " " });
    assert.deepEqual(heard.changes, [false]);
    end(pad);
    assert.deepEqual([heard.changes, pad.drawing.down], [[false, true], false]);
  }
});

test("a picture stands on the pad pixel by pixel, in its colours", () => {
  const { pad } = padOn([3, 1, 2]);
  let small;
  pad.ink.drawImage = (canvas) => (small = canvas);
  pad.act({ do: "picture", picture: Float32Array.of(1, 0, 0, 1, 0.2, 0.4) });
  assert.deepEqual([...notesOf(small, "putImageData")[0].data], [255, 0, 51, 255, 0, 255, 102, 255]);
});

test("the ink is the pad's grey levels", () => {
  const { pad } = padOn();
  page.imageOn = () => ({ data: new Uint8ClampedArray(4 * PAD * PAD).fill(51) });
  const levels = pad.levels();
  page.imageOn = undefined;
  assert.equal(levels.length, PAD * PAD);
  assert.ok(levels.every((level) => Math.abs(level - 0.2) < 1e-6));
});

/** A file that the browser can or can't unpack into `ink`, a function of place to grey level. */
function fileOf(ink, { type = "image/png", name = "mine.png" } = {}) {
  globalThis.createImageBitmap = async () => {
    if (!ink) throw new Error("InvalidStateError");
    return {};
  };
  const data = Uint8ClampedArray.from({ length: 4 * PAD * PAD }, (_, i) => (i % 4 === 3 ? 255 : (ink?.(i >> 2) ?? 0)));
  page.imageOn = () => ({ data });
  return new File([new Uint8Array(40)], name, { type });
}

test("a brought image becomes an observation like those of the training set", async () => {
  const uniform = seeded(2);
  const dark = (place) =>
    Math.abs((place % PAD) - 100) < 20 && Math.abs(place / PAD - 90) < 60 ? 20 * uniform() : 250;
  const x = await readImage(fileOf(dark), [1, 28, 28]);
  assert.equal(x.length, 784);
  const inked = Array.from(x.keys()).filter((i) => x[i] > 0.5);
  const rows = inked.map((i) => Math.floor(i / 28));
  assert.ok(Math.max(...rows) - Math.min(...rows) >= 18, "as large as MNIST's digits");
  assert.ok(Math.abs(rows.reduce((a, b) => a + b) / rows.length - 13.5) < 0.6, "in the middle");
});

test("an image that is broken, even or of another kind is refused with its name and the reason", async () => {
  await assert.rejects(readImage(fileOf(null), [1, 28, 28]), /“mine.png” can't be read/);
  await assert.rejects(
    readImage(
      fileOf(() => 255),
      [1, 28, 28],
    ),
    /“mine.png” is one even colour/,
  );
  await assert.rejects(readImage(fileOf(null, { type: "text/html" }), [1, 28, 28]), /not a PNG or JPEG/);
});

/** What Compare's pad is given: the panes of models, the first of them with test images. */
function panesOf(info) {
  const bar = Float32Array.from({ length: info.image[1] * info.image[2] }, (_, i) => Number(i < info.image[2]));
  const encoder = async () => ({ encode: (x) => ({ mu: Float32Array.of(x[0], x[1]), logVar: null }) });
  const model = { info: { conditional: false, ...info }, loadLatents: async () => {}, encoder };
  return {
    bar,
    panes: {
      panes: [{ model, thumbs: { load: async () => {}, observation: () => bar } }],
      say() {},
      fail: assert.fail,
    },
  };
}

test("in Compare a bar of four voices is written cell by cell, and begins as a real one", async () => {
  const { bar, panes } = panesOf({ kind: "voices", rows: ["soprano", "alto", "tenor", "bass"], image: [1, 48, 32] });
  const own = await new Promise((resolve) => {
    const shown = new OwnDrawing(panes, { label: () => 0, example: () => 3, onchange: () => resolve(shown) });
    shown.show(true);
  });
  assert.ok(own.pad instanceof StepPad);
  assert.deepEqual(own.x, bar);
  assert.deepEqual([...own.codes[0].z], [1, 1]);
});

test("in Compare a drum loop begins empty, and an image is drawn", () => {
  const hands = { label: () => 0, example: () => 0, onchange: () => {} };
  const loops = new OwnDrawing(panesOf({ kind: "piano-roll", rows: ["kick"], image: [1, 8, 16] }).panes, hands);
  loops.show(true);
  assert.ok(loops.pad instanceof StepPad);
  assert.equal(loops.pad.observation(), null);
  const images = new OwnDrawing(panesOf({ kind: "image", rows: [], image: [1, 8, 8] }).panes, hands);
  images.show(true);
  assert.ok(images.pad instanceof DrawPad);
});
