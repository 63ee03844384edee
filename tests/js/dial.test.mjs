// The view of a dial: its state, what it says, its slider, columns and plane, and the whole view over a small network.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { nearestStep, ratioScale, stepScale } from "../../live/engine/dial/axis.js";
import { firstState, pointed, written } from "../../live/engine/dial/state.js";
import { makeFold } from "../../live/engine/fold.js";
import { Model } from "../../live/engine/model.js";
import { parsePart } from "../../live/engine/network.js";
import { planeAlong } from "../../live/engine/plane.js";
import { CostChart } from "../../live/parts/dial/cost_chart.js";
import { dialChoice } from "../../live/parts/dial/dial_choice.js";
import { PriceBars } from "../../live/parts/dial/price_bars.js";
import { RealImage } from "../../live/parts/dial/real_image.js";
import * as text from "../../live/parts/dial/turn_text.js";
import { Turner } from "../../live/parts/dial/turner.js";
import { create, withoutGaps } from "../../live/views/dial.js";
import { close } from "./law.mjs";
import { buttonOf, fire, notesOf, page, redsOf, settled, speak } from "./page.mjs";
import { numbers } from "./parts.mjs";

const STEPS = [
  { value: 0.1, kl: [4, 3], distortion: 139, elbo: -146, mmd: 0.2 },
  { value: 1, kl: [3, 2], distortion: 140, elbo: -145, mmd: 0.1 },
  { value: 10, kl: [1, 0.001], distortion: 160, elbo: -161.001, mmd: 0 },
  { value: 50, kl: [0, 0], distortion: 206, elbo: -206, mmd: 0 },
];
const ALONE = { value: 1, rate: 5.2, rateError: 0.1, distortion: 140.3, distortionError: 0.4, objectiveError: 0.3 };
const IMAGES = 3;
const DIAL = {
  axis: "beta",
  oneNetwork: true,
  origin: 1,
  images: IMAGES,
  widths: true,
  steps: STEPS,
  alone: [{ ...ALONE, seeds: 3, epochs: 8 }],
  dials: [],
  start: { point: 9 },
};

