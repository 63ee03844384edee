// @ts-check
// Where a drawing has landed: what the encoder sees of it, and its code on the map with its ellipse; or that there is
// nothing yet. Knows a frame and a map's marks; knows no pad.
import { toPlane } from "../../engine/plane.js";
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { Frame } from "../frame.js";

/**
 * @typedef {object} Landed
 * @property {Float32Array} x the observation, `[channels, height, width]` in [0, 1]
 * @property {Float32Array} z its code @property {Float32Array | null} std of a stochastic encoder
 */

export class Landing {
  /** @param {import("../../tools/desk.js").Desk} desk */
  constructor({ pane, map }) {
    this.pane = pane;
    this.map = map;
    this.seen = new Frame(pane.model.info.image, { size: "seen", kind: "real", caption: t("draw.seen") });
    this.nothing = h("p", { class: "lv-nothing" }, t("draw.empty"));
    this.element = h("div", { class: "lv-before" }, this.seen.element, this.nothing);
    this.show(null, null);
  }

  /** @param {Landed | null} landed @param {import("../drawing/example.js").Example | null} example where it is a test image */
  show(landed, example) {
    const { seen } = this;
    seen.element.hidden = !landed;
    this.nothing.hidden = Boolean(landed);
    if (!landed) return;
    if (example)
      seen.mark(
        example.real ? "real" : "generated",
        t(example.real ? "pair.real" : "pair.copy", { name: example.name }),
      );
    else seen.mark("real", t("draw.seen"));
    seen.paint(Uint8Array.from(landed.x, (v) => Math.round(255 * v)));
  }

  /** On the map, or off it. @param {Landed | null} landed @param {string} name of its mark */
  mark(landed, name) {
    const { map, pane } = this;
    const { dims } = pane.plane;
    const [x, y] = landed ? toPlane(pane.plane, landed.z) : [0, 0];
    const std = dims && pane.model.info.latentDim > 1 ? landed?.std : null;
    map.mark("ellipse", std && dims ? { x, y, radii: dims.map((d) => std[d]) } : null);
    map.mark("yours", landed && { x, y, text: name });
  }
}
