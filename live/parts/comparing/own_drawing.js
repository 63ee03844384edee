// @ts-check
// One drawing that every model encodes: the pad, made when it is first wanted, what is on it, and its code in each model.
// Knows panes and a pad; knows no map and no view.
import { inChannels } from "../../engine/ink/drawing.js";
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { readImage } from "../drawing/image_file.js";
import { PadControls } from "../drawing/pad_controls.js";
import { hasCells, padOf } from "../drawing/pad_of.js";

/** @typedef {{z: Float32Array, std: Float32Array | null}} Encoded `std`: of the posterior; null for a deterministic encoder */

export class OwnDrawing {
  /**
   * @param {import("../../pane.js").Panes} panes
   * @param {{label: () => number, example: () => number, onchange: () => void}} hands what models are told that are told
   *   a class; the test image to copy; the codes are other ones
   */
  constructor({ panes, say, fail }, { label, example, onchange }) {
    this.panes = panes;
    this.say = say;
    this.fail = fail;
    this.label = label;
    this.example = example;
    this.onchange = onchange;
    this.element = h("div", { class: "lv-compare-pad", hidden: true });
    this.pad = /** @type {ReturnType<typeof padOf> | null} */ (null);
    this.x = /** @type {Float32Array | null} */ (null);
    /** @type {(Encoded | null)[]} of each model */
    this.codes = panes.map(() => null);
    this.turn = 0;
    this.closed = false;
  }

  /** @param {boolean} on */
  show(on) {
    this.element.hidden = !on;
    if (!on || this.pad) return;
    const { info } = this.panes[0].model;
    const controls = new PadControls({
      strokes: !hasCells(info),
      undo: () => this.pad?.act({ do: "undo" }, true),
      clear: () => this.pad?.act({ do: "clear" }, true),
      example: () => this.takeExample().catch(this.fail),
      upload: (file) => this.upload(file, controls),
    });
    this.pad = padOf(info, {
      width: () => controls.width,
      onchange: () => this.encode(),
      say: this.say,
    });
    const invites = h("p", { class: "lv-label" }, t(hasCells(info) ? "side.write" : "side.draw"));
    this.element.replaceChildren(invites, this.pad.element, controls.element);
    // a bar of four voices is changed, not begun: a voice that rests is in no image of the set
    if (info.kind === "voices") this.takeExample().catch(this.fail);
  }

  async takeExample() {
    const { thumbs, model } = this.panes[0];
    await Promise.all([model.loadLatents(), thumbs.load()]);
    if (!this.closed) this.pad?.act({ do: "picture", picture: thumbs.observation(this.example()) }, true);
  }

  /** @param {File | undefined} file @param {PadControls} controls */
  async upload(file, controls) {
    const { pad } = this;
    controls.problem("");
    if (!file || !pad) return;
    try {
      const { image } = this.panes[0].model.info;
      const picture = inChannels(await readImage(file, image), image[0]);
      pad.act({ do: "picture", picture }, true);
    } catch (error) {
      controls.problem(error instanceof Error ? error.message : String(error));
    }
  }

  /** Every model encodes what is on the pad. */
  async encode() {
    const turn = ++this.turn;
    const x = this.pad?.observation() ?? null;
    const encoders = x && (await Promise.all(this.panes.map(({ model }) => model.encoder())).catch(this.fail));
    if (turn !== this.turn || this.closed) return;
    this.x = x;
    this.codes = this.panes.map(({ model }, k) => (x && encoders ? this.codeOf(model, encoders[k], x) : null));
    this.onchange();
  }

  /** @param {import("../../engine/model.js").Model} model @param {Awaited<ReturnType<import("../../engine/model.js").Model["encoder"]>>} encoder @param {Float32Array} x @returns {Encoded} */
  codeOf(model, encoder, x) {
    const { mu, logVar } = encoder.encode(x, model.info.conditional ? this.label() : null);
    return { z: mu.slice(), std: logVar ? Float32Array.from(logVar, (v) => Math.exp(0.5 * v)) : null };
  }

  close() {
    this.closed = true;
  }
}
