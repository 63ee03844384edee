// @ts-check
// Thumbnails of test images: from one sheet where the data are on the server, else the model's copies, marked as such.
// Knows the sheet's layout; knows no view.
import { observationOf } from "../engine/ink/drawing.js";
import { t } from "../words/words.js";
import { h } from "./dom.js";

export class Thumbs {
  /** @param {import("../engine/model.js").Model} model @param {string | null} file of the sheet @param {(label: number) => string} colour of a class */
  constructor(model, file, colour) {
    this.model = model;
    this.file = file;
    this.colour = colour;
    /** @type {ImageBitmap | null} */
    this.sheet = null;
    /** @type {Promise<void> | null} */
    this.loading = null;
  }

  /** Fetches the sheet, once; without one, copies go on standing in. */
  load() {
    this.loading ??= this.fetchSheet();
    return this.loading;
  }

  async fetchSheet() {
    if (!this.file) return;
    try {
      this.sheet = await createImageBitmap(
        new Blob([await this.model.source.bytes(this.file)], { type: "image/webp" }),
      );
    } catch {
      this.file = null;
    }
  }

  /** One test image alone, while the sheet is not here; null where there is none. @param {number} index @returns {Promise<ImageBitmap | null>} */
  async one(index) {
    if (!this.file) return null;
    const bytes = await this.model.source.bytes(`test-${index}.png`);
    return createImageBitmap(new Blob([bytes], { type: "image/png" }));
  }

  /** Whether real images can be shown. */
  get real() {
    return this.sheet !== null;
  }

  /** Whether they will be, once they are here. */
  get coming() {
    return this.file !== null && this.sheet === null;
  }

  /** What a sentence calls a test image, also one without a class. @param {number} index */
  called(index) {
    return this.model.nameOf(index) || t("pair.unnamed", { index });
  }

  /**
   * Shows a test image in a frame, or its copy.
   * @param {import("./frame.js").Frame} frame @param {number} index @param {string} [caption]
   */
  show(frame, index, caption = this.model.nameOf(index)) {
    const { labels } = this.model;
    frame.mark(this.sheet ? "real" : "generated", caption, labels ? this.colour(labels[index]) : "");
    if (!this.sheet) {
      this.model.show(frame, this.model.muOf(index), this.model.conditionOf(index));
      return;
    }
    this.model.forget(frame);
    this.draw(frame.context, this.sheet, index);
  }

  /** @param {CanvasRenderingContext2D} context @param {ImageBitmap} sheet @param {number} index */
  draw(context, sheet, index) {
    const { x, y, width, height } = placeOn(index, this.model.info);
    context.drawImage(sheet, x, y, width, height, 0, 0, width, height);
  }

  /** A test image in [0, 1], or its copy, `[channels, height, width]`; needs the latents. @param {number} index */
  observation(index) {
    const { model, sheet } = this;
    if (!sheet) {
      const levels = model.decode(model.muOf(index), model.conditionOf(index));
      return Float32Array.from(levels, (level) => level / 255);
    }
    const [channels, height, width] = model.info.image;
    const context = /** @type {CanvasRenderingContext2D} */ (h("canvas", { width, height }).getContext("2d"));
    this.draw(context, sheet, index);
    return observationOf(context.getImageData(0, 0, width, height).data, channels);
  }
}

/** Where an image is on the sheet: as many columns as rows. @param {number} index @param {{image: number[], count: number}} info */
export function placeOn(index, { image: [, height, width], count }) {
  const columns = Math.ceil(Math.sqrt(count));
  return { x: (index % columns) * width, y: Math.floor(index / columns) * height, width, height };
}
