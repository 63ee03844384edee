// @ts-check
// An image on the page with the frame that says what it is: dashed for generated, solid for real, dotted for neither.
// Knows canvases; knows no model.
import { t } from "../words/words.js";
import { h } from "./dom.js";

/** @typedef {"generated" | "real" | "mixed"} Kind `mixed`: pixels of two images, made without a model */

export class Frame {
  /**
   * @param {number[]} image channels, height, width
   * @param {{kind?: Kind, size?: string, caption?: string, name?: string, onclick?: () => void, title?: string}} [options]
   *   `name`: what a screen reader calls it beside its kind and caption, as "sample 3 of 20"
   */
  constructor(
    [channels, height, width],
    { kind = "generated", size = "large", caption = "", name = "", onclick, title } = {},
  ) {
    this.channels = channels;
    this.own = name;
    this.canvas = h("canvas", { width, height, role: "img" });
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.pixels = this.context.createImageData(width, height);
    this.words = new Uint32Array(this.pixels.data.buffer);
    this.caption = h("figcaption", {}, caption);
    const inner = onclick
      ? h("button", { type: "button", class: "lv-frame-button", onclick, title }, this.canvas)
      : this.canvas;
    this.element = h("figure", { class: `lv-frame lv-${size}` }, inner, this.caption);
    this.kind = this.text = this.colour = this.name = /** @type {string | null} */ (null);
    this.mark(kind, caption);
  }

  /** What the image is, said by frame, caption and name. @param {Kind} kind @param {string} caption @param {string} [colour] */
  mark(kind, caption, colour = "") {
    if (this.kind !== kind) this.element.dataset.kind = this.kind = kind;
    if (this.text !== caption) this.caption.textContent = this.text = caption;
    if (this.colour !== colour) this.element.style.setProperty("--class", colour);
    this.colour = colour;
    this.call(this.own);
  }

  /** Another name for a screen reader. @param {string} own */
  call(own) {
    this.own = own;
    const what =
      { generated: "frame.generated", real: "frame.real", mixed: "frame.mixed" }[this.kind ?? "generated"] ?? "";
    const said = this.text?.startsWith(t(what)) ? "" : t(what); // a caption may say it already
    const name = [own, said, this.text].filter(Boolean).join(", ");
    if (this.name !== name) this.canvas.setAttribute("aria-label", name);
    this.name = name;
  }

  /** Paints grey levels 0..255, `[channels, height, width]`. @param {ArrayLike<number>} levels */
  paint(levels) {
    const { words } = this;
    const plane = words.length;
    if (this.channels === 1) {
      for (let i = 0; i < plane; i++) words[i] = 0xff000000 | (levels[i] * 0x010101);
    } else {
      for (let i = 0; i < plane; i++)
        words[i] = 0xff000000 | (levels[2 * plane + i] << 16) | (levels[plane + i] << 8) | levels[i];
    }
    this.context.putImageData(this.pixels, 0, 0);
  }
}
