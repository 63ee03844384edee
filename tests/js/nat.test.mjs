// What a nat is: closed forms against known answers and against the area under the curve, and the view's state.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import {
  AREAS,
  addedAt,
  areasOf,
  BITS,
  bellCurve,
  curveOf,
  density,
  entropy,
  kl,
  natsOf,
} from "../../live/engine/nat/bells.js";
import { firstState, held, written } from "../../live/engine/nat/state.js";
import { klNats } from "../../live/engine/nats.js";
import { create } from "../../live/views/nat.js";
import { buttonOf, fire, page, speak } from "./page.mjs";
import { paneOf } from "./pane.mjs";

const STANDARD = { mean: 0, std: 1 };
const BELLS = [STANDARD, { mean: 1, std: 0.5 }, { mean: -2.5, std: 0.02 }, { mean: 5, std: 3 }, { mean: -5, std: 0.3 }];
const near = (a, b, within = 1e-12) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

test("entropies that textbooks know", () => {
  near(entropy(STANDARD), 1.4189385332046727);
  near(entropy({ mean: 7, std: 1 / Math.sqrt(2 * Math.PI * Math.E) }), 0);
  near(entropy({ mean: 0, std: 2 }) - entropy(STANDARD), Math.log(2)); // twice as wide: one bit more
  near(BITS * Math.log(2), 1);
});

test("divergences that can be worked out by hand", () => {
  near(kl(STANDARD, STANDARD), 0);
  near(kl({ mean: 2, std: 1 }, STANDARD), 2); // half the square of the shift
  near(kl({ mean: 0, std: 2 }, STANDARD), 1.5 - Math.log(2));
  near(kl(STANDARD, { mean: 0, std: 2 }), Math.log(2) - 0.375);
  near(kl({ mean: 1, std: 0.5 }, STANDARD), Math.log(2) + 0.125);
});

test("the divergence to the prior is the one of a VAE's objective", () => {
  for (const q of BELLS) near(kl(q, STANDARD), klNats([q.mean], [2 * Math.log(q.std)])[0], 1e-9);
});

test("each number is the area under its curve", () => {
  for (const q of BELLS)
    for (const p of BELLS)
      for (const area of AREAS) {
        const { above, below } = areasOf(curveOf(area, q, p));
        const exact = natsOf(area, q, p);
        near(above - below, exact, 2e-4 * (1 + above + below));
      }
});

test("a bell holds one", () => {
  for (const q of BELLS) near(areasOf(bellCurve(q, STANDARD)).above, 1, 1e-4);
});

test("a divergence is never below 0, though its curve is", () => {
  const q = BELLS[1];
  assert.ok(areasOf(curveOf("forward", q, STANDARD)).below > 0.01);
  for (const a of BELLS) for (const b of BELLS) assert.ok(kl(a, b) >= 0);
});

test("where the bells cross, nothing is added", () => {
  const [q, p] = [
    { mean: -1, std: 1 },
    { mean: 1, std: 1 },
  ];
  near(density(q, 0), density(p, 0));
  near(addedAt("forward", q, p, 0), 0);
  near(addedAt("backward", q, p, 0), 0);
});

const PANE = { state: {}, data: { start: { point: 3 } }, model: { info: { count: 10, latentDim: 2 } } };

test("the view opens on two free bells, and a link on what it names", () => {
  const first = firstState(PANE);
  assert.deepEqual(first, { real: false, q: BELLS[1], p: STANDARD, area: "forward", point: 3, dim: 0 });
  const named = firstState({ ...PANE, state: { of: "image", point: "7", dim: "1", area: "entropy", q: "-1.5,0.25" } });
  assert.deepEqual(named, { ...first, real: true, point: 7, dim: 1, area: "entropy", q: { mean: -1.5, std: 0.25 } });
});

test("what makes no sense in a link is as if it were not there, and a bell stays on the axis", () => {
  const odd = { of: "x", point: "10", dim: "2", area: "x", q: "1", p: "1,b" };
  assert.deepEqual(firstState({ ...PANE, state: odd }), firstState(PANE));
  assert.deepEqual(held({ mean: 9, std: 0 }), { mean: 5, std: 0.02 });
  assert.deepEqual(firstState({ ...PANE, state: { p: "-9,-1" } }).p, { mean: -5, std: 0.02 });
});

test("the link names what is on the screen", () => {
  const state = firstState(PANE);
  assert.deepEqual(written(state), { area: "forward", q: "1,0.5", p: "0,1" });
  assert.deepEqual(written({ ...state, real: true }), { of: "image", area: "forward", point: "3", dim: "0" });
  for (const one of [state, { ...state, real: true, point: 4, dim: 1 }]) {
    const again = firstState({ ...PANE, state: written(one) });
    assert.deepEqual(written(again), written(one));
  }
});

