// @ts-check
// What am I looking at? One test image on its way through the model: encoder, mean and uncertainty, chance, map,
// decoder, image. Fetches nothing before it comes into view. Knows a pane; knows no view.
import { noise, sampleOf } from "../../engine/random.js";
import { writeNumbers } from "../../engine/state_text.js";
import { placesOf } from "../../maps/model_map.js";
import { t } from "../../words/words.js";
import { announcer, button, h, svg, vectorText } from "../dom.js";
import { Frame } from "../frame.js";
import { themeOf } from "../theme.js";
import { CodeTable } from "./code_table.js";
import { flowText } from "./flow_text.js";
import { Miniature } from "./miniature.js";
import { NetworkSketch, unitsOf } from "./network_sketch.js";

const CODE = 3, // arrows up to the code
  PULSE_MS = 420,
  PULSE_STEP_MS = 110;

/** @typedef {import("./code_table.js").Code} Code */

/**
 * A code with its chance, drawn where the encoder says how unsure it is.
 * @param {{mu: Float32Array, logVar: Float32Array | null}} posterior of one image, `[latent]` each; copied
 * @param {() => number} [uniform] in [0, 1) @returns {Code}
 */
export function codeOf({ mu, logVar }, uniform) {
  const std = logVar && Float32Array.from(logVar, (v) => Math.exp(0.5 * v));
  return drawnAgain({ mu: mu.slice(), std, eps: null, z: mu.slice() }, uniform);
}

/** The same posterior with another epsilon; itself where there is no uncertainty. @param {Code} code @param {() => number} [uniform] @returns {Code} */
export function drawnAgain(code, uniform) {
  const { mu, std } = code;
  if (!std) return code;
  const eps = noise(mu.length, uniform);
  return { ...code, eps, z: sampleOf(mu, std, eps) };
}

/** What a screen reader is told. @param {string} name of the test image's class @param {Code} code */
export function spokenOf(name, { mu, std, z }) {
  const values = { name, mu: vectorText(mu), z: vectorText(z) };
  return std ? t("flow.spoken", { ...values, std: vectorText(std) }) : t("flow.spoken.point", { name, z: values.z });
}

/**
 * The flow of a pane; `show` says which test image is followed.
 * @param {import("../../pane.js").Pane} pane
 * @returns {{element: HTMLElement, show: (index: number) => void, close: () => void}}
 */
export function flowOf(pane) {
  const flow = new Flow(pane);
  return { element: flow.element, show: (index) => flow.follow(index), close: () => flow.close() };
}

class Flow {
  /** @param {import("../../pane.js").Pane} pane */
  constructor(pane) {
    const { info } = pane.model;
    this.pane = pane;
    this.index = pane.data.start.point; // the test image that is asked for
    this.shown = -1; // the one that is shown
    this.inView = this.closed = false;
    this.timer = 0;
    this.most = 1; // units of the model's largest layer
    /** @type {Code | null} */
    this.code = null;
    this.image = new Frame(info.image, { size: "followed", kind: "real" });
    this.encoder = new NetworkSketch();
    this.table = new CodeTable(info.latentDim, info.stochastic, !info.prior);
    this.map = new Miniature(pane.plane, info.stochastic);
    this.decoder = new NetworkSketch();
    this.drawn = new Frame(info.image, { size: "followed", caption: t("frame.generated") });
    this.told = info.conditional ? [h("p", { class: "lv-flow-told" }), h("p", { class: "lv-flow-told" })] : [];
    this.again = button(t("flow.again"), () => this.drawAgain(), { title: t("flow.again.hint"), disabled: true });
    this.spoken = h("p", { class: "lv-hidden", "aria-live": "polite" });
    this.announce = announcer(this.spoken);
    this.element = this.layOut();
    this.watcher = new IntersectionObserver((entries) => this.seen(entries.some((entry) => entry.isIntersecting)));
    this.watcher.observe(this.element);
  }

