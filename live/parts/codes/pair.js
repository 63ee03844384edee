// @ts-check
// A test image and the model's copy of it. Knows frames; knows no map.
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { Frame } from "../frame.js";

export class Pair {
  /** @param {import("../../pane.js").Pane} pane */
  constructor({ model, thumbs }) {
    this.model = model;
    this.thumbs = thumbs;
    this.real = new Frame(model.info.image, { size: "medium" });
    this.copy = new Frame(model.info.image, { size: "medium" });
    this.element = h("div", { class: "lv-row lv-pair" }, this.real.element, this.copy.element);
  }

  /** @param {number} index */
  show(index) {
    const { model, thumbs, real, copy } = this;
    const name = thumbs.called(index);
    real.element.hidden = !thumbs.real;
    if (thumbs.real) thumbs.show(real, index, t("pair.real", { name }));
    model.show(copy, model.muOf(index), model.conditionOf(index));
    copy.mark("generated", t("pair.copy", { name }));
  }
}
