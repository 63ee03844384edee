// The parts of a page that show pictures of a model: neighbours, groups, strips, samples, sliders, a drawing's landing.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { movedTo } from "../../live/engine/directions.js";
import { sampleCodes } from "../../live/engine/samples.js";
import { TRAVERSAL } from "../../live/engine/traversal.js";
import { factorAxis, latentAxis } from "../../live/parts/codes/axes_of_codes.js";
import { AxisSlider } from "../../live/parts/codes/axis_slider.js";
import { Filmstrip, mixed, STEPS, shareOfStep } from "../../live/parts/codes/filmstrip.js";
import { Group } from "../../live/parts/codes/group.js";
import { Landing } from "../../live/parts/codes/landing.js";
import { Near } from "../../live/parts/codes/near.js";
import { SAMPLES, SampleGrid } from "../../live/parts/codes/sample_grid.js";
import { Frame } from "../../live/parts/frame.js";
import { Thumbs } from "../../live/parts/thumbs.js";
import { fire, notesOf, redsOf, speak } from "./page.mjs";
import { paneWith } from "./parts.mjs";

const vector = (...values) => Float32Array.from(values);
const nameOf = (frame) => frame.canvas.getAttribute("aria-label");
const press = (frame) => frame.canvas.parentElement.click();
/** Whether a frame shows what the model decodes at z. */
const shows = (frame, model, z, label = null) => assert.deepEqual(redsOf(frame.canvas), [...model.decode(z, label)]);

beforeEach(() => speak());

test("without the data set a test image is the model's copy of it, marked as such, in its class's colour", () => {
  const { model, thumbs } = paneWith();
  const frame = new Frame(model.info.image, { size: "thumb" });
  thumbs.show(frame, 3);
  shows(frame, model, model.muOf(3));
  assert.deepEqual([frame.element.dataset.kind, frame.caption.textContent], ["generated", "one"]);
  assert.equal(frame.element.style["--class"], "green");
});

test("with the sheet it is the image itself, cut from its place", async () => {
  const { model } = paneWith({ files: { "test.webp": new ArrayBuffer(8) } });
  globalThis.createImageBitmap = async () => "sheet";
  const thumbs = new Thumbs(model, "test.webp", () => "green");
  assert.deepEqual([thumbs.real, thumbs.coming], [false, true]);
  await thumbs.load();
  assert.deepEqual([thumbs.real, thumbs.coming], [true, false]);
  const frame = new Frame(model.info.image);
  thumbs.show(frame, 3, "real: one");
  assert.deepEqual(notesOf(frame.canvas, "drawImage")[0].args, ["sheet", 5, 4, 5, 4, 0, 0, 5, 4]);
  assert.equal(frame.element.dataset.kind, "real");
});

test("a sheet that can't be had leaves the copies, and is asked for no more", async () => {
  const { model } = paneWith();
  const fetched = mock.method(model.source, "bytes");
  const thumbs = new Thumbs(model, "test.webp", () => "green");
  await thumbs.load();
  await thumbs.load();
  assert.deepEqual([thumbs.real, thumbs.coming, fetched.mock.callCount()], [false, false, 1]);
});

test("around a code stand the nearest test images, and each can be gone to", () => {
  const pane = paneWith();
  const picked = [];
  const near = new Near(pane, 3, (index) => picked.push(index));
  const spoken = near.show(vector(0.9, 0));
  assert.deepEqual(
    near.frames.map((frame) => frame.caption.textContent),
    ["one", "zero", "two"],
  );
  for (const frame of near.frames) press(frame);
  assert.deepEqual(picked, [1, 0, 2]);
  assert.match(spoken, /^nearest test image: one; .*nearer to a test image than/);
});

test("where nobody is near the sentence warns; back among the codes it does not", () => {
  const near = new Near(paneWith(), 2);
  near.show(vector(50, 50));
  assert.match(near.sentence.textContent, /nobody near/);
  assert.ok(near.sentence.classList.contains("lv-warn"));
  near.show(vector(0, 0));
  assert.ok(!near.sentence.classList.contains("lv-warn"));
});

