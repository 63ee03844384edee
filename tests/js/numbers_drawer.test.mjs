// Numbers and code, the sheet: opened and closed by hand, key and link; what it shows; the picture of pixels; the program.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { buttonOf, fire, page, redsOf, settled, speak } from "./page.mjs";

const { base64, bytesOf, filled } = await import("../../live/parts/numbers/copy.js");
const { dearestOf, HeatMap, inkOf, shadesOf, stepTo } = await import("../../live/parts/numbers/heat_map.js");
const { NumbersDrawer } = await import("../../live/parts/numbers/drawer.js");
const { t } = await import("../../live/words/words.js");
const { decoder, encoder, paneWith } = await import("./parts.mjs");
const { parsePart } = await import("../../live/engine/network.js");
const { MomentNumbers } = await import("../../live/parts/training/moment_numbers.js");

const LIKELIHOOD = { name: "bernoulli", pixelStd: 1 };
const term = (name, sign, weight = 1, symbol = "") => ({ name, sign, weight, symbol });
const excerpt = {
  file: "models/objectives.py",
  lines: [
    [7, "def f():"],
    [9, "    return 1"],
  ],
  on: [9],
};
const OBJECTIVE = {
  terms: [term("log_likelihood", 1), term("kl", -1, 4, "β")],
  likelihood: LIKELIHOOD,
  capacity: 0,
  kernel: 4,
};
const CODE = {
  objective: OBJECTIVE,
  code: { log_likelihood: [excerpt], kl: [excerpt], objective: [excerpt] },
  programs: [{ ...OBJECTIVE, titles: ["A program"], form: "CE + 4 KL", scale: 1, dropped: 0, own: true }],
  batch: 3,
  snippet: "x = '<<IMAGE>>', '<<DRAWS>>', <<LABEL>>, <<INDEX>>",
  film: "place <<PLACE>>",
};

beforeEach(() => speak());

function drawer({ state = {}, code = CODE, stochastic = true } = {}) {
  const { manifest, weights } = encoder({ stochastic });
  const files = { "code.json": code, "encoder.json": manifest, "encoder.bin": weights };
  const pane = { ...paneWith({ files, info: { stochastic } }), state, fail: (error) => assert.fail(error) };
  pane.data.code = "code.json";
  pane.model.latents = Promise.resolve();
  const said = [];
  const made = new NumbersDrawer(pane, { onchange: () => said.push(made.written()) });
  document.body.replaceChildren(made.button, made.element);
  return { made, said, pane };
}

/** Until what is shown is there: its rest, its files and its slices. */
async function shown(made, seed = "0") {
  for (let i = 0; i < 60 && made.element.dataset.seed !== seed; i++) await new Promise((done) => setTimeout(done, 20));
  await settled();
}

test("the button opens it and takes the focus in, Esc closes it and gives it back", () => {
  const { made, said } = drawer();
  assert.ok(made.element.hidden);
  made.button.click();
  assert.ok(!made.element.hidden);
  assert.equal(made.button.getAttribute("aria-expanded"), "true");
  assert.equal(document.activeElement, made.title);
  fire(made.title, "keydown", { key: "Escape" });
  assert.ok(made.element.hidden);
  assert.equal(document.activeElement, made.button);
  assert.deepEqual(said, [{ numbers: "1" }, {}]);
  made.close();
});

test("a link opens it and leaves the focus where it is; another's Esc leaves it open", () => {
  const before = document.createElement("canvas");
  before.focus();
  const { made } = drawer({ state: { numbers: "1" } });
  assert.ok(made.open);
  assert.equal(document.activeElement, before);
  fire(before, "keydown", { key: "Escape" });
  assert.ok(made.open, "a pad's own key");
  made.close();
});

