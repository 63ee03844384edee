// @ts-check
// A series of separate models along an axis: number of latents, or a weight. The hand moves along it, and the nearest
// model is shown with its map, its copy of one test image, samples from the same z, its prices and its place in the
// rate-distortion plane. Between two models lies nothing, and the view says so.
import { nearestStep, stepScale } from "../engine/dial/axis.js";
import { pointAt } from "../engine/dial/curve.js";
import { firstState } from "../engine/dial/state.js";
import { nestedCodes } from "../engine/samples.js";
import { firstClass } from "../pane.js";
import { ClassChoice } from "../parts/codes/class_choice.js";
import { CostChart } from "../parts/dial/cost_chart.js";
import { dialChoice } from "../parts/dial/dial_choice.js";
import { Hand } from "../parts/dial/hand.js";
import { PriceBars } from "../parts/dial/price_bars.js";
import { RealImage } from "../parts/dial/real_image.js";
import { SampleRow } from "../parts/dial/sample_row.js";
import { effectOf, gapsText } from "../parts/dial/series_text.js";
import { StepMaps } from "../parts/dial/step_maps.js";
import { costOf, spokenOf, titleOf } from "../parts/dial/turn_text.js";
import { Turner } from "../parts/dial/turner.js";
import { h, write } from "../parts/dom.js";
import { Frame } from "../parts/frame.js";
import { waysRow } from "../parts/ways.js";
import { t } from "../words/words.js";

/** @typedef {import("../contract.js").SeriesPanes} SeriesPanes */

/** @param {SeriesPanes} all @returns {import("../contract.js").View} */
export function create(all) {
  const view = new SeriesView(all);
  return { element: view.layout(), ready: view.start(), close: () => view.close() };
}

class SeriesView {
  /** @param {SeriesPanes} all */
  constructor(all) {
    const { data, panes, places, state } = all;
    this.all = all;
    this.panes = panes;
    this.steps = places.map((place) => data.steps[place]); // a model that could not be fetched is left out
    this.values = this.steps.map(({ value }) => value);
    const images = panes[0].model.info.count;
    const opening = { steps: this.steps, origin: data.origin, images, start: { point: data.point } };
    this.hand = new Hand(firstState({ state, data: opening }), {
      image: () => this.reconstruct(),
      rest: () => this.follow(),
      onpick: () => this.real.show(this.state.picked),
    });
    this.closed = false;
    const first = panes[this.place.nearest];
    const told = panes.find(({ model }) => model.info.conditional);
    this.choice = told ? new ClassChoice(told, firstClass(told), () => this.hand.moved()) : null;
    this.maps = new StepMaps(panes, {
      onpick: (index, how) => this.hand.pick(index, how),
      onleave: () => this.hand.leave(),
    });
    this.real = new RealImage(first);
    this.copy = new Frame(first.model.info.image, { caption: t("draw.copy") });
    this.title = h("p", { class: "lv-turn-value" });
    this.effect = h("p", { class: "lv-turn-effect" });
    this.cost = h("p", { class: "lv-facts" });
    this.most = Math.max(...this.steps.flatMap(({ kl }) => kl));
    /** @type {(PriceBars | undefined)[]} */
    this.bars = [];
    this.barsBox = h("div", { class: "lv-prices-box" });
    this.chart = this.isPriced() ? new CostChart({ ...data, steps: this.steps, alone: [], oneNetwork: false }) : null;
    this.samples = new SampleRow(first.model, () => this.shuffle());
    this.drawCodes();
    this.turner = new Turner({
      values: this.values,
      scale: stepScale(this.values),
      at: this.state.at,
      label: t(`series.slider.${data.axis}`),
      onturn: (at) => this.hand.moved({ at }),
    });
  }

  get state() {
    return this.hand.state;
  }

  /** The model that is shown, and between which two values the hand is. */
  get place() {
    return nearestStep(this.values, this.state.at);
  }

  /** Whether what is paid was measured of every model. */
  isPriced() {
    const isMmd = this.all.data.axis === "lambda";
    return this.steps.every(({ kl, mmd }) => (isMmd ? typeof mmd === "number" : kl.length > 0));
  }

  shuffle() {
    this.hand.shuffle();
    this.drawCodes();
  }

  drawCodes() {
    const owners = this.panes.map(({ model }) => model.info);
    this.codes = nestedCodes(this.samples.count, this.state.seed, owners);
  }

