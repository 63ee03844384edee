// @ts-check
// Guess first: the question of a ready set with its answers, or with a pin on a map; then the truth beside the guess.
// Knows words and buttons; knows no map.
import { number, t } from "../../words/words.js";
import { button, h } from "../dom.js";

/**
 * @typedef {import("../../contract.js").Question} Question
 * @typedef {import("../../engine/comparing/state.js").Guess} Guess
 */

/** What a question still hides. @param {Question | null} question @param {Guess} guess @returns {"titles" | "maps" | "nothing"} */
export function hiddenBy(question, guess) {
  return question && guess === "ask" ? question.hides : "nothing";
}

export class QuestionCard {
  /** @param {Question} question @param {{answer: (guess: Guess) => void}} hands */
  constructor(question, { answer }) {
    this.question = question;
    this.answer = answer;
    this.element = h("div", { class: "lv-question-card", role: "group", "aria-label": t("side.guess") });
  }

  /**
   * @param {Guess} guess @param {{distance: number, nearer: number} | null} pin how far a pin is from the truth, in units
   *   of the map, and the share of test images that lie nearer to the truth
   */
  show(guess, pin) {
    const { question } = this;
    this.element.hidden = false;
    if (guess === null) {
      this.element.replaceChildren(button(t("side.guess"), () => this.answer("ask"), { class: "lv-button" }));
      return;
    }
    const text = h("h2", { class: "lv-sentence" }, question.text);
    if (guess === "ask") {
      this.element.replaceChildren(text, this.options());
      return;
    }
    const told = h("p", { role: "status" }, h("b", {}, this.verdict(guess, pin)), ` ${question.reveal}`);
    this.element.replaceChildren(
      text,
      told,
      button(t("side.guess.again"), () => this.answer("ask")),
    );
  }

  options() {
    const { options } = this.question;
    if (!options.length) return h("p", { class: "lv-quiet" }, t("side.guess.pin"));
    return h("div", { class: "lv-bar lv-tight" }, ...options.map((option, i) => button(option, () => this.answer(i))));
  }

  /** @param {Guess} guess @param {{distance: number, nearer: number} | null} pin */
  verdict(guess, pin) {
    const { options, right } = this.question;
    if (typeof guess === "number")
      return guess === right
        ? t("side.guess.right", { option: options[guess] ?? "" })
        : t("side.guess.wrong", { option: options[guess] ?? "", right: options[right] ?? "" });
    return pin ? t("side.guess.distance", { distance: number(pin.distance, 1), nearer: pin.nearer }) : "";
  }
}