test("nothing is fetched before it is open, and then the numbers of the image at hand are there", async () => {
  const { made, pane } = drawer();
  let asked = 0;
  const { json } = pane.source;
  pane.source.json = (name) => {
    asked++;
    return json(name);
  };
  made.show({ index: 1, label: null });
  await new Promise((done) => setTimeout(done, 150));
  assert.equal(asked, 0);
  made.button.click();
  await shown(made);
  const values = made.element.querySelectorAll("output").map((one) => one.textContent);
  const [likelihood, kl, total] = values.map((text) => Number.parseFloat(text.replace("−", "-")));
  assert.ok(Math.abs(total - (likelihood - 4 * kl)) < 0.06, values.join());
  assert.match(made.element.textContent, /this model's own script/);
  assert.match(made.element.textContent, /8 draws: −\d/);
  assert.equal(made.element.querySelectorAll("mark").length, 3);
  made.close();
});

test("draw again draws other codes, of the same image", async () => {
  const { made } = drawer({ state: { numbers: "1" } });
  made.show({ index: 0, label: null });
  await shown(made);
  const list = made.element.querySelectorAll(".lv-draws")[0];
  const before = list.textContent;
  assert.equal(list.children.length, 8);
  buttonOf(made.element, t("numbers.again")).click();
  await shown(made, "1");
  assert.notEqual(list.textContent, before);
  made.close();
});

test("a deterministic model has one code, and nothing draws it again", async () => {
  const code = { ...CODE, objective: { ...OBJECTIVE, terms: [term("log_likelihood", 1)] }, programs: [] };
  const { made } = drawer({ state: { numbers: "1" }, code, stochastic: false });
  made.show({ index: 0, label: null });
  await shown(made);
  assert.match(made.element.textContent, /takes no chances/);
  assert.equal(made.element.querySelectorAll("output").length, 2);
  assert.throws(() => buttonOf(made.element, t("numbers.again")));
  made.close();
});

test("a training that runs has the numbers of its moment: of the picked image, by the weights of now", async () => {
  const [coded, decoded] = [encoder(), decoder()];
  const moment = (weight) => ({
    ...CODE,
    objective: { ...OBJECTIVE, terms: [term("log_likelihood", 1), term("kl", -1, weight, "β")] },
    programs: [],
    snippet: "",
    codes: [
      [0, 1],
      [1, 0],
    ],
  });
  const files = {
    "jobs/a/9-code.json": moment(0.5),
    "jobs/a/18-code.json": moment(2),
    "jobs/a/encoder.json": coded.manifest,
    "jobs/a/9-encoder.bin": coded.weights,
    "jobs/a/18-encoder.bin": coded.weights,
    "jobs/a/test-0.bin": new Uint8Array(20).buffer,
    "jobs/a/test-2.bin": new Uint8Array(20).fill(255).buffer,
  };
  const asked = [];
  const give = (gone) => async (name) => {
    asked.push(name);
    return files[name] ?? gone;
  };
  const source = { json: give(null), bytes: give(new ArrayBuffer(0)) };
  const job = { image: [1, 4, 5], latent_dim: 2, conditional: false, stochastic: true, class_names: ["a", "b"] };
  const numbers = new MomentNumbers({ source, fail: (error) => assert.fail(error) }, job);
  const { drawer: made } = numbers;
  document.body.replaceChildren(made.button, made.element);
  const part = parsePart(decoded.manifest, decoded.weights);
  const until = async (index, weight) => {
    for (
      let i = 0;
      i < 100 && !(made.element.dataset.shown === index && made.objective.includes(`"weight":${weight}`));
      i++
    )
      await new Promise((done) => setTimeout(done, 20));
    await settled();
    const values = made.element.querySelectorAll("output").map((one) => one.textContent.replace("−", "-"));
    return values.slice(0, 3).map((text) => Number.parseFloat(text));
  };
  numbers.show("jobs/a/9-decoder.bin", part, [0, 0, 1]);
  await settled();
  assert.deepEqual(asked, [], "nothing is fetched before it is open");
  made.button.click();
  const [first, kl, total] = await until("0", 0.5);
  assert.ok(Math.abs(total - (first - 0.5 * kl)) < 0.06);
  assert.match(made.element.textContent, /test image 0: a.*When it is trained/s);
  numbers.pick(2);
  assert.notEqual((await until("2", 0.5))[0], first);
  assert.match(made.element.textContent, /test image 2: b/);
  numbers.show("jobs/a/18-decoder.bin", part, [0, 0, 1]);
  const [now, paid, sum] = await until("2", 2);
  assert.ok(Math.abs(sum - (now - 2 * paid)) < 0.06, "its beta has risen");
  numbers.show("jobs/a/27-decoder.bin", part, [0, 0, 1]); // it has gone on: no word of it
  await new Promise((done) => setTimeout(done, 150));
  assert.equal(asked.filter((name) => name === "jobs/a/encoder.json").length, 1);
  numbers.close();
});

test("an objective that has no form for a single image says so", async () => {
  const code = { ...CODE, objective: { ...OBJECTIVE, terms: null }, code: { objective: [excerpt] } };
  const { made } = drawer({ state: { numbers: "1" }, code });
  made.show({ index: 0, label: null });
  await shown(made);
  assert.ok(made.element.textContent.includes(t("numbers.no_form")));
  assert.deepEqual(
    made.element.querySelectorAll("output").map((one) => one.textContent),
    [t("numbers.none")],
  );
  made.close();
});

test("without an image it says what to wait for", () => {
  const { made } = drawer({ state: { numbers: "1" } });
  made.show(null);
  assert.ok(!made.nothing.hidden);
  made.show({ index: 0, label: null });
  assert.ok(made.nothing.hidden);
  made.close();
});

test("a drawing's own grey levels go into the program, with its draws", async () => {
  const { made } = drawer({ state: { numbers: "1" } });
  const x = Float32Array.from({ length: 20 }, (_, i) => i / 20);
  made.show({ index: -1, x, name: "mine", label: null });
  await shown(made);
  const program = made.contents.program.textContent;
  assert.ok(program.includes(base64(Uint8Array.from(x, (v) => Math.round(255 * v)))));
  assert.match(program, /, 0, -1$/);
  assert.ok(made.element.textContent.includes("mine"));
  made.close();
});

test("bytes: float32, little-endian, as base64", () => {
  assert.deepEqual([...bytesOf([Float32Array.of(1), Float32Array.of(-2)])], [0, 0, 128, 63, 0, 0, 0, 192]);
  assert.equal(base64(Uint8Array.of(0, 255, 16)), "AP8Q");
  const filling = { levels: Uint8Array.of(1), eps: [], prior: [], label: 3, index: 4, place: 5 };
  assert.equal(filled("<<IMAGE>> <<LABEL>> <<INDEX>> <<PLACE>> <<NOBODY>>", filling), "AQ== 3 4 5 ");
});

test("shades: nothing where nothing is lost, all where most is", () => {
  assert.deepEqual([...shadesOf([0, -1, -4], 0)], [0, 0.5, 1]);
  assert.deepEqual([...shadesOf([0, 0], 0)], [0, 0]);
  assert.deepEqual([...shadesOf([1.5, 0.5, -2.5], 1.5)], [0, 0.5, 1], "a density may be above 1");
  assert.equal(dearestOf([-1, -3, -2]), 1);
});

test("keys go from pixel to pixel and stay inside", () => {
  const key = (name, shiftKey = false) => ({ key: name, shiftKey });
  assert.equal(stepTo(6, key("ArrowRight"), 4, 5), 7);
  assert.equal(stepTo(6, key("ArrowUp"), 4, 5), 1);
  assert.equal(stepTo(6, key("ArrowDown", true), 4, 5), 16);
  assert.equal(stepTo(5, key("ArrowLeft"), 4, 5), 5);
  assert.equal(stepTo(5, key("Tab"), 4, 5), null);
});

test("the picture of pixels tells the figures of the one under the key or the pointer", () => {
  const said = [];
  const heat = new HeatMap([1, 2, 2], (text) => said.push(text));
  heat.show({ x: [0, 1, 0.93, 0], p: [0, 1, 0.88, 0.5], nats: [0, 0, -0.27, -0.69], best: 0 });
  assert.match(heat.text.textContent, /Row 2, column 2: x 0.00, p 0.50: −0.69/, "it opens on the dearest");
  fire(heat.canvas, "keydown", { key: "ArrowLeft" });
  assert.match(said[0], /Row 2, column 1: x 0.93, p 0.88: −0.27/);
  page.resize(heat.canvas, 100, 100);
  fire(heat.canvas, "pointermove", { clientX: 60, clientY: 10 });
  assert.match(heat.text.textContent, /Row 1, column 2/);
  assert.equal(said.length, 1, "the pointer says nothing aloud");
  assert.equal(redsOf(heat.canvas).length, 4);
});

test("a computed colour as three numbers", () => {
  assert.deepEqual(inkOf("rgb(1, 20, 255)"), [1, 20, 255]);
  assert.deepEqual(inkOf("color(srgb 1 0 0)"), [128, 128, 128]);
});
