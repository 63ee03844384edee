// A series of separate models: codes that begin alike, what is said between two of them, and the whole view over two small
// networks of one and two latents.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Model } from "../../live/engine/model.js";
import { parsePart } from "../../live/engine/network.js";
import { planeAlong } from "../../live/engine/plane.js";
import { nestedCodes, sampleCodes } from "../../live/engine/samples.js";
import { effectOf, gapsText } from "../../live/parts/dial/series_text.js";
import { create } from "../../live/views/series.js";
import { fire, page, redsOf, settled, speak } from "./page.mjs";
import { numbers } from "./parts.mjs";

const IMAGE = [1, 2, 3];
const PALETTE = { colours: { light: ["red", "blue"], dark: ["red"] }, textOn: { light: ["white"], dark: ["white"] } };

beforeEach(() => {
  speak();
  page.frames.clear();
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

test("a sample of a smaller model is the beginning of the same one of the largest; a learnt prior draws its own", () => {
  const learnt = { latentDim: 2, prior: { kind: "of-class", mu: [[50, 50]], logVar: [[0, 0]] } };
  const [one, three, own] = nestedCodes(4, 9, [{ latentDim: 1, prior: null }, { latentDim: 3, prior: null }, learnt]);
  assert.deepEqual(three, sampleCodes(4, 9, { latentDim: 3, prior: null }));
  assert.deepEqual(
    one.map((z) => [...z]),
    three.map((z) => [z[0]]),
  );
  assert.ok(own.every((z) => z.length === 2 && z[0] > 40));
});

test("between two models it is said that the nearer one is shown; at one, how many of its numbers carry something", () => {
  assert.equal(effectOf([3, 2], [5, 10]), "Between two models, 5 and 10: shows the nearer one.");
  assert.equal(effectOf([3, 2], null), "Each of its 2 numbers carries something.");
  assert.equal(effectOf([3], null), "Its only number carries something.");
  assert.equal(effectOf([3, 0.001], null), "1 of 2 numbers carries nothing any more.");
  assert.match(effectOf([0, 0], null), /every picture is the same/);
  assert.match(effectOf([], null), /takes no chances/);
  assert.equal(gapsText([]), "");
  assert.equal(gapsText(["b: gone."]), "1 model of this series is missing or damaged; the others work.");
  speak("field");
  assert.match(gapsText(["b: gone.", "c: cut."]), /^2 models of this series.*b: gone\. c: cut\.$/, "and why");
});

/** A decoder of one layer with its codes: three images, all at `at`. @param {number} latentDim @param {number | null} at null where the codes can't be fetched */
function smallModel(latentDim, at) {
  const size = 6 * latentDim;
  const tensors = { weight: { offset: 0, shape: [6, latentDim] }, bias: { offset: size, shape: [6] } };
  const layers = [
    { op: "linear", inputs: latentDim, outputs: 6, ...tensors },
    { op: "reshape", shape: IMAGE },
  ];
  const about = { part: "decoder", inputs: latentDim, latent_dim: latentDim, stochastic: true, max_log_var: 2 };
  const manifest = { ...about, classes: 0, image: IMAGE, dtype: "float32", count: size + 6, layers };
  const weights = numbers(size + 6).buffer;
  const info = { id: `m${latentDim}`, title: `Model ${latentDim}`, latentDim, image: IMAGE, classNames: [] };
  Object.assign(info, { conditional: false, count: 3, prior: null });
  const source = { bytes: async () => Promise.reject(new Error("no codes")) };
  const model = new Model(info, parsePart(manifest, weights), weights, source);
  const codes = { mu: new Float32Array(3 * latentDim).fill(at ?? 0), logVar: null, labels: null };
  if (at !== null) model.takeCodes(codes);
  return model;
}

/** The view over models of one and two latents. */
async function opened({ state = {}, codes = [0.5, 0.5], gaps = [] } = {}) {
  const [wrote, failed, said] = [[], [], []];
  const hooks = {
    write: (names) => wrote.push(names),
    visit: () => {},
    say: (words) => said.push(words),
    fail: (error) => failed.push(error.message),
  };
  const thumbs = {
    real: false,
    coming: false,
    load: async () => {},
    one: async () => null,
    colour: () => "red",
    called: String,
  };
  const panes = codes.map((at, k) => ({
    ...hooks,
    data: { figure: null, start: { point: 0, label: 0 }, palette: PALETTE },
    model: smallModel(k + 1, at),
    plane: { ...planeAlong(k + 1, [0, k]), xTitle: "z₁", yTitle: "" },
    thumbs,
    palette: PALETTE,
    host: document.body,
    state,
  }));
  const steps = [
    { value: 1, kl: [4], distortion: 157, elbo: -161, mmd: null },
    { value: 2, kl: [3, 0.001], distortion: 136, elbo: -139, mmd: null },
  ];
  const data = { series: "sizes", axis: "latent", steps, origin: 2, gaps, dials: [], point: 1, palette: PALETTE };
  const view = create({ data, panes, places: [0, 1], host: document.body, state, ...hooks });
  await view.ready;
  await settled();
  page.frame();
  return { view, wrote, failed, said, find: (selector) => view.element.querySelector(selector) };
}

const turn = (find, share) => {
  const input = find("input");
  input.value = String(share);
  fire(input, "input");
  page.frame();
};

test("the nearest model is shown with its own map, copy, samples and prices, and the link says where the hand is", async () => {
  const { view, wrote, failed, find } = await opened();
  assert.equal(find(".lv-turn-value").textContent, "2 numbers");
  assert.equal(view.element.querySelectorAll(".lv-price").length, 2);
  assert.match(find(".lv-plot").getAttribute("aria-label"), /Model 2/);
  const [copy, sample] = [redsOf(find(".lv-large canvas")), redsOf(find(".lv-sample canvas"))];
  turn(find, 0.7);
  assert.equal(find(".lv-turn-value").textContent, "2 numbers", "the nearer one");
  assert.match(find(".lv-turn-effect").textContent, /Between two models, 1 and 2/);
  assert.deepEqual(redsOf(find(".lv-large canvas")), copy, "nothing changes before the middle");
  assert.equal(wrote.at(-1).at, "1.7");
  turn(find, 0.3);
  assert.equal(find(".lv-turn-value").textContent, "1 number");
  assert.equal(view.element.querySelectorAll(".lv-price").length, 1);
  assert.match(find(".lv-plot").getAttribute("aria-label"), /Model 1/);
  assert.notDeepEqual(redsOf(find(".lv-large canvas")), copy);
  assert.notDeepEqual(redsOf(find(".lv-sample canvas")), sample);
  turn(find, 0.02);
  assert.equal(find(".lv-turn-effect").textContent, "Its only number carries something.");
  assert.deepEqual(wrote.at(-1), { at: "1", point: "1" });
  assert.deepEqual(failed, []);
  view.close();
});

test("a link opens where the hand was, also between two models", async () => {
  const { view, find } = await opened({ state: { at: "1.4", point: "2" } });
  assert.equal(find(".lv-turn-value").textContent, "1 number");
  assert.match(find(".lv-turn-effect").textContent, /Between two models/);
  view.close();
});

test("a model without codes is a sentence: it has samples and prices, and the other one has everything", async () => {
  const { view, failed, find } = await opened({ codes: [null, 0.5], gaps: ["m3: gone."] });
  assert.deepEqual(failed, ["no codes"]);
  assert.match(find(".lv-note").textContent, /1 model of this series is missing/);
  assert.ok(!view.element.classList.contains("lv-nothing-yet"));
  turn(find, 0);
  assert.ok(view.element.classList.contains("lv-nothing-yet"), "no other model's copy stands there");
  assert.equal(find(".lv-turn-value").textContent, "1 number");
  assert.ok(redsOf(find(".lv-sample canvas")).length > 0);
  assert.equal(view.element.querySelectorAll(".lv-price").length, 1);
  view.close();
});
