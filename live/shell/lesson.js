// @ts-check
// A lesson under the page: caption, question, the guess beside the truth, and the way on. A step is an address, and the
// page goes there; answers stay in this browser. Knows lessons and elements; knows no view.
import { h } from "../parts/dom.js";
import { loadWords, number, t } from "../words/words.js";
import { addressOf, distance, isRight, keptAnswer, shuffled, stepOf } from "./lesson_steps.js";
import { readSticky } from "./sticky.js";

/**
 * @typedef {import("./lesson_steps.js").Lesson} Lesson
 * @typedef {import("./lesson_steps.js").Ask} Ask
 * @typedef {import("./lesson_steps.js").Answer} Answer
 */

const KEYS = { PageDown: 1, PageUp: -1 };

/**
 * Makes the panel follow the lesson that the address names; what it returns is to be called when that changes.
 * @param {HTMLElement} section @param {{visit: (url: string) => void, end: () => void}} ways
 */
export function followLesson(section, ways) {
  /** @type {Panel | null} */
  let panel = null;
  let asked = "";
  // a clicker's keys go through the lesson, whatever they do in a view
  window.addEventListener(
    "keydown",
    (event) => {
      const way = /** @type {Record<string, number>} */ (KEYS)[event.key];
      if (!panel || !way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      panel.turn(way);
    },
    true,
  );
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--lp-lesson", `${section.offsetHeight}px`);
  }).observe(section);
  return async () => {
    const { lesson: name = "", words } = readSticky(location.search);
    if (name !== asked) {
      asked = name;
      panel = null;
      section.hidden = true;
      if (!name) return;
      const found = await fetched(name, words === "field" ? "field" : "simple").catch(console.warn);
      if (!found || asked !== name) return;
      panel = new Panel(section, name, found, ways);
      section.hidden = false;
    }
    panel?.show(stepOf(panel.lesson, readSticky(location.search).step)); // as it is now: fetching took a while
  };
}

/** A lesson, and the words to show it by. @param {string} name @param {"simple" | "field"} layer @returns {Promise<Lesson>} */
export async function fetched(name, layer) {
  const [answer] = await Promise.all([
    fetch(new URL(`../lessons/en/${name}.json`, import.meta.url)),
    loadWords(new URL("../words/en.json", import.meta.url), { locale: document.documentElement.lang, layer }),
  ]);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

class Panel {
  /** @param {HTMLElement} section @param {string} name @param {Lesson} lesson @param {{visit: (url: string) => void, end: () => void}} ways */
  constructor(section, name, lesson, ways) {
    this.name = name;
    this.lesson = lesson;
    this.ways = ways;
    this.number = 0;
    this.store = `lp-lesson-${name}`;
    this.place = h("span", { class: "lp-lesson-place" });
    this.text = h("div", { class: "lp-lesson-text", "aria-live": "polite" });
    this.back = plain(t("lesson.back"), () => this.turn(-1));
    this.next = plain("", () => this.turn(1), "lp-primary");
    section.setAttribute("aria-label", lesson.title);
    section.replaceChildren(
      h("p", { class: "lp-lesson-head" }, h("b", {}, lesson.title), this.place),
      this.text,
      h(
        "div",
        { class: "lp-lesson-ways" },
        plain(t("lesson.again"), () => this.visit()),
        this.back,
        this.next,
        plain(t("lesson.end"), ways.end),
      ),
    );
  }

  get step() {
    return this.lesson.steps[this.number - 1];
  }

  get isLast() {
    return this.number === this.lesson.steps.length;
  }

  /** The answer to the present step's question, if there is one. @returns {Answer | null} */
  get answer() {
    const { ask } = this.step;
    return ask && keptAnswer(ask, this.kept()[this.number]);
  }

  /** @returns {Record<string, unknown>} */
  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.store) ?? "{}") ?? {};
    } catch {
      return {}; // damaged, or a browser that keeps nothing
    }
  }

  /** @param {Answer | null} answer */
  keep(answer) {
    try {
      localStorage.setItem(this.store, JSON.stringify({ ...this.kept(), [this.number]: answer }));
    } catch {
      // it counts for now only
    }
  }

  /** @param {number} number of the step, from 1 on */
  show(number) {
    if (number === this.number) return;
    this.number = number;
    this.draw();
  }

  /** @param {number} way forward 1, back -1 */
  turn(way) {
    if (way > 0 && this.isLast) return this.ways.end();
    const next = stepOf(this.lesson, String(this.number + way));
    if (next === this.number) return;
    this.show(next);
    this.visit();
  }

  /** Goes to the view of the present step. */
  visit() {
    this.ways.visit(addressOf(this.lesson, this.name, this.number, this.answer));
  }

  /** @param {Answer | null} answer */
  commit(answer) {
    this.keep(answer);
    this.draw(answer);
    this.ways.visit(addressOf(this.lesson, this.name, this.number, answer));
  }

  draw(answer = this.answer) {
    const { caption, ask, reveal } = this.step;
    this.place.textContent = t("lesson.step", { step: this.number, steps: this.lesson.steps.length });
    this.back.disabled = this.number === 1;
    this.next.textContent = t(this.isLast ? "lesson.finish" : "lesson.next");
    /** @type {HTMLElement[]} */
    const parts = [h("p", {}, caption)];
    if (ask) parts.push(h("p", { class: "lp-lesson-ask" }, ask.text));
    if (ask && answer === null) parts.push(questionOf(ask, (given) => this.commit(given)));
    if (ask && reveal && answer !== null) {
      const right = isRight(ask, answer);
      parts.push(
        h("p", { class: right ? "lp-right" : "lp-wrong" }, h("b", {}, told(ask, answer)), ` ${reveal.text} `),
        plain(t("lesson.guess.again"), () => this.commit(null)),
      );
    }
    this.text.replaceChildren(...parts);
  }
}

