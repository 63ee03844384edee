// Compare, side by side, without a page: the shared frame, what the link says, pairs of models image by image, the
// signed difference, what a question hides, and whose picture is painted first.
import assert from "node:assert/strict";
import { test } from "node:test";
import { paintDifference } from "../../live/engine/comparing/difference.js";
import {
  codeAt,
  ellipseOf,
  inFrame,
  lifted,
  onPlane,
  priorOf,
  sharedFrame,
} from "../../live/engine/comparing/frame.js";
import { nearestShown, pinned } from "../../live/engine/comparing/nearest_place.js";
import { klOfImages, mostChanged, overlaps, paired, verdictOf } from "../../live/engine/comparing/pairs.js";
import { chosenOf, guessOf, written, zoomOf } from "../../live/engine/comparing/state.js";
import { gaussian, seeded } from "../../live/engine/random.js";
import { drawOver } from "../../live/maps/over_points.js";
import { problemOf } from "../../live/parts/comparing/choice.js";
import { subjectOf } from "../../live/parts/comparing/panel_numbers.js";
import { hiddenBy } from "../../live/parts/comparing/question.js";
import { Rounds } from "../../live/parts/comparing/rounds.js";
import { Telling } from "../../live/parts/comparing/telling.js";
import { close } from "./law.mjs";
import "./page.mjs"; // the words

const uniform = seeded(4);
const cloud = (count, latent) => Float32Array.from({ length: count * latent }, () => gaussian(uniform));
const near = (found, wanted, within = 1e-4) => {
  assert.equal(found.length, wanted.length);
  Array.from(wanted).forEach((value, i) => close(found[i], value, within));
};

/** The same codes turned by an angle, and mirrored before it. */
function turnedBy(mu, degrees, mirrored = false) {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const found = new Float32Array(mu.length);
  for (let i = 0; i < mu.length; i += 2) {
    const [x, y] = [mu[i], mirrored ? -mu[i + 1] : mu[i + 1]];
    found[i] = cos * x - sin * y;
    found[i + 1] = sin * x + cos * y;
  }
  return found;
}

test("a turned map is turned back: its points lie on the first one's, and a place is the same for both", () => {
  const mu = cloud(400, 2);
  const frame = sharedFrame(
    [
      { mu, latent: 2 },
      { mu: turnedBy(mu, 143, true), latent: 2 },
    ],
    "turn",
  );
  assert.deepEqual(
    frame.models.map(({ standing }) => standing),
    ["first", "turned"],
  );
  close(frame.models[1].explained, 1, 1e-6);
  assert.ok(frame.models[1].alignment.mirrored);
  near(frame.places[1], frame.places[0]);
  const at = [0.7, -1.2];
  const z = codeAt(frame, 1, at);
  near(onPlane(frame, 1, z), at);
  near(inFrame(frame, 1, z), at);
  near(turnedBy(codeAt(frame, 0, at), 143, true), z);
});

test("maps that have nothing in common are not turned, and say how little it would explain", () => {
  const frame = sharedFrame(
    [
      { mu: cloud(500, 2), latent: 2 },
      { mu: cloud(500, 2), latent: 2 },
    ],
    "turn",
  );
  assert.equal(frame.models[1].standing, "refused");
  assert.ok(frame.models[1].explained < 0.2);
  assert.deepEqual(frame.models[1].alignment.degrees, 0);
});

test("off leaves every map as it is", () => {
  const mu = cloud(50, 2),
    other = turnedBy(mu, 90);
  const frame = sharedFrame(
    [
      { mu, latent: 2 },
      { mu: other, latent: 2 },
    ],
    "off",
  );
  near(frame.places[1], other);
});

