// @ts-check
// What published programs would print as their loss of this image, each with its own factors. Knows elements and numbers.
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { lossText } from "./figures.js";

/** @typedef {import("../../engine/numbers.js").Program} Program */

export class LossTable {
  /** @param {Program[]} programs */
  constructor(programs) {
    this.rows = programs.map((program) => {
      const value = h("td", {});
      const name = program.titles.join(", ");
      const own = program.own && h("b", {}, t("numbers.programs.own"));
      const about = h("th", { scope: "row" }, h("code", {}, program.form), own, h("small", {}, name));
      return { program, value, element: h("tr", program.own ? { class: "lv-own" } : {}, about, value) };
    });
    this.element = h(
      "section",
      { hidden: !programs.length },
      h("h3", {}, t("numbers.programs")),
      h("p", {}, t("numbers.programs.line")),
      h("table", { class: "lv-losses" }, h("tbody", {}, ...this.rows.map(({ element }) => element))),
    );
  }

  /** @param {import("../../engine/numbers.js").Numbers} numbers */
  show(numbers) {
    for (const { program, value } of this.rows) value.textContent = lossText(numbers, program);
  }
}
