// @ts-check
// A nat: two bells under the hand, their entropy and both divergences as areas; then the bells of a real image's code.
import { firstState, PRIOR, written } from "../engine/nat/state.js";
import { h, toggles, write } from "../parts/dom.js";
import { AreaCards, spokenOf, sumText } from "../parts/nat/area_cards.js";
import { BellChart } from "../parts/nat/bell_chart.js";
import { RealCode } from "../parts/nat/real_code.js";
import { waysRow } from "../parts/ways.js";
import { t } from "../words/words.js";

/** @typedef {import("../engine/nat/state.js").NatState} NatState */

/** @param {import("../pane.js").Pane} pane @returns {import("../contract.js").View} */
export function create(pane) {
  const view = new NatView(pane);
  return { element: view.element, ready: view.start(), close: () => view.chart.close() };
}

class NatView {
  /** @param {import("../pane.js").Pane} pane */
  constructor(pane) {
    this.pane = pane;
    this.state = firstState(pane);
    this.chart = new BellChart((name, bell) => this.change({ [name]: bell }));
    this.cards = new AreaCards((area) => this.change({ area }));
    this.code = new RealCode(pane, {
      onpoint: (point) => this.change({ point }),
      ondim: (dim) => this.change({ dim }),
    });
    this.sum = h("p", { class: "lv-facts lv-nat-sum", "data-part": "areas" });
    this.sentence = h("h2", { class: "lv-sentence", "data-part": "sentence" });
    this.hint = h("p", { class: "lv-label" });
    this.element = this.layout();
  }

  /** The codes are fetched behind: free bells need none. */
  async start() {
    const { model } = this.pane;
    if (!this.state.real) this.show();
    await Promise.all([model.loadLatents(), model.whole]);
    this.show();
    await this.code.real.showOne();
  }

  /** @param {Partial<NatState>} changes */
  change(changes) {
    this.state = { ...this.state, ...changes };
    const { q, p } = this.show();
    this.pane.write(written(this.state));
    this.pane.say(this.spoken(q, p));
  }

  /** From the image's bells to free ones: they stay where they are. @param {boolean} real */
  use(real) {
    const { point, dim } = this.state;
    if (!real && this.pane.model.logVar) this.state = { ...this.state, q: this.code.show(point, dim), p: PRIOR };
    this.change({ real });
  }

  /** @param {import("../engine/nat/bells.js").Bell} q @param {import("../engine/nat/bells.js").Bell} p */
  spoken(q, p) {
    return spokenOf(this.state.area, q, p, this.sum.checkVisibility?.() ?? true);
  }

  show() {
    const { chart, cards, code, state, sum, hint, sentence } = this;
    const { real, area, point, dim } = state;
    const free = { q: state.q, p: state.p };
    const there = this.pane.model.logVar ? { q: code.show(point, dim), p: PRIOR } : free; // else they are on their way
    const bells = real ? there : free;
    code.element.hidden = !real;
    write(sentence, t(real ? "nat.sentence.image" : "nat.sentence"));
    write(hint, t(real ? "nat.hint.image" : "nat.hint.own"));
    chart.show({ ...bells, area, free: !real }, this.spoken(bells.q, bells.p));
    cards.show(area, bells.q, bells.p);
    write(sum, sumText(area, bells.q, bells.p, chart.areas));
    return bells;
  }

  layout() {
    const names = [t("nat.of.own"), t("nat.of.image")];
    const onchange = (/** @type {Set<number>} */ [which]) => this.use(which === 1);
    const ways = toggles({ label: t("nat.of"), names, single: true, on: new Set([Number(this.state.real)]), onchange });
    return h(
      "div",
      { class: "lv-view lv-nat-view" },
      h("div", { class: "lv-dial-head" }, waysRow("nat"), ways.element),
      this.sentence,
      h("div", { class: "lv-stage" }, this.chart.element, this.hint, this.sum),
      h("aside", { class: "lv-side", "aria-label": t("nat.side") }, this.code.element, this.cards.element),
    );
  }
}