beforeEach(() => {
  speak();
  page.frames.clear();
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

test("a dial opens at the model's own value, on an image whose codes are here", () => {
  assert.deepEqual(firstState({ state: {}, data: DIAL }), { at: 1, picked: 0, pinned: 0, seed: 7 });
  assert.deepEqual(firstState({ state: {}, data: { ...DIAL, start: { point: 2 } } }).picked, 2);
  const named = firstState({ state: { at: "4.5", point: "1", seed: "12" }, data: DIAL });
  assert.deepEqual(named, { at: 4.5, picked: 1, pinned: 1, seed: 12 });
});

test("a link that names what is not there opens at the nearest that is", () => {
  const { at, picked, seed } = firstState({ state: { at: "900", point: "77", seed: "-1" }, data: DIAL });
  assert.deepEqual([at, picked, seed], [50, 0, 7]);
  assert.equal(firstState({ state: { at: "much" }, data: DIAL }).at, 1);
});

test("only a press leaves the hand at another image", () => {
  const state = { at: 1, picked: 0, pinned: 0, seed: 7 };
  assert.deepEqual(pointed(state, 2, "hover"), { ...state, picked: 2 });
  assert.deepEqual(pointed(state, 2, "done"), { ...state, picked: 2, pinned: 2 });
});

test("the address names value and image, the seed only where it is another", () => {
  const state = { at: 4.00004, picked: 0, pinned: 2, seed: 7 };
  assert.deepEqual(written(state, null), { at: "4", point: "2" });
  assert.deepEqual(written({ ...state, seed: 3 }, 5), { at: "4", point: "2", seed: "3", class: "5" });
});

test("steps without numbers are left out, of codes too, and named", () => {
  const series = { mu: ["a", "b", "c", "d"].map(() => new Float32Array([1])), logVar: null, labels: null };
  series.mu[2][0] = Number.NaN;
  const { dial, series: kept, gaps } = withoutGaps(DIAL, series);
  assert.deepEqual(
    dial.steps.map(({ value }) => value),
    [0.1, 1, 50],
  );
  assert.deepEqual([kept.mu.length, gaps], [3, [10]]);
  assert.match(text.gapText(gaps), /damaged at 10;/);
  assert.equal(text.gapText([]), "");
  const measured = { steps: STEPS, glide: { middle: 0.0048, most: 0.0205, images: 200 } };
  assert.equal(text.glideText(measured), "");
  speak("field");
  assert.match(text.glideText(measured), /between 4 measured values.*200 test images.*0\.005.*0\.021/);
  assert.equal(text.glideText({ steps: STEPS, glide: null }), "");
});

const at = (value, kl = [3, 2]) => ({ value, kl, distortion: 140, mmd: 0.1, elbo: -145, paid: 5 });

test("what a price does is said in words: cheap, fair, dear, some dead, all dead", () => {
  const said = [at(0.2), at(1), at(8), at(20, [1, 0]), at(50, [0, 0])].map((point) => text.effectOf(point, DIAL));
  for (const [i, words] of ["Cheap", "fair", "Dear", "1 of 2 numbers carries nothing", "Too dear"].entries())
    assert.match(said[i], new RegExp(words));
  const lambda = { axis: "lambda", origin: 1000 };
  const priced = [0.5, 5, 50].map((value) => text.effectOf(at(value, []), lambda)); // .05, .5 and 5 nats
  for (const [i, words] of ["next to nothing: the codes", "holds the cloud", "copies pay"].entries())
    assert.match(priced[i], new RegExp(words));
});

test("simple words first, the field's where they are asked for", () => {
  assert.equal(text.titleOf(3.456, "beta"), "Price of a nat: 3.5");
  assert.match(text.costOf(at(1), "beta"), /^Score −145\.0 = copy −140\.0 minus price 5\.0$/);
  speak("field");
  assert.equal(text.titleOf(3.456, "beta"), "β = 3.5");
  assert.equal(text.titleOf(1234, "lambda"), "λ = 1,200");
  assert.match(text.costOf(at(1), "beta"), /ELBO −145\.0 = log p/);
  assert.match(text.costOf(at(5, []), "lambda"), /−140\.0 − λ MMD² 0\.50\snats; MMD² 0\.1000/);
});

test("a screen reader hears the value, the nats of each dimension and the dead ones", () => {
  assert.equal(text.spokenOf(at(2, [1.234, 0]), "beta"), "Price of a nat: 2: z₁ 1.23 nats, z₂ unused");
  assert.match(text.spokenOf(at(2, new Array(20).fill(0)), "beta"), /20 of 20 numbers unused/);
  assert.match(text.spokenOf(at(2, []), "lambda"), /Copy −140/);
});

test("beside networks trained alone the dial is better or worse by so many nats, in the field's layer", () => {
  const points = [{ ...at(1), distortion: 140, paid: 5 }];
  assert.equal(text.besideAlone(points, DIAL.alone, 1, "beta"), "");
  speak("field");
  // alone: 140.3 + 5.2 = 145.5; the dial: 145
  assert.match(
    text.besideAlone(points, DIAL.alone, 1.1, "beta"),
    /At β = 1 .* 0\.5\snats better than networks .* 0\.3, 3 seeds/,
  );
  assert.match(
    text.besideAlone([{ ...points[0], distortion: 142 }], DIAL.alone, 1, "lambda"),
    /λ = 1 .* 1\.5\snats worse.* at MMD² 5\.2000/,
  );
  assert.equal(text.besideAlone(points, DIAL.alone, 8, "beta"), "");
  assert.equal(text.besideAlone([], [], 1, "beta"), "");
});

const open = []; // each listens to the page's keys until it is closed
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** A slider over four values, and where it was turned. */
const VALUES = STEPS.map(({ value }) => value);
function turner(at = 1, scale = ratioScale(VALUES, 1)) {
  const turned = [];
  const made = new Turner({
    values: VALUES,
    scale,
    at,
    label: "Price",
    onturn: (value) => {
      turned.push(value);
      made.show("said");
    },
  });
  made.show("said");
  open.push(made);
  return { made, turned };
}

test("the slider turns evenly by ratios and says its value", () => {
  const { made, turned } = turner();
  assert.ok(Math.abs(Number(made.input.value) - Math.log(10) / Math.log(500)) < 1e-6);
  made.input.value = "1";
  fire(made.input, "input");
  made.input.value = "0";
  fire(made.input, "input");
  assert.deepEqual(turned, [50, 0.1]);
  assert.equal(made.input.getAttribute("aria-valuetext"), "said");
});

test("the wheel turns it too, out of the place that catches, and the page does not scroll", () => {
  const { made, turned } = turner();
  const track = made.input.parentElement;
  const events = [-5, -5, -5, -5].map((deltaY) => fire(track, "wheel", { deltaY }));
  assert.ok(events.every((event) => event.defaultPrevented));
  assert.equal(turned[0], 1);
  assert.ok(turned.at(-1) > 1 && turned.at(-1) < 1.1, String(turned.at(-1)));
});

test("a clicker goes from measured value to measured value, and ends the sweep", () => {
  const { made, turned } = turner();
  made.player.start();
  made.step(1);
  assert.equal(page.frames.size, 0);
  made.step(-1);
  made.step(-1);
  made.step(-1);
  assert.deepEqual(turned, [10, 1, 0.1, 0.1]);
});

test("among separate models an arrow goes to the next one, and the hand stops at each", () => {
  const { made, turned } = turner(1, stepScale(VALUES));
  close(Number(made.input.value), 1 / 3, 1e-6);
  assert.ok(fire(made.input, "keydown", { key: "ArrowRight" }).defaultPrevented);
  fire(made.input, "keydown", { key: "ArrowDown" });
  made.input.value = "0.69";
  fire(made.input, "input");
  made.input.value = "0.5";
  fire(made.input, "input");
  assert.deepEqual(turned.slice(0, 3), [10, 1, 10]);
  close(turned[3], 5.5, 1e-6);
  assert.match(made.element.textContent, /0\.111050/, "each model's value is written");
  const smooth = turner();
  assert.ok(!fire(smooth.made.input, "keydown", { key: "ArrowRight" }).defaultPrevented, "the browser's own step");
});

test("half way between two models the lower one is shown, and at a model there is no between", () => {
  const values = [0, 5, 10, 20];
  assert.deepEqual(nearestStep(values, 5), { nearest: 1, between: null });
  assert.deepEqual(nearestStep(values, 7.5), { nearest: 1, between: [5, 10] });
  assert.deepEqual(nearestStep(values, 7.6), { nearest: 2, between: [5, 10] });
  assert.deepEqual(nearestStep(values, 16), { nearest: 3, between: [10, 20] });
  for (const [value, nearest] of [
    [-3, 0],
    [99, 3],
  ])
    assert.deepEqual(nearestStep(values, value), { nearest, between: null });
  const { shareOf, valueAt } = stepScale(values);
  for (const value of [0, 2.5, 5, 8, 13, 20]) close(valueAt(shareOf(value)), value, 1e-9);
  assert.equal(valueAt(shareOf(5.4)), 5, "near to a model the hand is at it");
  const one = stepScale([3]);
  assert.deepEqual([one.shareOf(3), one.valueAt(0.7)], [0, 3]);
});

test("Play sweeps from where it stands to the end", () => {
  const { made, turned } = turner();
  made.player.element.click();
  while (page.frames.size) page.frame(500);
  assert.equal(turned.at(-1), 50);
  assert.ok(turned.every((value, i) => !i || value >= turned[i - 1]));
});

test("columns sink with their nats, and one that carries nothing is unused", () => {
  const bars = new PriceBars(2, 4);
  bars.show([2, 0.001], "z₁ 2.00 nats, z₂ unused");
  const [one, other] = bars.columns;
  assert.deepEqual([one.bar.style.transform, one.value.textContent], ["scaleY(0.5000)", "2.00"]);
  assert.equal(other.value.textContent, "unused");
  assert.deepEqual(
    [one, other].map(({ element }) => element.classList.contains("lv-dead")),
    [false, true],
  );
  assert.equal(bars.element.getAttribute("aria-label"), "z₁ 2.00 nats, z₂ unused");
  assert.equal(new PriceBars(30, 1).element.querySelectorAll("span").length, 0);
});

test("the plane draws curve, tangent, lines of equal score, hollow marks and the dot where it stands", () => {
  const chart = new CostChart(DIAL);
  chart.show(at(1), "said");
  assert.equal(notesOf(chart.element, "arc").length, 0); // it has no size yet
  page.resize(chart.element, 400, 300);
  const arcs = notesOf(chart.element, "arc");
  // four steps, one hollow mark, the ring of the best and the dot
  assert.deepEqual(
    arcs.map(({ args }) => args[2]),
    [2.5, 2.5, 2.5, 2.5, 4.5, 11, 7],
  );
  assert.deepEqual(arcs.at(-1).args.slice(0, 2), arcs.at(-2).args.slice(0, 2)); // the best is at 1, and so is the dot
  assert.equal(notesOf(chart.element, "setLineDash").length, 2);
  chart.close();
  const series = new CostChart({ ...DIAL, axis: "latent", oneNetwork: false, alone: [] });
  page.resize(series.element, 400, 300);
  series.show(at(1), "said");
  const dots = notesOf(series.element, "arc").map(({ args }) => args[2]);
  assert.deepEqual(dots, [4, 4, 4, 4, 11, 7]);
  assert.equal(notesOf(series.element, "setLineDash").length, 0, "a size is no price, so there is no tangent");
  const lambda = new CostChart({ ...DIAL, axis: "lambda" });
  page.resize(lambda.element, 400, 300);
  lambda.show({ ...at(1), paid: 0.1 }, "said");
  assert.equal(notesOf(lambda.element, "arc").length, 6); // no ELBO to be best
});

test("another dial is a press away, and takes nothing along that it may not have", () => {
  const visits = [];
  const visit = (changes) => visits.push(changes);
  const dials = ["a", "b", "s"].map((id) => ({ id, title: id, picture: `${id}.png`, series: id === "s" }));
  assert.equal(dialChoice(dials.slice(0, 1), "a", visit), null);
  const row = dialChoice(dials, "a", visit);
  const [own, other, series] = row.querySelectorAll("button");
  const nothing = { point: "", class: "", plane: "" };
  own.click();
  other.click();
  assert.deepEqual(visits.splice(0), [{ model: "b", series: "", ...nothing }], "the value stays from dial to dial");
  series.click();
  assert.deepEqual(visits.splice(0), [{ model: "", series: "s", at: "", ...nothing }], "a series has another axis");
  dialChoice(dials, "s", visit).querySelectorAll("button")[0].click();
  assert.deepEqual(visits, [{ model: "a", series: "", at: "", ...nothing }]);
  assert.deepEqual(
    [own, other].map((one) => one.getAttribute("aria-pressed")),
    ["true", "false"],
  );
});

const IMAGE = [1, 2, 3];

/** A decoder of one gated layer: gates that grow with the logarithm. */
function gatedModel({ latentDim = 2, conditional = false } = {}) {
  const inputs = latentDim + (conditional ? 2 : 0),
    hidden = 4,
    pixels = 6;
  const sizes = [hidden * inputs, hidden, hidden, hidden, pixels * hidden, pixels];
  const offsets = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0));
  const tensor = (i, shape) => ({ offset: offsets[i], shape });
  const layers = [
    ...(conditional ? [{ op: "join_condition", classes: 2 }] : []),
    { op: "linear", inputs, outputs: hidden, weight: tensor(0, [hidden, inputs]), bias: tensor(1, [hidden]) },
    { op: "gate", units: hidden, origin: 1, weight: tensor(2, [hidden]), bias: tensor(3, [hidden]) },
    { op: "tanh" },
    { op: "linear", inputs: hidden, outputs: pixels, weight: tensor(4, [pixels, hidden]), bias: tensor(5, [pixels]) },
    { op: "reshape", shape: IMAGE },
  ];
  const count = sizes.reduce((a, b) => a + b, 0);
  const about = { part: "decoder", inputs: latentDim, latent_dim: latentDim, stochastic: true, max_log_var: 2 };
  const manifest = { ...about, classes: conditional ? 2 : 0, image: IMAGE, dtype: "float32", count, layers };
  const weights = numbers(count).buffer;
  const info = { id: "d", title: "Dial", latentDim, image: IMAGE, classNames: ["no", "yes"], conditional, count: 5 };
  const fold = makeFold(parsePart(manifest, weights));
  const model = new Model(info, fold.part, weights, { bytes: async () => new ArrayBuffer(0) });
  model.fold = fold;
  return model;
}

