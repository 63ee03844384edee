// @ts-check
// Slide: a slider for each number of the code; the image and the point on the map follow while it is dragged.

import { isClear } from "../engine/directions.js";
import { toLatent } from "../engine/plane.js";
import { centreOf, drawPrior, momentsOf } from "../engine/prior.js";
import { writeNumbers } from "../engine/state_text.js";
import { RANGES, valuesIn } from "../engine/traversal.js";
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

/** What the ranges of a dimension are made of. @param {Pick<import("./place.js").Place, "pane" | "state">} place @param {number} dim */
export function placesOf({ pane: { model }, state: { picked } }, dim) {
  const { latentDim } = model.info,
    prior = momentsOf(model.info, dim);
  if (!model.ready) return { prior, data: { low: -1, high: 1 }, image: prior };
  let [low, high] = [Infinity, -Infinity];
  for (let at = dim; at < model.mu.length; at += latentDim) {
    low = Math.min(low, model.mu[at]);
    high = Math.max(high, model.mu[at]);
  }
  const std = model.stdOf(picked)?.[dim] ?? prior.std;
  return { prior, data: { low, high }, image: { mean: model.muOf(picked)[dim], std } };
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
  let range = RANGES.find((one) => one === pane.state.range) ?? "quantiles";
  let around = place.state.picked;
  const latentsIn = () =>
    orderOf(kl, latentDim).map((dim) =>
      along(latentAxis(model.info, dim, range === "quantiles" ? undefined : valuesIn(range, placesOf(place, dim)))),
    );
  let latents = latentsIn();
  /** @type {AxisSlider[]} */
  let factors = [];
  let sliders = latents;
  const paintersOf = () => sliders.flatMap((slider) => slider.painters(() => place.state));
  let turns = new Turns(paintersOf());
  /** @type {Float32Array | null} */
  let shown = null;
  let told = /** @type {number | null} */ (null);
  const anyImage = () => model.ready && place.pick(Math.floor(Math.random() * count));
  const track = h("div", { class: `lv-sliders${sliders.length <= FEW ? " lv-few" : ""}`, "data-part": "sliders" });
  const title = (/** @type {string} */ key) => h("p", { class: "lv-label" }, t(key));
  const fill = () => {
    const of = (/** @type {AxisSlider[]} */ some) => some.map((slider) => slider.element);
    const above = factors.length ? [title("factor.title"), ...of(factors), title("factor.latents")] : [];
    track.replaceChildren(...above, ...of(latents));
    sliders = [...factors, ...latents];
    turns = new Turns(paintersOf());
    shown = null;
  };

  /** Other places for the pictures of the latents. */
  function span() {
    held = null;
    around = place.state.picked;
    latents = latentsIn();
    fill();
  }

  const choice = h(
    "select",
    {
      "aria-label": t("traverse.range"),
      onchange: () => {
        range = RANGES[choice.selectedIndex];
        span();
        place.go(place.state.pinned);
      },
    },
    ...RANGES.map((one) => h("option", { selected: one === range }, t(`traverse.range.${one}`))),
  );

  /** Sliders of the factors that are known of these images, once they are here: first, for they say what they change. */
  async function addFactors() {
    const { directions } = model.info;
    if (!directions) return;
    const found = /** @type {import("../engine/directions.js").Direction[]} */ (await pane.source.json(directions));
    factors = found.filter(isClear).map((direction) => along(factorAxis(direction)));
    if (!factors.length) return;
    fill();
    track.classList.remove("lv-few");
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
      choice,
    ),
    track,
  );
  fill();
  const coming = range !== "quantiles" && !model.ready; // codes that are not here have no range yet
  if (coming)
    model.loadLatents().then(() => {
      span();
      place.go(place.state.pinned);
    }, pane.fail);
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
      if (range === "image" && around !== place.state.picked) span();
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
    written: () => ({ z: writeNumbers(place.state.pinned), ...(range === "quantiles" ? {} : { range }) }),
  };
}
