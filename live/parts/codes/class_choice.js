// @ts-check
// Which class a conditional model draws. Knows chips; knows no model's inside.

import { t } from "../../words/words.js";
import { h, toggles } from "../dom.js";
import { themeOf } from "../theme.js";

export class ClassChoice {
  /**
   * @param {{model: {info: {classNames: string[]}}, palette: import("../theme.js").Palette, host: HTMLElement}} pane
   * @param {number} first the class at the start @param {() => void} onchange
   */
  constructor({ model, palette, host }, first, onchange) {
    this.label = first;
    this.on = new Set([first]);
    const { colour } = themeOf(host, palette);
    const { element, show } = toggles({
      label: t("class.label"),
      names: model.info.classNames,
      on: this.on,
      colour,
      single: true,
      onchange: (on) => {
        [this.label] = on;
        onchange();
      },
    });
    this.element = h("div", { class: "lv-classes" }, element);
    this.show = show;
  }

  /** @param {number} label */
  set(label) {
    this.label = label;
    this.on.clear();
    this.on.add(label);
    this.show();
  }
}