/** Halves of 1 at the first step, 0.5 at the second, then 0: codes that shrink. */
function seriesBytes(latentDim) {
  const size = IMAGES * latentDim;
  const means = [0x3c00, 0x3800, 0, 0].flatMap((half) => new Array(size).fill(half));
  const halves = Uint16Array.from([...means, ...new Array(4 * size).fill(0)]);
  return Uint8Array.from([...new Uint8Array(halves.buffer), 0, 1, 1]).buffer;
}

/** The view over that network. */
async function opened({ latentDim = 2, conditional = false, bytes = seriesBytes(latentDim), state = {} } = {}) {
  const model = gatedModel({ latentDim, conditional });
  const kl = (step) => step.kl.slice(0, latentDim);
  const wrote = [],
    failed = [],
    said = [];
  const data = { ...DIAL, steps: STEPS.map((step) => ({ ...step, kl: kl(step) })), model: model.info };
  data.start = { point: 0, label: 0 };
  const pane = {
    data,
    model,
    state,
    source: { bytes: async () => bytes },
    plane: planeAlong(latentDim, [0, Math.min(1, latentDim - 1)]),
    thumbs: {
      real: false,
      coming: false,
      load: async () => {},
      one: async () => null,
      colour: () => "red",
      called: String,
    },
    palette: { colours: { light: ["red", "blue"], dark: ["red"] }, textOn: { light: ["white"], dark: ["white"] } },
    host: document.body,
    write: (names) => wrote.push(names),
    visit: () => {},
    say: (words) => said.push(words),
    fail: (error) => failed.push(error.message),
  };
  const view = await create(pane);
  await view.ready;
  await settled();
  return { view, wrote, failed, said, find: (selector) => view.element.querySelector(selector) };
}