  layOut() {
    const { info } = this.pane.model;
    const given = info.conditional ? ", y" : "";
    const code = info.stochastic ? t("flow.step.code") : t("flow.step.point", { given });
    const steps = [
      step(t("flow.step.image"), this.image.element),
      step(t("flow.step.encoder", { given }), this.encoder.element, this.told[0]),
      step(code, this.table.element, info.stochastic && this.again),
      step(t("flow.step.map"), this.map.element),
      step(t("flow.step.decoder", { given }), this.decoder.element, this.told[1]),
      step(t("flow.step.drawn", { given }), this.drawn.element),
    ];
    const text = flowText(info).map(([title, sentence]) => h("div", {}, h("dt", {}, title), h("dd", {}, sentence)));
    return h(
      "section",
      { class: "lv-flow", "aria-label": t("flow.title") },
      h("h2", {}, t("flow.title")),
      h("ol", { class: "lv-flow-steps" }, ...steps),
      h("p", { class: "lv-note lv-flow-note" }, t(!info.stochastic || info.prior ? "flow.note.point" : "flow.note")),
      h("dl", { class: "lv-flow-text" }, ...text),
      this.spoken,
    );
  }

  /** @param {boolean} inView */
  seen(inView) {
    this.inView = inView;
    if (inView && this.shown !== this.index) this.soon();
  }

  /** @param {number} index */
  follow(index) {
    this.index = index;
    if (this.inView) this.soon();
  }

  /** Off the hand's path: what is under the pointer goes first. */
  soon() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.encode().catch(this.pane.fail), 60);
  }

  async encode() {
    const { model, thumbs, host, palette, plane } = this.pane;
    const { index } = this;
    const [encoder] = await Promise.all([model.encoder(), model.loadLatents(), thumbs.load()]);
    if (this.closed || index !== this.index) return;
    this.shown = index;
    const labels = model.labels,
      theme = themeOf(host, palette);
    if (!this.map.points) this.map.fill({ places: placesOf(plane, model.mu), labels, theme });
    const name = this.name();
    thumbs.show(this.image, index, t(thumbs.real ? "pair.real" : "pair.copy", { name }));
    this.code = codeOf(encoder.encode(thumbs.observation(index), model.conditionOf(index)));
    const layers = [...encoder.hidden, ...model.runner.hidden].map(({ shape }) => unitsOf(shape));
    this.most = Math.max(unitsOf(model.info.image), ...layers);
    this.encoder.show(encoder.hidden, this.most);
    for (const told of this.told) told.textContent = t("flow.told", { name });
    this.again.disabled = false;
    this.decode(this.code);
  }

  drawAgain() {
    if (!this.code) return;
    this.code = drawnAgain(this.code);
    this.decode(this.code);
    this.pulse();
  }

  /** All that follows from a code. @param {Code} code */
  decode(code) {
    const { model } = this.pane;
    this.table.show(code);
    this.map.show(code);
    this.drawn.paint(model.decode(code.z, model.conditionOf(this.shown)));
    this.decoder.show(model.runner.hidden, this.most);
    this.element.dataset.z = writeNumbers(code.z);
    this.announce.say(spokenOf(this.name(), code));
  }

  name() {
    return this.pane.model.nameOf(this.shown) || t("plane.unnamed");
  }

  /** A short pulse along the arrows behind the code. */
  pulse() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const arrows = this.element.querySelectorAll(".lv-flow-arrow");
    for (const [i, arrow] of [...arrows].slice(CODE).entries())
      arrow.animate([{}, { color: "var(--accent)", opacity: 1 }, {}], { duration: PULSE_MS, delay: i * PULSE_STEP_MS });
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.watcher.disconnect();
    this.announce.close();
  }
}

/** A step with the arrow that leads to it. @param {string} title @param {import("../dom.js").Child[]} children */
function step(title, ...children) {
  const arrow = svg("svg", {
    class: "lv-flow-arrow",
    viewBox: "0 0 26 12",
    width: 26,
    height: 12,
    "aria-hidden": "true",
  });
  arrow.append(svg("path", { d: "M1 6H24M19 1.5 24.5 6 19 10.5" }));
  return h("li", {}, arrow, h("div", { class: "lv-flow-step" }, h("h3", {}, title), ...children));
}
