// @ts-check
// How many nats each latent carries, as columns. Knows elements; knows no training.
import { atMost, number, t } from "../../words/words.js";
import { h, latentName } from "../dom.js";

const HEIGHT = 26,
  LEAST = 0.03,
  FEW = 8,
  NAMED = 16; // more columns are too narrow for names and numbers

/** Heights in pixels, the largest value being at least one nat. @param {(number | null)[]} values */
export function heightsOf(values) {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  return values.map((value) => Math.round(HEIGHT * Math.max(LEAST, (value ?? 0) / most)));
}

/** @param {HTMLElement} box @param {(number | null)[]} values nats; null where one is not finite */
export function showKlBars(box, values) {
  box.hidden = !values.length;
  const heights = heightsOf(values);
  const column = (/** @type {number | null} */ value, /** @type {number} */ d) =>
    h(
      "div",
      { class: "lv-column", title: t("train.kl.column", { name: latentName(d), value }) },
      values.length > NAMED ? null : h("span", {}, values.length > FEW ? atMost(value, 0) : number(value, 1)),
      bar(heights[d]),
      values.length > NAMED ? null : h("span", {}, latentName(d)),
    );
  box.replaceChildren(
    h("p", { class: "lv-label" }, t("train.kl")),
    h("div", { class: "lv-columns" }, ...values.map(column)),
  );
}

/** @param {number} height pixels */
function bar(height) {
  const element = h("i");
  element.style.height = `${height}px`;
  return element;
}
