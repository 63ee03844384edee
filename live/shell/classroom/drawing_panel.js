// @ts-check
// What a pupil has while the class draws: a pad over the whole page, a colour for each thing to draw, and how many came
// through. Knows elements; knows no line.
import { DrawingMaker } from "../../parts/collecting/drawing_maker.js";
import { CLASS_COLOURS, nameOf } from "../../parts/collecting/labels.js";
import { h, toggles, write } from "../../parts/dom.js";
import { t } from "../../words/words.js";
import { plain } from "../lesson_parts.js";
import { badge } from "./panels.js";

/** How many drawings a pupil may give: ui/limits.py, CLASS_DRAWINGS_EACH. */
export const MOST_DRAWINGS = 20;

export class DrawingPanel {
  /**
   * @param {HTMLElement} section @param {string} code
   * @param {{give: (label: number, levels: Uint8Array) => void, leave: () => void}} hands
   */
  constructor(section, code, { give, leave }) {
    this.chosen = 0;
    this.labels = "";
    this.who = h("span", {});
    this.chips = h("div", { class: "lp-draw-labels" });
    this.count = h("p", { class: "lp-draw-count", role: "status" });
    this.note = h("p", { class: "lp-note", role: "alert" });
    this.maker = new DrawingMaker({
      add: (levels) => give(this.chosen, levels),
      choose: (label) => this.choose(label),
      say: () => {},
      problem: (text) => write(this.note, text),
    });
    section.classList.remove("lp-pupil");
    section.classList.add("lp-draws");
    section.replaceChildren(
      h("p", { class: "lp-lesson-head" }, h("b", {}, t("classroom.title", { code })), " ", this.who),
      h("div", { class: "lv lv-collect lp-draw-pad" }, this.chips, this.maker.element, this.count, this.note),
      h("p", { class: "lp-draw-told" }, t("gather.privacy")),
      h("div", { class: "lp-lesson-ways" }, plain(t("classroom.leave"), leave)),
    );
  }

  /** @param {number} label */
  choose(label) {
    if (label >= this.names.length) return;
    this.chosen = label;
    this.labels = "";
    this.showLabels(this.names);
  }

  /** @type {string[]} */
  names = [];

  /** @param {import("./panels.js").Seen} seen */
  show({ state, me, note, waiting = 0 }) {
    this.names = state.labels ?? [];
    this.showLabels(this.names);
    this.who.replaceChildren(badge(me));
    const count = (me.drawn ?? 0) + waiting,
      left = Math.max(0, MOST_DRAWINGS - count);
    write(this.count, waiting ? t("gather.waiting", { count: waiting }) : t("gather.drawn", { count, left }));
    write(this.note, note);
    this.note.hidden = !note;
    this.maker.element.inert = left === 0;
  }

  /** @param {string[]} names */
  showLabels(names) {
    const shown = JSON.stringify(names);
    if (shown === this.labels) return;
    this.labels = shown;
    const { element } = toggles({
      label: t("collect.label"),
      names: names.map((_, label) => nameOf(names, label)),
      single: true,
      on: new Set([this.chosen]),
      colour: (label) => CLASS_COLOURS[label],
      onchange: ([label]) => (this.chosen = label),
    });
    this.chips.replaceChildren(element);
  }
}
