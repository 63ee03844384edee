// @ts-check
// A slider along one axis of the code, and five pictures over it, each above the place of the slider that it shows.
// Knows frames and a model; knows neither which axis it is nor a view.
import { shareOf } from "../../engine/traversal.js";
import { h } from "../dom.js";
import { Frame } from "../frame.js";

/**
 * @typedef {object} Axis
 * @property {string} name on the screen
 * @property {string} label of the slider, for a screen reader
 * @property {string} [note] what is said beside it
 * @property {boolean} [unused] whether it changes nothing
 * @property {number} low @property {number} high ends of the slider
 * @property {number} step
 * @property {number} middle where a double click leads
 * @property {number[]} at where it shows pictures
 * @property {(z: Float32Array) => number} read
 * @property {(z: Float32Array, value: number) => Float32Array} turned the code with another value on this axis
 * @property {(value: number) => string} text of a value
 * @property {(value: number) => string} picture what a picture is called
 * @property {string} set what a press on a picture does
 */

export class AxisSlider {
  /** @param {{model: import("../../engine/model.js").Model}} pane @param {Axis} axis @param {(value: number) => void} onturn */
  constructor({ model }, axis, onturn) {
    this.model = model;
    this.axis = axis;
    this.onturn = onturn;
    this.input = this.makeInput();
    this.value = h("output");
    this.frames = axis.at.map((at) => this.makeFrame(at));
    const head = h(
      "div",
      { class: "lv-slider-head" },
      h("span", {}, axis.name),
      this.value,
      h("span", { class: "lv-quiet" }, axis.note ?? ""),
    );
    const five = h("div", { class: "lv-five" }, ...this.frames.map((frame) => frame.element));
    this.element = h(
      "div",
      { class: `lv-slider${axis.unused ? " lv-dead" : ""}` },
      head,
      h("div", { class: "lv-track" }, five, this.input),
    );
  }

  makeInput() {
    const { low, high, step, middle, label } = this.axis;
    const input = h("input", {
      type: "range",
      min: low,
      max: high,
      step,
      "aria-label": label,
      oninput: () => this.onturn(Number(input.value)),
      ondblclick: () => this.onturn(middle),
    });
    return input;
  }

  /** @param {number} at */
  makeFrame(at) {
    const { low, high, picture, set } = this.axis;
    const frame = new Frame(this.model.info.image, {
      size: "mini",
      name: picture(at),
      title: set,
      onclick: () => this.onturn(at),
    });
    frame.element.style.setProperty("--share", String(shareOf(at, low, high)));
    return frame;
  }

  /** @param {Float32Array} z */
  show(z) {
    const value = this.axis.read(z);
    if (Number(this.input.value) !== value) this.input.value = String(value);
    this.value.textContent = this.axis.text(value);
  }

  /** What paints the five pictures. @param {() => {z: Float32Array, label: number | null}} present */
  painters(present) {
    return this.frames.map((frame, k) => () => {
      const { z, label } = present();
      this.model.show(frame, this.axis.turned(z, this.axis.at[k]), label);
    });
  }
}
