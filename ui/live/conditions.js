// @ts-check
// Which class a conditional model draws: one, or a mixture of two. Knows chips; knows no model's inside.
import { h, toggles } from "./dom.js";

export class ClassChoice {
  /**
   * @param {any} context @param {number} first the class at the start
   * @param {() => void} onchange
   */
  constructor({ data, model }, first, onchange) {
    this.label = first;
    this.on = new Set([first]);
    const { element, show } = toggles({
      label: "Class to draw", names: model.info.classNames, on: this.on, colours: data.colours, single: true,
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

/** Class weights that mix two classes. @param {number} classes @param {number} a @param {number} b @param {number} share of b */
export function mixture(classes, a, b, share) {
  const weights = new Float32Array(classes);
  weights[a] += 1 - share;
  weights[b] += share;
  return weights;
}
