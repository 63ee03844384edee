// @ts-check
// What each pixel adds to log p(x|z), as a picture: the darker, the dearer. A pixel tells its figures under the pointer, or
// under the arrow keys. Knows canvases; knows no model.
import { t } from "../../words/words.js";
import { h } from "../dom.js";

/** @type {Record<string, [number, number]>} rows and columns */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const FAR = 4; // pixels that a key goes with Shift

/**
 * @typedef {object} Heat
 * @property {ArrayLike<number>} x in [0, 1] @property {ArrayLike<number>} p the decoder's means
 * @property {ArrayLike<number>} nats what each pixel adds @property {number} best what a pixel adds at most
 */

/** How dark each pixel is, 0 to 1: by the square root, so that small losses are seen too. @param {ArrayLike<number>} nats @param {number} best @returns {Float64Array} */
export function shadesOf(nats, best) {
  const losses = Float64Array.from(nats, (value) => Math.max(0, best - value));
  const most = Math.max(...losses);
  return losses.map((loss) => (most > 0 ? Math.sqrt(loss / most) : 0));
}

/** The pixel that loses most. @param {ArrayLike<number>} nats @returns {number} */
export function dearestOf(nats) {
  let dearest = 0;
  for (let i = 1; i < nats.length; i++) if (nats[i] < nats[dearest]) dearest = i;
  return dearest;
}

/** Where an arrow key leads inside an image of one channel; null for another key. @param {number} at @param {{key: string, shiftKey: boolean}} event @param {number} height @param {number} width */
export function stepTo(at, { key, shiftKey }, height, width) {
  const step = STEPS[key];
  if (!step) return null;
  const [down, right] = step.map((one) => one * (shiftKey ? FAR : 1));
  const row = Math.min(height - 1, Math.max(0, Math.floor(at / width) + down)),
    column = Math.min(width - 1, Math.max(0, (at % width) + right));
  return row * width + column;
}

export class HeatMap {
  /** @param {number[]} image channels, height, width @param {(text: string) => void} say to a screen reader */
  constructor([channels, height, width], say) {
    this.size = { channels, height, width };
    this.say = say;
    this.at = 0;
    /** @type {Heat | null} */
    this.heat = null;
    this.canvas = h("canvas", {
      width,
      height,
      class: "lv-heat",
      role: "application",
      tabindex: 0,
      "aria-label": t("numbers.heat.label"),
    });
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.cell = h("i", { class: "lv-heat-cell", "aria-hidden": "true" });
    this.text = h("p", { class: "lv-heat-text" });
    this.element = h(
      "figure",
      { class: "lv-frame lv-heat-box" },
      h("div", {}, this.canvas, this.cell),
      h("figcaption", {}, t("numbers.heat")),
    );
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerdown", (event) => this.point(event));
    this.canvas.addEventListener("keydown", (event) => {
      const to = stepTo(this.at, event, height, width);
      if (to === null) return;
      event.preventDefault();
      this.look(to);
      this.say(this.text.textContent ?? "");
    });
  }

  /** @param {Heat} heat */
  show(heat) {
    const { channels, height, width } = this.size;
    const first = this.heat === null;
    this.heat = heat;
    const shades = shadesOf(heat.nats, heat.best);
    const pixels = this.context.createImageData(width, height);
    const [red, green, blue] = inkOf(getComputedStyle(this.canvas).color);
    for (let i = 0; i < height * width; i++) {
      let shade = 0;
      for (let c = 0; c < channels; c++) shade += shades[c * height * width + i] / channels;
      pixels.data.set([red, green, blue, Math.round(255 * shade)], 4 * i);
    }
    this.context.putImageData(pixels, 0, 0);
    this.look(first ? dearestOf(heat.nats) % (height * width) : this.at);
  }

  /** @param {PointerEvent} event */
  point(event) {
    const { height, width } = this.size;
    const { left, top, width: wide, height: tall } = this.canvas.getBoundingClientRect();
    const column = Math.min(width - 1, Math.max(0, Math.floor((width * (event.clientX - left)) / wide)));
    const row = Math.min(height - 1, Math.max(0, Math.floor((height * (event.clientY - top)) / tall)));
    this.look(row * width + column);
  }

  /** @param {number} at */
  look(at) {
    const { heat, size } = this;
    const { channels, height, width } = size;
    this.at = at;
    this.cell.style.setProperty("--row", String(Math.floor(at / width) / height));
    this.cell.style.setProperty("--column", String((at % width) / width));
    this.cell.style.setProperty("--side", String(1 / width));
    if (!heat) return;
    let nats = 0;
    for (let c = 0; c < channels; c++) nats += heat.nats[c * height * width + at];
    const where = { row: Math.floor(at / width) + 1, column: (at % width) + 1 };
    this.text.textContent = t("numbers.heat.pixel", { ...where, x: heat.x[at], p: heat.p[at], nats });
  }
}

/** Red, green and blue of a computed colour. @param {string} colour `rgb(1, 2, 3)` */
export function inkOf(colour) {
  const found = colour
    .match(/\d+(\.\d+)?/g)
    ?.slice(0, 3)
    .map(Number);
  return found?.length === 3 && colour.startsWith("rgb") ? found : [128, 128, 128];
}
