// @ts-check
// What the drawer holds of one model: the image and where it loses, the terms, chance, published programs, and the program
// to copy. Knows the parts; knows neither the drawer nor a view.
import { pixelNats } from "../../engine/nats.js";
import { greyLevels, sigmoid } from "../../engine/network.js";
import { t } from "../../words/words.js";
import { button, h } from "../dom.js";
import { Frame } from "../frame.js";
import { Chance } from "./chance.js";
import { filled, toClipboard } from "./copy.js";
import { HeatMap } from "./heat_map.js";
import { LossTable } from "./loss_table.js";
import { TermRows } from "./term_rows.js";

const DONE_MS = 2000;

/**
 * @typedef {object} CodeData the file `code-….json`, see live/numbers/data.py
 * @property {import("../../engine/numbers.js").Objective} objective
 * @property {import("./term_rows.js").Code} code
 * @property {import("../../engine/numbers.js").Program[]} programs
 * @property {boolean} gates whether it is a dial, whose networks are run with their gates
 * @property {number} batch over how many codes the MMD is taken
 * @property {string} snippet @property {string} film the programs to copy; "" of a model that is not trained yet
 * @property {number[][]} [codes] of the first test images, where they change from moment to moment
 * @typedef {object} Shown
 * @property {import("../../engine/numbers.js").Numbers} numbers
 * @property {import("./copy.js").Filling} filling
 * @property {string} name of the image @property {boolean} real a test image or a drawing, not the model's copy of one
 */

export class Contents {
  /** @param {Pick<import("../../engine/model.js").ModelInfo, "image" | "stochastic">} info @param {CodeData} data @param {{say: (text: string) => void, again: () => void}} hands */
  constructor(info, data, { say, again }) {
    this.data = data;
    /** @type {Float32Array | null} */
    this.codes = null;
    this.image = new Frame(info.image, { size: "looked", kind: "real" });
    this.copy = new Frame(info.image, { size: "looked", caption: t("numbers.copy") });
    this.heat = new HeatMap(info.image, say);
    this.terms = new TermRows(data.objective, data.code);
    this.chance = new Chance(data.objective, info.stochastic, again);
    this.losses = new LossTable(data.programs);
    this.levels = new Uint8Array(info.image.reduce((a, b) => a * b, 1));
    this.program = h("code", {});
    this.field = h("textarea", { hidden: true, "aria-hidden": "true", tabindex: -1 });
    const images = h("div", { class: "lv-numbers-images" }, this.image.element, this.copy.element, this.heat.element);
    this.element = h(
      "div",
      { class: "lv-numbers-body" },
      h("div", { class: "lv-numbers-top" }, images, this.heat.text),
      this.terms.element,
      this.chance.element,
      this.losses.element,
      data.snippet ? this.toCopy() : h("p", { class: "lv-note" }, t("numbers.python.later")),
    );
  }

  toCopy() {
    const copy = button(t("numbers.python"), async () => {
      await toClipboard(this.program.textContent ?? "", this.field);
      copy.textContent = t("share.copied");
      setTimeout(() => (copy.textContent = t("numbers.python")), DONE_MS);
    });
    const pre = h("pre", { tabindex: 0, role: "region", "aria-label": t("numbers.python.label") }, this.program);
    return h(
      "section",
      { class: "lv-code" },
      h("h3", {}, t("numbers.python.title")),
      h("p", {}, t("numbers.python.line")),
      copy,
      this.field,
      h("details", {}, h("summary", {}, t("numbers.python.show")), pre),
    );
  }

  /** @param {Shown} shown */
  show({ numbers, filling, name, real }) {
    const { objective, snippet, film } = this.data;
    const { likelihood } = objective;
    const [{ logits }] = numbers.draws;
    this.image.mark(real ? "real" : "generated", name);
    this.image.paint(filling.levels);
    greyLevels(Float32Array.from(logits), this.levels);
    this.copy.paint(this.levels);
    const best = likelihood.name === "gaussian" ? -Math.log(likelihood.pixelStd * Math.sqrt(2 * Math.PI)) : 0;
    const nats = pixelNats(likelihood, logits, numbers.x);
    this.heat.show({ x: numbers.x, p: logits.map(sigmoid), nats, best });
    for (const part of [this.terms, this.chance, this.losses]) part.show(numbers);
    if (snippet) this.program.textContent = filled(filling.place === undefined ? snippet : film, filling);
  }
}
