// @ts-check
// Drawing one shape after the other: the pad, and what takes the drawing. Knows the pad; knows no album.
import { SIDE } from "../../engine/album.js";
import { isBlank } from "../../engine/ink/drawing.js";
import { t } from "../../words/words.js";
import { button, h } from "../dom.js";
import { DrawPad } from "../drawing/draw_pad.js";
import { PadControls } from "../drawing/pad_controls.js";

const TAKE = "n";

export class DrawingMaker {
  /** @param {import("./maker.js").Hands} hands */
  constructor({ add, choose, say }) {
    this.image = [1, SIDE, SIDE];
    this.add = add;
    this.controls = new PadControls({
      undo: () => this.pad.act({ do: "undo" }, true),
      clear: () => this.pad.act({ do: "clear" }, true),
    });
    this.pad = new DrawPad(this.image, { width: () => this.controls.width, onchange: () => this.show(), say });
    this.pad.element.append(h("span", { class: "lv-pad-here", "aria-hidden": "true" }, t("draw.here")));
    this.pad.canvas.addEventListener("keydown", (event) => this.key(event, choose));
    this.next = button(t("collect.next"), () => this.take(), { class: "lv-button lv-strong" });
    this.controls.element.prepend(h("div", { class: "lv-bar lv-tight" }, this.next));
    const keys = h("p", { class: "lv-label lv-keys" }, t("collect.keys"));
    this.element = h("div", { class: "lv-maker" }, this.pad.element, this.controls.element, keys);
    this.show();
  }

  /** What is on the pad joins the others, and the pad is empty. */
  take() {
    const x = this.pad.observation();
    if (!x) return;
    this.add(Uint8Array.from(x, (level) => Math.round(255 * level)));
    this.pad.act({ do: "clear" }, true);
  }

  /** @param {KeyboardEvent} event @param {(label: number) => void} choose */
  key(event, choose) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key.toLowerCase() === TAKE) this.take();
    else if (/^[1-9]$/.test(event.key)) choose(Number(event.key) - 1);
  }

  show() {
    const empty = isBlank(this.pad.drawing);
    this.pad.element.classList.toggle("lv-blank", empty);
    this.next.disabled = empty;
  }

  close() {}
}