test("while it turns, copy, samples, columns and texts follow, and nothing is fetched", async () => {
  const { view, wrote, find } = await opened();
  const before = redsOf(find(".lv-large canvas")),
    sample = redsOf(find(".lv-sample canvas"));
  const input = find("input");
  input.value = "1";
  fire(input, "input");
  page.frame();
  assert.notDeepEqual(redsOf(find(".lv-large canvas")), before);
  assert.notDeepEqual(redsOf(find(".lv-sample canvas")), sample);
  assert.equal(find(".lv-turn-value").textContent, "Price of a nat: 50");
  assert.match(find(".lv-turn-effect").textContent, /every picture is the same/);
  assert.equal(view.element.querySelectorAll(".lv-price.lv-dead").length, 2);
  assert.deepEqual(wrote.at(-1), { at: "50", point: "0" });
  view.close();
});

test("a place where a number dies is written at the dial once a hand has been there", async () => {
  const { view, find } = await opened();
  const notes = () => find(".lv-turn-notes").textContent;
  assert.equal(notes(), "fair price");
  const input = find("input");
  input.value = "1";
  fire(input, "input");
  page.frame();
  input.value = "0";
  fire(input, "input");
  page.frame();
  assert.equal(notes(), "fair pricez₂ diesz₁ dies");
  view.close();
});

