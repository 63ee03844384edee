// Links: what the address holds becomes a view's state and back, and what is wrong in it becomes the default.
import assert from "node:assert/strict";
import test from "node:test";

import { parseIndex, parseIndices, parseNumbers, writeIndices, writeNumbers } from "../../live/engine/state_text.js";

for (const [text, expected] of [
  ["1,2", [1, 2]],
  ["-0.5,1e-1", [-0.5, 0.1]],
  ["1", null],
  ["1,2,3", null],
  ["1,x", null],
  ["1,NaN", null],
  ["1,Infinity", null],
  ["", null],
  [undefined, null],
])
  test(`numbers in “${text}”`, () => {
    const found = parseNumbers(text, 2);
    assert.deepEqual(found && Array.from(found, (v) => Number(v.toFixed(6))), expected);
  });

test("numbers are written with three digits and no −0", () => {
  assert.equal(writeNumbers([1.23456, -0.0001, 3]), "1.235,0,3");
});

for (const [text, expected] of [
  ["0,2", [0, 2]],
  ["2,2", [2]],
  ["3", []],
  ["-1", []],
  ["1.5", []],
  ["none", []],
  [undefined, []],
])
  test(`indices in “${text}”`, () => assert.deepEqual([...parseIndices(text, 3)], expected));

test("an index or the default", () => {
  assert.equal(parseIndex("2", 3, 0), 2);
  assert.equal(parseIndex("3", 3, 1), 1);
  assert.equal(parseIndex(undefined, 3, 1), 1);
});

test("indices rise, and none has a word", () => {
  assert.equal(writeIndices(new Set([10, 2, 0])), "0,2,10");
  assert.equal(writeIndices([]), "none");
});
