// @ts-check
// Drawings of an album as images to learn from: as small as MNIST's, a fifth of each label held out to measure with, and
// the plan of a training on so many. Pure; knows no DOM and no storage.
import { SIDE } from "../engine/album.js";
import { shrunk } from "../engine/ink/packed.js";

export const DRAWN = "own-drawings", // as exports/learning.py calls them
  LEAST = 20;
const SMALL = 28,
  HELD_OUT = 5, // every so manieth of a label
  MOST_EPOCHS = 200; // as training/recipes.py has it

/**
 * @typedef {import("../engine/album.js").Album} Album
 * @typedef {import("./plan.js").Images} Images
 * @typedef {import("./plan.js").DataRecord} DataRecord
 * @typedef {import("../contract.js").DrawnPlan} DrawnPlan
 */

/** Of each item whether it is held out: of every label the second, then each fifth. @param {Album["items"]} items */
function heldOut(items) {
  /** @type {Record<number, number>} */
  const seen = {};
  return items.map(({ label }) => {
    seen[label] = (seen[label] ?? 0) + 1;
    return seen[label] % HELD_OUT === 2;
  });
}

/** @param {Album} album @param {string} title @param {string[]} names what the labels are called @returns {{images: Images, record: DataRecord}} */
export function drawnSet({ items }, title, names) {
  const held = heldOut(items);
  const part = (/** @type {boolean} */ wanted) => {
    const found = items.filter((_, i) => held[i] === wanted),
      levels = new Uint8Array(found.length * SMALL * SMALL);
    for (const [i, item] of found.entries())
      levels.set(shrunk(item.levels, SIDE, SMALL, SMALL).map(Math.round), i * SMALL * SMALL);
    return { levels, labels: Uint8Array.from(found, ({ label }) => label) };
  };
  const train = part(false),
    test = part(true);
  return {
    images: {
      image: [1, SMALL, SMALL],
      train: train.levels,
      trainLabels: train.labels,
      test: test.levels,
      testLabels: test.labels,
    },
    record: {
      name: DRAWN,
      title,
      class_names: names,
      train_count: train.labels.length,
      test_count: test.labels.length,
      kind: "image",
      digest: null,
    },
  };
}

/** How many of so many drawings are learnt from. @param {Album} album */
export function learntOf({ items }) {
  return heldOut(items).filter((held) => !held).length;
}

/** The plan for so many drawings: each is seen often, as of every small set. @param {DrawnPlan} plan @param {number} count that are learnt from @param {number} classes */
export function planOf({ model, training, conditional, passes }, count, classes) {
  const epochs = Math.min(MOST_EPOCHS, Math.max(1, Math.round(passes / count)));
  return { model: { ...model, class_count: classes }, training: { ...training, epochs }, conditional };
}
