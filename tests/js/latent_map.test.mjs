// The map as hands and views meet it: what is shown where, what a hand moves, what a group holds, when Plotly takes over.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { seeded } from "../../live/engine/random.js";
import { fitted, MARGIN, rangesAround, toData, toPixels } from "../../live/maps/axes.js";
import { Underlay } from "../../live/maps/grid_underlay.js";
import { LatentMap } from "../../live/maps/latent_map.js";
import { Marks } from "../../live/maps/marks.js";
import { mapOf } from "../../live/maps/model_map.js";
import { buttonOf, fire, notesOf, page, settled, speak } from "./page.mjs";
import { paneWith } from "./parts.mjs";

const PALETTE = {
  colours: { light: ["red", "green", "blue"], dark: ["pink", "lime", "sky"] },
  textOn: { light: ["white", "black", "white"], dark: ["black", "black", "black"] },
};
const SIZE = { width: 452, height: 448 }; // 400 x 400 within the margins
const PLACES = Float32Array.of(0, 0, 1, 1, -2, 2, 2.5, -2.5),
  LABELS = [0, 1, 2, 1];
let moves, selected, left;

/** A map of ±3 on the screen; a unit is 400 / 6 pixels long. */
function mapWith(options = {}) {
  const map = new LatentMap({
    label: "A map",
    palette: PALETTE,
    classNames: ["zero", "one", "two"],
    titles: ["z₁", "z₂"],
    span: { centre: [0, 0], half: 3 },
    onmove: (x, y, how) => moves.push([x, y, how]),
    onleave: () => left++,
    onselect: (indices) => (selected = indices),
    ...options,
  });
  page.resize(map.element, SIZE.width, SIZE.height);
  return map;
}
const pointer = (map, type, [x, y], more = {}) => {
  const [clientX, clientY] = map.toPixels(x, y);
  return fire(map.element, type, { pointerId: 1, pointerType: "mouse", clientX, clientY, ...more });
};
const drag = (map, points, more) =>
  points.forEach((at, i) =>
    pointer(map, i === 0 ? "pointerdown" : i < points.length - 1 ? "pointermove" : "pointerup", at, more),
  );
const near = (found, wanted) => wanted.forEach((value, i) => assert.ok(Math.abs(found[i] - value) < 1e-6, `${found}`));

beforeEach(() => {
  speak();
  page.frames.clear();
  page.reducedMotion = false;
  moves = [];
  selected = null;
  left = 0;
});

test("a hand's pixels reach the view as points of the plane", () => {
  const map = mapWith();
  drag(map, [
    [1, 2],
    [1.5, -0.5],
    [2, 2],
  ]);
  near(moves[1], [1.5, -0.5]);
  assert.deepEqual(
    moves.map(([, , how]) => how),
    ["drag", "drag", "done"],
  );
  assert.ok(map.element.hasPointerCapture(1), "the hand may leave the map and still holds the point");
});

test("a hover over the axes is leaving; a drag goes on beyond them", () => {
  const map = mapWith();
  pointer(map, "pointermove", [3.2, 0]);
  assert.deepEqual([moves, left], [[], 1]);
  drag(map, [
    [2, 0],
    [3.2, 0],
    [3.2, 0],
  ]);
  near(moves[1], [3.2, 0]);
});

test("two arrow keys within one frame are two steps, from where the view last put the point", () => {
  const map = mapWith();
  map.cursor(1, -1);
  fire(map.element, "keydown", { key: "ArrowRight" });
  fire(map.element, "keydown", { key: "ArrowRight", shiftKey: true });
  near(moves[1], [1.6, -1]);
  assert.equal(moves[1][2], "keys");
  map.cursor(0, 0);
  fire(map.element, "keydown", { key: "ArrowUp" });
  near(moves[2], [0, 0.1]);
});

