// @ts-check
// The label of the next image: a colour each, with a name that the person may give. Knows buttons; keeps nothing.
import { MOST_LABELS } from "../../engine/album.js";
import { t } from "../../words/words.js";
import { button, h, toggles } from "../dom.js";

const LONGEST = 40; // characters, as the server has it

/** Of a class, whose screens have the same, light or dark. */
export const CLASS_COLOURS = ["#e03131", "#1971c2", "#2f9e44", "#f08c00", "#ae3ec9", "#0c8599"];

/** What a label is called. @param {string[]} names @param {number} label */
export function nameOf(names, label) {
  return names[label] || t("collect.unnamed", { number: label + 1 });
}

export class Labels {
  /**
   * @param {{colour: (label: number) => string, choose: (label: number) => void, name: (name: string) => void,
   *   widen: () => void}} hands
   */
  constructor({ colour, choose, name, widen }) {
    this.colour = colour;
    this.choose = choose;
    this.chips = h("div", {});
    this.more = button(t("collect.more"), widen);
    this.field = h("input", {
      type: "text",
      class: "lv-number lv-label-name",
      maxlength: LONGEST,
      "aria-label": t("collect.name"),
      onchange: () => name(this.field.value),
    });
    const named = h("label", { class: "lv-label" }, t("collect.name"), " ", this.field);
    this.element = h("div", { class: "lv-bar lv-tight" }, this.chips, this.more, named);
    this.shown = "";
  }

  /** @param {import("../../engine/album.js").Album} album */
  show({ names, chosen }) {
    const shown = JSON.stringify([names, chosen]);
    if (shown === this.shown) return;
    this.shown = shown;
    const held = this.chips.contains(document.activeElement);
    const { element } = toggles({
      label: t("collect.label"),
      names: names.map((_, label) => nameOf(names, label)),
      single: true,
      on: new Set([chosen]),
      colour: this.colour,
      onchange: ([label]) => this.choose(label),
    });
    this.chips.replaceChildren(element);
    if (held) /** @type {HTMLElement} */ (element.children[chosen]).focus();
    this.more.hidden = names.length === MOST_LABELS;
    this.field.value = names[chosen];
    this.field.placeholder = nameOf(names, chosen);
  }
}
