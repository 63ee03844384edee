// @ts-check
// The picked test image as it is: alone at first, and from the sheet of all once a hand has asked for another one.
// Knows frames and thumbnails; knows no dial.
import { t } from "../../words/words.js";
import { Frame } from "../frame.js";

export class RealImage {
  /** @param {Pick<import("../../pane.js").Pane, "model" | "thumbs">} pane */
  constructor({ model, thumbs }) {
    this.model = model;
    this.thumbs = thumbs;
    this.picked = -1;
    this.alone = -1; // which one is here without the sheet
    this.asked = false;
    this.frame = new Frame(model.info.image, { kind: "real", size: "medium" });
    this.element = this.frame.element;
  }

  /** @param {number} index of a test image */
  show(index) {
    const { thumbs, model, frame, element } = this;
    const name = t("pair.real", { name: thumbs.called(index) });
    if (this.picked >= 0 && this.picked !== index) this.loadAll();
    this.picked = index;
    element.hidden = !thumbs.real && !thumbs.coming; // where the server has none
    element.style.visibility = thumbs.real || this.alone === index ? "visible" : "hidden"; // its room is kept
    if (thumbs.real) thumbs.show(frame, index, name);
    else frame.mark("real", name, thumbs.colour(model.labels?.[index] ?? 0));
  }

  /** The picked image alone. */
  async showOne() {
    const { thumbs, picked, frame, element } = this;
    const image = await thumbs.one(picked).catch(() => null);
    if (!image || thumbs.real || this.picked !== picked) return;
    frame.context.drawImage(image, 0, 0);
    this.alone = picked;
    element.style.visibility = "visible";
  }

  loadAll() {
    if (this.asked || !this.thumbs.coming) return;
    this.asked = true;
    this.thumbs.load().then(() => this.show(this.picked));
  }
}
