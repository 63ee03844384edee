// Drawings as images to learn from: how they are split, how small they become, and what a training on them is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SIDE } from "../../live/engine/album.js";
import { DRAWN, drawnSet, learntOf, planOf } from "../../live/trainer/drawn.js";
import { plan } from "./trained.mjs";

/** @param {number[]} labels of drawings that are as light as their number */
const album = (labels) => ({
  names: ["", "star"],
  chosen: 0,
  number: 1000,
  handed: 0,
  items: labels.map((label, i) => ({ label, levels: new Uint8Array(SIDE * SIDE).fill(i) })),
});

test("a fifth of each label is held out, the same ones however many come", () => {
  const labels = [0, 0, 0, 0, 0, 1, 1, 0, 0];
  const { images, record } = drawnSet(album(labels), "Mine", ["label 1", "star"]);
  const numbers = (levels) => [...Array(levels.length / 784)].map((_, i) => levels[784 * i + 400]);
  assert.deepEqual(numbers(images.test), [1, 6, 8]);
  assert.deepEqual(numbers(images.train), [0, 2, 3, 4, 5, 7]);
  assert.deepEqual([...images.trainLabels, ...images.testLabels], [0, 0, 0, 0, 1, 0, 0, 1, 0]);
  assert.deepEqual([record.train_count, record.test_count, record.digest, record.name], [6, 3, null, DRAWN]);
  assert.equal(learntOf(album(labels)), 6);
  assert.deepEqual(numbers(drawnSet(album([...labels, 0, 1]), "", []).images.test), [1, 6, 8]);
});

test("the fewer they are the more often each is seen", () => {
  const { model, training } = plan();
  const told = { model, training, conditional: true, work: 1, passes: 30_000 };
  const epochs = (count) => planOf(told, count, 3).training.epochs;
  assert.deepEqual([20, 240, 400, 100_000].map(epochs), [200, 125, 75, 1]);
  assert.equal(planOf(told, 20, 3).model.class_count, 3);
});
