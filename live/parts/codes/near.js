// @ts-check
// What lies around a latent: thumbnails of the nearest test images and a sentence on how near they are.
// Knows frames and thumbs; knows no map.
import { rank, wordOf } from "../../engine/nearness.js";
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { Frame } from "../frame.js";
import { terms } from "../term.js";

/** @typedef {import("../../engine/model.js").Model} Model */

const METER = ["near.meter.crowded", "near.meter.sparse", "near.meter.nobody"];

export class Near {
  /** @param {{model: Model, thumbs: import("../thumbs.js").Thumbs}} pane @param {number} count @param {(index: number) => void} [onpick] */
  constructor({ model, thumbs }, count, onpick) {
    this.model = model;
    this.thumbs = thumbs;
    this.sentence = h("p", { class: "lv-facts", "data-part": "near" });
    this.meter = h("div", { class: "lv-meter", "aria-hidden": "true", "data-part": "near" });
    this.meter.append(...METER.map((key) => h("span", {}, t(key))));
    /** @type {import("../../engine/nearness.js").Word} how near the last code was */
    this.word = "crowded";
    /** @type {number[]} */
    this.indices = [];
    this.frames = Array.from(
      { length: count },
      (_, i) =>
        new Frame(model.info.image, {
          size: "thumb",
          name: t("near.name", { count: i + 1 }),
          title: onpick && t("near.go"),
          onclick: onpick && (() => this.indices[i] !== undefined && onpick(this.indices[i])),
        }),
    );
    this.title = h("p", { class: "lv-label" }, t("near.title"));
    this.element = h(
      "div",
      { class: "lv-near", "data-part": "nearest" },
      this.title,
      h("div", { class: "lv-row" }, ...this.frames.map((f) => f.element)),
    );
  }

  /** @param {Float32Array} z @returns {string} the nearest image's class and how near it is, for a screen reader */
  show(z) {
    const { model, thumbs } = this;
    if (!model.ready) return "";
    this.title.textContent = t(thumbs.real || thumbs.coming ? "near.title" : "near.title_copies");
    const { indices, distance } = model.nearest(z, this.frames.length);
    this.indices = indices;
    for (const [i, frame] of this.frames.entries()) {
      frame.element.hidden = i >= indices.length;
      if (i < indices.length) thumbs.show(frame, indices[i]);
    }
    const share = rank(distance, model.info.nearness);
    const text = nearText(share);
    if (this.sentence.textContent !== text) this.sentence.replaceChildren(...terms(...nearWords(share)));
    this.word = wordOf(share);
    this.sentence.classList.toggle("lv-warn", this.word === "nobody");
    this.meter.dataset.word = this.word;
    return t("near.spoken", { name: this.thumbs.called(indices[0]), near: text });
  }
}

/** How near the nearest test code is, in words. @param {number} share a rank of nearness.js */
export function nearText(share) {
  return t(...nearWords(share));
}

/** The sentence's key and values. @param {number} share @returns {[string, {share: number, nearer: number}]} */
function nearWords(share) {
  const key = { crowded: "near.crowded", sparse: "near.sparse", nobody: "near.nobody" }[wordOf(share)];
  return [key, { share, nearer: 1 - share }];
}
