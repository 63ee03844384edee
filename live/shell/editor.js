// @ts-check
// The editor of a lesson, under the page: the app itself is what it is made of. Its steps in a list, the chosen one as a
// form, and the ways out: preview, file, link. Kept in this browser until it is deleted. Knows elements; knows no view.
import { h } from "../parts/dom.js";
import { t } from "../words/words.js";
import { added, asking, changed, KINDS, moved, newLesson, problemOf, without } from "./editing.js";
import { plain } from "./lesson_parts.js";
import { addressOf } from "./lesson_steps.js";
import { DRAFT, dropLesson, keepLesson, ownLessons } from "./own_lessons.js";
import { pack } from "./packing.js";
import { area, field, line, numberField, questionForm } from "./question_form.js";

export const MOST_LINK = 2000; // characters, as many as go into a code: ui/limits.py
const FIELDS = "button, input, textarea, select",
  SHORT = 40; // of a caption in the list
/** The parts that can be left out until the answer is there, as README names them. */
const PARTS = ["image", "near", "nearest", "around", "pair", "strip", "class", "classes", "codes", "plane", "areas"];

/**
 * @typedef {import("./lesson_steps.js").Lesson} Lesson
 * @typedef {import("./lesson_steps.js").Step} Step
 * @typedef {object} Page what the editor asks of the page
 * @property {string[]} places @property {(view: string) => string} nameOf what the page of a view is called
 * @property {() => string} view what is shown now, as a lesson writes it
 * @property {() => number[] | null} point where its point is
 * @property {(url: string) => void} visit @property {(link: string) => void} share
 */

export class Editor {
  /** @param {HTMLElement} section @param {Page} page */
  constructor(section, page) {
    this.section = section;
    this.page = page;
    this.place = 0; // of the step that is open
    /** @type {Lesson | null} what was there before something was deleted */
    this.before = null;
    this.lesson = newLesson("");
    this.note = h("p", { class: "lp-editor-note", role: "status" });
  }

  /** Opens the lesson that is being made, or a new one. */
  open() {
    this.lesson = ownLessons()[DRAFT] ?? newLesson(t("editor.untitled"));
    this.place = Math.min(this.place, Math.max(0, this.lesson.steps.length - 1));
    this.section.hidden = false;
    this.section.setAttribute("aria-label", t("editor.title"));
    this.draw();
  }

  /** The view that is on the screen becomes its last step. */
  add() {
    this.open();
    this.place = this.lesson.steps.length;
    this.become(added(this.lesson, this.page.view()));
    this.section.querySelector("textarea")?.focus();
  }

  /** Another lesson takes the place of the one that is being made. @param {Lesson} lesson */
  replace(lesson) {
    this.open();
    this.place = 0;
    this.remove(lesson, t("editor.replaced"));
  }

  /** @param {Lesson} lesson @param {boolean} [redraw] */
  become(lesson, redraw = true) {
    this.lesson = lesson;
    this.before = null;
    this.note.textContent = keepLesson(DRAFT, lesson) ? "" : t("editor.not_kept");
    if (redraw) this.draw();
  }

  /** A change that can be undone. @param {Lesson} next @param {string} said */
  remove(next, said) {
    const { lesson: before } = this;
    this.place = Math.min(this.place, Math.max(0, next.steps.length - 1));
    this.become(next);
    this.before = before;
    this.note.replaceChildren(
      said,
      plain(t("editor.undo"), () => this.become(before)),
    );
  }

  /** The chosen step is another one. @param {Partial<Step>} changes @param {boolean} [redraw] */
  change(changes, redraw = false) {
    this.become(changed(this.lesson, this.place, changes), redraw);
  }

  /** The question of the chosen step is another one. @param {Record<string, unknown>} changes @param {boolean} [redraw] */
  ask(changes, redraw) {
    const { ask } = this.lesson.steps[this.place];
    if (ask) this.change({ ask: { ...ask, ...changes } }, redraw);
  }

