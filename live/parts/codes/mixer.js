// @ts-check
// A second class and its share, for what no model was trained for. Knows controls; knows no model's inside.
import { t } from "../../words/words.js";
import { h } from "../dom.js";

export class Mixer {
  /**
   * @param {string[]} classNames @param {{other: number, share: number}} first
   * @param {(changes: {other?: number, share?: number}) => void} onchange
   */
  constructor(classNames, { other, share }, onchange) {
    const names = h(
      "select",
      { "aria-label": t("create.second"), onchange: () => onchange({ other: Number(names.value) }) },
      ...classNames.map((name, i) => h("option", { value: i, selected: i === other }, name)),
    );
    const slider = h("input", {
      type: "range",
      min: 0,
      max: 1,
      step: 0.01,
      value: share,
      "aria-label": t("create.share"),
      oninput: () => onchange({ share: Number(slider.value) }),
    });
    this.note = h("span", { class: "lv-quiet" });
    this.element = h("div", { class: "lv-mix" }, h("span", {}, t("create.with")), names, slider, this.note);
  }

  /** @param {boolean} mixed */
  show(mixed) {
    const text = mixed ? t("create.unseen") : "";
    if (this.note.textContent !== text) this.note.textContent = text;
  }
}
