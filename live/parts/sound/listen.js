// @ts-check
// Listening to an image while it changes: a button, and what its score shows. Sound only after a press.
// Knows scores and Web Audio; knows no model.
import { t } from "../../words/words.js";
import { button, h } from "../dom.js";
import { hasSounds } from "./drum_kit.js";
import { DrumScore } from "./drum_score.js";
import { Loop } from "./loop.js";
import { VoiceScore } from "./voice_score.js";

const EVERY_MS = 30;

/** What plays the image of a frame, where it is one that sounds. @param {import("../frame.js").Frame} frame @param {import("../../engine/model.js").ModelInfo} info */
export function listenTo(frame, { kind, rows, image }) {
  if (kind === "voices") return new Listen(new VoiceScore(frame, rows, image), t("listen.limits"));
  return kind === "piano-roll" && hasSounds(rows) && rows.length === image[1]
    ? new Listen(new DrumScore(frame, rows, image[2]))
    : null;
}

export class Listen {
  /** @param {import("./score.js").Score} score @param {string} [limits] what it can't do */
  constructor(score, limits = "") {
    this.score = score;
    this.timer = this.tick = 0;
    /** @type {AudioContext | null} */
    this.context = null;
    /** @type {import("./score.js").Instrument | null} */
    this.instrument = null;
    /** @type {Loop | null} */
    this.loop = null;
    this.button = button(t("listen.play"), () => this.toggle(), { "aria-pressed": false });
    this.element = h(
      "div",
      { class: "lv-listen", "data-part": "listen" },
      this.button,
      score.element,
      h("p", { class: "lv-quiet" }, t("listen.hint")),
      limits && h("p", { class: "lv-quiet" }, limits),
    );
  }

  toggle() {
    if (this.timer) this.stop();
    else this.start();
  }

  start() {
    this.context ??= new AudioContext();
    const { context, score } = this;
    this.instrument ??= score.instrument(context);
    void context.resume();
    const { strike } = this.instrument;
    const { steps, tempo, perBeat } = score;
    this.loop = new Loop({ now: () => context.currentTime, steps, tempo, perBeat, strike });
    this.loop.start();
    this.timer = window.setInterval(() => this.loop?.plan(), EVERY_MS);
    this.show();
    this.press(true);
  }

  show() {
    this.score.show(this.loop?.heard() ?? -1);
    this.tick = requestAnimationFrame(() => this.show());
  }

  /** Another image is in the frame. */
  follow() {
    if (!this.timer) this.score.show(-1);
  }

  stop() {
    clearInterval(this.timer);
    cancelAnimationFrame(this.tick);
    this.timer = 0;
    this.instrument?.end(this.context?.currentTime ?? 0);
    this.score.show(-1);
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
