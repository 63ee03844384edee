// What a hand chooses and reads: elements, toggles, classes, mixtures, codes in words, columns of nats, spoken words.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { ClassChoice } from "../../live/parts/codes/class_choice.js";
import { Mixer } from "../../live/parts/codes/mixer.js";
import { announcer, arrowStep, button, h, latentName, toggles, vectorText } from "../../live/parts/dom.js";
import { showKlBars } from "../../live/parts/training/kl_bars.js";
import { buttonOf, fire, speak } from "./page.mjs";
import { paneWith } from "./parts.mjs";

beforeEach(() => {
  speak();
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

const pressed = (element) => element.querySelectorAll("button").map((one) => one.getAttribute("aria-pressed"));

test("an element has its attributes, listeners and children; what is not there leaves nothing", () => {
  let clicks = 0;
  const element = h(
    "p",
    {
      class: "a",
      hidden: false,
      title: null,
      disabled: true,
      "aria-pressed": false,
      tabindex: 0,
      onclick: () => clicks++,
    },
    "text ",
    null,
    false,
    h("b", {}, "bold"),
  );
  fire(element, "click");
  assert.equal(element.textContent, "text bold");
  assert.deepEqual(Object.fromEntries(element.attributes), {
    class: "a",
    disabled: "",
    "aria-pressed": "false",
    tabindex: "0",
  });
  assert.equal(clicks, 1);
  assert.equal(button("Go", () => {}).getAttribute("type"), "button", "it sends no form");
});

test("of single toggles one is on, whatever is pressed; of others any", () => {
  for (const [single, wanted] of [
    [true, [[1], [1], [2]]],
    [false, [[0, 1], [0], [0, 2]]],
  ]) {
    const heard = [];
    const { element } = toggles({
      label: "Classes",
      names: ["a", "b", "c"],
      on: new Set([0]),
      single,
      onchange: (on) => heard.push([...on].sort()),
    });
    for (const name of ["b", "b", "c"]) buttonOf(element, name).click();
    assert.deepEqual(heard, wanted);
    assert.deepEqual(
      pressed(element),
      [0, 1, 2].map((i) => String(wanted[2].includes(i))),
    );
  }
});

test("a code is written in brackets with two digits and a true minus, a long one cut", () => {
  assert.equal(vectorText([0.416, -1.3]), "(0.42, −1.30)");
  assert.equal(vectorText(new Float32Array(6)), `(${Array(6).fill("0.00").join(", ")})`);
  assert.equal(vectorText(new Float32Array(7)), `(${Array(6).fill("0.00").join(", ")}, …)`);
  assert.deepEqual([0, 8, 9, 49].map(latentName), ["z₁", "z₉", "z₁₀", "z₅₀"]);
});

test("arrows step, with Shift in larger steps; with Ctrl, Cmd or Alt they are the browser's", () => {
  assert.deepEqual(arrowStep({ key: "ArrowDown" }), [0, -0.1]);
  assert.deepEqual(arrowStep({ key: "ArrowRight", shiftKey: true }), [0.5, 0]);
  for (const more of ["ctrlKey", "metaKey", "altKey"]) assert.equal(arrowStep({ key: "ArrowUp", [more]: true }), null);
  assert.equal(arrowStep({ key: "x" }), null);
});

test("a screen reader hears the last of many words, once the hand rests, and nothing from a view that is gone", () => {
  const region = h("p");
  const { say, close } = announcer(region);
  for (const text of ["one", "two", "three"]) {
    say(text);
    mock.timers.tick(500);
    assert.equal(region.textContent, "");
  }
  mock.timers.tick(100);
  assert.equal(region.textContent, "three");
  say("four");
  close();
  mock.timers.tick(1000);
  assert.equal(region.textContent, "three");
});

test("one class is chosen; a view that chooses another does not hear of its own choice", () => {
  let changes = 0;
  const choice = new ClassChoice({ ...paneWith(), host: document.body }, 1, () => changes++);
  buttonOf(choice.element, "two").click();
  assert.deepEqual([choice.label, changes, pressed(choice.element)], [2, 1, ["false", "false", "true"]]);
  choice.set(0);
  assert.deepEqual([choice.label, changes, pressed(choice.element)], [0, 1, ["true", "false", "false"]]);
  assert.equal(buttonOf(choice.element, "two").style["--class"], "blue");
});

test("a second class and its share are told as numbers; a mixture says that nobody was trained for it", () => {
  const heard = [];
  const mixer = new Mixer(["zero", "one", "two"], { other: 2, share: 0.25 }, (change) => heard.push(change));
  const [select, slider] = [mixer.element.querySelector("select"), mixer.element.querySelector("input")];
  assert.ok(select.children[2].attributes.has("selected"));
  assert.equal(slider.value, "0.25");
  select.value = "1";
  fire(select, "change");
  slider.value = "0.5";
  fire(slider, "input");
  assert.deepEqual(heard, [{ other: 1 }, { share: 0.5 }]);
  mixer.show(true);
  assert.equal(mixer.note.textContent, "never seen in training");
  mixer.show(false);
  assert.equal(mixer.note.textContent, "");
});

test("few latents have a decimal and a name over and under their columns, many have columns alone", () => {
  const box = h("div");
  const textsOf = (count) => {
    showKlBars(box, Array(count).fill(1.26));
    return box.querySelectorAll("span").map((span) => span.textContent);
  };
  assert.deepEqual(textsOf(2), ["1.3", "z₁", "1.3", "z₂"]);
  assert.deepEqual([textsOf(8)[0], ...textsOf(9).slice(0, 2)], ["1.3", "1", "z₁"]);
  assert.deepEqual(textsOf(17), []);
  assert.equal(box.querySelectorAll("i").length, 17);
  assert.equal(box.querySelectorAll(".lv-column")[16].title, "z₁₇: 1.260\u00a0nats");
  showKlBars(box, []);
  assert.ok(box.hidden);
});
