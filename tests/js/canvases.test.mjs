// What is drawn on canvases: a map's points, names, rings and axes, the chart of a training, and the frames of images.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ROUND } from "../../live/engine/prior.js";
import { MARGIN, toPixels } from "../../live/maps/axes.js";
import { Curve, termsOf } from "../../live/maps/curve.js";
import { drawScene } from "../../live/maps/points_canvas.js";
import { Frame } from "../../live/parts/frame.js";
import { isLight, themeOf } from "../../live/parts/theme.js";
import { placeOn } from "../../live/parts/thumbs.js";
import { notesOf, page, redsOf, speak } from "./page.mjs";

const SIZE = { width: 452, height: 448 };
const theme = {
  text: "ink",
  font: "Sans",
  ring: "grey",
  colour: (label) => ["red", "green", "blue"][label],
  textOn: () => "white",
};
const scene = (changes = {}) => ({
  ranges: { x: [-3, 3], y: [-3, 3] },
  size: SIZE,
  places: Float32Array.of(0, 0, 1, 1, -2, 2, 2, 2),
  labels: [0, 1, 2, 1],
  classNames: ["zero", "one", "two"],
  hidden: new Set(),
  rings: ROUND,
  titles: ["first", "second"],
  theme,
  ...changes,
});
function drawnScene(changes) {
  const canvas = document.createElement("canvas");
  drawScene(canvas, scene(changes));
  return canvas;
}
const dotsOf = (canvas) => notesOf(canvas, "fillRect").filter(({ args }) => args[2] === args[3]);
const textsOf = (canvas) => notesOf(canvas, "fillText").map(({ args: [text] }) => text);

beforeEach(() => {
  speak();
  globalThis.devicePixelRatio = 1;
});

test("a dot is centred on its code, in the colour of its class", () => {
  const dots = dotsOf(drawnScene());
  assert.deepEqual(
    dots.map(({ fillStyle }) => fillStyle),
    ["red", "green", "green", "blue"], // a class after the other
  );
  const [x, y] = toPixels(scene().ranges, SIZE, -2, 2);
  const [left, top, width, height] = dots[3].args;
  assert.ok(Math.abs(left + width / 2 - x) < 1e-6 && Math.abs(top + height / 2 - y) < 1e-6);
});

test("a hidden class has neither dots nor a name", () => {
  const canvas = drawnScene({ hidden: new Set([1]) });
  assert.deepEqual(
    dotsOf(canvas).map(({ fillStyle }) => fillStyle),
    ["red", "blue"],
  );
  const texts = textsOf(canvas);
  assert.ok(!texts.includes("one") && texts.includes("zero") && texts.includes("two"));
});

test("a class's name stands on its own colour at the class's middle", () => {
  const canvas = drawnScene({ places: Float32Array.of(0, 0, 1, 1, -2, 2, 2, 3), labels: [1, 1, 1, 1] });
  const name = notesOf(canvas, "fillText").find(({ args }) => args[0] === "one");
  const [x] = toPixels(scene().ranges, SIZE, 0.5, 1.5);
  assert.ok(Math.abs(name.args[1] - x) < 1e-6);
  assert.equal(name.fillStyle, "white");
  const plate = notesOf(canvas, "fillRect").find(({ args }) => args[2] === 7 * 3 + 8);
  assert.equal(plate.fillStyle, "green");
});

test("points without labels have one colour and no names", () => {
  const canvas = drawnScene({ labels: null });
  assert.deepEqual(new Set(dotsOf(canvas).map(({ fillStyle }) => fillStyle)), new Set(["red"]));
  assert.ok(!textsOf(canvas).includes("zero"));
});

test("the rings are one and two standard deviations around 0, as the axes have them", () => {
  const rings = notesOf(drawnScene(), "ellipse").map(({ args }) => args.slice(0, 4));
  const unit = 400 / 6;
  assert.deepEqual(
    rings.map(([, , ...radii]) => radii.map((radius) => Math.round(radius * 1e6))),
    [unit, 2 * unit].map((v) => [Math.round(v * 1e6), Math.round(v * 1e6)]),
  );
  assert.deepEqual(rings[0].slice(0, 2), [MARGIN.l + 200, MARGIN.t + 200]);
  assert.deepEqual(notesOf(drawnScene({ rings: [] }), "ellipse"), []);
});

