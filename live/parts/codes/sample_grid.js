// @ts-check
// Twenty new pictures; each can be taken, and all be drawn again. Knows frames and a model; knows no view.
import { codesOf, isAround, MAX_SEED, NONE, reshuffled, seedOf } from "../../engine/creation.js";
import { t } from "../../words/words.js";
import { button, h } from "../dom.js";
import { Frame } from "../frame.js";
import { canAsk, NearestLearnt } from "./nearest_learnt.js";

export const SAMPLES = 20;

/** @typedef {import("../../engine/creation.js").Creation} Creation */

export class SampleGrid {
  /** @param {import("../../tools/desk.js").Desk} desk whose state says what is drawn, and takes a picture's code */
  constructor(desk) {
    const { model, data } = desk.pane;
    this.desk = desk;
    this.model = model;
    /** @type {Float32Array[]} */
    this.codes = [];
    this.frames = Array.from({ length: SAMPLES }, (_, i) => this.sample(i));
    this.title = h("p", { class: "lv-label" });
    this.nearest = canAsk(desk.pane) ? new NearestLearnt(desk.pane, this.frames) : null;
    if (this.nearest) this.nearest.onpress = () => this.lookUp(desk.state);
    this.seed = data.words.layer === "field" ? this.seedInput() : null;
    this.element = h(
      "div",
      { class: "lv-new" },
      h(
        "div",
        { class: "lv-bar lv-tight" },
        button(t("create.again"), () => this.shuffle(reshuffled(desk.state, model.info.conditional))),
        this.seed && h("label", { class: "lv-label" }, t("create.seed"), " ", this.seed),
        this.nearest?.press,
      ),
      this.title,
      this.nearest?.note,
      h("div", { class: "lv-row lv-samples" }, ...(this.nearest?.cells ?? this.frames.map((frame) => frame.element))),
    );
  }

  /** @param {number} i */
  sample(i) {
    const { desk, model } = this;
    return new Frame(model.info.image, {
      size: "sample",
      name: t("create.sample", { sample: i + 1, samples: SAMPLES }),
      title: t("create.take"),
      onclick: () => this.codes[i] && desk.change({ ...desk.state, z: this.codes[i].slice() }),
    });
  }

  seedInput() {
    const input = h("input", {
      type: "number",
      class: "lv-number",
      min: 0,
      max: MAX_SEED,
      "aria-label": t("create.seed_label"),
      onchange: () => this.shuffle({ ...this.desk.state, seed: seedOf(Number(input.value)) }),
    });
    return input;
  }

  /** Shows the pictures of a state; around a class only once its codes are here. @param {Creation} state */
  async show(state) {
    const { info } = this.model;
    if (isAround(state, info)) await this.model.loadLatents();
    this.codes = codesOf(state, this.model, SAMPLES);
    this.title.textContent = titleOf(state, info);
    for (const [i, frame] of this.frames.entries())
      this.model.show(frame, this.codes[i], info.conditional ? state.label : null);
    this.lookUp(state);
    this.follow();
  }

  /** The training images that are most like the pictures of a state, if they are asked for. @param {Creation} state */
  lookUp(state) {
    if (!this.nearest?.on) return;
    const { model, codes, desk } = this;
    const label = model.info.conditional ? state.label : null;
    this.nearest.show(codes.map((z) => Uint8Array.from(model.decode(z, label)))).catch(desk.pane.fail);
  }

  /** New pictures; z is the first of them. @param {Creation} next */
  async shuffle(next) {
    const { desk } = this;
    try {
      await this.show(next);
      desk.change({ ...next, z: this.codes[0].slice() });
    } catch (error) {
      desk.pane.fail(error);
    }
  }

  /** Marks the picture that is taken. */
  follow() {
    const { z, seed } = this.desk.state;
    if (this.seed) this.seed.value = String(seed);
    for (const [i, { element }] of this.frames.entries()) {
      const isTaken = this.codes[i]?.every((value, d) => Math.abs(value - z[d]) < 1e-3) ?? false;
      element.classList.toggle("lv-chosen", isTaken);
    }
  }
}

/** @param {Creation} state @param {import("../../engine/model.js").ModelInfo} info */
function titleOf(state, info) {
  const { label } = state;
  if (isAround(state, info)) return t("create.title_around", { count: SAMPLES, name: info.classNames[label] });
  if (!info.conditional || label === NONE) return t("create.title", { count: SAMPLES });
  return t("create.title_class", { count: SAMPLES, name: info.classNames[label] });
}
