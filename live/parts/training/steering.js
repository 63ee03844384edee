// @ts-check
// The hands of a training: pause, step, slow motion, keep, cancel, and two settings to halve and double. Knows buttons;
// a command goes to whoever made it.
import { speaksField, t } from "../../words/words.js";
import { button, h } from "../dom.js";
import { hasEnded, keptText, SETTINGS, twoDigits } from "./job_text.js";

const ASK_MS = 5000;

/** @typedef {import("./job_text.js").Job} Job @typedef {(command: import("../../contract.js").Command) => void} Send */

export class Steering {
  /** @param {Send} send */
  constructor(send) {
    const command = (/** @type {string} */ name) => () => send({ command: name });
    /** @type {Job | null} */
    this.job = null;
    /** @type {number | null} the epoch that was asked to be kept */
    this.asked = null;
    this.pause = button(t("train.pause"), () => send({ command: this.job?.status === "paused" ? "resume" : "pause" }));
    this.slow = button(t("train.slow"), command("slow"));
    this.keep = button(t("train.keep"), () => {
      this.asked = this.job?.epoch ?? null;
      this.answer();
      send({ command: "keep_epoch" });
    });
    this.kept = h("p", { class: "lv-quiet", role: "status" });
    this.cancel = new Question(command("cancel"));
    this.knobs = [new Knob(send), new Knob(send)];
    const step = button(t("train.one_step"), command("step"));
    this.element = h(
      "div",
      { class: "lv-controls", hidden: true },
      h("div", { class: "lv-bar lv-tight" }, this.pause, step, this.slow, this.keep, this.cancel.element),
      h("div", { class: "lv-bar lv-tight" }, ...this.knobs.map((knob) => knob.element)),
      this.kept,
    );
  }

  /** @param {Job} job @param {boolean} mine */
  show(job, mine) {
    this.job = job;
    this.element.hidden = !mine || hasEnded(job);
    if (this.element.hidden) this.cancel.withdraw();
    this.pause.textContent = t(job.status === "paused" ? "train.go_on" : "train.pause");
    this.slow.setAttribute("aria-pressed", String(job.slow));
    this.keep.disabled = job.epoch === undefined;
    if (speaksField()) {
      this.knobs[0].show("learning_rate", job.learning_rate);
      this.knobs[1].show(job.weight?.name, job.weight?.value);
    }
    this.answer();
  }

  answer() {
    const text = this.job ? keptText(this.job, this.asked) : "";
    if (this.kept.textContent !== text) this.kept.textContent = text;
  }

  close() {
    this.cancel.withdraw();
  }
}

/** Cancel, which asks first: the question stands in the button's place for five seconds. */
class Question {
  /** @param {() => void} onyes */
  constructor(onyes) {
    this.timer = 0;
    this.button = button(t("train.cancel"), () => this.ask());
    this.no = button(t("train.cancel.no"), () => this.withdraw(true));
    const yes = button(t("train.cancel.yes"), () => {
      this.withdraw(true);
      onyes();
    });
    this.question = h(
      "span",
      { class: "lv-question", role: "group", "aria-label": t("train.cancel.ask"), hidden: true },
      h("span", {}, t("train.cancel.ask")),
      yes,
      this.no,
    );
    this.question.addEventListener("keydown", (event) => event.key === "Escape" && this.withdraw(true));
    this.element = h("span", {}, this.button, this.question);
  }

  ask() {
    this.show(true);
    this.no.focus(); // the safe answer: a second press of Enter ends nothing
    this.timer = window.setTimeout(() => this.withdraw(this.question.contains(document.activeElement)), ASK_MS);
  }

  /** @param {boolean} [focus] whether the hand goes back to the button */
  withdraw(focus = false) {
    clearTimeout(this.timer);
    if (this.question.hidden) return;
    this.show(false);
    if (focus) this.button.focus();
  }

  /** @param {boolean} asking */
  show(asking) {
    this.question.hidden = !asking;
    this.button.hidden = asking;
  }
}

/** A setting that can be halved and doubled while the training runs. */
class Knob {
  /** @param {Send} send */
  constructor(send) {
    this.setting = "";
    this.value = 0;
    this.name = h("span", {});
    this.shown = h("b", {});
    const by = (/** @type {number} */ factor) =>
      h(
        "button",
        { type: "button", class: "lv-chip", onclick: () => send({ change: this.setting, value: this.value * factor }) },
        t(factor < 1 ? "train.halve" : "train.double"),
      );
    this.less = by(0.5);
    this.more = by(2);
    this.element = h("span", { class: "lv-knob", hidden: true }, this.name, this.shown, this.less, this.more);
  }

  /** @param {string | undefined} setting @param {number | undefined} value */
  show(setting, value) {
    const words = setting === undefined ? undefined : SETTINGS[setting];
    this.element.hidden = !words || value === undefined;
    if (!words || value === undefined || setting === undefined) return;
    this.setting = setting;
    this.value = value;
    this.name.textContent = t(words.name);
    this.shown.textContent = t("train.value", { value: twoDigits(value) });
    this.less.setAttribute("aria-label", t(words.halve));
    this.more.setAttribute("aria-label", t(words.double));
  }
}
