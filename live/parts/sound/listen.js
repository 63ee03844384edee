// @ts-check
// Listening to an image while it changes: a button, and what its score shows. Sound only after a press.
// Knows scores and their player; knows no model.
import { t } from "../../words/words.js";
import { button, h } from "../dom.js";
import { hasSounds } from "./drum_kit.js";
import { DrumScore } from "./drum_score.js";
import { Player } from "./player.js";
import { VoiceScore } from "./voice_score.js";

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
    this.player = new Player(score, (on) => this.press(on));
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
    if (this.player.on) this.player.stop();
    else this.player.start();
  }

  /** Another image is in the frame. */
  follow() {
    if (!this.player.on) this.score.show(-1);
  }

  /** @param {boolean} on */
  press(on) {
    this.button.textContent = t(on ? "listen.stop" : "listen.play");
    this.button.setAttribute("aria-pressed", String(on));
  }

  close() {
    this.player.close();
  }
}