test("the wheel zooms about the pointer, and Show all brings the whole map back", () => {
  const map = mapWith();
  const whole = map.ranges;
  pointer(map, "wheel", [1, 2], { deltaY: -400, deltaMode: 0 });
  assert.ok(map.ranges.x[1] - map.ranges.x[0] < 4);
  const [px, py] = toPixels(whole, SIZE, 1, 2);
  const { x, y } = toData(map.ranges, SIZE, px, py);
  near([x, y], [1, 2]);
  buttonOf(map.element, "Show all").click();
  near([...map.ranges.x, ...map.ranges.y], [...whole.x, ...whole.y]);
});

test("with Shift the map follows the hand, at any zoom", () => {
  const uniform = seeded(4);
  const map = mapWith();
  for (let i = 0; i < 20; i++) {
    pointer(map, "wheel", [uniform(), uniform()], { deltaY: 300 * uniform() - 150, deltaMode: 0 });
    const grabbed = [100 + 200 * uniform(), 100 + 200 * uniform()],
      to = [100 + 200 * uniform(), 100 + 200 * uniform()];
    const before = toData(map.ranges, SIZE, ...grabbed);
    const hand = ([clientX, clientY]) => ({ pointerId: 1, clientX, clientY, shiftKey: true });
    fire(map.element, "pointerdown", hand(grabbed));
    fire(map.element, "pointermove", hand(to));
    fire(map.element, "pointerup", hand(to));
    const after = toData(map.ranges, SIZE, ...to);
    near([after.x, after.y], [before.x, before.y]);
  }
  assert.deepEqual(moves, [], "moving the map moves no point on it");
});

test("what two fingers hold stays under them: the map turns larger about their middle", () => {
  const map = mapWith();
  const finger = (type, pointerId, clientX, clientY) =>
    fire(map.element, type, { pointerId, pointerType: "touch", clientX, clientY });
  finger("pointerdown", 1, 200, 200);
  finger("pointerdown", 2, 260, 200);
  const before = toData(map.ranges, SIZE, 230, 200);
  for (let step = 1; step <= 30; step++) {
    finger("pointermove", 1, 200 - step, 200);
    finger("pointermove", 2, 260 + step, 200);
  }
  const after = toData(map.ranges, SIZE, 230, 200);
  assert.ok(Math.abs(after.x - before.x) < 0.05 && Math.abs(after.y - before.y) < 0.05, `${after.x}, ${after.y}`);
  assert.ok(Math.abs((map.ranges.x[1] - map.ranges.x[0]) / 6 - 0.5) < 0.05, "twice as far apart is twice as large");
});

test("a group is what lies inside of the line, without hidden classes; then hands point again", () => {
  const map = mapWith();
  map.setPoints(PLACES, LABELS, true);
  const around = [
    [-2.6, 2.6],
    [-2.6, -0.5],
    [1.5, -0.5],
    [1.5, 2.6],
    [-2.6, 2.6],
  ];
  buttonOf(map.element, "Group").click();
  drag(map, around);
  assert.deepEqual(selected, [0, 1, 2]);
  assert.deepEqual(moves, [], "drawing a line decodes nothing");
  map.hide(new Set([2]));
  map.group(true);
  drag(map, around);
  assert.deepEqual(selected, [0, 1]);
  drag(map, [
    [0, 0],
    [0, 0],
  ]);
  assert.equal(moves.length, 2);
});

test("Escape gives the group up, also in the middle of its line: nothing is selected and no point moves", () => {
  const map = mapWith();
  const group = buttonOf(map.element, "Group");
  map.setPoints(PLACES, LABELS, true);
  group.click();
  assert.equal(group.getAttribute("aria-pressed"), "true");
  pointer(map, "pointerdown", [-2.9, 2.9]);
  for (const corner of [
    [-2.9, -2.9],
    [2.9, -2.9],
  ])
    pointer(map, "pointermove", corner);
  fire(map.element, "keydown", { key: "Escape" });
  assert.equal(group.getAttribute("aria-pressed"), "false");
  pointer(map, "pointermove", [2.9, 2.9], { pointerType: "touch" });
  pointer(map, "pointerup", [2.9, 2.9]);
  assert.ok(!map.marks.entries.has("lasso"));
  assert.deepEqual([selected, moves], [null, []]);
});

