// @ts-check
// One model among several: its name, what was done to its map, the picture it draws for the hand, the numbers in which it
// differs. Knows a pane and words; knows no cursor.
import { paintDifference } from "../../engine/comparing/difference.js";
import { logLikelihood } from "../../engine/likelihood.js";
import { greyLevels } from "../../engine/network.js";
import { number, t } from "../../words/words.js";
import { h } from "../dom.js";
import { Frame } from "../frame.js";
import { term } from "../term.js";

/** @typedef {import("../../contract.js").ModelFacts} ModelFacts */

export class Panel {
  /**
   * @param {import("../../pane.js").Pane} pane @param {string} title @param {ModelFacts} facts
   * @param {HTMLElement} map @param {boolean} named whether the likelihood is said, because the models' differ
   */
  constructor(pane, title, facts, map, named) {
    this.pane = pane;
    this.title = title;
    this.guessing = false;
    this.name = h("h3", { class: "lv-panel-name" }, title);
    this.done = h("p", { class: "lv-quiet lv-panel-done" });
    this.frame = new Frame(pane.model.info.image, { size: "corner", name: title });
    this.own = h("dd", {});
    this.numbers = this.table(facts, named);
    this.head = h("div", { class: "lv-panel-head" }, this.name, this.done);
    this.element = h(
      "section",
      { class: "lv-panel", "aria-label": title },
      this.head,
      map,
      h("div", { class: "lv-panel-side" }, this.frame.element, this.numbers),
    );
  }

  /** @param {ModelFacts} facts @param {boolean} named */
  table(facts, named) {
    const { likelihood } = this.pane.model.info;
    const rows = [
      h("dt", { class: "lv-quiet" }, t("side.this_copy")),
      this.own,
      ...this.row("reconstruction", number(facts.logLikelihood, 1)),
      ...this.row("kl", number(facts.kl, 1)),
      ...(facts.kl === null && facts.mmd !== null ? this.row("mmd", number(facts.mmd, 4)) : []),
    ];
    const note = named ? h("p", { class: "lv-quiet" }, t(`library.likelihood.${likelihood.name}`)) : null;
    return h("div", { class: "lv-panel-numbers" }, h("dl", {}, ...rows), note);
  }

  /** @param {"reconstruction" | "kl" | "mmd"} name @param {string} value */
  row(name, value) {
    return [h("dt", {}, term(name, t(`side.number.${name}`))), h("dd", {}, value)];
  }

  /** Whether something of it is to be guessed, so that its numbers are not told. @param {boolean} on */
  guess(on) {
    this.guessing = on;
    this.element.classList.toggle("lv-guessing", on);
  }

  /** Another name, where its own is not to be seen yet. @param {string} title */
  call(title) {
    this.name.textContent = title;
    this.element.setAttribute("aria-label", title);
    this.frame.call(title);
  }

  /**
   * Decodes a code into the corner.
   * @param {Float32Array} z @param {import("../../engine/model.js").Condition} y
   * @param {Float32Array | null} original in [0, 1], where there is one @param {boolean} signed whether the difference is shown
   */
  show(z, y, original, signed) {
    const { model } = this.pane;
    if (model.remote) {
      this.frame.mark("generated", t("side.copy"));
      model.show(this.frame, z, y);
      this.own.textContent = t("side.unknown");
      return;
    }
    const logits = model.logits(z, y);
    this.own.textContent = original
      ? number(logLikelihood(model.info.likelihood, logits, original), 0)
      : t("side.unknown");
    greyLevels(logits, model.levels);
    if (!signed || !original) {
      this.frame.mark("generated", t(original ? "side.copy" : "frame.generated"));
      this.frame.paint(model.levels);
      return;
    }
    this.frame.mark("mixed", t("side.difference"));
    paintDifference(this.frame.words, model.levels, original, this.frame.channels);
    this.frame.context.putImageData(this.frame.pixels, 0, 0);
  }
}
