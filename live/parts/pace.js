// @ts-check
// When a view paints: the first move of a frame at once, in the event that brought it; a later one, and all that is
// not the live image, with the frame. Knows animation frames; knows no view.

// a model slower than this would spend a frame's time on images that nobody sees
const QUICK_MS = 3;

export class Pace {
  /**
   * @param {() => void} image decodes and paints the live image
   * @param {() => boolean | void} rest shows what else follows a move; true while it needs another frame
   */
  constructor(image, rest) {
    this.image = image;
    this.rest = rest;
    this.frame = 0;
    this.took = 0; // the last image, in ms
    this.spent = 0; // all images since the last frame
    this.stale = this.painted = false;
  }

  /** Something moved. */
  moved() {
    this.stale = true;
    if (!this.painted && this.took < QUICK_MS) {
      this.painted = true;
      this.paint();
    }
    if (!this.frame) this.frame = requestAnimationFrame(() => this.all());
  }

  /** Paints everything now. */
  all() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (this.stale) this.paint();
    this.painted = false;
    const more = this.rest();
    this.spent = 0;
    if (more) this.frame = requestAnimationFrame(() => this.all());
  }

  paint() {
    this.stale = false;
    const began = performance.now();
    this.image();
    this.took = performance.now() - began;
    this.spent += this.took;
  }

  close() {
    cancelAnimationFrame(this.frame);
  }
}
