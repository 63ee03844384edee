// @ts-check
// By chance: new pictures from codes that are drawn from the prior; each can be taken.

import { SampleGrid } from "../parts/codes/sample_grid.js";
import { h } from "../parts/dom.js";
import { t } from "../words/words.js";

/** @param {import("./desk.js").Desk} desk @returns {import("./desk.js").Maker} */
export function byChance(desk) {
  const { model, fail } = desk.pane;
  const grid = new SampleGrid(desk);
  const told = model.info.conditional ? h("p", { class: "lv-label" }, t("create.told")) : null;
  const slot = h("div", { class: "lv-slot" }, told);
  const show = () => grid.show(desk.state).catch(fail);
  return {
    element: h("div", { class: "lv-maker" }, grid.element, slot),
    enter() {
      if (model.info.conditional && desk.choice) slot.append(desk.choice.element);
      show();
    },
    leave() {},
    moved: desk.goTo,
    chose(label) {
      desk.change({ ...desk.state, label });
      show();
    },
    follow() {
      grid.follow();
      desk.live.mark("generated", t("frame.generated"));
    },
    close() {},
  };
}
