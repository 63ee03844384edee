// @ts-check
// The slider over the kept epochs and the button that runs through them. Knows elements and time; knows no model.
import { t } from "../../words/words.js";
import { button, h } from "../dom.js";
import { clicker } from "../keys.js";

const FILM_MS = 12_000, // a film of one's own, however many epochs were kept
  SLOWEST_MS = 900,
  FASTEST_MS = 450; // the points need as long to walk to their places

/** How long an epoch is on the screen while the film runs. @param {number} count of kept epochs */
export function paceOf(count) {
  return Math.max(FASTEST_MS, Math.min(SLOWEST_MS, FILM_MS / count));
}

/** Where Play goes on: at the next epoch, or from the start. @param {number} at @param {number} count of kept epochs */
export function nextPlace(at, count) {
  return at === count - 1 ? 0 : at + 1;
}

/** The slider over the kept epochs and the button that runs through them. */
export class Player {
  /** @param {number[]} epochs @param {number} at @param {(place: number) => Promise<void>} go @param {(error: unknown) => void} fail */
  constructor(epochs, at, go, fail) {
    this.epochs = epochs;
    this.go = go;
    this.fail = fail;
    this.at = at;
    this.playing = this.closed = false;
    this.timer = 0;
    this.slider = h("input", { type: "range", min: 0, max: epochs.length - 1, step: 1, value: at });
    this.slider.setAttribute("aria-label", t("film.epoch"));
    this.slider.addEventListener("input", () => {
      this.stop();
      go(Number(this.slider.value)).catch(fail);
    });
    this.button = button(t("film.play"), () => this.toggle());
    this.element = h("div", { class: "lv-play" }, this.button, this.slider);
    this.keys = clicker({
      next: () => this.move(1),
      previous: () => this.move(-1),
      toggle: () => this.toggle(),
    });
  }

  /** The epoch is on the screen. @param {number} place */
  show(place) {
    this.at = place;
    this.slider.value = String(place);
    this.slider.setAttribute("aria-valuetext", t("film.epoch.value", { epoch: this.epochs[place] }));
  }

  toggle() {
    if (this.playing) this.stop();
    else this.start();
  }

  /** Some epochs further, as far as there are any. @param {number} by */
  move(by) {
    this.stop();
    const place = Math.max(0, Math.min(this.epochs.length - 1, this.at + by));
    if (place !== this.at) this.go(place).catch(this.fail);
  }

  start() {
    this.playing = true;
    this.button.textContent = t("film.pause");
    this.step();
  }

  async step() {
    try {
      await this.go(nextPlace(this.at, this.epochs.length));
    } catch (error) {
      this.stop();
      this.fail(error);
    }
    if (!this.playing) return;
    const last = this.at === this.epochs.length - 1;
    clearTimeout(this.timer); // a run that was stopped and begun again within an epoch is one run
    this.timer = window.setTimeout(() => (last ? this.stop() : this.step()), paceOf(this.epochs.length));
  }

  stop() {
    clearTimeout(this.timer);
    this.playing = false;
    this.button.textContent = t("film.play");
  }

  close() {
    this.closed = true;
    this.keys.close();
    this.stop();
  }
}