test("a data set smaller than the row leaves frames out, and an empty one presses nothing", () => {
  const picked = [];
  const near = new Near(paneWith(), 6, (index) => picked.push(index));
  press(near.frames[0]);
  near.show(vector(0, 0));
  assert.deepEqual(
    near.frames.map((frame) => frame.element.hidden),
    [false, false, false, false, true, true],
  );
  assert.deepEqual(picked, []);
});

test("before the codes are there, nothing is said to be near", () => {
  const pane = paneWith();
  pane.model.ready = false;
  const near = new Near(pane, 2);
  assert.equal(near.show(vector(0, 0)), "");
  assert.equal(near.sentence.textContent, "");
});

test("copies are called copies over the row, until the originals are there", async () => {
  const pane = paneWith({ files: { "test.webp": new ArrayBuffer(8) } });
  globalThis.createImageBitmap = async () => "sheet";
  const titleWith = (file) => {
    const thumbs = new Thumbs(pane.model, file, () => "green");
    const near = new Near({ ...pane, thumbs }, 1);
    near.show(vector(0, 0));
    return near.title.textContent;
  };
  assert.match(titleWith(null), /copies/);
  assert.equal(titleWith("test.webp"), "Nearest test images");
});

/** A map's marks by name. */
function mapOfMarks() {
  const marks = {};
  return { marks, mark: (name, mark) => (marks[name] = mark) };
}

test("a group says how many it is, shows the model's image at its mean, and marks that mean", () => {
  const pane = paneWith();
  const map = mapOfMarks();
  const picked = [];
  const group = new Group(pane, (index) => picked.push(index));
  group.show([1, 2], null, map);
  assert.equal(group.element.hidden, false);
  assert.match(group.element.textContent, /^Your group: 2 test images, mean z = \(0.50, 1.50\)/);
  assert.deepEqual(map.marks.mean, { x: 0.5, y: 1.5, text: "mean" });
  assert.deepEqual(redsOf(group.element.querySelector("canvas")), [...pane.model.decode(vector(0.5, 1.5), null)]);
  for (const member of group.element.querySelectorAll("button")) member.click();
  assert.deepEqual(picked, [1, 2]);
  group.show([], null, map);
  assert.deepEqual([group.element.hidden, map.marks], [true, { mean: null, lasso: null }]);
});

test("of a large group twelve are shown, from all over it", () => {
  const pane = paneWith({ info: { count: 1000 } });
  pane.model.mu = new Float32Array(2000);
  pane.model.labels = new Uint8Array(1000);
  for (const count of [13, 23, 1000]) {
    const picked = [];
    const group = new Group(pane, (index) => picked.push(index));
    group.show(
      Array.from({ length: count }, (_, i) => i),
      null,
      mapOfMarks(),
    );
    for (const member of group.element.querySelectorAll("button")) member.click();
    assert.equal(new Set(picked).size, 12);
    assert.ok(picked.at(-1) >= count - count / 12 - 1, `${picked} of ${count}`);
  }
});

const painted = (painters) => {
  for (const paint of painters) paint();
};

test("a strip shows what is decoded on the way, and under it how near test codes are", () => {
  const { model } = paneWith();
  const strip = new Filmstrip({ model }, () => {});
  const codeOf = (step) => vector(10 * shareOfStep(step), 0);
  painted(strip.painters(codeOf, () => null));
  for (const step of [0, 4, STEPS - 1]) shows(strip.decoded[step], model, codeOf(step));
  const captions = strip.decoded.map((frame) => frame.caption.textContent);
  assert.deepEqual([captions[0], captions[1], captions.at(-1)], ["near", "near", "nobody near"]);
  assert.ok(strip.decoded.at(-1).canvas.title.includes("the model guesses"));
  assert.match(nameOf(strip.decoded[2]), /^step 3 of 11, generated/);
});

