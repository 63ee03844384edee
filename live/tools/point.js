// @ts-check
// Point: the image under the pointer, wherever it is; a click picks the test image nearest to it.
import { toLatent } from "../engine/plane.js";
import { writeNumbers } from "../engine/state_text.js";
import { Group } from "../parts/codes/group.js";
import { Pair } from "../parts/codes/pair.js";
import { h } from "../parts/dom.js";
import { t } from "../words/words.js";

/** @param {import("./place.js").Place} place @returns {import("./place.js").Tool} */
export function point(place) {
  const { pane, map } = place;
  const { model } = pane;
  const pair = new Pair(pane);
  const group = new Group(pane, place.pick);
  const element = h(
    "div",
    { class: "lv-tool lv-point" },
    h(
      "div",
      { class: "lv-point-row" },
      place.near.element,
      h("div", { "data-part": "pair" }, h("p", { class: "lv-label" }, t("map.pair")), pair.element),
    ),
    group.element,
  );
  return {
    element,
    enter() {},
    leave: () => group.show([], null, map),
    moved(x, y, how) {
      const z = toLatent(pane.plane, x, y, place.state.pinned);
      if (how === "hover") place.hover(z);
      else place.go(z);
      if (how === "done" && model.ready) place.pick(model.nearest(z, 1).indices[0], false);
    },
    left: () => place.hover(place.state.pinned),
    grouped: (indices) => group.show(indices, place.state.label, map),
    picked: (index) => pair.show(index),
    follow() {},
    written: () => ({ z: writeNumbers(place.state.pinned) }),
  };
}
