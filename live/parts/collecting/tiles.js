// @ts-check
// The images that are collected by now, the newest first, each in its label's colour. Knows frames; knows no album's rules.
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { Frame } from "../frame.js";
import { nameOf } from "./labels.js";

export class Tiles {
  /** @param {number[]} image channels, height, width @param {(label: number) => string} colour */
  constructor(image, colour) {
    this.image = image;
    this.colour = colour;
    /** @type {{frame: Frame, levels: Uint8Array}[]} */
    this.shown = [];
    this.element = h("div", {
      class: "lv-row lv-collected",
      tabindex: 0,
      role: "group",
      "aria-label": t("collect.tiles"),
    });
  }

  /** @param {import("../../engine/album.js").Album} album */
  show({ items, names }) {
    const same = this.shown.findIndex(({ levels }, i) => items[i]?.levels !== levels);
    for (const { frame } of same < 0 ? [] : this.shown.splice(same)) frame.element.remove();
    for (const { levels } of items.slice(this.shown.length)) this.add(levels);
    for (const [i, { frame }] of this.shown.entries()) {
      const { label } = items[i];
      frame.call(t("collect.tile", { number: i + 1, label: nameOf(names, label) }));
      frame.mark("real", "", this.colour(label));
    }
  }

  /** @param {Uint8Array} levels */
  add(levels) {
    const frame = new Frame(this.image, { kind: "real", size: "thumb" });
    frame.paint(levels);
    this.shown.push({ frame, levels });
    this.element.prepend(frame.element);
  }
}