test("beneath it the two ends are mixed without a model, and say so", () => {
  const { model } = paneWith();
  const strip = new Filmstrip({ model }, () => {});
  const [a, b] = [vector(-2, 1), vector(2, 2)];
  painted(
    strip.painters(
      (step) => (step ? b : a),
      () => null,
    ),
  );
  const [first, last] = [a, b].map((z) => model.decode(z, null).slice());
  assert.deepEqual(redsOf(strip.fade[0].canvas), [...first]);
  assert.deepEqual(redsOf(strip.fade.at(-1).canvas), [...last]);
  assert.deepEqual(redsOf(strip.fade[3].canvas), [...mixed(first, last, 0.3)]);
  assert.equal(strip.fade[3].element.dataset.kind, "mixed");
  assert.equal(strip.fade[3].element.querySelector("button"), null, "there is no code to go to");
});

test("the step that is shown large is marked, also between two; pressing a step asks for it", () => {
  const picked = [];
  const strip = new Filmstrip(paneWith(), (step) => picked.push(step));
  for (const [share, wanted] of [
    [0, 0],
    [0.34, 3],
    [0.36, 4],
    [1, 10],
  ]) {
    strip.choose(share);
    const chosen = strip.decoded.flatMap((frame, step) =>
      frame.element.classList.contains("lv-chosen") ? [step] : [],
    );
    assert.deepEqual(chosen, [wanted]);
  }
  press(strip.decoded[7]);
  assert.deepEqual(picked, [7]);
});

test("twenty samples are drawn from a seed, and the one that is pressed is taken", async () => {
  const pane = paneWith();
  const changes = [];
  const state = { z: vector(0, 0), label: -1, other: 0, share: 0, seed: 3 };
  const grid = new SampleGrid({
    pane: { ...pane, data: { words: { layer: "field" } } },
    state,
    change: (next) => changes.push(next),
  });
  await grid.show(state);
  assert.deepEqual(grid.codes, sampleCodes(SAMPLES, 3, { latentDim: 2 }, null));
  shows(grid.frames[13], pane.model, grid.codes[13]);
  assert.match(nameOf(grid.frames[13]), /^sample 14 of 20/);
  assert.equal(grid.seed.value, "3", "the shuffle's number, in the words of the field");
  press(grid.frames[13]);
  assert.deepEqual(changes.at(-1).z, grid.codes[13]);
});

test("a latent's slider goes with the code, says its value, and a hand or a double click turns it", () => {
  const turned = [];
  const pane = paneWith();
  const slider = new AxisSlider(pane, latentAxis(pane.model.info, 0), (value) => turned.push(value));
  slider.show(vector(-1.25, 9));
  assert.deepEqual([slider.input.value, slider.value.textContent], ["-1.25", "−1.25"]);
  slider.input.value = "2.5";
  fire(slider.input, "input");
  fire(slider.input, "dblclick");
  assert.deepEqual(turned, [2.5, 0]);
  speak("field");
  slider.show(vector(0.5, 0));
  assert.equal(slider.value.textContent, "0.50\u00a0σ");
});

test("its five pictures vary this latent alone, each stands over its place, and is a way to go there", () => {
  const { model } = paneWith();
  const turned = [];
  const slider = new AxisSlider({ model }, latentAxis(model.info, 1), (value) => turned.push(value));
  const z = vector(0.7, -0.2);
  painted(slider.painters(() => ({ z, label: null })));
  slider.frames.forEach((frame, k) => {
    shows(frame, model, vector(0.7, TRAVERSAL[k]));
    press(frame);
  });
  assert.deepEqual(turned, TRAVERSAL);
  assert.deepEqual([...z], [...vector(0.7, -0.2)]);
  assert.equal(slider.frames[2].element.style["--share"], "0.5");
});

