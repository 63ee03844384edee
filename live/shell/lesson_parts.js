// @ts-check
// A question as elements, and what came of an answer, for whoever asks: a pupil alone or a class. Knows questions and
// elements; knows neither a lesson's steps nor where answers are kept.
import { h } from "../parts/dom.js";
import { number, t } from "../words/words.js";
import { distance, isRight, shuffled } from "./lesson_steps.js";

/**
 * @typedef {import("./lesson_steps.js").Ask} Ask
 * @typedef {import("./lesson_steps.js").Answer} Answer
 * @typedef {(answer: Answer) => void} Commit
 */

/** What a question is answered with. @param {Ask} ask @param {Commit} commit @returns {HTMLElement} */
export function questionOf(ask, commit) {
  switch (ask.kind) {
    case "choice":
      return h("div", { class: "lp-lesson-row" }, ...ask.options.map((text, i) => plain(text, () => commit(i))));
    case "pin":
      return plain(t("lesson.pin"), () => commit(pinned(ask.truth.length)), "lp-primary");
    case "number":
      return scaleOf(ask, commit);
    case "order":
      return listOf(ask.items, shuffled(ask.items.length), commit);
    case "draw":
      return padOf(commit);
  }
}

/** An answer beside the truth. @param {Ask} ask @param {Answer} answer @param {Node[]} reveal the text @returns {HTMLElement} */
export function outcomeOf(ask, answer, reveal) {
  const right = isRight(ask, answer);
  const pictures = ask.kind === "draw" ? picturesOf(/** @type {import("../contract.js").Drawn} */ (answer)) : null;
  return h("div", { class: right ? "lp-right" : "lp-wrong" }, pictures, h("b", {}, told(ask, answer)), ...reveal);
}

/** @param {import("./lesson_steps.js").Scale} ask @param {Commit} commit */
function scaleOf({ text, low, high, step, unit }, commit) {
  const shown = h("output", {}, withUnit(low, unit));
  const slider = h("input", { type: "range", min: low, max: high, step, value: low, "aria-label": text });
  slider.addEventListener("input", () => (shown.textContent = withUnit(slider.valueAsNumber, unit)));
  const done = plain(t("lesson.guess"), () => commit(slider.valueAsNumber), "lp-primary");
  return h("div", { class: "lp-lesson-row" }, slider, shown, done);
}

/** @param {string[]} items @param {number[]} places in which order they stand now @param {Commit} commit */
function listOf(items, places, commit) {
  const list = h("ol", { class: "lp-lesson-row" });
  const name = (/** @type {number} */ i) => t(i === 0 ? "lesson.order.first" : "lesson.order.up");
  const draw = () =>
    list.replaceChildren(
      ...places.map((place, i) =>
        h(
          "li",
          {},
          plain(items[place], () => swap(i), "", name(i)),
        ),
      ),
    );
  const swap = (/** @type {number} */ i) => {
    if (i) places.splice(i - 1, 2, places[i], places[i - 1]);
    draw();
    list.querySelectorAll("button")[Math.max(0, i - 1)].focus();
  };
  draw();
  return h(
    "div",
    {},
    h("p", {}, t("lesson.order.how")),
    list,
    plain(t("lesson.guess"), () => commit(places), "lp-primary"),
  );
}

/** The page's own pad holds the answer. @param {Commit} commit */
function padOf(commit) {
  const note = h("span", { role: "status" });
  const take = async () => {
    const drawn = await drawnOnThePage();
    if (drawn) commit(drawn);
    else note.textContent = t("lesson.draw.none");
  };
  return h(
    "div",
    { class: "lp-lesson-row" },
    plain(t("lesson.draw"), () => void take(), "lp-primary"),
    note,
  );
}

/** What a person has drawn on the page, and what the model takes it for. @returns {Promise<import("../contract.js").Drawn | null>} */
function drawnOnThePage() {
  const detail = /** @type {import("../contract.js").Drawing} */ ({ drawn: Promise.resolve(null) });
  document.dispatchEvent(new CustomEvent("lp-drawn", { detail }));
  return detail.drawn.catch(() => null);
}

/** @param {import("../contract.js").Drawn} drawn */
function picturesOf({ picture, copy }) {
  const figure = (/** @type {string} */ src, /** @type {string} */ text, /** @type {string} */ kind) =>
    h("figure", { class: kind }, h("img", { src, alt: "" }), h("figcaption", {}, text));
  return h(
    "div",
    { class: "lp-lesson-drawn" },
    figure(picture, t("lesson.draw.yours"), "lp-drawn-real"),
    figure(copy, t("draw.copy"), "lp-drawn-copy"),
  );
}

/** What was said, and how right it is. @param {Ask} ask @param {Answer} answer */
export function told(ask, answer) {
  const right = isRight(ask, answer);
  switch (ask.kind) {
    case "choice":
      return t(right ? "lesson.right" : "lesson.wrong", { guess: ask.options[Number(answer)] });
    case "pin":
      return t("lesson.pin.off", { distance: number(distance(/** @type {number[]} */ (answer), ask.truth), 2) });
    case "number":
      return t("lesson.number", { guess: withUnit(Number(answer), ask.unit), truth: withUnit(ask.truth, ask.unit) });
    case "order":
      return t(right ? "lesson.order.right" : "lesson.order.wrong", { order: ask.items.join(", ") });
    case "draw": {
      const { read } = /** @type {import("../contract.js").Drawn} */ (answer);
      return t(right ? "lesson.draw.right" : "lesson.draw.wrong", { read, truth: ask.truth });
    }
  }
}

/** @param {number} value @param {string} unit */
export const withUnit = (value, unit) => (unit ? `${value} ${unit}` : String(value));

/** The code of the view's point, as the address names it. @param {number} count @returns {number[]} */
export function pinned(count) {
  const text = new URLSearchParams(location.search).get("z") ?? "";
  const numbers = text.split(",").map(Number);
  return Array.from({ length: count }, (_, i) => numbers[i] || 0);
}

/** @param {string} text @param {() => void} onclick @param {string} [kind] @param {string} [title] */
export function plain(text, onclick, kind = "", title = "") {
  return h("button", { type: "button", class: kind, title: title || null, onclick }, text);
}
