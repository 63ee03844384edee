import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { addressOf, distance, isRight, keptAnswer, shuffled, stepOf } from "../../live/shell/lesson_steps.js";

const FOLDER = new URL("../../live/lessons/en/", import.meta.url);
const CHOICE = { kind: "choice", text: "?", options: ["a", "b", "c"], right: 1 };
const PIN = { kind: "pin", text: "?", truth: [1, -1], within: 0.5 };
const SCALE = { kind: "number", text: "?", low: 0, high: 10, step: 0.5, unit: "", truth: 4, within: 1 };
const ORDER = { kind: "order", text: "?", items: ["x", "y", "z"] };
const DRAW = { kind: "draw", text: "?", truth: "9" };
const DRAWN = { read: "9", picture: "data:image/png;base64,AA==", copy: "data:image/png;base64,AA==" };
const LESSON = {
  title: "t",
  steps: [
    { view: "?model=m&z=1,2", caption: "", hide: ["image", "near"], ask: CHOICE, reveal: { view: null, text: "" } },
    {
      view: "compare?by=side",
      caption: "",
      hide: [],
      ask: PIN,
      reveal: { view: "?tool=path&a={guess}&b=1,-1", text: "" },
    },
    { view: "create", caption: "", hide: [], ask: null, reveal: null },
  ],
};

test("a step is the number of the address, within the lesson", () => {
  const found = ["1", "3", "4", "0", "-1", "x", "1.5", undefined].map((text) => stepOf(LESSON, text));
  assert.deepEqual(found, [1, 3, 3, 1, 1, 1, 1, 1]);
});

test("a view is left out of until the answer is there", () => {
  assert.equal(addressOf(LESSON, "l", 1, null), "./?model=m&z=1%2C2&hide=image%2Cnear&lesson=l&step=1");
  assert.equal(addressOf(LESSON, "l", 1, 2), "./?model=m&z=1%2C2&lesson=l&step=1");
  assert.equal(addressOf(LESSON, "l", 3, null), "./create?lesson=l&step=3");
});

test("a pin goes into the view that it reveals", () => {
  assert.equal(addressOf(LESSON, "l", 2, [0.5, -2]), "./?tool=path&a=0.5%2C-2&b=1%2C-1&lesson=l&step=2");
});

test("what is right", () => {
  assert.deepEqual(
    [0, 1, 2].map((answer) => isRight(CHOICE, answer)),
    [false, true, false],
  );
  assert.deepEqual(
    [
      [1, -1],
      [1.3, -1.3],
      [1.5, -1.5],
    ].map((answer) => isRight(PIN, answer)),
    [true, true, false],
  );
  assert.deepEqual(
    [2.5, 3, 4, 5, 5.5].map((answer) => isRight(SCALE, answer)),
    [false, true, true, true, false],
  );
  assert.deepEqual(
    [
      [0, 1, 2],
      [1, 0, 2],
    ].map((answer) => isRight(ORDER, answer)),
    [true, false],
  );
});

test("a drawing is right where the model takes it for what it was to be", () => {
  assert.deepEqual(
    ["9", "4"].map((read) => isRight(DRAW, { ...DRAWN, read })),
    [true, false],
  );
});

test("a pin of another number of latents is as far off as its missing numbers say", () => {
  assert.equal(distance([], [3, 4]), 5);
});

test("items never stand in their right order at first, and all of them stand there", () => {
  for (const count of [3, 4, 5, 6]) {
    assert.deepEqual([...shuffled(count)].sort(), [...Array(count).keys()]);
    assert.equal(isRight({ ...ORDER, items: Array(count).fill("") }, shuffled(count)), false);
  }
});

test("what was kept is believed where it is an answer", () => {
  const cases = [
    [CHOICE, 2, 2],
    [CHOICE, 3, null],
    [CHOICE, "1", null],
    [CHOICE, undefined, null],
    [PIN, [0, 1], [0, 1]],
    [PIN, [0], null],
    [PIN, [0, null], null],
    [SCALE, 10, 10],
    [SCALE, 11, null],
    [ORDER, [2, 1, 0], [2, 1, 0]],
    [ORDER, "210", null],
    [DRAW, DRAWN, DRAWN],
    [DRAW, { ...DRAWN, copy: "https://elsewhere/x.png" }, null],
    [DRAW, { ...DRAWN, picture: `data:image/png;base64,${"A".repeat(50_000)}` }, null],
    [DRAW, { ...DRAWN, read: 9 }, null],
    [DRAW, null, null],
  ];
  for (const [ask, kept, answer] of cases) assert.deepEqual(keptAnswer(ask, kept), answer);
});

test("every lesson that ships has an address for each step, before and after", () => {
  for (const file of readdirSync(FOLDER)) {
    const lesson = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));
    lesson.steps.forEach(({ ask }, i) => {
      const answers = { choice: 0, pin: [0, 0], number: ask?.low, order: [0, 1, 2], draw: DRAWN };
      for (const answer of ask ? [null, answers[ask.kind]] : [null]) {
        const url = new URL(addressOf(lesson, file.slice(0, -5), i + 1, answer), "http://h/");
        assert.equal(url.searchParams.get("step"), String(i + 1));
        assert.ok(!url.href.includes("guess"), url.href);
      }
    });
  }
});
