// The numbers of odd links: an empty part is no 0, and a number out of bounds becomes the nearest within.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseIndex, parseIndices, parseNumbers, parseWithin } from "../../live/engine/state_text.js";

test("an empty part is not 0", () => {
  for (const text of ["1,", ",1", ",", " , "]) assert.equal(parseNumbers(text, 2), null, text);
  assert.deepEqual([...parseIndices("2,,1", 3)], [2, 1]);
  assert.equal(parseIndex(" ", 3, 2), 2);
});

for (const [text, expected] of [
  ["0.25", 0.25],
  ["-1", 0],
  ["7", 1],
  ["Infinity", 1],
  ["-Infinity", 0],
  ["1e-3", 0.001],
])
  test(`${text} within 0 and 1 is ${expected}`, () => assert.equal(parseWithin(text, 0, 1, 0.5), expected));

for (const text of [undefined, "", " ", "x", "NaN", "1,2", "0,4"])
  test(`${text} is no number, so the given one stands`, () => assert.equal(parseWithin(text, 0, 1, 0.5), 0.5));
