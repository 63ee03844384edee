// @ts-check
// A tray of test images: filled by a class, by a known factor, or image by image; whoever is active takes a group.
// Knows frames and thumbs; knows no arithmetic and no map.
import { t } from "../../words/words.js";
import { button, h } from "../dom.js";
import { Frame } from "../frame.js";

const SHOWN = 4;
export const OWN = "i"; // images that somebody chose

export class TrayCard {
  /**
   * @param {{model: import("../../engine/model.js").Model, thumbs: import("../thumbs.js").Thumbs}} pane @param {string} title
   * @param {{choose: (text: string) => void, add: () => void, activate: () => void}} hands `choose`: what it is filled from
   */
  constructor({ model, thumbs }, title, { choose, add, activate }) {
    this.thumbs = thumbs;
    this.select = h("select", {
      "aria-label": t("arithmetic.from", { tray: title }),
      onchange: () => choose(this.select.value),
    });
    this.count = h("span", { class: "lv-quiet" });
    this.frames = Array.from(
      { length: SHOWN },
      (_, i) =>
        new Frame(model.info.image, { size: "thumb", name: t("arithmetic.image", { tray: title, count: i + 1 }) }),
    );
    this.title = button(title, activate, { "aria-pressed": false, title: t("arithmetic.takes") });
    this.element = h(
      "div",
      { class: "lv-tray" },
      h("div", { class: "lv-tray-head" }, this.title, this.select),
      h("div", { class: "lv-row" }, ...this.frames.map((frame) => frame.element)),
      h("div", { class: "lv-tray-head" }, button(t("arithmetic.add"), add), this.count),
    );
  }

  /** What it can be filled from. @param {[string, string][]} options value and text */
  offer(options) {
    this.select.replaceChildren(...options.map(([value, text]) => h("option", { value }, text)));
  }

  /** @param {string} from one of the options @param {number[]} indices */
  show(from, indices) {
    this.select.value = from;
    this.count.textContent = t("arithmetic.count", { count: indices.length });
    this.frames.forEach((frame, i) => {
      const index = indices[Math.floor((i * indices.length) / SHOWN)];
      frame.element.hidden = i >= indices.length;
      if (i < indices.length) this.thumbs.show(frame, index, "");
    });
  }

  /** @param {boolean} on whether a group of the map goes into it */
  activate(on) {
    this.title.setAttribute("aria-pressed", String(on));
  }
}
