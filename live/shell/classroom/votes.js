// @ts-check
// What a class has answered, as bars: one row for each answer, one bar for each vote; drawings as they are. Knows
// questions and elements.
import { unpacked } from "../../engine/ink/packed.js";
import { h } from "../../parts/dom.js";
import { Frame } from "../../parts/frame.js";
import { number, t } from "../../words/words.js";

/**
 * @typedef {import("./goal.js").Ask} Ask
 * @typedef {import("./goal.js").Tally} Tally
 * @typedef {{text: string, counts: number[], right: boolean}} Row an answer, how many gave it in each vote, whether it is the truth
 */

export const SKETCH = 28; // pixels of a drawing that answers
const BINS = 8, // of a scale
  ORDERS = 4; // that are shown

/** The rows of a question; null where pins on the map are the answer. @param {Ask} ask @param {Tally[]} rounds @returns {Row[] | null} */
export function rowsOf(ask, rounds) {
  const votes = /** @type {[import("./goal.js").Answer, number][][]} */ (rounds);
  switch (ask.kind) {
    case "choice":
      return ask.options.map((text, i) => ({
        text,
        counts: votes.map((rows) => countOf(rows, i)),
        right: i === ask.right,
      }));
    case "number":
      return binsOf(ask, votes);
    case "order":
      return ordersOf(ask, votes);
    case "pin":
      return null;
    case "draw":
      return [1, 0].map((right) => ({
        text: t(right ? "classroom.taken" : "classroom.taken.other", { truth: ask.truth }),
        counts: votes.map((rows) => countOf(rows, right)),
        right: right === 1,
      }));
  }
}

/** @param {[unknown, number][]} rows @param {unknown} answer */
function countOf(rows, answer) {
  return rows.find(([other]) => String(other) === String(answer))?.[1] ?? 0;
}

/** @param {import("../lesson_steps.js").Scale} ask @param {[unknown, number][][]} votes @returns {Row[]} */
function binsOf({ low, high, step, unit, truth }, votes) {
  const steps = Math.round((high - low) / step) + 1,
    wide = Math.ceil(steps / BINS);
  const binOf = (/** @type {number} */ value) => Math.floor(Math.round((value - low) / step) / wide);
  return Array.from({ length: Math.ceil(steps / wide) }, (_, bin) => {
    const first = low + bin * wide * step,
      last = Math.min(high, first + (wide - 1) * step);
    const digits = String(step).split(".")[1]?.length ?? 0;
    const [from, to] = [first, last].map((value) => number(value, digits));
    const counts = votes.map((rows) =>
      rows.reduce((sum, [value, count]) => sum + (binOf(Number(value)) === bin ? count : 0), 0),
    );
    const text = from === to ? from : t("classroom.from_to", { from, to });
    return { text: unit ? `${text} ${unit}` : text, counts, right: binOf(truth) === bin };
  });
}

/** The orders that most have given, and the right one. @param {import("../lesson_steps.js").Order} ask @param {[unknown, number][][]} votes @returns {Row[]} */
function ordersOf({ items }, votes) {
  const right = String(items.map((_, i) => i));
  const given = [...new Set([right, ...votes.flatMap((rows) => rows.map(([order]) => String(order)))])];
  const rows = given.map((order) => ({
    text: order
      .split(",")
      .map((place) => items[Number(place)])
      .join(", "),
    counts: votes.map((found) => countOf(found, order)),
    right: order === right,
  }));
  const last = (/** @type {Row} */ { counts }) => counts.at(-1) ?? 0;
  return rows.sort((a, b) => last(b) - last(a)).filter((row, i) => i < ORDERS || row.right);
}

/** The rows as elements; `revealed`: whether the truth is marked; `upright`: of a scale, from left to right. @param {Row[]} rows @param {boolean} revealed @param {boolean} [upright] */
export function barsOf(rows, revealed, upright = false) {
  const most = rows[0].counts.map((_, vote) =>
    Math.max(
      1,
      rows.reduce((sum, { counts }) => sum + counts[vote], 0),
    ),
  );
  return h(
    "ol",
    { class: upright ? "lp-votes lp-scale" : "lp-votes" },
    ...rows.map(({ text, counts, right }) =>
      h(
        "li",
        { class: revealed && right ? "lp-true" : "" },
        h("span", {}, revealed && right ? t("classroom.true", { text }) : text),
        h("span", { class: "lp-bars" }, ...counts.map((count, vote) => barOf(count, most[vote], vote, counts.length))),
      ),
    ),
  );
}

/** @param {number} count @param {number} most @param {number} vote @param {number} votes */
function barOf(count, most, vote, votes) {
  const isLast = vote === votes - 1;
  const bar = h("span", {
    class: isLast ? "lp-vote" : "lp-vote lp-before-vote",
    title: votes > 1 ? t("classroom.vote", { count: vote + 1 }) : null,
  });
  bar.style.setProperty("--share", String(count / most));
  return h("span", { class: "lp-vote-row" }, bar, h("b", {}, number(count)));
}

/** The drawings that answer. @param {string[]} sketches */
export function sketchesOf(sketches) {
  const frames = sketches.map((ink, i) => {
    const name = t("classroom.sketch", { number: i + 1 });
    const frame = new Frame([1, SKETCH, SKETCH], { kind: "real", size: "thumb", name });
    frame.paint(unpacked(ink));
    return frame.element;
  });
  return h("div", { class: "lv lp-sketches" }, ...frames);
}
