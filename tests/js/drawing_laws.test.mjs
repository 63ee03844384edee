// Laws of drawing: actions and undo, centring as MNIST was made, ink and paper, headers of image files.
import assert from "node:assert/strict";
import { blank, centreOf, drawn, isBlank, PAD } from "../../live/engine/ink/drawing.js";
import { imageSize } from "../../live/engine/ink/image_size.js";
import { centreLikeMnist, inkOf, resample } from "../../live/engine/ink/mnist_centre.js";
import { between, close, law, sumOf, uniform, whole } from "./law.mjs";

const GRID = { rows: 9, columns: 7 };
const ACTIONS = [
  () => ({ do: "begin", at: [between(0, PAD), between(0, PAD)], width: 20 }),
  () => ({ do: "extend", points: [[between(0, PAD), between(0, PAD)]] }),
  () => ({ do: "undo" }),
  () => ({ do: "lift" }),
  () => ({ do: "picture", picture: Float32Array.of(1) }),
  () => ({ do: "step", rows: whole(-1, 1), columns: whole(-1, 1), grid: GRID }),
  () => ({ do: "pen", width: 20, grid: GRID }),
  () => ({ do: "clear" }),
];
const anyAction = (kinds = ACTIONS.length) => ACTIONS[whole(0, kinds - 1)]();

law(
  "whatever hands do, a drawing is strokes or a picture, its cell on the pad, a pen that is down in a stroke",
  100,
  () => {
    let drawing = blank(GRID);
    for (let i = 0; i < 30; i++) {
      const before = structuredClone(drawing);
      const next = drawn(drawing, anyAction());
      assert.deepEqual(drawing, before, "an action changes no drawing but its own");
      drawing = next;
      assert.ok(!(drawing.picture && drawing.strokes.length));
      assert.ok(drawing.row >= 0 && drawing.row < GRID.rows && drawing.column >= 0 && drawing.column < GRID.columns);
      assert.ok(!drawing.down || drawing.strokes.length > 0);
      assert.ok(drawing.strokes.every(({ points }) => points.length > 0));
      assert.ok(centreOf(drawing, GRID).every((place) => place > 0 && place < PAD));
    }
  },
);

law("undo takes back a stroke with all its points; as often as there are strokes, it leaves an empty pad", 100, () => {
  let drawing = blank(GRID);
  for (let i = 0; i < 12; i++) drawing = drawn(drawing, anyAction(2));
  const grown = [ACTIONS[0](), ACTIONS[1](), ACTIONS[1]()].reduce(drawn, drawing);
  assert.deepEqual(drawn(grown, { do: "undo" }), drawing);
  for (let left = drawing.strokes.length; left > 0; left--) {
    assert.ok(!isBlank(drawing));
    drawing = drawn(drawing, { do: "undo" });
  }
  assert.ok(isBlank(drawing));
});

/** A block of ink somewhere on paper of 60 x 60. */
function anyInk() {
  const [wide, tall] = [whole(4, 25), whole(4, 25)];
  const [left, top] = [whole(0, 59 - wide), whole(0, 59 - tall)];
  const ink = new Float32Array(3600);
  for (let y = top; y < top + tall; y++) for (let x = left; x < left + wide; x++) ink[60 * y + x] = between(0.3, 1);
  return ink;
}

law("where on the pad something is drawn makes no difference to the encoder", 30, () => {
  const ink = anyInk();
  const rows = Array.from({ length: 60 }, (_, y) => y).filter((y) => ink.slice(60 * y, 60 * y + 60).some((v) => v > 0));
  const up = new Float32Array(3600);
  up.set(ink.subarray(60 * rows[0]));
  const [here, there] = [ink, up].map((picture) => centreLikeMnist(picture, 60, 60, 28, 28));
  for (const [i, level] of here.entries()) close(there[i], level, 1e-4);
});

law("the area filter keeps ink: what was there is there, whatever the scale", 30, () => {
  const ink = anyInk(),
    scale = between(0.7, 4);
  const side = Math.ceil(60 / scale) + 2;
  const out = resample(ink, 60, 60, -scale * uniform(), -scale * uniform(), scale, side, side);
  close(sumOf(out) * scale * scale, sumOf(ink), 1e-4);
  assert.ok(out.every((level) => level >= 0 && level <= 1 + 1e-6));
});

law("a photograph and its negative have the same ink", 30, () => {
  const rgba = new Uint8ClampedArray(4 * 64).map((_, i) => (i % 4 === 3 ? 255 : 230));
  for (let k = 0; k < 6; k++) rgba.set([whole(0, 80), whole(0, 80), whole(0, 80)], 4 * (8 * whole(2, 5) + whole(2, 5)));
  const negative = rgba.map((level, i) => (i % 4 === 3 ? 255 : 255 - level));
  const [ink, other] = [inkOf(rgba, 8, 8), inkOf(negative, 8, 8)];
  for (const [i, level] of ink.entries()) close(other[i], level, 1e-5);
  assert.ok(ink[0] === 0 && Math.max(...ink) > 0.6);
});

law("no bytes, however broken, make the reader of headers throw or find a size that is no number", 300, () => {
  const bytes = Uint8Array.from({ length: whole(0, 60) }, () => whole(0, 255));
  bytes.set([[0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47], []][whole(0, 2)].slice(0, bytes.length));
  const size = imageSize(bytes);
  assert.ok(size === null || size.every((side) => Number.isInteger(side) && side >= 0));
});
