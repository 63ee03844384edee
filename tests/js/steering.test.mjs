// The hands of a training: who has them, what each sends, settings, kept epochs, and Cancel, which asks first.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { h } from "../../live/parts/dom.js";
import { Steering } from "../../live/parts/training/steering.js";
import { buttonOf, fire, speak } from "./page.mjs";

beforeEach(() => {
  speak();
  document.activeElement = null;
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

const job = (changes = {}) => ({
  status: "running",
  slow: false,
  epochs: 10,
  epoch: 3,
  kept: [],
  learning_rate: 1e-3,
  weight: null,
  ...changes,
});
function steering(changes, mine = true) {
  const sent = [];
  const hands = new Steering((command) => sent.push(command));
  hands.show(job(changes), mine);
  return { hands, sent };
}

test("only its owner steers a training, and only while it runs", () => {
  assert.equal(steering({}).hands.element.hidden, false);
  assert.equal(steering({}, false).hands.element.hidden, true);
  for (const status of ["done", "failed", "cancelled"]) assert.equal(steering({ status }).hands.element.hidden, true);
});

test("Pause becomes Go on, and each sends its own command", () => {
  const { hands, sent } = steering({});
  buttonOf(hands.element, "Pause").click();
  hands.show(job({ status: "paused" }), true);
  buttonOf(hands.element, "Go on").click();
  buttonOf(hands.element, "One step").click();
  buttonOf(hands.element, "Slow motion").click();
  assert.deepEqual(
    sent.map(({ command }) => command),
    ["pause", "resume", "step", "slow"],
  );
  hands.show(job({ slow: true }), true);
  assert.equal(buttonOf(hands.element, "Slow motion").getAttribute("aria-pressed"), "true");
});

test("a setting is halved and doubled from its whole value, and shown with two digits, in the words of the field", () => {
  assert.ok(
    steering({ weight: { name: "beta", value: 4 } }).hands.knobs[1].element.hidden,
    "simple words know no beta",
  );
  speak("field");
  const { hands, sent } = steering({ learning_rate: 0.00123456, weight: { name: "beta", value: 4 } });
  const [rate, beta] = hands.knobs;
  assert.deepEqual([rate.shown.textContent, beta.name.textContent], ["0.0012", "beta"]);
  buttonOf(rate.element, "halve").click();
  buttonOf(beta.element, "double").click();
  assert.deepEqual(sent, [
    { change: "learning_rate", value: 0.00061728 },
    { change: "beta", value: 8 },
  ]);
  assert.equal(buttonOf(beta.element, "double").getAttribute("aria-label"), "Double beta");
});

test("a setting that the family has not, or that the page does not know, has no knob", () => {
  assert.ok(steering({}).hands.knobs[1].element.hidden);
  assert.ok(steering({ weight: { name: "gamma", value: 1 } }).hands.knobs[1].element.hidden);
});

test("keeping an epoch is answered at once, and again when it is kept; before the first there is none", () => {
  const { hands, sent } = steering({});
  buttonOf(hands.element, "Keep this epoch").click();
  assert.deepEqual([sent, hands.kept.textContent], [[{ command: "keep_epoch" }], "Epoch 3 will be kept for the film."]);
  hands.show(job({ epoch: 4, kept: [3] }), true);
  assert.equal(hands.kept.textContent, "Epoch 3 is kept for the film.");
  assert.equal(steering({ epoch: undefined }).hands.keep.disabled, true);
});

test("Cancel asks first, with the hand on the safe answer", () => {
  const { hands, sent } = steering({});
  const { button: cancel, question, no } = hands.cancel;
  assert.deepEqual([question.hidden, cancel.hidden], [true, false]);
  cancel.click();
  assert.deepEqual([question.hidden, cancel.hidden, document.activeElement], [false, true, no]);
  document.activeElement.click();
  assert.deepEqual([question.hidden, document.activeElement, sent], [true, cancel, []]);
  cancel.click();
  buttonOf(question, "Yes").click();
  assert.deepEqual(sent, [{ command: "cancel" }]);
});

test("the question goes by itself after five seconds, by Escape, and with the training's end", () => {
  const { hands, sent } = steering({});
  const { button: cancel, question } = hands.cancel;
  const ways = [
    () => mock.timers.tick(5000),
    () => fire(question, "keydown", { key: "Escape" }),
    () => hands.show(job({ status: "done" }), true),
  ];
  for (const way of ways) {
    hands.show(job(), true);
    cancel.click();
    assert.equal(question.hidden, false);
    way();
    assert.equal(question.hidden, true);
  }
  assert.deepEqual(sent, []);
});

test("a question that goes by itself takes nobody's hand from somewhere else", () => {
  const { hands } = steering({});
  hands.cancel.button.click();
  const elsewhere = h("input");
  elsewhere.focus();
  mock.timers.tick(5000);
  assert.equal(document.activeElement, elsewhere);
});
