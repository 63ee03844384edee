// @ts-check
// The dial: one network that is every beta at once. While the hand turns it the map glides, dimensions die, one test
// image is reconstructed, samples follow, and a dot runs along the rate-distortion plane; nothing is asked of the server.
import { ratioScale } from "../engine/dial/axis.js";
import { deathsOf, pointAt } from "../engine/dial/curve.js";
import { readSeries, soundSteps } from "../engine/dial/series.js";
import { firstState } from "../engine/dial/state.js";
import { sampleCodes } from "../engine/samples.js";
import { firstClass } from "../pane.js";
import { ClassChoice } from "../parts/codes/class_choice.js";
import { CostChart } from "../parts/dial/cost_chart.js";
import { dialChoice } from "../parts/dial/dial_choice.js";
import { GlidingMap } from "../parts/dial/gliding_map.js";
import { Hand } from "../parts/dial/hand.js";
import { PriceBars } from "../parts/dial/price_bars.js";
import { RealImage } from "../parts/dial/real_image.js";
import { SampleRow } from "../parts/dial/sample_row.js";
import * as text from "../parts/dial/turn_text.js";
import { Turner } from "../parts/dial/turner.js";
import { h, write } from "../parts/dom.js";
import { Frame } from "../parts/frame.js";
import { waysRow } from "../parts/ways.js";
import { t } from "../words/words.js";

/**
 * @typedef {import("../contract.js").DialData} DialData
 * @typedef {import("../engine/dial/series.js").Series} Series
 * @typedef {import("../pane.js").Pane & {data: DialData}} DialPane
 */

/** What the dial is turned over: the data without steps that are damaged, and the values of those. @param {DialData} data @param {Series | null} series */
export function withoutGaps(data, series) {
  const sound = soundSteps(series, data.steps);
  const kept = (/** @type {Float32Array[]} */ codes) => sound.map((k) => codes[k]);
  return {
    dial: { ...data, steps: sound.map((k) => data.steps[k]) },
    series: series && { ...series, mu: kept(series.mu), logVar: series.logVar && kept(series.logVar) },
    gaps: data.steps.flatMap(({ value }, k) => (sound.includes(k) ? [] : [value])),
  };
}

/** @param {DialPane} pane @returns {Promise<import("../contract.js").View>} */
export async function create(pane) {
  const found = withoutGaps(pane.data, await seriesOf(pane));
  if (!found.dial.steps.length) throw new Error(t("dial.no_steps"));
  const view = new DialView(pane, found);
  return { element: view.layout(), ready: view.start(), close: () => view.close() };
}

/** The codes; null where they are damaged or gone: curve and samples go on without. @param {DialPane} pane @returns {Promise<Series | null>} */
async function seriesOf({ data, model, source, fail }) {
  const { latentDim, classNames } = model.info;
  const { images, widths, steps } = data;
  const shape = { steps: steps.length, images, latentDim, widths, labelled: classNames.length > 0 };
  try {
    return readSeries(await source.bytes("series.bin"), shape, t("dial.no_codes"));
  } catch (error) {
    fail(error);
    return null;
  }
}

class DialView {
  /** @param {DialPane} pane @param {ReturnType<typeof withoutGaps>} found */
  constructor(pane, { dial, series, gaps }) {
    const { info } = pane.model;
    this.pane = pane;
    this.dial = dial;
    this.hand = new Hand(firstState({ ...pane, data: dial }), {
      image: () => this.reconstruct(),
      rest: () => this.follow(),
      onpick: () => this.showPicked(),
    });
    this.reached = -1; // how many deaths are written at the dial
    this.folded = Number.NaN; // the value that the decoder is at
    pane.model.labels = series?.labels ?? null;
    const values = dial.steps.map((step) => step.value);
    this.deaths = deathsOf(dial.steps).filter(({ value }) => value > values[0]); // the others have never lived
    this.alone = dial.alone.map(({ value }) => pointAt(dial.steps, value, dial.axis));
    this.choice = info.conditional ? new ClassChoice(pane, firstClass(pane), () => this.hand.moved()) : null;
    this.map = new GlidingMap(pane, series, values, {
      onpick: (index, how) => this.hand.pick(index, how),
      onleave: () => this.hand.leave(),
    });
    this.real = new RealImage(pane);
    this.copy = new Frame(info.image, { caption: t("draw.copy") });
    this.title = h("p", { class: "lv-turn-value" });
    this.effect = h("p", { class: "lv-turn-effect" });
    this.cost = h("p", { class: "lv-facts" });
    this.beside = h("p", { class: "lv-label" });
    this.note = h("p", { class: "lv-note" }, [text.gapText(gaps), text.glideText(dial)].filter(Boolean).join(" "));
    this.bars = new PriceBars(dial.steps[0].kl.length, Math.max(...dial.steps.flatMap((step) => step.kl)));
    this.chart = new CostChart(dial);
    this.samples = new SampleRow(pane.model, () => this.shuffle());
    this.codes = sampleCodes(this.samples.count, this.state.seed, info);
    this.turner = new Turner({
      values,
      scale: ratioScale(values, dial.origin),
      at: this.state.at,
      label: t(dial.axis === "lambda" ? "dial.slider.lambda" : "dial.slider"),
      onturn: (at) => this.hand.moved({ at }),
    });
  }

