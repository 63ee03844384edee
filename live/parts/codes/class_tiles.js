// @ts-check
// Every class of one code as a picture that is a button: which class a conditional model draws is chosen by looking.
// Knows frames and a model; knows no view.
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { Frame } from "../frame.js";
import { Turns } from "../turns.js";

export class ClassTiles {
  /** @param {{model: import("../../engine/model.js").Model}} pane @param {number} first the class at the start @param {() => void} onchange */
  constructor({ model }, first, onchange) {
    const { image, classNames } = model.info;
    this.label = first;
    /** @type {Float32Array} */
    this.z = new Float32Array(model.info.latentDim);
    this.frames = classNames.map(
      (name, label) =>
        new Frame(image, {
          size: "tile",
          caption: name,
          title: t("create.draw_class", { name }),
          onclick: () => {
            this.set(label);
            onchange();
          },
        }),
    );
    this.turns = new Turns(this.frames.map((frame, label) => () => model.show(frame, this.z, label)));
    const many = classNames.length > 10 ? " lv-many" : "";
    this.element = h(
      "div",
      { class: `lv-tiles${many}`, role: "group", "aria-label": t("class.label") },
      ...this.frames.map((frame) => frame.element),
    );
    this.set(first);
  }

  /** @param {number} chosen */
  set(chosen) {
    this.label = chosen;
    for (const [label, { element }] of this.frames.entries()) {
      element.classList.toggle("lv-chosen", label === chosen);
      element.querySelector("button")?.setAttribute("aria-pressed", String(label === chosen));
    }
  }

  /** The code has changed. @param {Float32Array} z */
  follow(z) {
    this.z = z;
    this.turns.restart();
  }

  /** Paints as many as fit. @param {number} deadline in ms @returns {boolean} whether some are left */
  paint(deadline) {
    return this.turns.paint(deadline);
  }
}
