// @ts-check
// A few pictures from fixed codes, decoded together, and the button for others. Knows frames and a model; knows no dial.
import { greyLevels } from "../../engine/network.js";
import { t } from "../../words/words.js";
import { button, h } from "../dom.js";
import { Frame } from "../frame.js";

const SAMPLES = 8;

export class SampleRow {
  /** @param {import("../../engine/model.js").Model} model @param {() => void} onagain */
  constructor(model, onagain) {
    const { image } = model.info;
    const name = (/** @type {number} */ i) => t("sample.name", { count: i + 1, all: SAMPLES });
    this.model = model;
    this.count = SAMPLES;
    this.frames = Array.from({ length: SAMPLES }, (_, i) => new Frame(image, { size: "sample", name: name(i) }));
    this.levels = new Uint8Array(SAMPLES * image.reduce((a, b) => a * b, 1));
    const label = h("p", { class: "lv-label" }, t("dial.samples"));
    this.element = h(
      "div",
      { class: "lv-dial-samples" },
      h("div", { class: "lv-bar lv-tight" }, label, button(t("dial.again"), onagain)),
      h("div", { class: "lv-row lv-samples" }, ...this.frames.map((frame) => frame.element)),
    );
  }

  /** @param {Float32Array[]} codes as many as pictures @param {number | null} label the class that the decoder is told @param {import("../../engine/model.js").Model} [model] another one, of a series */
  show(codes, label, model = this.model) {
    const { runner, info } = model;
    const rows = new Float32Array(codes.length * info.latentDim);
    for (const [i, z] of codes.entries()) rows.set(z, i * info.latentDim);
    const size = this.levels.length / codes.length;
    greyLevels(runner.runRows(rows, codes.length, info.conditional ? label : null), this.levels);
    for (const [i, frame] of this.frames.entries()) frame.paint(this.levels.subarray(i * size, (i + 1) * size));
  }
}
