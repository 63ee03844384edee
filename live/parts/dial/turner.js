// @ts-check
// The dial itself: a large slider by ratios, for mouse, finger, keys and wheel, with round values and places of note
// beside it, the button that sweeps it, and a clicker's keys. Knows elements and an axis; knows no model.
import { stepFrom } from "../../engine/dial/axis.js";
import { atMost } from "../../words/words.js";
import { h } from "../dom.js";
import { clicker } from "../keys.js";
import { Player } from "../player.js";

const SWEEP_MS = 14_000,
  WHEEL_STEP = 0.0004; // of the whole dial for a pixel of the wheel
const MANY = 12; // marks, of which a phone has room for powers of ten
const ARROWS = /** @type {const} */ ({ ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 });

/**
 * @typedef {object} Options
 * @property {number[]} values rising, at which the dial was measured
 * @property {import("../../engine/dial/axis.js").Scale} scale how they are spread
 * @property {number} at where it stands at first
 * @property {string} label for a screen reader
 * @property {(value: number) => void} onturn
 */

export class Turner {
  /** @param {Options} options */
  constructor({ values, scale, at, label, onturn }) {
    this.values = values;
    this.scale = scale;
    this.at = at;
    this.onturn = onturn;
    this.rolled = this.share; // the wheel's own place: small turns of it leave the one that catches
    this.input = h("input", {
      type: "range",
      min: 0,
      max: 1,
      step: "any", // the hand moves it evenly, an arrow key by a hundredth
      "aria-label": label,
      oninput: () => this.byHand(Number(this.input.value)),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    });
    this.notes = h("div", { class: "lv-turn-notes", "aria-hidden": "true" });
    this.player = new Player(
      () => this.share,
      (share) => this.turn(share),
      SWEEP_MS,
    );
    const track = h("div", { class: "lv-turn-track" }, this.notes, this.input, this.ticks());
    track.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.keys = clicker({
      next: () => this.step(1),
      previous: () => this.step(-1),
      toggle: () => this.player.toggle(),
    });
    this.element = h("div", { class: "lv-turn" }, this.player.element, track);
  }

  get share() {
    return this.scale.shareOf(this.at);
  }

  ticks() {
    const { marks, shareOf } = this.scale;
    const isFine = (/** @type {number} */ value) => marks.length > MANY && Math.log10(value) % 1 !== 0;
    const placed = marks.map((value) => {
      const name = isFine(value) ? "lv-fine" : "";
      return put(h("span", { class: name }, atMost(value, 2)), shareOf(value));
    });
    return h("div", { class: "lv-turn-ticks", "aria-hidden": "true" }, ...placed);
  }

  /** @param {number} share */
  turn(share) {
    this.at = this.scale.valueAt(share);
    this.onturn(this.at);
  }

  /** A hand has it: what plays ends. @param {number} share */
  byHand(share) {
    this.player.stop();
    this.turn(share);
  }

  /** To the next value at which it was measured. @param {1 | -1} by */
  step(by) {
    this.player.stop();
    this.at = stepFrom(this.values, this.at, by);
    this.onturn(this.at);
  }

  /** Among separate models an arrow goes to the next one. @param {KeyboardEvent} event */
  key(event) {
    const by = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)];
    if (!by || !this.scale.stepwise) return;
    event.preventDefault();
    this.step(by);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    event.preventDefault();
    if (Math.abs(this.rolled - this.share) > this.scale.catches) this.rolled = this.share; // another hand has turned it since
    this.rolled = Math.min(1, Math.max(0, this.rolled - event.deltaY * WHEEL_STEP));
    this.byHand(this.rolled);
  }

  /** The value is on the screen. @param {string} said for a screen reader */
  show(said) {
    const { share, input } = this;
    if (Math.abs(Number(input.value) - share) > this.scale.catches || this.player.frame) input.value = String(share);
    input.setAttribute("aria-valuetext", said);
    input.style.setProperty("--share", String(share));
  }

  /** Places of note. @param {{value: number, text: string}[]} marks */
  mark(marks) {
    const placed = marks.map(({ value, text }) => put(h("span", {}, text), this.scale.shareOf(value)));
    this.notes.replaceChildren(...placed);
  }

  close() {
    this.keys.close();
    this.player.stop();
  }
}

/** @param {HTMLElement} element @param {number} share */
function put(element, share) {
  element.style.setProperty("--share", String(share));
  return element;
}
