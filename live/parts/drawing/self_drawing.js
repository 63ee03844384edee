// @ts-check
// Strokes that draw themselves at the pace of a hand. Knows time; knows no pad and no model.
import { lengthOf, upTo } from "../../engine/ink/strokes.js";

const DRAWING_MS = 2600,
  LARGEST_STEP_MS = 60; // a page that is busy with something else must not swallow the drawing

export class SelfDrawing {
  /** @param {import("../../engine/ink/drawing.js").Stroke[]} strokes @param {(strokes: import("../../engine/ink/drawing.js").Stroke[], done: boolean) => void} onstep */
  constructor(strokes, onstep) {
    this.strokes = strokes;
    this.onstep = onstep;
    this.length = lengthOf(strokes);
    this.frame = 0;
    this.runs = false;
  }

  /** Draws; at once for who wants less motion. */
  start() {
    this.runs = true;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.finish();
      return;
    }
    let spent = 0,
      before = performance.now();
    const step = () => {
      const now = performance.now();
      spent += Math.min(now - before, LARGEST_STEP_MS);
      before = now;
      if (spent >= DRAWING_MS) this.finish();
      else {
        this.onstep(upTo(this.strokes, (spent / DRAWING_MS) * this.length), false);
        this.frame = requestAnimationFrame(step);
      }
    };
    step();
  }

  /** Draws the rest at once. */
  finish() {
    if (!this.runs) return;
    this.stop();
    this.onstep(this.strokes, true);
  }

  stop() {
    this.runs = false;
    cancelAnimationFrame(this.frame);
  }
}
