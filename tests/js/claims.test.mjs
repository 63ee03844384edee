// The view of claims: what a guess is worth, and how many were right.
import assert from "node:assert/strict";
import { test } from "node:test";
import { markOf, scoreOf } from "../../live/views/claims.js";

test("where the numbers can't tell, only the guess that they can't is right, and no other is wrong", () => {
  assert.equal(markOf("holds", "holds"), "right");
  assert.equal(markOf("too_close", "too_close"), "right");
  assert.equal(markOf("holds", "fails"), "wrong");
  assert.equal(markOf("too_close", "holds"), "wrong");
  assert.equal(markOf("fails", "too_close"), "not_counted");
});

test("the score counts guesses that count", () => {
  const claims = [
    { key: "a", verdict: "holds" },
    { key: "b", verdict: "fails" },
    { key: "c", verdict: "too_close" },
    { key: "d", verdict: "holds" },
  ];
  const guesses = new Map([
    ["a", "holds"],
    ["b", "holds"],
    ["c", "holds"],
    ["gone", "holds"],
  ]);
  assert.deepEqual(scoreOf(guesses, claims), { right: 1, count: 2 });
  assert.deepEqual(scoreOf(new Map(), claims), { right: 0, count: 0 });
});
