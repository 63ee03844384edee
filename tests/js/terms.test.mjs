// Where the card of a word lies: beside the word, inside the screen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { placeBeside } from "../../live/shell/terms.js";

const card = { width: 320, height: 300 },
  phone = { width: 390, height: 844 };
const word = (left, top) => ({ left, top, bottom: top + 20, width: 60, height: 20 });

test("it begins under its word", () => {
  assert.deepEqual(placeBeside(word(30, 100), card, phone), { left: 30, top: 128 });
});

test("it keeps off both edges", () => {
  assert.equal(placeBeside(word(300, 100), card, phone).left, 390 - 320 - 8);
  assert.equal(placeBeside(word(-20, 100), card, phone).left, 8);
});

test("it lies over a word that is too low for it, and never above the screen", () => {
  assert.equal(placeBeside(word(30, 700), card, phone).top, 700 - 8 - 300);
  assert.equal(placeBeside(word(30, 200), card, { width: 390, height: 400 }).top, 8);
});
