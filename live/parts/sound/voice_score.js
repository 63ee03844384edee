// @ts-check
// Four voices to listen to: one piano roll of them all with a line that goes over it, the chord that sounds, and how many
// notes are others than a bar ago. Knows a frame and the choir; knows no model.
import { barOf, changedIn, chordOf, notesOf } from "../../engine/chorale.js";
import { t } from "../../words/words.js";
import { h, write } from "../dom.js";
import { Choir } from "./choir.js";

const CELL = { width: 24, height: 4 }; // pixels of the roll
const COLOURS = ["#ffd166", "#5ad8a6", "#6cb8ff", "#ff8fa3"], // of the voices, on the dark ground of an image
  GROUND = "#000",
  BLACK_KEY = "#1c1c22",
  OTHER = "#fff";
const LOWEST = 36; // MIDI, the lowest row
const BLACK_KEYS = new Set([1, 3, 6, 8, 10]),
  OCTAVE = 12;

/** @typedef {import("../../engine/chorale.js").Bar} Bar */

/** @typedef {import("./score.js").Score} Score @implements {Score} */
export class VoiceScore {
  perBeat = 2;
  tempo = 84;

  /** @param {import("../frame.js").Frame} frame @param {string[]} voices @param {number[]} image channels, height, width */
  constructor(frame, voices, [, rows, columns]) {
    this.frame = frame;
    this.rows = rows;
    this.columns = columns;
    this.steps = columns / voices.length;
    /** @type {Bar | null} as it was when it began to play */
    this.before = null;
    /** @type {Bar} */
    this.bar = voices.map(() => new Array(this.steps).fill(0));
    this.canvas = h("canvas", { width: this.steps * CELL.width, height: rows * CELL.height, role: "img" });
    this.canvas.setAttribute("aria-label", t("chorale.roll"));
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.line = h("i", { class: "lv-playhead", "aria-hidden": "true", hidden: true });
    this.line.style.setProperty("--steps", String(this.steps));
    this.roll = h("div", { class: "lv-heard" }, this.canvas, this.line);
    this.chord = h("output", { class: "lv-chord" });
    this.changed = h("p", { class: "lv-quiet" });
    const names = voices.map((voice, i) => inColour(h("span", {}, t(`chorale.${voice}`)), i));
    frame.canvas.after(
      h("div", { class: "lv-sides", "aria-hidden": "true" }, ...voices.map((_, i) => inColour(h("i"), i))),
    );
    this.element = h(
      "div",
      { class: "lv-score" },
      this.roll,
      h("p", { class: "lv-voices" }, ...names),
      h("div", {}, this.chord),
      this.changed,
    );
  }

  read() {
    return barOf((at) => this.frame.words[at] & 0xff, this.rows, this.columns);
  }

  /** @param {BaseAudioContext} context @returns {import("./score.js").Instrument} */
  instrument(context) {
    const choir = new Choir(context);
    return {
      strike: (step, time) => this.read().forEach((line, voice) => choir.sing(voice, line[step], time, step === 0)),
      end: (time) => choir.end(time),
    };
  }

  /** @param {number} step */
  show(step) {
    this.bar = this.read();
    if (step >= 0) this.before ??= this.bar;
    this.line.hidden = step < 0;
    if (step < 0) this.before = null;
    else this.line.style.setProperty("--share", String(step / this.steps));
    this.paint();
    write(this.chord, chordText(this.bar.map((line) => line[Math.max(0, step)])));
    const notes = this.bar.length * this.steps;
    write(this.changed, this.before ? t("chorale.changed", { count: changedIn(this.bar, this.before), notes }) : "");
  }

  paint() {
    const { context, rows, steps, bar, before } = this;
    const { width, height } = CELL;
    for (let row = 0; row < rows; row++) {
      context.fillStyle = BLACK_KEYS.has((rows - 1 - row) % OCTAVE) ? BLACK_KEY : GROUND;
      context.fillRect(0, row * height, steps * width, height);
    }
    for (const { channel, pitch, start, length } of notesOf(bar)) {
      const y = (rows - 1 - (pitch - LOWEST)) * height;
      context.fillStyle = COLOURS[channel];
      context.fillRect(start * width + 1, y, length * width - 2, height);
      context.fillStyle = OTHER;
      for (let step = start; before && step < start + length; step++)
        if (before[channel][step] !== pitch) context.fillRect(step * width + 1, y + 1, width - 2, height - 2);
    }
  }

  notes() {
    return notesOf(this.read());
  }
}

/** @template {HTMLElement} E @param {E} element @param {number} voice */
function inColour(element, voice) {
  element.style.setProperty("--voice", COLOURS[voice]);
  return element;
}

/** @param {number[]} pitches */
function chordText(pitches) {
  const chord = chordOf(pitches);
  return chord
    ? t(`chorale.chord.${chord.kind}`, { root: t("chorale.notes").split(" ")[chord.root] })
    : t("chorale.chord.none");
}
