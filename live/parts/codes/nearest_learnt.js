// @ts-check
// Under each new picture the image that the model learnt from and that is most like it, of somebody's own images, as long
// as they lie on the server: it looks for them, and the browser keeps none. Knows frames, a model and its source.
import { t } from "../../words/words.js";
import { button, h, write } from "../dom.js";
import { Frame } from "../frame.js";

const ASKED_BYTES = 60_000; // of one request; ui/limits.py takes 64 KB

/** Whether it can be asked. @param {import("../../pane.js").Pane} pane */
export const canAsk = ({ model, source }) => model.info.learnt && source.ask !== null;

export class NearestLearnt {
  /** @param {import("../../pane.js").Pane} pane @param {Frame[]} above the new pictures */
  constructor({ model, source }, above) {
    this.model = model;
    this.source = source;
    this.on = false;
    this.turn = 0;
    this.frames = above.map(() => new Frame(model.info.image, { size: "sample", kind: "real" }));
    this.cells = above.map((frame, i) => h("div", { class: "lv-sample-pair" }, frame.element, this.frames[i].element));
    /** @type {() => void} */
    this.onpress = () => {};
    this.press = button(t("create.nearest"), () => this.toggle(), { "aria-pressed": false });
    this.note = h("p", { class: "lv-label", role: "status" });
    this.hide();
  }

  toggle() {
    this.on = !this.on;
    this.press.setAttribute("aria-pressed", String(this.on));
    if (this.on) this.onpress();
    else this.hide();
  }

  hide() {
    this.turn++;
    for (const { element } of this.frames) element.hidden = true;
    write(this.note, "");
    this.note.hidden = true;
  }

  /** Asks for those of new pictures, where they are wanted. @param {Uint8Array[]} pictures grey levels each */
  async show(pictures) {
    this.hide();
    if (!this.on) return;
    const asked = this.turn;
    const found = await this.fetch(pictures).catch(() => null);
    if (asked !== this.turn) return;
    this.note.hidden = false;
    write(this.note, t(found ? "create.nearest.how" : "create.nearest.gone"));
    for (const [i, { levels, off }] of (found ?? []).entries()) {
      const { [i]: frame } = this.frames;
      frame.call(t("create.nearest.one", { number: i + 1, off: 100 * off }));
      frame.paint(levels);
      frame.element.hidden = false;
    }
  }

  /** @param {Uint8Array[]} pictures @returns {Promise<{levels: Uint8Array, off: number}[]>} */
  async fetch(pictures) {
    const size = pictures[0].length,
      together = Math.max(1, Math.floor(ASKED_BYTES / size)),
      found = [];
    for (let i = 0; i < pictures.length; i += together) {
      const part = pictures.slice(i, i + together);
      const body = new Uint8Array(part.length * size);
      for (const [k, levels] of part.entries()) body.set(levels, k * size);
      const answer = await /** @type {NonNullable<import("../../engine/source.js").Source["ask"]>} */ (this.source.ask)(
        "nearest",
        body,
      );
      const off = new Float32Array(answer, 0, part.length),
        levels = new Uint8Array(answer, 4 * part.length);
      for (let k = 0; k < part.length; k++)
        found.push({ off: off[k], levels: levels.subarray(k * size, (k + 1) * size) });
    }
    return found;
  }
}
