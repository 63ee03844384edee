// Hands on a map: hover, drag, done, pinch, lasso, wheel and keys become points, zooms and groups.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Gestures, isInside } from "../../live/maps/gestures.js";

/** A place for listeners that stands in for an element of 200 x 100 pixels at (10, 20). */
class Stage {
  constructor() {
    /** @type {Record<string, (event: object) => void>} */
    this.listeners = {};
    this.clientWidth = 200;
    this.clientHeight = 100;
  }
  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }
  getBoundingClientRect() {
    return { left: 10, top: 20, width: 200, height: 100 };
  }
  focus() {}
  setPointerCapture() {}
  /** Fires an event; `x`, `y`: within the element. */
  fire(name, { x = 0, y = 0, ...more } = {}) {
    const event = {
      button: 0,
      pointerId: 1,
      pointerType: "mouse",
      clientX: x + 10,
      clientY: y + 20,
      target: this,
      preventDefault: () => (event.prevented = true),
      ...more,
    };
    this.listeners[name](event);
    return event;
  }
}

globalThis.Element ??= class {};
let stage, calls, gestures;
const handlers = () =>
  Object.fromEntries(
    ["onpoint", "onleave", "onstep", "onzoom", "onpan", "onreset", "onlasso"].map((name) => [
      name,
      (...values) => calls.push([name, ...values]),
    ]),
  );

beforeEach(() => {
  stage = new Stage();
  calls = [];
  gestures = new Gestures(stage, handlers(), { points: true });
});

test("a mouse points without pressing, a finger does not", () => {
  stage.fire("pointermove", { x: 5, y: 6 });
  stage.fire("pointermove", { x: 5, y: 6, pointerType: "touch" });
  assert.deepEqual(calls, [["onpoint", [5, 6], "hover"]]);
});

test("press, move, release: drag, drag, done", () => {
  stage.fire("pointerdown", { x: 1, y: 1 });
  stage.fire("pointermove", { x: 2, y: 2 });
  stage.fire("pointerup", { x: 3, y: 3 });
  assert.deepEqual(calls, [
    ["onpoint", [1, 1], "drag"],
    ["onpoint", [2, 2], "drag"],
    ["onpoint", [3, 3], "done"],
  ]);
});

test("the right button and a second release do nothing", () => {
  stage.fire("pointerdown", { button: 2 });
  stage.fire("pointerup");
  assert.deepEqual(calls, []);
});

test("leaving matters only while nothing is pressed", () => {
  stage.fire("pointerleave");
  stage.fire("pointerdown");
  stage.fire("pointerleave");
  assert.deepEqual(
    calls.map(([name]) => name),
    ["onleave", "onpoint"],
  );
});

test("with Shift a drag moves the map", () => {
  stage.fire("pointerdown", { x: 10, y: 10, shiftKey: true });
  stage.fire("pointermove", { x: 17, y: 4 });
  stage.fire("pointerup", { x: 17, y: 4 });
  assert.deepEqual(calls, [["onpan", 7, -6]]);
});

test("two fingers zoom about their middle", () => {
  stage.fire("pointerdown", { x: 50, y: 50, pointerId: 1, pointerType: "touch" });
  stage.fire("pointerdown", { x: 150, y: 50, pointerId: 2, pointerType: "touch" });
  calls.length = 0;
  stage.fire("pointermove", { x: 250, y: 50, pointerId: 2, pointerType: "touch" });
  assert.deepEqual(calls[0], ["onzoom", [150, 50], 0.5]);
  assert.deepEqual(calls[1], ["onpan", 50, 0]);
  stage.fire("pointerup", { x: 250, y: 50, pointerId: 2, pointerType: "touch" });
  assert.ok(!calls.some(([name, , how]) => name === "onpoint" && how === "done"), "one finger is still down");
});

test("while grouping, a drag draws a line, and the pointer decodes nothing", () => {
  gestures.grouping = true;
  stage.fire("pointermove", { x: 5, y: 5 });
  stage.fire("pointerdown", { x: 0, y: 0 });
  stage.fire("pointermove", { x: 10, y: 0 });
  stage.fire("pointerup", { x: 10, y: 10 });
  assert.deepEqual(calls, [
    [
      "onlasso",
      [
        [0, 0],
        [10, 0],
      ],
      false,
    ],
    [
      "onlasso",
      [
        [0, 0],
        [10, 0],
        [10, 10],
      ],
      true,
    ],
  ]);
});

test("the wheel zooms and the page does not scroll", () => {
  const event = stage.fire("wheel", { x: 30, y: 40, deltaY: -100, deltaMode: 0 });
  assert.equal(event.prevented, true);
  assert.deepEqual(calls[0][1], [30, 40]);
  assert.ok(calls[0][2] < 1);
});

for (const [key, expected] of [
  ["ArrowLeft", ["onstep", -0.1, 0]],
  ["ArrowUp", ["onstep", 0, 0.1]],
  ["+", ["onzoom", [100, 50], 0.8]],
  ["-", ["onzoom", [100, 50], 1.25]],
  ["0", ["onreset"]],
  ["Home", ["onreset"]],
])
  test(`the key ${key}`, () => {
    const event = stage.fire("keydown", { key });
    assert.deepEqual(calls, [expected]);
    assert.equal(event.prevented, true);
  });

test("other keys, shortcuts and keys of a button within are left alone", () => {
  for (const event of [{ key: "a" }, { key: "ArrowLeft", ctrlKey: true }, { key: "ArrowLeft", target: {} }])
    stage.fire("keydown", event);
  assert.deepEqual(calls, []);
});

test("a map that only shows zooms, but nobody moves a point on it", () => {
  gestures = new Gestures(stage, handlers(), { points: false });
  stage.fire("pointermove");
  stage.fire("pointerdown");
  stage.fire("pointerup");
  stage.fire("keydown", { key: "ArrowLeft" });
  assert.deepEqual(calls, []);
  stage.fire("keydown", { key: "+" });
  assert.equal(calls.length, 1);
});

test("inside of a line: a square, a C, and a line that is none", () => {
  const square = [
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 4],
  ];
  const c = [
    [0, 0],
    [4, 0],
    [4, 1],
    [1, 1],
    [1, 3],
    [4, 3],
    [4, 4],
    [0, 4],
  ];
  assert.equal(isInside([2, 2], square), true);
  assert.equal(isInside([5, 2], square), false);
  assert.equal(isInside([2, 2], c), false);
  assert.equal(isInside([0.5, 2], c), true);
  assert.equal(isInside([0, 0], []), false);
  assert.equal(isInside([0, 0], [[1, 1]]), false);
});
