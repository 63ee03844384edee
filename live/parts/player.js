// @ts-check
// Plays a path: a share that goes from 0 to 1 in a few seconds. Knows animation frames; knows no view.
import { t } from "../words/words.js";
import { button } from "./dom.js";

const PLAY_MS = 4000,
  LARGE_STEP = 0.1; // who wants less motion sees ten pictures, not a film

export class Player {
  /** @param {() => number} present the share now @param {(share: number) => void} onshare @param {number} [ms] from 0 to 1 */
  constructor(present, onshare, ms = PLAY_MS) {
    this.present = present;
    this.onshare = onshare;
    this.ms = ms;
    this.frame = 0;
    this.element = button(t("player.play"), () => this.toggle());
  }

  toggle() {
    if (this.frame) this.stop();
    else this.start();
  }

  start() {
    this.element.textContent = t("player.pause");
    const least = matchMedia("(prefers-reduced-motion: reduce)").matches ? LARGE_STEP : 0;
    let share = this.present() < 1 ? this.present() : 0,
      before = performance.now();
    const tick = (/** @type {number} */ now) => {
      const step = Math.max(0, now - before) / this.ms;
      if (step >= least) {
        share = Math.min(1, share + step);
        before = now;
        this.onshare(share);
      }
      if (share >= 1) this.stop();
      else this.frame = requestAnimationFrame(tick);
    };
    this.frame = requestAnimationFrame(tick);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.element.textContent = t("player.play");
  }
}
