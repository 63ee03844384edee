// @ts-check
// Listening to a piano roll while it changes: a button, a line that goes over the image, and the names of what sounds.
// Sound only after a press. Knows a frame and Web Audio; knows no model.
import { t } from "../../words/words.js";
import { button, h } from "../dom.js";
import { DrumKit, hasSounds } from "./drum_kit.js";
import { Loop } from "./loop.js";

const EVERY_MS = 30,
  TEMPO = 100,
  STRUCK = 128; // what is brighter than half is struck

/** Which rows are struck at a step. @param {ArrayLike<number>} pixels words of RGBA, `[rows, steps]` @param {number} rows @param {number} steps @param {number} step */
export function struckAt(pixels, rows, steps, step) {
  return Array.from({ length: rows }, (_, row) => (pixels[row * steps + step] & 0xff) >= STRUCK);
}

/** What plays the image of a frame, where it is one that sounds. @param {import("../frame.js").Frame} frame @param {import("../../engine/model.js").ModelInfo} info */
export function listenTo(frame, { kind, rows, image }) {
  return kind === "piano-roll" && hasSounds(rows) && rows.length === image[1]
    ? new Listen(frame, rows, image[2])
    : null;
}

class Listen {
  /** @param {import("../frame.js").Frame} frame @param {string[]} rows names of the instruments @param {number} steps */
  constructor(frame, rows, steps) {
    this.frame = frame;
    this.rows = rows;
    this.steps = steps;
    this.timer = this.tick = 0;
    /** @type {AudioContext | null} */
    this.context = null;
    /** @type {Loop | null} */
    this.loop = null;
    this.button = button(t("listen.play"), () => this.toggle(), { "aria-pressed": false });
    this.names = rows.map((row) => h("span", {}, t(`rhythm.${row}`)));
    this.line = h("i", { class: "lv-playhead", "aria-hidden": "true", hidden: true });
    const box = h("div", { class: "lv-heard" });
    frame.canvas.replaceWith(box);
    box.append(frame.canvas, this.line);
    this.element = h(
      "div",
      { class: "lv-listen", "data-part": "listen" },
      this.button,
      h("p", { class: "lv-quiet", "aria-hidden": "true" }, ...this.names),
      h("p", { class: "lv-quiet" }, t("listen.hint")),
    );
  }

  toggle() {
    if (this.timer) this.stop();
    else this.start();
  }

  start() {
    this.context ??= new AudioContext();
    const { context } = this;
    const kit = new DrumKit(context);
    void context.resume();
    this.loop = new Loop({
      now: () => context.currentTime,
      steps: this.steps,
      tempo: TEMPO,
      strike: (step, time) => this.struck(step).forEach((on, row) => on && kit.strike(this.rows[row], time)),
    });
    this.loop.start();
    this.timer = window.setInterval(() => this.loop?.plan(), EVERY_MS);
    this.show();
    this.press(true);
  }

  /** @param {number} step */
  struck(step) {
    return struckAt(this.frame.words, this.rows.length, this.steps, step);
  }

  show() {
    const step = this.loop?.heard() ?? -1;
    this.line.hidden = step < 0;
    if (step >= 0) {
      this.line.style.setProperty("--share", String(step / this.steps));
      this.struck(step).forEach((on, row) => this.names[row].classList.toggle("lv-sounds", on));
    }
    this.tick = requestAnimationFrame(() => this.show());
  }

  stop() {
    clearInterval(this.timer);
    cancelAnimationFrame(this.tick);
    this.timer = 0;
    this.line.hidden = true;
    for (const name of this.names) name.classList.remove("lv-sounds");
    this.press(false);
  }

  /** @param {boolean} on */
  press(on) {
    this.button.textContent = t(on ? "listen.stop" : "listen.play");
    this.button.setAttribute("aria-pressed", String(on));
  }

  close() {
    this.stop();
    void this.context?.close();
  }
}
