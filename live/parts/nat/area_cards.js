// @ts-check
// Entropy and both divergences as three cards: the one that is pressed is drawn as an area. Knows words and elements;
// knows no model.
import { AREAS, BITS, natsOf } from "../../engine/nat/bells.js";
import { t } from "../../words/words.js";
import { h, write } from "../dom.js";

/**
 * @typedef {import("../../engine/nat/bells.js").Bell} Bell
 * @typedef {import("../../engine/nat/bells.js").Area} Area
 */

export class AreaCards {
  /** @param {(area: Area) => void} onchoose */
  constructor(onchoose) {
    this.cards = AREAS.map((area) => {
      const value = h("span", { class: "lv-area-value" });
      const card = h(
        "button",
        { type: "button", class: "lv-area-card", "aria-pressed": false, onclick: () => onchoose(area) },
        h("b", {}, t(`nat.area.${area}`)),
        value,
        h("small", {}, t(`nat.area.${area}.line`)),
      );
      return { area, card, value };
    });
    this.element = h(
      "div",
      { class: "lv-area-cards", role: "group", "aria-label": t("nat.areas.label"), "data-part": "areas" },
      ...this.cards.map(({ card }) => card),
    );
  }

  /** @param {Area} chosen @param {Bell} q @param {Bell} p */
  show(chosen, q, p) {
    for (const { area, card, value } of this.cards) {
      const nats = natsOf(area, q, p);
      card.setAttribute("aria-pressed", String(area === chosen));
      write(value, t("nat.value", { nats, bits: nats * BITS }));
    }
  }
}

/** How the number comes about: as areas, and in closed form. @param {Area} area @param {Bell} q @param {Bell} p @param {{above: number, below: number}} areas */
export function sumText(area, q, p, { above, below }) {
  const nats = natsOf(area, q, p);
  const drawn = t("nat.sum", { above, below, nats });
  if (area === "entropy") return `${drawn} ${t("nat.sum.entropy", { std: q.std, nats })}`;
  const [from, to] = area === "forward" ? [q, p] : [p, q];
  const apart = Math.abs(from.mean - to.mean);
  return `${drawn} ${t("nat.sum.kl", { from: from.std, to: to.std, apart, nats })}`;
}

/** What a screen reader hears; a lesson may hide the number until it is guessed. @param {Area} area @param {Bell} q @param {Bell} p @param {boolean} told */
export function spokenOf(area, q, p, told) {
  const bell = (/** @type {string} */ name, /** @type {Bell} */ { mean, std }) => t("nat.bell", { name, mean, std });
  const said = told ? t("nat.said", { what: t(`nat.area.${area}`), nats: natsOf(area, q, p) }) : "";
  return `${bell("q", q)} ${bell("p", p)} ${said}`.trim();
}
