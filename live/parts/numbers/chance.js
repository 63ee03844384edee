// @ts-check
// Chance in an image's numbers: one draw of epsilon, and eight with their mean and its error; they can be drawn again.
// Knows elements and an image's numbers.
import { likelihoods } from "../../engine/numbers.js";
import { number, t } from "../../words/words.js";
import { button, h, vectorText } from "../dom.js";
import { drawsText } from "./figures.js";

/** @typedef {import("../../engine/numbers.js").Numbers} Numbers */

export class Chance {
  /** @param {import("../../engine/numbers.js").Objective} objective @param {boolean} stochastic @param {() => void} again */
  constructor(objective, stochastic, again) {
    this.objective = objective;
    this.one = h("p", { class: "lv-figures" });
    this.list = h("ol", { class: "lv-draws", "aria-label": t("numbers.draws.list") });
    this.all = h("p", { role: "status" });
    this.element = h(
      "section",
      { class: "lv-chance" },
      h("h3", {}, t("numbers.chance")),
      h("p", {}, t(stochastic ? "numbers.chance.line" : "numbers.chance.none")),
      ...(stochastic ? [this.one, this.list] : []),
      this.all,
      stochastic && button(t("numbers.again"), again),
    );
  }

  /** @param {Numbers} numbers */
  show(numbers) {
    const [{ eps, z }] = numbers.draws;
    if (eps) this.one.textContent = t("numbers.draw", { eps: vectorText(eps), z: vectorText(z) });
    const { each } = likelihoods(numbers, this.objective.likelihood);
    this.list.replaceChildren(...each.map((nats) => h("li", {}, number(nats, 2))));
    this.all.textContent = drawsText(numbers, this.objective);
  }
}