test("other samples are another seed, which the address names", async () => {
  const { view, wrote, find } = await opened();
  const before = redsOf(find(".lv-sample canvas"));
  buttonOf(view.element, "Others").click();
  page.frame();
  assert.notDeepEqual(redsOf(find(".lv-sample canvas")), before);
  assert.match(wrote.at(-1).seed, /^\d+$/);
  view.close();
});

test("damaged codes are one sentence; the curve and the samples go on", async () => {
  const { view, failed, find } = await opened({ bytes: new ArrayBuffer(3) });
  assert.equal(failed.length, 1);
  assert.match(failed[0], /no map and no copy/);
  assert.ok(redsOf(find(".lv-sample canvas")).length > 0);
  assert.equal(redsOf(find(".lv-large canvas")).length, 0);
  fire(find("input"), "input");
  page.frame();
  view.close();
});

test("one number of the code, and a model that is told a class", async () => {
  const one = await opened({ latentDim: 1 });
  assert.equal(one.view.element.querySelectorAll(".lv-price").length, 1);
  assert.deepEqual(one.failed, []);
  one.view.close();
  const { view, wrote, find } = await opened({ conditional: true, state: { class: "1" } });
  const before = redsOf(find(".lv-sample canvas"));
  buttonOf(view.element, "no").click();
  page.frame();
  assert.notDeepEqual(redsOf(find(".lv-sample canvas")), before);
  assert.equal(wrote.at(-1).class, "0");
  view.close();
});

