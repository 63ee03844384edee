// @ts-check
// Thumbnails of test images: from one sheet where the data are on the server, else reconstructions, marked as such.
// Knows the sheet's layout; knows no view.
import { fetchOrSay } from "./model.js";

export class Thumbs {
  /** @param {import("./model.js").Model} model @param {string | null} url of the sheet @param {string[]} colours */
  constructor(model, url, colours) {
    this.model = model;
    this.url = url;
    this.colours = colours;
    this.sheet = null;
  }

  /** Fetches the sheet; without one, reconstructions go on standing in. */
  async load() {
    if (!this.url || this.sheet) return;
    try {
      const blob = await (await fetchOrSay(this.url, "The sheet of test images")).blob();
      this.sheet = await createImageBitmap(blob);
    } catch {
      this.url = null;
    }
  }

  /** Whether real images can be shown. */
  get real() {
    return this.sheet !== null;
  }

  /** What a test image is called. @param {number} index */
  label(index) {
    return this.model.info.classNames[this.model.labels[index]] ?? "";
  }

  /**
   * Shows a test image in a frame, or its reconstruction.
   * @param {import("./frame.js").Frame} frame @param {number} index @param {string} [caption]
   */
  show(frame, index, caption = this.label(index)) {
    const label = this.model.labels[index];
    frame.mark(this.real ? "real" : "generated", caption, this.colours[label % this.colours.length]);
    if (!this.real) {
      this.model.show(frame, this.model.muOf(index), label);
      return;
    }
    const [x, y, width, height] = this.place(index);
    frame.context.drawImage(this.sheet, x, y, width, height, 0, 0, width, height);
  }

  /** Grey levels of a test image, `[channel height width]`, or null without the sheet. @param {number} index */
  levels(index) {
    if (!this.sheet) return null;
    const [x, y, width, height] = this.place(index);
    const canvas = new OffscreenCanvas(width, height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.drawImage(this.sheet, x, y, width, height, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const channels = this.model.info.image[0];
    const levels = new Uint8Array(channels * width * height);
    for (let i = 0; i < width * height; i++)
      for (let c = 0; c < channels; c++) levels[c * width * height + i] = data[4 * i + c];
    return levels;
  }

  /** @param {number} index @returns {[number, number, number, number]} */
  place(index) {
    const [, height, width] = this.model.info.image;
    const columns = Math.ceil(Math.sqrt(this.model.info.count));
    return [(index % columns) * width, Math.floor(index / columns) * height, width, height];
  }
}
