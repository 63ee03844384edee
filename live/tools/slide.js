// @ts-check
// Slide: a slider for each number of the code; the image and the point on the map follow while it is dragged.

import { isClear } from "../engine/directions.js";
import { toLatent } from "../engine/plane.js";
import { centreOf, drawPrior } from "../engine/prior.js";
import { writeNumbers } from "../engine/state_text.js";
import { factorAxis, latentAxis } from "../parts/codes/axes_of_codes.js";
import { AxisSlider } from "../parts/codes/axis_slider.js";
import { button, h } from "../parts/dom.js";
import { Turns } from "../parts/turns.js";
import { t } from "../words/words.js";

const FEW = 4, // sliders that have room for larger pictures
  BUDGET_MS = 6; // of a frame, for the small pictures

/** @typedef {import("../parts/codes/axis_slider.js").Axis} Axis */

/** The dimensions, those that carry most first. @param {number[] | null} kl @param {number} latentDim */
export function orderOf(kl, latentDim) {
  const dims = [...Array(latentDim).keys()];
  return kl ? dims.sort((a, b) => kl[b] - kl[a]) : dims;
}

/** Codes from one end of a slider to the other, all else as it is. @param {Pick<Axis, "low" | "high" | "turned">} axis @param {Float32Array} z @param {number} steps */
export function traversal({ low, high, turned }, z, steps) {
  return Array.from({ length: steps }, (_, k) => turned(z, low + (k / (steps - 1)) * (high - low)));
}

/** @param {import("./place.js").Place} place @returns {import("./place.js").Tool} */
export function slide(place) {
  const { pane } = place;
  const { model } = pane;
  const { kl, latentDim, count } = model.info;
  /** @type {Axis | null} that a hand has turned last */
  let held = null;
  const along = (/** @type {Axis} */ axis) =>
    new AxisSlider(pane, axis, (value) => {
      held = axis;
      place.go(axis.turned(place.state.pinned, value));
    });
  let sliders = orderOf(kl, latentDim).map((dim) => along(latentAxis(model.info, dim)));
  const paintersOf = () => sliders.flatMap((slider) => slider.painters(() => place.state));
  let turns = new Turns(paintersOf());
  /** @type {Float32Array | null} */
  let shown = null;
  let told = /** @type {number | null} */ (null);
  const anyImage = () => model.ready && place.pick(Math.floor(Math.random() * count));
  const track = h(
    "div",
    { class: `lv-sliders${sliders.length <= FEW ? " lv-few" : ""}`, "data-part": "sliders" },
    ...sliders.map((slider) => slider.element),
  );

  /** Sliders of the factors that are known of these images, once they are here: first, for they say what they change. */
  async function addFactors() {
    const { directions } = model.info;
    if (!directions) return;
    const found = /** @type {import("../engine/directions.js").Direction[]} */ (await pane.source.json(directions));
    const added = found.filter(isClear).map((direction) => along(factorAxis(direction)));
    if (!added.length) return;
    const title = (/** @type {string} */ key) => h("p", { class: "lv-label" }, t(key));
    track.prepend(title("factor.title"), ...added.map((slider) => slider.element), title("factor.latents"));
    track.classList.remove("lv-few");
    sliders = [...added, ...sliders];
    turns = new Turns(paintersOf());
    shown = null;
    place.go(place.state.pinned);
  }

  const element = h(
    "div",
    { class: "lv-tool lv-slide" },
    h(
      "div",
      { class: "lv-bar lv-tight", "data-part": "codes" },
      button(t("traverse.centre"), () => place.go(centreOf(model.info, place.state.label))),
      button(t("traverse.random"), () => place.go(drawPrior(model.info, place.state.label))),
      button(t("traverse.real"), anyImage),
    ),
    track,
  );
  addFactors().catch(pane.fail);
  return {
    element,
    enter: () => (shown = null),
    leave() {},
    moved(x, y, how) {
      if (how !== "hover") place.go(toLatent(pane.plane, x, y, place.state.pinned));
    },
    follow() {
      const began = performance.now();
      const { z, label } = place.state;
      if (shown !== z || told !== label) {
        shown = z;
        told = label;
        turns.restart();
        for (const slider of sliders) slider.show(z);
      }
      return turns.paint(began + BUDGET_MS - place.spent());
    },
    way: (steps) => traversal(held ?? sliders[0].axis, place.state.pinned, steps),
    written: () => ({ z: writeNumbers(place.state.pinned) }),
  };
}