  draw() {
    const { lesson, section, place } = this;
    const { [place]: step } = lesson.steps;
    const name = section.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    section.replaceChildren(
      this.head(),
      h(
        "div",
        { class: "lp-editor-steps" },
        this.list(),
        plain(t("editor.add"), () => this.add()),
      ),
      step ? this.form(step) : h("p", { class: "lp-editor-form" }, t("editor.empty")),
      h("div", { class: "lp-lesson-ways" }, ...this.ways()),
      this.note,
    );
    const fields = /** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll(FIELDS));
    if (name) [...fields].find((one) => nameOf(one) === name)?.focus({ preventScroll: true }); // the hand stays
  }

  head() {
    const set = (/** @type {Partial<Lesson>} */ changes) => this.become({ ...this.lesson, ...changes }, false);
    return h(
      "div",
      { class: "lp-editor-head" },
      field(
        t("editor.name"),
        line(this.lesson.title, (title) => set({ title })),
      ),
      field(
        t("editor.about"),
        line(this.lesson.about, (about) => set({ about })),
      ),
      numberField(t("editor.minutes"), this.lesson.minutes, (minutes) => set({ minutes: Math.round(minutes) })),
    );
  }

  list() {
    const { lesson } = this;
    const rows = lesson.steps.map(({ caption, view }, i) => {
      const name =
        caption
          .replace(/[*`\n]+/g, " ")
          .trim()
          .slice(0, SHORT) || this.page.nameOf(view);
      const choose = plain(t("editor.step", { step: i + 1, name }), () => this.choose(i), "lp-editor-step");
      choose.setAttribute("aria-pressed", String(i === this.place));
      const up = small("↑", t("editor.up", { step: i + 1 }), () => this.move(i, -1));
      const down = small("↓", t("editor.down", { step: i + 1 }), () => this.move(i, 1));
      const drop = small("✕", t("editor.delete_step", { step: i + 1 }), () =>
        this.remove(without(this.lesson, i), t("editor.deleted_step", { step: i + 1 })),
      );
      up.disabled = i === 0;
      down.disabled = i === lesson.steps.length - 1;
      return h("li", {}, choose, up, down, drop);
    });
    return h("ol", {}, ...rows);
  }

  /** @param {number} place */
  choose(place) {
    this.place = place;
    this.draw();
    this.show(this.lesson.steps[place].view);
  }

  /** @param {number} place @param {1 | -1} by */
  move(place, by) {
    this.place = place + by;
    this.become(moved(this.lesson, place, by));
  }

  /** @param {string} view */
  show(view) {
    this.page.visit(`./${view.replace("{guess}", "0,0")}`);
  }

  /** @param {Step} step */
  form(step) {
    const { ask } = step;
    const options = ["none", ...KINDS].map((kind) =>
      h("option", { value: kind, selected: kind === (ask?.kind ?? "none") }, t(`editor.kind.${kind}`)),
    );
    const kind = h(
      "select",
      { onchange: () => this.change(asking(this.lesson.steps[this.place], kind.value), true) },
      ...options,
    );
    const viewed = h(
      "div",
      { class: "lp-lesson-row" },
      plain(t("editor.take_view"), () => this.change({ view: this.page.view() }, true)),
      plain(t("editor.show_view"), () => this.show(step.view)),
    );
    return h(
      "div",
      { class: "lp-editor-form" },
      field(
        t("editor.caption"),
        area(step.caption, 3, (caption) => this.change({ caption })),
      ),
      viewed,
      field(t("editor.kind"), kind),
      ask && questionForm(ask, (changes, redraw) => this.ask(changes, redraw), this.page.point),
      ask && this.hides(step),
      ask && this.reveals(step),
    );
  }

  /** What is left out until the answer is there. @param {Step} step */
  hides({ hide }) {
    const there = PARTS.filter((part) => hide.includes(part) || document.querySelector(`[data-part="${part}"]`));
    const chips = there.map((part) => {
      const chip = plain(t(`editor.part.${part}`), () => {
        const { hide: now } = this.lesson.steps[this.place];
        this.change({ hide: now.includes(part) ? now.filter((other) => other !== part) : [...now, part] }, true);
      });
      chip.setAttribute("aria-pressed", String(hide.includes(part)));
      return chip;
    });
    const label = t("editor.hide");
    return h("div", { class: "lp-lesson-row", role: "group", "aria-label": label }, h("span", {}, label), ...chips);
  }

  /** What is shown once the answer is there. @param {Step} step */
  reveals({ reveal }) {
    if (!reveal) return null;
    const text = area(reveal.text, 3, (said) => {
      const { reveal: now } = this.lesson.steps[this.place];
      if (now) this.change({ reveal: { ...now, text: said } });
    });
    const to = (/** @type {string | null} */ view) => () => {
      const { reveal: now } = this.lesson.steps[this.place];
      if (now) this.change({ reveal: { ...now, view } }, true);
    };
    const { view } = reveal;
    return h(
      "div",
      {},
      field(t("editor.reveal"), text),
      h(
        "div",
        { class: "lp-lesson-row" },
        h("span", {}, t(view === null ? "editor.reveal.same" : "editor.reveal.other")),
        plain(t("editor.take_view"), () => to(this.page.view())()),
        view !== null && plain(t("editor.show_view"), () => this.show(view)),
        view !== null && plain(t("editor.reveal.back"), to(null)),
      ),
    );
  }

  ways() {
    return [
      plain(t("editor.preview"), () => this.checked() && this.preview(), "lp-primary"),
      plain(t("editor.download"), () => this.checked() && this.download()),
      plain(t("editor.link"), () => void this.link()),
      plain(t("editor.delete"), () => this.clear()),
      plain(t("editor.close"), () => (this.section.hidden = true)),
    ];
  }

  /** Whether it can be shown; if not, the note says why. */
  checked() {
    const problem = problemOf(this.lesson, this.page.places);
    this.note.textContent = problem;
    return !problem;
  }

  preview() {
    this.page.visit(addressOf(this.lesson, DRAFT, 1, null));
  }

  download() {
    const href = URL.createObjectURL(new Blob([this.text], { type: "application/json" }));
    h("a", { href, download: "lesson.json" }).click();
    setTimeout(() => URL.revokeObjectURL(href));
  }

  /** As it stands in a file. */
  get text() {
    return `${JSON.stringify(this.lesson, null, 1)}\n`;
  }

  /** The whole lesson in a link, where it is short enough. */
  async link() {
    if (!this.checked()) return;
    const packed = await pack(JSON.stringify(this.lesson));
    const link = new URL(addressOf(this.lesson, packed, 1, null), location.href).href;
    if (link.length <= MOST_LINK) return this.page.share(link);
    this.note.textContent = t("editor.link.long", { length: link.length, most: MOST_LINK });
  }

  clear() {
    this.remove(newLesson(t("editor.untitled")), t("editor.deleted"));
    dropLesson(DRAFT);
  }
}

/** What a field or a button is called. @param {Element | null} element */
function nameOf(element) {
  return element?.getAttribute("aria-label") ?? (element?.closest("label")?.firstChild ?? element)?.textContent ?? null;
}

/** @param {string} sign @param {string} name @param {() => void} onclick */
function small(sign, name, onclick) {
  const button = plain(sign, onclick, "lp-editor-small", name);
  button.setAttribute("aria-label", name);
  return button;
}
