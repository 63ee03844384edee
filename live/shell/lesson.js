// @ts-check
// A lesson under the page: caption, question, the guess beside the truth, and the way on. A step is an address, and the
// page goes there; answers stay in this browser. Knows lessons and elements; knows no view.
import { h } from "../parts/dom.js";
import { loadWords, t } from "../words/words.js";
import { LessonError, modelsOf } from "./lesson_file.js";
import { outcomeOf, plain, questionOf } from "./lesson_parts.js";
import { isPacked, lessonOf, missingModels, receive } from "./lesson_source.js";
import { addressOf, keptAnswer, stepOf } from "./lesson_steps.js";
import { inline, markdown } from "./markdown.js";
import { isOwn } from "./own_lessons.js";
import { readSticky } from "./sticky.js";

/**
 * @typedef {import("./lesson_steps.js").Lesson} Lesson
 * @typedef {import("./lesson_steps.js").Answer} Answer
 * @typedef {object} Ways what a lesson does to the page
 * @property {string[]} places the addresses of this app's pages
 * @property {typeof lessonOf} [find] gets a lesson by its name where the app does not
 * @property {(url: string) => void} visit @property {() => void} unhide what a step leaves out
 * @property {(name: string) => void} rename what the address calls the lesson @property {() => void} end
 */

const KEYS = { PageDown: 1, PageUp: -1 };

/**
 * Makes the panel follow the lesson that the address names; what it returns is to be called when that changes.
 * @param {HTMLElement} section @param {Ways} ways
 */
export function followLesson(section, ways) {
  const { find = lessonOf } = ways;
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
  /** The lesson of this name; one that the address holds whole gets a name first. @param {string} name */
  const open = async (name) => {
    await speak(readSticky(location.search));
    if (isPacked(name)) return void ways.rename(await receive(name, ways.places));
    const lesson = await find(name, ways.places);
    const made = new Panel(section, name, lesson, ways);
    if (isOwn(name)) void missingModels(lesson).then((missing) => made.tell(missing));
    return made;
  };
  const under = section.parentElement ?? section; // the editor stands in the same place
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--lp-lesson", `${under.offsetHeight}px`);
  }).observe(under);
  return async () => {
    const { lesson: name = "" } = readSticky(location.search);
    if (name !== asked) {
      asked = name;
      panel = null;
      section.hidden = true;
      if (!name) return;
      const made = await open(name).catch((error) => void (asked === name && refuse(section, error, ways)));
      if (!made || asked !== name) return;
      panel = made;
      section.hidden = false;
    }
    panel?.show(stepOf(panel.lesson, readSticky(location.search).step)); // as it is now: fetching took a while
  };
}

/** @param {Record<string, string>} sticky */
function speak({ words }) {
  const layer = words === "field" ? "field" : "simple";
  return loadWords(new URL("../words/en.json", import.meta.url), { locale: document.documentElement.lang, layer });
}

/** Why a lesson isn't there, in its place. @param {HTMLElement} section @param {unknown} error @param {Ways} ways */
function refuse(section, error, ways) {
  console.warn(error);
  if (!(error instanceof LessonError)) return;
  const leave = h("div", { class: "lp-lesson-ways" }, plain(t("lesson.end"), ways.end));
  section.setAttribute("aria-label", t("lesson.refused"));
  section.replaceChildren(h("p", { class: "lp-lesson-text", role: "alert" }, error.message), leave);
  section.hidden = false;
}

class Panel {
  /** @param {HTMLElement} section @param {string} name @param {Lesson} lesson @param {Ways} ways */
  constructor(section, name, lesson, ways) {
    this.name = name;
    this.lesson = lesson;
    this.ways = ways;
    this.number = 0;
    this.store = `lp-lesson-${name}`;
    this.missing = /** @type {Set<string>} */ (new Set()); // models
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

  /** Some of its models aren't here. @param {Set<string>} missing */
  tell(missing) {
    this.missing = missing;
    if (missing.size && this.number) this.draw();
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
    const { ask, reveal } = this.step;
    this.keep(answer);
    this.draw(answer);
    if (answer !== null && ask?.kind === "draw" && !reveal?.view) return this.ways.unhide(); // the drawing stays
    this.ways.visit(addressOf(this.lesson, this.name, this.number, answer));
  }

  draw(answer = this.answer) {
    const { caption, ask, reveal } = this.step;
    this.place.textContent = t("lesson.step", { step: this.number, steps: this.lesson.steps.length });
    this.back.disabled = this.number === 1;
    this.next.textContent = t(this.isLast ? "lesson.finish" : "lesson.next");
    /** @type {HTMLElement[]} */
    const parts = markdown(caption);
    const gone = modelsOf(this.step).filter((id) => this.missing.has(id));
    if (gone.length) parts.push(h("p", { class: "lp-wrong" }, t("lesson.model_gone", { models: gone.join(", ") })));
    if (ask) parts.push(h("p", { class: "lp-lesson-ask" }, ...inline(ask.text)));
    if (ask && answer === null) parts.push(questionOf(ask, (guess) => this.commit(guess)));
    if (ask && reveal && answer !== null)
      parts.push(
        outcomeOf(ask, answer, markdown(reveal.text)),
        plain(t("lesson.guess.again"), () => this.commit(null)),
      );
    this.text.replaceChildren(...parts);
  }
}