  /** The picked image by the nearest model. */
  reconstruct() {
    const { model, thumbs } = this.panes[this.place.nearest];
    const { picked } = this.state;
    this.element?.classList.toggle("lv-nothing-yet", !model.ready); // its codes are on their way
    if (!model.ready) return;
    this.copy.mark("generated", t("pair.copy", { name: thumbs.called(picked) }));
    model.show(this.copy, model.muOf(picked), model.conditionOf(picked));
  }

  /** With each frame: map, bars, dot, samples and texts. */
  follow() {
    const { all, steps, state, turner } = this;
    const { axis } = all.data;
    const { nearest, between } = this.place;
    const point = pointAt(steps, this.values[nearest], axis);
    const cost = costOf(point, axis);
    const effect = effectOf(point.kl, between);
    const said = t("series.said", { model: spokenOf(point, axis), effect });
    this.maps.show(nearest, state.picked);
    this.showBars(nearest, said);
    this.chart?.show(point, t("dial.chart", { cost }));
    this.samples.show(this.codes?.[nearest] ?? [], this.choice?.label ?? null, this.panes[nearest].model);
    turner.show(said);
    write(this.title, titleOf(point.value, axis));
    write(this.effect, effect);
    write(this.cost, cost);
    this.hand.tell(said, this.choice?.label ?? null, all, turner.input);
  }

  /** @param {number} k @param {string} said */
  showBars(k, said) {
    const { kl } = this.steps[k];
    const bars = this.bars[k] ?? new PriceBars(kl.length, this.most);
    this.bars[k] = bars;
    if (bars.element.parentElement !== this.barsBox) this.barsBox.replaceChildren(bars.element);
    bars.show(kl, said);
  }

  start() {
    this.real.show(this.state.picked);
    this.hand.pace.moved();
    this.hand.pace.all();
    return Promise.all([this.real.showOne(), this.load()]);
  }

  /** All codes, one model after the other, the one that is shown first. */
  async load() {
    const from = this.place.nearest;
    const order = this.panes.map((_, k) => k).sort((one, other) => Math.abs(one - from) - Math.abs(other - from));
    for (const k of order) {
      await this.panes[k].model.loadLatents().catch(this.all.fail);
      if (this.closed) return;
      if (k === from) this.named(this.panes[k].model);
      this.hand.pace.moved();
    }
  }

  /** From now on it is known of which class an image is. @param {import("../engine/model.js").Model} model */
  named(model) {
    const { picked } = this.state;
    this.real.show(picked);
    if (!this.all.state.class) this.choice?.set(model.labels?.[picked] ?? 0);
  }

  layout() {
    const { all, choice, turner } = this;
    const { axis, dials, series, gaps } = all.data;
    const told =
      choice && h("div", { "data-part": "class" }, h("p", { class: "lv-label" }, t("class.label")), choice.element);
    this.element = h(
      "div",
      { class: "lv-view lv-dial lv-series" },
      h("div", { class: "lv-dial-head" }, waysRow("dial"), dialChoice(dials, series, all.visit)),
      h("h2", { class: "lv-sentence", "data-part": "sentence" }, t(`series.try.${axis}`)),
      this.maps.element,
      h("aside", { class: "lv-side", "aria-label": t("dial.side") }, told, this.pictures(), this.numbers()),
      h(
        "div",
        { class: "lv-dial-hand" },
        h("div", { class: "lv-dial-says" }, this.title, this.effect),
        turner.element,
        h("p", { class: "lv-note" }, gapsText(gaps)),
      ),
    );
    return this.element;
  }

  pictures() {
    const beside = h("div", { class: "lv-dial-beside" }, this.real.element, this.samples.element);
    return h("div", { class: "lv-dial-pictures" }, this.copy.element, beside);
  }

  numbers() {
    const { axis } = this.all.data;
    const prices =
      this.most > 0
        ? h("div", { class: "lv-dial-prices" }, h("p", { class: "lv-label" }, t("dial.bars")), this.barsBox)
        : null;
    const legend = h("p", { class: "lv-label lv-dial-legend" }, t(`series.plane.${axis}`));
    const plane = h("div", { class: "lv-dial-plane" }, this.cost, this.chart?.element ?? null, this.chart && legend);
    return h("div", { class: "lv-dial-numbers" }, prices, plane);
  }

  close() {
    this.closed = true;
    this.turner.close();
    this.hand.close();
    this.chart?.close();
    this.maps.close();
  }
}