test("Space plays and a clicker's keys step, wherever the focus is", async () => {
  const { view, find } = await opened();
  fire(document.body, "keydown", { key: "PageDown" });
  page.frame();
  assert.equal(find(".lv-turn-value").textContent, "Price of a nat: 10");
  fire(document.body, "keydown", { key: " " });
  assert.equal(find(".lv-turn .lv-button").textContent, "Pause");
  view.close();
  page.frame(20_000);
  assert.equal(page.frames.size, 0);
});

test("what dies together is written at one place, and the sentence asks what the dial can show", () => {
  const deaths = [
    { dim: 1, value: 10 },
    { dim: 4, value: 12 },
    { dim: 0, value: 40 },
  ];
  assert.deepEqual(
    text.notesOf(DIAL, deaths).map((note) => note.text),
    ["fair price", "z₂, z₅ die", "z₁ dies"],
  );
  assert.equal(text.notesOf({ axis: "lambda", origin: 1000 }, []).length, 0);
  const asked = [
    ["beta", 1],
    ["beta", 2],
    ["beta", 10],
    ["lambda", 2],
  ].map(([axis, count]) => text.inviteOf(axis, count));
  assert.equal(new Set(asked).size, 4);
});

test("the first test image comes alone; the sheet of all is fetched when a hand asks for another one", async () => {
  const asked = [];
  const thumbs = {
    called: String,
    real: false,
    coming: true,
    colour: () => "red",
    one: async (index) => asked.push(index) && "image",
    load: async () => {
      asked.push("sheet");
      Object.assign(thumbs, { real: true, coming: false });
    },
    show: (_frame, index) => asked.push(`shown ${index}`),
  };
  const real = new RealImage({ model: { info: { image: IMAGE }, labels: [0, 1], nameOf: String }, thumbs });
  real.show(1);
  assert.equal(real.element.style.visibility, "hidden");
  await real.showOne();
  assert.deepEqual([asked, real.element.style.visibility], [[1], "visible"]);
  assert.equal(notesOf(real.frame.canvas, "drawImage").length, 1);
  real.show(1);
  assert.equal(real.element.style.visibility, "visible", "named anew, it stays");
  real.show(0);
  real.show(1);
  await settled();
  assert.deepEqual(asked, [1, "sheet", "shown 0", "shown 1", "shown 1"]);
  const none = new RealImage({
    model: { info: { image: IMAGE }, labels: null, nameOf: String },
    thumbs: { ...thumbs, real: false, coming: false, one: async () => Promise.reject(new Error("gone")) },
  });
  none.show(0);
  await none.showOne();
  assert.equal(none.element.hidden, true);
});