test("a second finger while grouping zooms instead: the line is gone, and neither finger decodes", () => {
  const map = mapWith();
  map.group(true);
  const finger = (type, pointerId, at) => pointer(map, type, at, { pointerId, pointerType: "touch" });
  finger("pointerdown", 1, [-1, 0]);
  finger("pointermove", 1, [-1, 1]);
  finger("pointerdown", 2, [1, 0]);
  assert.equal(map.marks.entries.get("lasso").node.getAttribute("points"), "");
  finger("pointermove", 2, [2, 0]);
  finger("pointerup", 1, [-1, 1]);
  finger("pointermove", 2, [2, 2]);
  finger("pointerup", 2, [2, 2]);
  assert.ok(map.ranges.x[1] - map.ranges.x[0] < 6);
  assert.deepEqual([selected, moves], [null, []]);
});

test("a map on which nothing can be moved is a picture with a name, without a Group", () => {
  const map = mapWith({ onmove: undefined, onselect: undefined });
  assert.deepEqual([map.element.getAttribute("role"), map.element.getAttribute("aria-label")], ["img", "A map"]);
  assert.deepEqual(
    map.element.querySelectorAll("button").map((one) => one.textContent),
    ["Show all"],
  );
});

test("points glide to new places, and jump for who wants less motion", () => {
  for (const [reduced, wanted] of [
    [false, [0.5, 0.5]],
    [true, [1, 1]],
  ]) {
    page.reducedMotion = reduced;
    const map = mapWith();
    map.setPoints(Float32Array.of(0, 0), [0], true);
    map.setPoints(Float32Array.of(1, 1), [0]);
    near(map.glide.at(page.now + 225), wanted);
  }
});

test("while points glide it paints every frame, then no more", () => {
  const map = mapWith();
  map.setPoints(Float32Array.of(0, 0), [0], true);
  map.setPoints(Float32Array.of(1, 1), [0]);
  let frames = 0;
  while (page.frames.size && frames < 100) {
    page.frame(50);
    frames++;
  }
  assert.ok(frames >= 9 && frames <= 11, `${frames} frames for 450 ms`);
});

test("without a given span the axes grow with the points", () => {
  const map = mapWith({ span: undefined });
  map.setPoints(Float32Array.of(40, 40, -40, -40), [0, 1], true);
  assert.ok(map.ranges.x[1] > 40 && map.ranges.y[0] < -40);
});

test("a new size keeps the place that is looked at, and asks for no frame where nothing changed", () => {
  const map = mapWith();
  map.show(fitted(rangesAround([1, -1], 0.5), SIZE));
  page.resize(map.element, 900, 300);
  near([(map.ranges.x[0] + map.ranges.x[1]) / 2, (map.ranges.y[0] + map.ranges.y[1]) / 2], [1, -1]);
  page.frames.clear();
  map.frame = 0;
  page.resize(map.element, 900, 300);
  assert.equal(page.frames.size, 0);
});

test("the picture below lies where its data lie, and is cut at the axes", () => {
  const map = mapWith();
  assert.ok(map.under([-3.5, 2, -1, 1], 60, 20));
  const { left: x, top: y, width, height, clipPath } = map.underlay.style;
  const unit = 400 / 6;
  near([x, y, width, height].map(Number.parseFloat), [MARGIN.l - unit / 2, MARGIN.t + 2 * unit, 5.5 * unit, 2 * unit]);
  near(clipPath.match(/[\d.]+/g).map(Number), [0, 0, 0, unit / 2]);
  map.show(fitted(rangesAround([0, 0], 6), SIZE));
  near([Number.parseFloat(map.underlay.style.width)], [2.75 * unit]);
  assert.equal(map.under(null), null);
  assert.ok(map.underlay.hidden);
});