test("two and five latents share a plane, in which a hand's place keeps what the plane does not see", () => {
  const five = cloud(300, 5);
  const two = Float32Array.from({ length: 600 }, (_, i) => five[5 * Math.floor(i / 2) + (i % 2)]);
  const frame = sharedFrame(
    [
      { mu: five, latent: 5 },
      { mu: two, latent: 2 },
    ],
    "turn",
  );
  assert.equal(frame.size, 5);
  const base = inFrame(frame, 0, five.subarray(0, 5));
  const at = lifted(frame, 0.4, -0.3, base);
  near(onPlane(frame, 0, codeAt(frame, 0, at)), [0.4, -0.3]);
  assert.equal(codeAt(frame, 1, at).length, 2);
});

test("a posterior's ellipse turns with its map and keeps its area; the prior's rings stay round", () => {
  const mu = cloud(400, 2);
  const frame = sharedFrame(
    [
      { mu, latent: 2 },
      { mu: turnedBy(mu, 30), latent: 2 },
    ],
    "turn",
  );
  const { radii, turn } = ellipseOf(frame, 1, [0.5, 0.1]);
  near(radii, [0.5, 0.1]);
  close(turn, -30, 1e-3);
  const rings = priorOf(frame, 1, { latentDim: 2, prior: null });
  near(
    rings.map(({ rx }) => rx),
    [1, 2],
  );
  near(
    rings.map(({ ry }) => ry),
    [1, 2],
  );
  const learnt = { kind: "of-class", mu: [[0, 0]], logVar: [[0, 0]] };
  assert.equal(priorOf(frame, 0, { latentDim: 2, prior: learnt }).length, 1);
  assert.deepEqual(
    priorOf(frame, 1, { latentDim: 2, prior: learnt }),
    [],
    "a learnt prior is shown in its own axes only",
  );
});

const ABOUT = { count: 10, classes: 3, size: 2, point: 4, labelOf: (point) => point % 3 };

test("a link without a choice opens as it should, and says no more than was chosen", () => {
  const chosen = chosenOf({}, ABOUT);
  assert.deepEqual([chosen.cursor, chosen.point, chosen.align, chosen.label], ["image", 4, "turn", 1]);
  assert.deepEqual(written(chosen), { point: "4" });
});

test("what is chosen survives the link", () => {
  const state = {
    cursor: "place",
    point: "7",
    z: "0.5,-1.2",
    align: "off",
    class: "2",
    without: "0,1",
    shows: "difference",
    tell: "trails",
    guess: "ask",
  };
  assert.deepEqual(written(chosenOf(state, ABOUT)), state);
  assert.deepEqual(guessOf("1.5,-2"), [1.5, -2]);
  assert.equal(guessOf("2"), 2);
  const nonsense = chosenOf({ cursor: "x", point: "99", z: "1", align: "y", tell: "z" }, ABOUT);
  assert.deepEqual(
    [nonsense.cursor, nonsense.point, nonsense.z, nonsense.align, nonsense.tell],
    ["image", 4, null, "turn", null],
  );
});

test("the part that is seen is a centre and half a side, or the whole", () => {
  near(zoomOf("0.5,-1,2"), [0.5, -1, 2]);
  for (const text of [undefined, "", "1,2", "1,2,0", "1,2,-3", "a,b,c"]) assert.equal(zoomOf(text), null);
});

test("over a map lie trails from the other map's places, circles at its own, and a cloud as wide as its prior", () => {
  const said = [];
  const note =
    (name) =>
    (...numbers) =>
      void said.push([name, ...numbers]);
  const context = Object.fromEntries(
    ["beginPath", "moveTo", "lineTo", "fill", "arc", "stroke", "fillRect"].map((name) => [name, note(name)]),
  );
  const of = (name) => said.filter(([found]) => found === name);
  const to = (x, y) => [10 * x, 10 * y];
  const theme = { text: "black", colour: String };
  const [from, own] = [Float32Array.of(0, 0, 1, 1), Float32Array.of(0, 0, 1, 4)];
  const over = {
    cloud: null,
    trails: { from, to: own, indices: [1], labels: null },
    group: { places: own, indices: [0] },
  };
  drawOver(context, to, over, theme);
  assert.deepEqual(of("moveTo"), [["moveTo", 10, 10]]);
  assert.deepEqual(of("lineTo"), [
    ["lineTo", 8, 40],
    ["lineTo", 12, 40],
  ]); // broad where the image is now
  assert.deepEqual(
    of("arc").map(([, x, y]) => [x, y]),
    [[0, 0]],
  );
  assert.equal(of("fillRect").length, 0);
  const cloud = { x: 5, y: 0, rx: 2, ry: 2 };
  drawOver(context, to, { cloud, trails: null, group: { places: own, indices: [] } }, theme);
  const across = of("fillRect").map(([, x]) => (x + 1) / 10);
  const mean = across.reduce((sum, x) => sum + x, 0) / across.length;
  close(mean, 5, 0.2);
  close(Math.sqrt(across.reduce((sum, x) => sum + (x - mean) ** 2, 0) / across.length), 2, 0.15);
});

