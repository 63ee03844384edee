// @ts-check
// What each number of the code costs, as columns that sink while the dial turns; one that carries nothing is dead.
// Knows elements and nats; knows no model.
import { DEAD } from "../../engine/dial/curve.js";
import { number, t } from "../../words/words.js";
import { h, latentName } from "../dom.js";

const WORDED = 4, // more columns are too narrow for a word
  NAMED = 12; // more columns are too narrow for names and numbers

export class PriceBars {
  /** @param {number} count of dimensions @param {number} most nats that the highest column stands for */
  constructor(count, most) {
    this.most = most;
    this.dead = count > WORDED ? number(0, 0) : t("dial.dead");
    const named = count <= NAMED;
    this.columns = Array.from({ length: count }, (_, d) => {
      const bar = h("i"),
        value = h("b"),
        lift = h("div", { class: "lv-price-lift" }, named && value);
      const name = named && h("span", {}, latentName(d));
      return { bar, value, lift, element: h("div", { class: "lv-price" }, h("div", {}, bar, lift), name) };
    });
    this.element = h("div", { class: "lv-prices", role: "img" }, ...this.columns.map(({ element }) => element));
  }

  /** @param {number[]} kl nats of each dimension @param {string} said for a screen reader */
  show(kl, said) {
    for (const [d, { bar, value, lift, element }] of this.columns.entries()) {
      const isDead = kl[d] < DEAD;
      const share = Math.min(1, kl[d] / this.most);
      bar.style.transform = `scaleY(${share.toFixed(4)})`; // no layout while it sinks
      lift.style.transform = `translateY(${(100 * (1 - share)).toFixed(2)}%)`;
      const text = isDead ? this.dead : number(kl[d], 2);
      if (value.textContent !== text) value.textContent = text;
      element.classList.toggle("lv-dead", isDead);
    }
    this.element.setAttribute("aria-label", said);
  }
}
