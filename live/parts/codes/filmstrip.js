// @ts-check
// A way between two codes in eleven steps: what the model decodes there, how near test codes are, and, for comparison,
// the pixels of the two ends mixed without a model. Knows frames and a model; knows no map and no view.
import { rank, wordOf } from "../../engine/nearness.js";
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { Frame } from "../frame.js";
import { nearText } from "./near.js";

export const STEPS = 11;
const NEAR = { crowded: "filmstrip.crowded", sparse: "filmstrip.sparse", nobody: "filmstrip.nobody" };

/** Where a step stands on the way, 0 to 1. @param {number} step */
export const shareOfStep = (step) => step / (STEPS - 1);

/** Two images mixed, rounded as a byte is. @param {ArrayLike<number>} first @param {ArrayLike<number>} last @param {number} share of the last */
export function mixed(first, last, share) {
  return Uint8Array.from(first, (level, i) => (1 - share) * level + share * last[i] + 0.5);
}

/** What stands under a step, and what it means. @param {number} share a rank of nearness.js */
export function nearCaption(share) {
  return { caption: t(NEAR[wordOf(share)]), title: nearText(share) };
}

export class Filmstrip {
  /** @param {{model: import("../../engine/model.js").Model}} pane @param {(step: number) => void} onpick */
  constructor({ model }, onpick) {
    this.model = model;
    const { image } = model.info;
    const nameOf = (/** @type {number} */ step) => t("filmstrip.step", { step: step + 1, steps: STEPS });
    const steps = [...Array(STEPS).keys()];
    const title = t("filmstrip.pick");
    this.decoded = steps.map(
      (step) => new Frame(image, { size: "strip", name: nameOf(step), title, onclick: () => onpick(step) }),
    );
    this.fade = steps.map((step) => new Frame(image, { size: "strip", kind: "mixed", name: nameOf(step) }));
    this.element = h(
      "div",
      { class: "lv-filmstrip", "data-part": "strip" },
      h("p", { class: "lv-label" }, t("filmstrip.decoded")),
      rowOf(this.decoded),
      h("p", { class: "lv-label" }, t("filmstrip.fade")),
      rowOf(this.fade),
    );
  }

  /**
   * What paints the strips. @param {(step: number) => Float32Array} codeOf a step
   * @param {() => import("../../engine/network.js").Condition} labelOf what the decoder is told
   */
  painters(codeOf, labelOf) {
    return [
      ...this.decoded.map((frame, step) => () => this.paintStep(frame, codeOf(step), labelOf())),
      () => this.paintFade(codeOf(0), codeOf(STEPS - 1), labelOf()),
    ];
  }

  /** @param {Frame} frame @param {Float32Array} z @param {import("../../engine/network.js").Condition} label */
  paintStep(frame, z, label) {
    const { model } = this;
    model.show(frame, z, label);
    if (!model.ready) return;
    const { caption, title } = nearCaption(rank(model.nearest(z, 1).distance, model.info.nearness));
    frame.mark("generated", caption);
    if (frame.canvas.title !== title) frame.canvas.title = title;
  }

  /** The ends mixed pixel by pixel: the control that a decoder has to beat. @param {Float32Array} a @param {Float32Array} b @param {import("../../engine/network.js").Condition} label */
  paintFade(a, b, label) {
    const first = this.model.decode(a, label).slice(),
      last = this.model.decode(b, label).slice();
    for (const [step, frame] of this.fade.entries()) frame.paint(mixed(first, last, shareOfStep(step)));
  }

  /** Marks the step that is shown large. @param {number} share of the way */
  choose(share) {
    const chosen = Math.round(share * (STEPS - 1));
    for (const [step, frame] of this.decoded.entries()) frame.element.classList.toggle("lv-chosen", step === chosen);
  }
}

/** @param {Frame[]} frames */
function rowOf(frames) {
  return h("div", { class: "lv-row lv-strips" }, ...frames.map((frame) => frame.element));
}
