// @ts-check
// A group of test images that somebody encircled: how many, what the model draws at their mean, some of them.
// Knows frames; knows no map but its marks.
import { toPlane } from "../../engine/plane.js";
import { t } from "../../words/words.js";
import { h, vectorText } from "../dom.js";
import { Frame } from "../frame.js";

const SHOWN = 12;

export class Group {
  /** @param {import("../../pane.js").Pane} pane @param {(index: number) => void} onpick */
  constructor(pane, onpick) {
    this.pane = pane;
    this.onpick = onpick;
    this.element = h("div", { class: "lv-group", hidden: true, role: "status" });
  }

  /** @param {number[]} indices @param {number | null} label that the decoder is told @param {{mark: (name: string, mark: import("../../maps/marks.js").Mark | null) => void}} map */
  show(indices, label, map) {
    const { model, plane, thumbs } = this.pane;
    this.element.hidden = !indices.length;
    if (!indices.length) {
      map.mark("mean", null);
      map.mark("lasso", null);
      return;
    }
    const mean = meanOf(model.mu, indices, model.info.latentDim);
    const centre = new Frame(model.info.image, { size: "thumb", caption: t("group.mean") });
    model.show(centre, mean, label);
    const members = spread(indices, SHOWN).map((index, i) => {
      const member = new Frame(model.info.image, {
        size: "thumb",
        name: t("group.name", { count: i + 1 }),
        onclick: () => this.onpick(index),
        title: t("near.go"),
      });
      thumbs.show(member, index);
      return member.element;
    });
    this.element.replaceChildren(
      h("p", { class: "lv-label" }, t("group.title", { count: indices.length, z: vectorText(mean) })),
      h("div", { class: "lv-row" }, centre.element, ...members),
    );
    const [x, y] = toPlane(plane, mean);
    map.mark("mean", { x, y, text: t("group.mark") });
  }
}

/** At most so many of a list, evenly from all over it. @param {number[]} indices @param {number} most */
function spread(indices, most) {
  const count = Math.min(most, indices.length);
  return Array.from({ length: count }, (_, i) => indices[Math.floor((i * indices.length) / count)]);
}

/** @param {Float32Array} mu `[images, latent]` @param {number[]} indices @param {number} latentDim */
export function meanOf(mu, indices, latentDim) {
  const mean = new Float32Array(latentDim);
  for (const index of indices)
    for (let d = 0; d < latentDim; d++) mean[d] += mu[index * latentDim + d] / indices.length;
  return mean;
}
