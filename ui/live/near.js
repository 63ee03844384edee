// @ts-check
// What lies around a latent: thumbnails of the nearest test images and a sentence on how many there are.
// Knows frames and thumbs; knows no plot.
import { h } from "./dom.js";
import { Frame } from "./frame.js";

export const RADIUS = 0.2;

export class Near {
  /** @param {any} context @param {number} count @param {(index: number) => void} [onpick] */
  constructor({ model, thumbs }, count, onpick) {
    this.model = model;
    this.thumbs = thumbs;
    this.sentence = h("p", { class: "lv-facts" });
    this.indices = [];
    this.frames = Array.from({ length: count }, (_, i) =>
      new Frame(model.info.image, { size: "thumb", onclick: onpick && (() => this.indices[i] !== undefined && onpick(this.indices[i])), title: "Go there" }));
    this.title = h("p", { class: "lv-label" }, "Nearest test images");
    this.element = h("div", { class: "lv-near" }, this.title, h("div", { class: "lv-row" }, ...this.frames.map((f) => f.element)));
  }

  /** @param {Float32Array} z @returns {string} the nearest image's label, for a screen reader */
  show(z) {
    const { model, thumbs } = this;
    if (!model.labels) return "";
    const { indices, within } = model.near(z, this.frames.length, RADIUS);
    this.indices = indices;
    this.frames.forEach((frame, i) => {
      frame.element.hidden = i >= indices.length;
      if (i < indices.length) thumbs.show(frame, indices[i]);
    });
    const text = nearText(within);
    if (this.sentence.textContent !== text) this.sentence.textContent = text;
    this.sentence.classList.toggle("lv-warn", within === 0);
    return thumbs.label(indices[0]);
  }
}

/** @param {number} within */
export function nearText(within) {
  if (within === 0) return `no test image within ${RADIUS}: the decoder extrapolates here`;
  return `${within.toLocaleString("en")} test image${within === 1 ? "" : "s"} within ${RADIUS}`;
}