/** A model of four images, for what is told of it. @param {number[]} near ten neighbours an image @param {number[]} scores */
function told(near, scores, info = {}) {
  const files = { "neighbours.bin": Uint16Array.from(near).buffer, "scores.bin": Float32Array.from(scores).buffer };
  return {
    source: { bytes: async (name) => files[name] },
    model: {
      info: { latentDim: 1, count: 4, likelihood: {}, ...info },
      mu: Float32Array.of(-1, 0, 1, 2),
      logVar: null,
    },
  };
}

test("of more than two models each is told against the first, and its map has its own trails", async () => {
  const ten = Array.from({ length: 40 }, (_, i) => 100 + i);
  const others = ten.map((value, i) => (i >= 30 ? value + 50 : value)); // the last image has new neighbours
  const first = [-5, -6, -7, -8];
  const panes = [
    told(ten, first),
    told(
      ten,
      first.map((score) => score + 2),
    ),
    told(others, first, { prior: {} }),
  ];
  const facts = panes.map(() => ({ bandwidth: "two-dim" }));
  let tell = () => {};
  const said = () => new Promise((done) => (tell = done));
  const all = { data: { seeds: 0.5, facts }, places: [0, 1, 2], fail: assert.ifError };
  const telling = new Telling(panes, ["A", "B", "C"], all, () => tell());
  telling.show("trails");
  await said();
  assert.equal(telling.trails[0], null, "they begin in the first");
  assert.deepEqual([telling.trails[1].from, telling.trails[2].indices[0]], [0, 3]);
  const rows = [...telling.element.querySelectorAll("tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent),
  );
  assert.deepEqual(rows[0].slice(1), ["B", "C"]);
  assert.match(rows[1][1], /^2\.00\s±\s0\.00.*B has more$/);
  assert.match(rows[1][2], /^0\.00\s±\s0\.00.*too close/);
  assert.deepEqual(rows.at(-1).slice(1), ["100%", "75%"]);
  telling.show("clouds");
  await said();
  const clouds = telling.element.textContent;
  assert.equal(telling.element.querySelectorAll("tbody tr").length, 2);
  assert.match(clouds, /0\.\d{4}\s±\s0\.\d{4}/);
  assert.match(clouds, /each of 4 of 4 test images.*C has a goal of its own/);
  telling.close();
});

test("shared neighbours: all, none, one of two", () => {
  const kept = overlaps(Uint16Array.of(1, 2, 0, 2, 0, 1), Uint16Array.of(2, 1, 3, 4, 1, 5), 2);
  near(kept, [1, 0, 0.5]);
  assert.deepEqual(mostChanged(kept, 2), [1, 2]);
});

test("a paired difference and what it means", () => {
  const { mean, error } = paired([1, 2, 3, 6], [0, 1, 2, 3]);
  close(mean, 1.5);
  close(error, 0.5);
  assert.equal(verdictOf({ mean, error }, null), "more");
  assert.equal(verdictOf({ mean: -1.5, error }, null), "less");
  assert.equal(verdictOf({ mean: 0.9, error }, null), "too_close");
  assert.equal(verdictOf({ mean, error }, 2), "like_seeds");
  near(klOfImages(Float32Array.of(0, 0, 1, 0), new Float32Array(4), 2), [0, 0.5]);
});

test("where a copy is brighter and where it is darker have two colours, and no difference is black", () => {
  const pixels = new Uint32Array(3);
  paintDifference(pixels, [255, 0, 128], Float32Array.of(0, 1, 128 / 255), 1);
  const [r, , b] = [pixels[0] & 255, (pixels[0] >> 8) & 255, (pixels[0] >> 16) & 255];
  assert.ok(r > 200 && b < 100, "brighter");
  assert.ok((pixels[1] & 255) < 100 && ((pixels[1] >> 16) & 255) > 200, "darker");
  assert.equal(pixels[2], 0xff000000);
});

test("the nearest image that is shown; a pin's distance, and who lies nearer to the truth", () => {
  const places = Float32Array.of(0, 0, 1, 0, 4, 0, 9, 0);
  assert.equal(nearestShown(places, 0.9, 0, Uint8Array.of(0, 1, 0, 2), new Set()), 1);
  assert.equal(nearestShown(places, 0.9, 0, Uint8Array.of(0, 1, 0, 2), new Set([1])), 0);
  assert.equal(nearestShown(places, 0, 0, Uint8Array.of(1, 1, 1, 1), new Set([1])), -1);
  assert.deepEqual(pinned(places, 0, [3, 0]), { distance: 3, nearer: 0.25 });
});

test("two to four models of the same images can be compared", () => {
  const listed = ["a", "b", "c", "d", "e"].map((id) => ({ id, data: id === "e" ? "clothes" : "digits" }));
  assert.equal(problemOf(["a"], listed), "side.choose.few");
  assert.equal(problemOf(["a", "b"], listed), null);
  assert.equal(problemOf(["a", "e"], listed), "side.choose.data");
  assert.equal(problemOf(["a", "b", "c", "d", "e"], listed), "side.choose.many");
});

test("a panel's numbers are those of the test image or of the drawing; of a place there are none", () => {
  const model = (conditional) => ({ info: { conditional }, labels: Uint8Array.of(5, 6) });
  const chosen = { cursor: "image", point: 1, label: 3 };
  assert.deepEqual(subjectOf(chosen, null, model(false)), { index: 1, label: null });
  assert.deepEqual(subjectOf(chosen, null, model(true)), { index: 1, label: 6 }, "a test image's class is its own");
  const drawn = Float32Array.of(0, 1);
  assert.equal(subjectOf({ ...chosen, cursor: "place" }, drawn, model(false)), null);
  assert.equal(subjectOf({ ...chosen, cursor: "drawing" }, null, model(false)), null);
  const { index, x, label } = subjectOf({ ...chosen, cursor: "drawing" }, drawn, model(true));
  assert.deepEqual([index, x, label], [-1, drawn, 3], "a drawing's is the one that is chosen");
});

test("a question hides what it asks for until somebody has answered", () => {
  const question = { hides: "titles" };
  assert.equal(hiddenBy(question, "ask"), "titles");
  assert.equal(hiddenBy(question, 2), "nothing");
  assert.equal(hiddenBy(question, null), "nothing");
  assert.equal(hiddenBy(null, "ask"), "nothing");
});

test("the picture under the hand is painted first, the others follow when the frame is full", () => {
  const frames = [];
  globalThis.requestAnimationFrame = (act) => frames.push(act);
  globalThis.cancelAnimationFrame = () => {};
  const real = performance.now;
  let now = 0;
  performance.now = () => now;
  const painted = [];
  const rounds = new Rounds(
    4,
    (which) => {
      painted.push(which);
      now += 6;
    },
    () => {},
  );
  rounds.moved(2);
  assert.deepEqual(painted, [2, 0], "two pictures of 6 ms fill a frame");
  frames.shift()();
  assert.deepEqual(painted.slice(2, 4), [1, 3], "then those that wait longest");
  rounds.moved(1);
  assert.equal(painted[4], 1);
  performance.now = real;
});
