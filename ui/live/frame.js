// @ts-check
// An image on the page with the frame that says what it is: dashed for generated, solid for real.
// Knows canvases; knows no model.
import { h } from "./dom.js";

export class Frame {
  /**
   * @param {number[]} image channels, height, width
   * @param {{kind?: "generated" | "real", size?: string, caption?: string, onclick?: () => void, title?: string}} [options]
   */
  constructor([channels, height, width], { kind = "generated", size = "large", caption = "", onclick, title } = {}) {
    this.channels = channels;
    this.canvas = h("canvas", { width, height, role: "img" });
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.pixels = this.context.createImageData(width, height);
    this.words = new Uint32Array(this.pixels.data.buffer);
    this.caption = h("figcaption", {}, caption);
    const inner = onclick ? h("button", { type: "button", class: "lv-frame-button", onclick, title }, this.canvas) : this.canvas;
    this.element = h("figure", { class: `lv-frame lv-${size}` }, inner, this.caption);
    this.mark(kind, caption);
  }

  /** What the image is, said by frame, caption and name. @param {"generated" | "real"} kind @param {string} caption @param {string} [colour] */
  mark(kind, caption, colour = "") {
    if (this.kind !== kind) this.element.dataset.kind = this.kind = kind;
    if (this.text !== caption) this.caption.textContent = this.text = caption;
    if (this.colour !== colour) this.element.style.setProperty("--class", (this.colour = colour));
    const name = `${kind} image${caption ? ": " + caption : ""}`;
    if (this.name !== name) this.canvas.setAttribute("aria-label", (this.name = name));
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