test("an unused latent is named as such; nats stand where they are known", () => {
  const headOf = (info, dim) => {
    const pane = paneWith({ info });
    return new AxisSlider(pane, latentAxis(pane.model.info, dim), () => {}).element;
  };
  assert.match(headOf({}, 1).textContent, /unused: 0.001\u00a0nats/);
  assert.ok(headOf({}, 1).classList.contains("lv-dead"));
  assert.match(headOf({}, 0).textContent, /1.5\u00a0nats/);
  assert.ok(!headOf({}, 0).classList.contains("lv-dead"));
  assert.ok(!headOf({ kl: null, dead: [] }, 0).textContent.includes("nats"));
});

test("a factor's slider reads it from the whole code, and moves all of the code until it reads another value", () => {
  const pane = paneWith(),
    turned = [];
  const smile = { name: "smile", bias: 0.5, weights: [0.5, 0.25], step: [1.6, 0.8], low: -1, high: 1, r2: 0.87 };
  const slider = new AxisSlider(pane, factorAxis(smile), (value) => turned.push(value));
  assert.match(slider.element.textContent, /^Smile.*87\s?% of it can be read from a code/);
  slider.show(vector(1, -2));
  assert.equal(slider.value.textContent, "0.50");
  const z = vector(0.3, 0.4);
  painted(slider.painters(() => ({ z, label: null })));
  slider.frames.forEach((frame, k) => {
    shows(frame, pane.model, movedTo(smile, z, [-1, -0.5, 0, 0.5, 1][k]));
    press(frame);
  });
  assert.deepEqual(turned, [-1, -0.5, 0, 0.5, 1]);
  const shares = slider.frames.map((frame) => Number(frame.element.style["--share"]));
  assert.ok(shares[0] > 0.1 && shares[4] < 0.9, "the outer pictures have room");
  assert.equal(shares[2], 0.5);
});

const marked = () => {
  const marks = {};
  return { marks, mark: (name, mark) => (marks[name] = mark) };
};

test("a drawing lands: what the encoder sees of it, its code on the map, and its ellipse", () => {
  const pane = paneWith(),
    map = marked();
  const landing = new Landing({ pane, map });
  const landed = { x: new Float32Array(20).fill(0.5), z: vector(1, 0.1), std: vector(0.2, 0.3) };
  landing.show(landed, null);
  landing.mark(landed, "yours");
  assert.deepEqual(redsOf(landing.seen.canvas), Array(20).fill(128));
  assert.equal(landing.seen.element.dataset.kind, "real");
  assert.equal(landing.nothing.hidden, true);
  assert.equal(map.marks.yours.text, "yours");
  assert.deepEqual(
    [map.marks.yours.x, map.marks.yours.y].map((v) => Number(v.toFixed(3))),
    [1, 0.1],
  );
  assert.deepEqual(
    map.marks.ellipse.radii.map((v) => Number(v.toFixed(3))),
    [0.2, 0.3],
  );
  landing.mark({ ...landed, std: null }, "yours");
  assert.equal(map.marks.ellipse, null, "an encoder without a spread has no ellipse");
});

test("an example says whether it is the test image or its copy, and the next drawing is one's own again", () => {
  const landing = new Landing({ pane: paneWith(), map: marked() });
  const show = (example) => {
    landing.show({ x: new Float32Array(20), z: vector(0, 0), std: null }, example);
    return [landing.seen.element.dataset.kind, landing.seen.caption.textContent];
  };
  assert.deepEqual(show({ real: true, name: "two" }), ["real", "real: two"]);
  assert.deepEqual(show({ real: false, name: "two" }), ["generated", "the model's copy of two"]);
  assert.deepEqual(show(null), ["real", "what the encoder sees"]);
});

test("an empty pad takes back all that was said", () => {
  const map = marked();
  const landing = new Landing({ pane: paneWith(), map });
  landing.show({ x: new Float32Array(20), z: vector(0, 0), std: vector(1, 1) }, null);
  landing.show(null, null);
  landing.mark(null, "yours");
  assert.deepEqual([landing.seen.element.hidden, landing.nothing.hidden], [true, false]);
  assert.deepEqual([map.marks.yours, map.marks.ellipse], [null, null]);
});
