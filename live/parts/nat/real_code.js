// @ts-check
// One number of a test image's code as two bells: its posterior and the prior; which image and which number is chosen
// here. Knows a model's codes; knows no chart.
import { BITS, kl } from "../../engine/nat/bells.js";
import { PRIOR } from "../../engine/nat/state.js";
import { t } from "../../words/words.js";
import { RealImage } from "../dial/real_image.js";
import { button, h, latentName, write } from "../dom.js";
import { Frame } from "../frame.js";

const FEW = 1e6; // of what can be pictured as a choice among so many

/** The posterior of each number of a test image's code. @param {import("../../engine/model.js").Model} model @param {number} point */
export function posteriorsOf(model, point) {
  const mu = model.muOf(point),
    std = model.stdOf(point);
  return Array.from(mu, (mean, d) => ({ mean, std: std?.[d] ?? 1 }));
}

export class RealCode {
  /**
   * @param {import("../../pane.js").Pane} pane
   * @param {{onpoint: (point: number) => void, ondim: (dim: number) => void}} hands
   */
  constructor(pane, { onpoint, ondim }) {
    const { model } = pane;
    const { count, latentDim, image } = model.info;
    this.pane = pane;
    this.point = 0;
    this.real = new RealImage(pane);
    this.copy = new Frame(image, { size: "medium" });
    this.dims = Array.from({ length: latentDim }, (_, d) => {
      const nats = h("span", { "data-part": "areas" });
      const attributes = { type: "button", class: "lv-chip", "aria-pressed": false, onclick: () => ondim(d) };
      return { chip: h("button", attributes, latentName(d), nats), nats };
    });
    this.sum = h("p", { class: "lv-facts", "data-part": "areas" });
    const go = (/** @type {number} */ by) => () => onpoint((this.point + by + count) % count);
    const ways = h(
      "div",
      { class: "lv-bar" },
      button(t("nat.image.before"), go(-1)),
      button(t("nat.image.next"), go(1)),
    );
    const chips = h(
      "div",
      { class: "lv-chips", role: "group", "aria-label": t("nat.dims") },
      ...this.dims.map(({ chip }) => chip),
    );
    const beside = h(
      "div",
      { class: "lv-nat-choice" },
      ways,
      h("p", { class: "lv-label" }, t("nat.dims")),
      chips,
      this.sum,
    );
    this.element = h("div", { class: "lv-nat-real" }, this.real.element, this.copy.element, beside);
  }

  /** @param {number} point @param {number} dim @returns {import("../../engine/nat/bells.js").Bell} q of that number */
  show(point, dim) {
    const { model, thumbs } = this.pane;
    const bells = posteriorsOf(model, point);
    const nats = bells.map((bell) => kl(bell, PRIOR));
    const all = nats.reduce((a, b) => a + b, 0);
    this.point = point;
    this.real.show(point);
    model.show(this.copy, model.muOf(point), model.conditionOf(point));
    this.copy.mark("generated", t("pair.copy", { name: thumbs.called(point) }));
    for (const [d, { chip, nats: shown }] of this.dims.entries()) {
      chip.setAttribute("aria-pressed", String(d === dim));
      write(shown, t("nat.dim", { nats: nats[d] }));
    }
    const many = Math.exp(all);
    write(
      this.sum,
      t(many < FEW ? "nat.all" : "nat.all.many", { nats: all, bits: all * BITS, many: Math.round(many) }),
    );
    return bells[dim];
  }
}
