// @ts-check
// The drawings of a class as tiles, the newest first, each a button that takes it away. Knows frames; knows no class.
import { SIDE } from "../../engine/album.js";
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { Frame } from "../frame.js";

/** @typedef {import("../gathered.js").Drawing} Drawing */

export class Wall {
  /** @param {{colour: (label: number) => string, remove: (place: number) => void}} hands */
  constructor({ colour, remove }) {
    this.colour = colour;
    this.remove = remove;
    /** @type {Map<number, Frame>} */
    this.frames = new Map();
    this.element = h("div", { class: "lv-row lv-class-wall", role: "group", "aria-label": t("collect.tiles") });
  }

  /** @param {Map<number, Drawing>} drawings */
  show(drawings) {
    for (const [place, frame] of this.frames) {
      if (drawings.has(place)) continue;
      frame.element.remove();
      this.frames.delete(place);
    }
    for (const [place, drawing] of drawings) if (!this.frames.has(place)) this.add(place, drawing);
  }

  /** @param {number} place @param {Drawing} drawing */
  add(place, { label, levels }) {
    const frame = new Frame([1, SIDE, SIDE], {
      kind: "real",
      size: "thumb",
      onclick: () => this.remove(place),
      title: t("gather.remove"),
    });
    frame.mark("real", "", this.colour(label));
    frame.paint(levels);
    this.frames.set(place, frame);
    this.element.prepend(frame.element);
  }
}