test("a component of a learnt prior has its ring where it lies, as wide and as tall as it is", () => {
  const [{ args }] = notesOf(drawnScene({ rings: [{ x: 1, y: -2, rx: 0.5, ry: 0.25 }] }), "ellipse");
  const [x, y] = toPixels(scene().ranges, SIZE, 1, -2);
  const wanted = [x, y, 400 / 12, 400 / 24];
  assert.ok(args.slice(0, 4).every((value, i) => Math.abs(value - wanted[i]) < 1e-6));
});

test("points are cut at the axes, whose numbers have a true minus and titles", () => {
  const canvas = drawnScene();
  const clip = canvas.notes.findIndex((note) => note.do === "clip");
  assert.deepEqual(notesOf(canvas, "rect")[0].args, [MARGIN.l, MARGIN.t, 400, 400]);
  assert.ok(canvas.notes.indexOf(dotsOf(canvas)[0]) > clip);
  const texts = textsOf(canvas);
  for (const wanted of ["−2", "2", "first", "second"]) assert.ok(texts.includes(wanted), wanted);
});

test("before there are points there are axes, and without a size nothing", () => {
  assert.ok(textsOf(drawnScene({ places: null })).includes("first"));
  assert.deepEqual(drawnScene({ size: { width: 0, height: 0 } }).notes, []);
});

test("a sharp screen has more pixels, the same picture", () => {
  globalThis.devicePixelRatio = 2.5;
  const canvas = drawnScene();
  assert.deepEqual([canvas.width, canvas.height], [1130, 1120]);
  assert.deepEqual(notesOf(canvas, "setTransform")[0].args, [2.5, 0, 0, 2.5, 0, 0]);
  assert.deepEqual(dotsOf(canvas)[0].args, dotsOf(drawnScene())[0].args);
});

/** A curve on the screen, 254 x 128 pixels: 200 x 100 within its margins. */
function curveOf(chart) {
  const curve = new Curve();
  page.resize(curve.canvas, 254, 128);
  curve.show({ title: "KL", line: [], dots: [], epochs: 10, ...chart });
  return curve;
}

test("a chart is hidden until there is a value, and then named with the newest of the test set", () => {
  const curve = curveOf({});
  assert.equal(curve.element.hidden, true);
  curve.show({ title: "KL", line: [[1, 3]], dots: [], epochs: 10 });
  assert.equal(curve.caption.textContent, "KL 3.00 on the training set");
  curve.show({
    title: "KL",
    line: [[1, 3]],
    dots: [
      [1, 3.5],
      [2, 12.34],
    ],
    epochs: 10,
  });
  assert.deepEqual([curve.element.hidden, curve.caption.textContent], [false, "KL 12.3 on the test set"]);
  assert.equal(curve.canvas.getAttribute("aria-label"), "KL over the epochs, now 12.3");
});

test("a film's chart says the value of the epoch that is shown", () => {
  const dots = [
    [1, 3],
    [2, 4],
    [3, 5],
  ];
  assert.equal(curveOf({ dots, now: 2 }).caption.textContent, "KL 4.00 on the test set");
  assert.equal(curveOf({ dots, now: 9 }).caption.textContent, "KL 5.00 on the test set");
});

test("small values keep digits that tell something", () => {
  const said = [123.456, 1.234, 0.01234, -0.5].map((value) => curveOf({ dots: [[1, value]] }).caption.textContent);
  assert.deepEqual(
    said.map((text) => text.split(" ")[1]),
    ["123.5", "1.23", "0.0123", "−0.50"],
  );
});

test("epochs go from left to right to the axis' end, a larger value is higher, and what is not finite is left out", () => {
  const curve = curveOf({
    dots: [
      [0, 1],
      [5, 2],
      [7, null],
      [10, 3],
    ],
  });
  const dots = notesOf(curve.canvas, "arc").map(({ args }) => args);
  assert.deepEqual(
    dots.map(([x]) => x),
    [44, 144, 244],
  );
  assert.ok(dots[0][1] > dots[1][1] && dots[1][1] > dots[2][1]);
  assert.ok(dots.every(([, y]) => y >= 8 && y <= 108));
});

test("a change of a setting is a line at its epoch, its words inside of the chart", () => {
  const marks = [
    { at: 2, text: "early" },
    { at: 9, text: "late" },
  ];
  const { canvas } = curveOf({
    dots: [
      [1, 1],
      [2, 2],
    ],
    marks,
  });
  const words = Object.fromEntries(
    notesOf(canvas, "fillText").map(({ args, textAlign }) => [args[0], [args[1], textAlign]]),
  );
  assert.deepEqual(words.early, [44 + 40 + 4, "left"]);
  assert.deepEqual(words.late, [44 + 180 - 4, "right"]);
});