beforeEach(() => {
  speak();
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

/** The view over four test images, and what it wrote into the address. */
async function viewOf(state = {}) {
  const pane = paneOf({ info: { image: [1, 2, 2], title: "VAE" }, state });
  const written = [];
  const std = [1, 0.5, 0.5, 1, 0.1, 0.2, 1, 1];
  Object.assign(pane.model, {
    logVar: null,
    whole: Promise.resolve(),
    stdOf: (i) => std.slice(2 * i, 2 * i + 2),
    nameOf: () => "two",
    show: () => {},
    loadLatents: async () => (pane.model.logVar = new Float32Array(8)),
  });
  const thumbs = { real: false, coming: false, called: () => "two", colour: () => "", one: async () => null };
  const view = create({ ...pane, thumbs, write: (one) => written.push(one), say: () => {}, fail: assert.fail });
  page.resize(view.element.querySelector(".lv-bells"), 1028, 600);
  await view.ready;
  return { ...view, written, handle: (name) => handleOf(view.element, name) };
}

/** @param {string} name what a screen reader calls it */
function handleOf(element, name) {
  return element.querySelectorAll(".lv-handle").find((one) => one.getAttribute("aria-label") === name);
}

test("a hand drags a bell by its middle, which does not jump to it, and by its side", async () => {
  const { handle, written, element } = await viewOf();
  const middle = handle("Middle of q"); // at 1: pixel 614 of 14 to 1014, 100 a unit
  fire(middle, "pointerdown", { pointerId: 1, isPrimary: true, clientX: 620 });
  fire(middle, "pointermove", { pointerId: 1, clientX: 520 });
  fire(middle, "pointerup", { pointerId: 1 });
  fire(middle, "pointermove", { pointerId: 1, clientX: 900 });
  assert.deepEqual(written.at(-1), { area: "forward", q: "0,0.5", p: "0,1" });
  const side = handle("Width of p");
  fire(side, "pointerdown", { pointerId: 2, isPrimary: true, clientX: 614 });
  fire(side, "pointermove", { pointerId: 2, clientX: 714 });
  assert.deepEqual(written.at(-1), { area: "forward", q: "0,0.5", p: "0,2" });
  assert.equal(side.getAttribute("aria-valuetext"), "2.00");
  const values = element.querySelectorAll(".lv-area-value").map((one) => one.textContent.replaceAll("\u00a0", " "));
  assert.deepEqual(values, ["0.73 nats = 1.05 bits", "0.92 nats = 1.32 bits", "6.11 nats = 8.82 bits"]);
  assert.match(element.querySelector(".lv-nat-sum").textContent, /: 0\.918 nats\./);
});

test("keys move a bell, and stop where the axis does", async () => {
  const { handle, written } = await viewOf({ q: "4.95,0.5" });
  fire(handle("Middle of q"), "keydown", { key: "ArrowRight", shiftKey: true });
  assert.equal(written.at(-1).q, "5,0.5");
  fire(handle("Width of q"), "keydown", { key: "ArrowDown" });
  assert.equal(written.at(-1).q, "5,0.45");
});

test("a number that a lesson hides is hidden from a screen reader too", async () => {
  const { handle, element } = await viewOf();
  const said = () => element.querySelector(".lv-bells").getAttribute("aria-label");
  assert.match(said(), /q: middle 1\.00, width 0\.50\. p: .*: 0\.82 nats\.$/);
  element.querySelector(".lv-nat-sum").checkVisibility = () => false;
  fire(handle("Middle of q"), "keydown", { key: "ArrowLeft" });
  assert.match(said(), /^q: middle 0\.90, width 0\.50\. p: middle 0\.00, width 1\.00\.$/);
});

test("a real code is its posterior against the prior, cannot be dragged, and its bells can be taken", async () => {
  const { element, written, handle } = await viewOf({ of: "image", point: "2", dim: "1" });
  const shown = () => element.querySelectorAll(".lv-nat-choice .lv-chip").map((chip) => chip.textContent);
  assert.deepEqual(shown(), ["z₁: 3.81", "z₂: 3.13"]); // means 2 and 2, widths 0.1 and 0.2
  fire(handle("Middle of q"), "pointerdown", { pointerId: 1, isPrimary: true, clientX: 620 });
  fire(handle("Middle of q"), "keydown", { key: "ArrowRight" });
  assert.deepEqual(written, []);
  buttonOf(element, "Next image").click();
  assert.deepEqual(written.at(-1), { of: "image", area: "forward", point: "3", dim: "1" });
  buttonOf(element, "Next image").click();
  assert.equal(written.at(-1).point, "0");
  buttonOf(element, "Two bells of your own").click();
  assert.deepEqual(written.at(-1), { area: "forward", q: "0,0.5", p: "0,1" });
});