test("a mark stands at its point after every zoom, and leaves when it is taken away", () => {
  const map = mapWith();
  map.mark("end:a", { x: 1, y: 1, text: "A" });
  const node = map.marks.entries.get("end:a").node;
  assert.ok(node.classList.contains("lv-mark-end"), "all ends have one style");
  assert.equal(node.lastElementChild.textContent, "A");
  map.show(fitted(rangesAround([1, 1], 0.1), SIZE));
  assert.equal(node.getAttribute("transform"), `translate(${MARGIN.l + 200}.0 ${MARGIN.t + 200}.0)`);
  map.mark("end:a", null);
  assert.equal(node.parentElement, null);
});

test("an ellipse has its radii in units of the map, a path its points", () => {
  const marks = new Marks((x, y) => [10 * x, 100 - 10 * y]);
  marks.set("posterior", { x: 2, y: 3, radii: [0.5, 2] });
  const ellipse = marks.element.firstElementChild.firstElementChild;
  assert.deepEqual([ellipse.getAttribute("rx"), ellipse.getAttribute("ry")], ["5.00", "20.00"]);
  marks.set("path", {
    line: [
      [0, 0],
      [1, 2],
    ],
  });
  assert.equal(marks.element.lastElementChild.getAttribute("points"), "0.0,100.0 10.0,80.0");
  marks.set("path", { line: [[1, 1]] });
  assert.equal(marks.element.children.length, 2, "a mark that moves is the same mark");
});

/** Plotly as far as the map asks it, noting what it is told. */
function plotlyThatNotes() {
  const told = [];
  const note =
    (name) =>
    (_host, ...given) =>
      void told.push([name, ...given]);
  return {
    told,
    newPlot: async (...given) => note("newPlot")(...given),
    relayout: note("relayout"),
    update: note("update"),
    purge: note("purge"),
  };
}
const figure = () => ({
  data: [
    { type: "scattergl", marker: { color: "" }, meta: { label: 1 } },
    { type: "scatter", line: { color: "" }, meta: { ring: 1 } },
  ],
  layout: { xaxis: { title: "z₁" }, yaxis: { scaleanchor: "x" }, annotations: [{ name: "1", font: {} }] },
});
async function upgraded(options) {
  globalThis.Plotly = plotlyThatNotes();
  const map = mapWith(options);
  mock.timers.enable({ apis: ["setTimeout"] });
  const upgrading = map.upgrade("plotly.js", Promise.resolve(figure()));
  await settled();
  mock.timers.tick(100);
  await upgrading;
  mock.timers.reset();
  return { map, told: globalThis.Plotly.told };
}

test("Plotly takes over where the canvas was: the same ranges, the theme's colours, no toolbar, no address", async () => {
  const { map, told } = await upgraded();
  const [, data, layout, options] = told[0];
  near([...layout.xaxis.range, layout.width], [-3, 3, SIZE.width]);
  assert.equal(layout.xaxis.title, "z₁");
  assert.deepEqual([data[0].marker.color, layout.annotations[0].bgcolor], ["green", "green"]);
  assert.deepEqual([options.displayModeBar, options.plotlyServerURL], [false, ""]);
  assert.deepEqual([map.canvas.hidden, map.element.dataset.plotly], [true, "true"]);
  pointer(map, "wheel", [0, 0], { deltaY: -400, deltaMode: 0 });
  page.frame();
  assert.deepEqual(told.at(-1)[1]["xaxis.range"], map.ranges.x);
});