/** What a question is answered with. @param {Ask} ask @param {(answer: Answer) => void} commit */
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
  }
}

/** @param {import("./lesson_steps.js").Scale} ask @param {(answer: Answer) => void} commit */
function scaleOf({ text, low, high, step, unit }, commit) {
  const shown = h("output", {}, `${low} ${unit}`);
  const slider = h("input", { type: "range", min: low, max: high, step, value: low, "aria-label": text });
  slider.addEventListener("input", () => (shown.textContent = `${slider.value} ${unit}`));
  const done = plain(t("lesson.guess"), () => commit(slider.valueAsNumber), "lp-primary");
  return h("div", { class: "lp-lesson-row" }, slider, shown, done);
}

/** @param {string[]} items @param {number[]} places in which order they stand now @param {(answer: Answer) => void} commit */
function listOf(items, places, commit) {
  const list = h("ol", { class: "lp-lesson-row" });
  const draw = () =>
    list.replaceChildren(
      ...places.map((place, i) =>
        h(
          "li",
          {},
          plain(items[place], () => swap(i), "", i === 0 ? t("lesson.order.first") : t("lesson.order.up")),
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
    list,
    plain(t("lesson.guess"), () => commit(places), "lp-primary"),
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
      return t("lesson.number", { guess: `${answer} ${ask.unit}`, truth: `${ask.truth} ${ask.unit}` });
    case "order":
      return t(right ? "lesson.order.right" : "lesson.order.wrong", { order: ask.items.join(", ") });
  }
}

/** The code of the view's point, as the address names it. @param {number} count @returns {number[]} */
function pinned(count) {
  const text = new URLSearchParams(location.search).get("z") ?? "";
  const numbers = text.split(",").map(Number);
  return Array.from({ length: count }, (_, i) => numbers[i] || 0);
}

/** @param {string} text @param {() => void} onclick @param {string} [kind] @param {string} [title] */
export function plain(text, onclick, kind = "", title = "") {
  return h("button", { type: "button", class: kind, title: title || null, onclick }, text);
}