  get state() {
    return this.hand.state;
  }

  /** The class that the decoder is told. */
  get label() {
    return this.choice?.label ?? null;
  }

  shuffle() {
    this.hand.shuffle();
    this.codes = sampleCodes(this.samples.count, this.state.seed, this.pane.model.info);
  }

  /** The picked image by the network of this very value. */
  reconstruct() {
    const { map, state } = this,
      { model } = this.pane;
    if (this.folded !== state.at) model.turn(state.at);
    this.folded = state.at;
    const z = map.codeOf(state.picked, state.at);
    if (z) model.show(this.copy, z, model.conditionOf(state.picked));
  }

  /** With each frame: map, bars, dot, samples and texts. */
  follow() {
    const { dial, turner, state } = this;
    const point = pointAt(dial.steps, state.at, dial.axis);
    const said = text.spokenOf(point, dial.axis);
    this.map.show(state.at, state.picked);
    this.bars.show(point.kl, said);
    this.chart.show(point, t("dial.chart", { cost: text.costOf(point, dial.axis) }));
    this.samples.show(this.codes, this.label);
    turner.show(said);
    this.showTexts(point);
    this.showDeaths();
    this.hand.tell(said, this.label, this.pane, turner.input);
  }

  /** @param {import("../engine/dial/curve.js").Point} point */
  showTexts(point) {
    const { dial } = this;
    write(this.title, text.titleOf(point.value, dial.axis));
    write(this.effect, text.effectOf(point, dial));
    write(this.cost, text.costOf(point, dial.axis));
    write(this.beside, text.besideAlone(this.alone, dial.alone, point.value, dial.axis));
  }

  /** Where a dimension dies is written at the dial once a hand has been there. */
  showDeaths() {
    const { deaths, state, dial } = this;
    const reached = deaths.filter(({ value }) => value <= state.at).length;
    if (reached <= this.reached) return;
    this.reached = reached;
    this.turner.mark(text.notesOf(dial, deaths.slice(0, reached)));
  }

  start() {
    this.showPicked();
    this.hand.pace.moved();
    this.hand.pace.all();
    return this.real.showOne();
  }

  showPicked() {
    const { picked } = this.state;
    this.real.show(picked);
    this.copy.mark("generated", t("pair.copy", { name: this.pane.thumbs.called(picked) }));
  }

  layout() {
    const { pane, dial, choice, turner } = this;
    const invites = text.inviteOf(dial.axis, pane.model.info.latentDim);
    const told =
      choice && h("div", { "data-part": "class" }, h("p", { class: "lv-label" }, t("class.label")), choice.element);
    return h(
      "div",
      { class: "lv-view lv-dial" },
      h("div", { class: "lv-dial-head" }, waysRow("dial"), dialChoice(pane.data.dials, pane.model.info.id, pane.visit)),
      h("h2", { class: "lv-sentence", "data-part": "sentence" }, invites),
      h("div", { class: "lv-stage" }, this.map.element),
      h("aside", { class: "lv-side", "aria-label": t("dial.side") }, told, this.pictures(), this.numbers()),
      h(
        "div",
        { class: "lv-dial-hand" },
        h("div", { class: "lv-dial-says" }, this.title, this.effect),
        turner.element,
        this.note,
      ),
    );
  }

  pictures() {
    const { copy, real, samples } = this;
    const beside = h("div", { class: "lv-dial-beside" }, real.element, samples.element);
    return h("div", { class: "lv-dial-pictures" }, copy.element, beside);
  }

  numbers() {
    const { dial, bars, chart, cost, beside } = this;
    const prices = dial.steps[0].kl.length
      ? h("div", { class: "lv-dial-prices" }, h("p", { class: "lv-label" }, t("dial.bars")), bars.element)
      : null;
    const isBeta = dial.axis === "beta";
    const hollow = dial.alone.length ? ` ${t(isBeta ? "dial.hollow" : "dial.hollow.lambda")}` : "";
    const about = t(isBeta ? "dial.plane" : "dial.plane.lambda");
    const legend = h("p", { class: "lv-label lv-dial-legend" }, about, hollow);
    const plane = h("div", { class: "lv-dial-plane" }, cost, chart.element, legend, beside);
    return h("div", { class: "lv-dial-numbers" }, prices, plane);
  }

  close() {
    this.turner.close();
    this.hand.close();
    this.chart.close();
    this.map.close();
  }
}