test("hidden classes, rings and a dark page reach Plotly's traces and names", async () => {
  const { map, told } = await upgraded();
  map.hide(new Set([1]));
  let [, traces, layout] = told.at(-1);
  assert.deepEqual([traces.visible, layout["annotations[0].visible"]], [[false, true], false]);
  map.showRings(false);
  [, traces] = told.at(-1);
  assert.deepEqual(traces.visible, [false, false]);
  page.color = "rgb(250, 250, 250)";
  map.hide(new Set());
  [, traces, layout] = told.at(-1);
  page.color = "rgb(20, 20, 30)";
  assert.deepEqual([traces["marker.color"][0], layout["font.color"]], ["lime", "rgb(250, 250, 250)"]);
});

test("without WebGL Plotly draws with SVG", async () => {
  page.webgl = false;
  const { told } = await upgraded();
  page.webgl = true;
  assert.equal(told[0][1][0].type, "scatter");
});

test("a map that was closed while Plotly's figure came draws nothing more", async () => {
  globalThis.Plotly = plotlyThatNotes();
  const map = mapWith();
  mock.timers.enable({ apis: ["setTimeout"] });
  const upgrading = map.upgrade("plotly.js", Promise.resolve(figure()));
  map.close();
  await settled();
  mock.timers.tick(100);
  await upgrading;
  mock.timers.reset();
  page.frame();
  assert.deepEqual([globalThis.Plotly.told, map.canvas.notes, map.plotly], [[], [], null]);
  assert.ok(![...page.observers].some(({ element }) => element === map.element));
});

test("a pane's map fills with the codes in its plane, and a figure that can't be had leaves the canvas", async () => {
  const pane = paneWith();
  pane.model.loadLatents = async () => {};
  pane.host = document.body;
  const failures = [];
  const map = mapOf(
    { ...pane, data: { figure: "map.json", plotly: "p.js" }, fail: (error) => failures.push(error) },
    "It",
    {},
  );
  page.resize(map.element, SIZE.width, SIZE.height);
  const warn = mock.method(console, "warn", () => {});
  await map.filled;
  assert.equal(warn.mock.callCount(), 1);
  warn.mock.restore();
  assert.deepEqual([...map.glide.to], [...pane.model.mu]);
  assert.deepEqual([failures, map.canvas.hidden, map.element.dataset.usable], [[], false, "true"]);
  page.frame();
  assert.equal(notesOf(map.canvas, "fillRect").filter(({ args }) => args[2] === 3.4).length, 4, "a dot an image");
});

test("the grid below is drawn by workers, row by row, where the map has it", async () => {
  const pane = paneWith();
  const sent = [];
  globalThis.Worker = class {
    constructor() {
      sent.push(this);
      this.messages = [];
    }
    postMessage(message) {
      this.messages.push(message);
    }
    terminate() {
      this.ended = true;
    }
  };
  const map = mapWith();
  const underlay = new Underlay(pane, map);
  const drawing = underlay.draw(Float32Array.of(0, 0), null);
  await new Promise(setImmediate); // the model as it is may be on its way
  const grids = sent.flatMap((worker) => worker.messages.filter(({ type }) => type === "grid"));
  assert.deepEqual(
    grids.flatMap(({ rows }) => rows).toSorted((a, b) => a - b),
    Array.from({ length: 15 }, (_, i) => i),
  );
  for (const worker of sent)
    for (const { rows, id } of worker.messages.filter(({ type }) => type === "grid"))
      for (const row of rows)
        worker.onmessage({ data: { type: "row", id, row, pixels: new Uint8Array(15 * 20).fill(row) } });
  await drawing;
  const painted = notesOf(map.underlay, "putImageData");
  assert.deepEqual([map.underlay.width, map.underlay.height, painted.length], [15 * 5, 15 * 4, 15]);
  const [begin, end] = map.extent;
  for (const column of [0, 7, 14]) near([begin + ((column + 0.5) * (end - begin)) / 15], [(6 * column) / 14 - 3]);
  for (const { args, data } of painted) assert.deepEqual([args[1], data[3]], [4 * data[0], 255]);
  underlay.clear();
  assert.ok(map.underlay.hidden);
  underlay.close();
  assert.ok(sent.every((worker) => worker.ended));
});