test("a chart is drawn again at a new size, until it is closed", () => {
  const curve = curveOf({ dots: [[1, 1]] });
  const before = curve.canvas.notes.length;
  page.resize(curve.canvas, 600, 200);
  assert.equal(curve.canvas.width, 600);
  assert.ok(curve.canvas.notes.length > before);
  curve.close();
  page.resize(curve.canvas, 300, 100);
  assert.equal(curve.canvas.width, 600);
});

test("the second term is the one that the family has", () => {
  speak("field");
  assert.deepEqual(
    ["kl", "mmd"].map((second) => termsOf(second)[1].title),
    ["KL divergence, nats", "MMD² to the prior"],
  );
});

test("grey levels become opaque pixels, in the image's order", () => {
  const frame = new Frame([1, 2, 3]);
  frame.paint([0, 1, 2, 100, 200, 255]);
  const { data, width } = notesOf(frame.canvas, "putImageData")[0];
  assert.deepEqual([frame.canvas.width, frame.canvas.height, width], [3, 2, 3]);
  assert.deepEqual([...data.slice(12, 16)], [100, 100, 100, 255]);
  assert.deepEqual(redsOf(frame.canvas), [0, 1, 2, 100, 200, 255]);
});

test("three channels become red, green and blue", () => {
  const frame = new Frame([3, 1, 2]);
  frame.paint([10, 20, 30, 40, 50, 60]);
  assert.deepEqual([...notesOf(frame.canvas, "putImageData")[0].data], [10, 30, 50, 255, 20, 40, 60, 255]);
});

test("a frame says what it is by its border and its name, once", () => {
  const nameOf = (frame) => frame.canvas.getAttribute("aria-label");
  const frame = new Frame([1, 2, 2], { name: "sample 3 of 20", caption: "a 7" });
  assert.deepEqual([frame.element.dataset.kind, nameOf(frame)], ["generated", "sample 3 of 20, generated, a 7"]);
  frame.mark("real", "real: a 7", "red");
  assert.deepEqual([frame.element.dataset.kind, nameOf(frame)], ["real", "sample 3 of 20, real: a 7"]);
  assert.deepEqual([frame.caption.textContent, frame.element.style["--class"]], ["real: a 7", "red"]);
  frame.mark("mixed", "");
  assert.deepEqual([nameOf(frame), frame.element.style["--class"]], ["sample 3 of 20, mixed pixels", ""]);
  frame.call("step 1");
  assert.equal(nameOf(frame), "step 1, mixed pixels");
});

test("an image that can be taken is a button around it; any other is not in the way of a keyboard", () => {
  let pressed = 0;
  const frame = new Frame([1, 2, 2], { onclick: () => pressed++, title: "Go there" });
  const button = frame.canvas.parentElement;
  button.click();
  assert.deepEqual([button.tagName, button.title, pressed], ["BUTTON", "Go there", 1]);
  assert.equal(new Frame([1, 2, 2]).element.querySelector("button"), null);
});

test("every test image has a place of its own on the sheet", () => {
  for (const count of [1, 2, 9, 10, 100, 10000]) {
    const places = Array.from({ length: count }, (_, i) => placeOn(i, { image: [1, 28, 28], count }));
    assert.equal(new Set(places.map(({ x, y }) => `${x} ${y}`)).size, count);
    const side = 28 * Math.ceil(Math.sqrt(count));
    assert.ok(places.every(({ x, y }) => x < side && y < side));
  }
});

test("the page's text decides between light and dark colours; classes beyond the palette begin anew", () => {
  const palette = {
    colours: { light: ["red", "green"], dark: ["pink", "lime"] },
    textOn: { light: ["w", "k"], dark: ["k", "w"] },
  };
  const light = themeOf(document.body, palette);
  page.color = "rgba(240, 240, 240, 0.9)";
  const dark = themeOf(document.body, palette);
  page.color = "rgb(20, 20, 30)";
  assert.deepEqual([light.dark, light.colour(1), light.textOn(0), light.colour(2)], [false, "green", "w", "red"]);
  assert.deepEqual([dark.dark, dark.colour(1), dark.textOn(0), dark.font], [true, "lime", "k", "Sans"]);
  assert.notEqual(light.ring, dark.ring);
  assert.equal(isLight(""), false);
});
