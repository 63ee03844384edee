// @ts-check
// A drum loop to listen to: a line that goes over the image, and the names of what sounds.
// Knows a frame and the drums; knows no model.
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { DrumKit, KEYS } from "./drum_kit.js";

const STRUCK = 128, // what is brighter than half is struck
  DRUMS = 9; // the channel of drums in a MIDI file

/** Which rows are struck at a step. @param {ArrayLike<number>} pixels words of RGBA, `[rows, steps]` @param {number} rows @param {number} steps @param {number} step */
export function struckAt(pixels, rows, steps, step) {
  return Array.from({ length: rows }, (_, row) => (pixels[row * steps + step] & 0xff) >= STRUCK);
}

/** @typedef {import("./score.js").Score} Score @implements {Score} */
export class DrumScore {
  perBeat = 4;
  tempo = 100;

  /** @param {import("../frame.js").Frame} frame @param {string[]} rows names of the instruments @param {number} steps */
  constructor(frame, rows, steps) {
    this.frame = frame;
    this.rows = rows;
    this.steps = steps;
    this.names = rows.map((row) => h("span", {}, t(`rhythm.${row}`)));
    this.element = h("p", { class: "lv-quiet lv-drums", "aria-hidden": "true" }, ...this.names);
    this.line = h("i", { class: "lv-playhead", "aria-hidden": "true", hidden: true });
    const box = h("div", { class: "lv-heard" });
    frame.canvas.replaceWith(box);
    box.append(frame.canvas, this.line);
  }

  /** @param {number} step */
  struck(step) {
    return struckAt(this.frame.words, this.rows.length, this.steps, step);
  }

  /** @param {BaseAudioContext} context @returns {import("./score.js").Instrument} */
  instrument(context) {
    const kit = new DrumKit(context);
    return {
      strike: (step, time) => this.struck(step).forEach((on, row) => on && kit.strike(this.rows[row], time)),
      end: () => {},
    };
  }

  /** @param {number} step */
  show(step) {
    this.line.hidden = step < 0;
    if (step >= 0) this.line.style.setProperty("--share", String(step / this.steps));
    const struck = step < 0 ? [] : this.struck(step);
    this.names.forEach((name, row) => name.classList.toggle("lv-sounds", struck[row] ?? false));
  }

  notes() {
    return Array.from({ length: this.steps }, (_, start) =>
      this.struck(start).flatMap((on, row) =>
        on ? [{ channel: DRUMS, pitch: KEYS[this.rows[row]], start, length: 1 }] : [],
      ),
    ).flat();
  }
}
