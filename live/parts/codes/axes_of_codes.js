// @ts-check
// The two kinds of axes that a slider can have: a number of the code, and the direction of a known factor, which is
// never called a number of the code. Knows words; knows no view.
import { movedTo, reading, valuesOf } from "../../engine/directions.js";
import { momentsOf } from "../../engine/prior.js";
import { EDGE, endsOf, TRAVERSAL } from "../../engine/traversal.js";
import { nats, t } from "../../words/words.js";
import { latentName } from "../dom.js";

const STEP = 0.01,
  FINE = 600, // steps of a latent's slider from end to end
  STEPS = 100, // of a factor's slider
  BEYOND = 0.16; // how far it goes beyond the outer pictures, so that they have room

/** One number of the code is another. @param {Float32Array} z @param {number} dim @param {number} value */
export function turned(z, dim, value) {
  const next = z.slice();
  next[dim] = value;
  return next;
}

/** The axis of a latent, as far as the prior goes unless its pictures stand elsewhere. @param {import("../../engine/model.js").ModelInfo} info @param {number} dim @param {number[]} [at] @returns {import("./axis_slider.js").Axis} */
export function latentAxis(info, dim, at) {
  const { kl, dead } = info;
  const name = latentName(dim),
    unused = dead.includes(dim),
    { mean, std } = momentsOf(info, dim);
  const { low, high } = at ? endsOf(at) : { low: mean - EDGE * std, high: mean + EDGE * std };
  return {
    name,
    label: t(info.prior ? "traverse.slider.learnt" : "traverse.slider", { dim: name }),
    note: natsText(kl?.[dim], unused),
    unused,
    low,
    high,
    step: at ? (high - low) / FINE : STEP * std,
    middle: at ? at[Math.floor(at.length / 2)] : mean,
    at: at ?? TRAVERSAL.map((value) => mean + value * std),
    read: (z) => z[dim],
    turned: (z, value) => turned(z, dim, value),
    text: (value) => t(info.prior ? "traverse.value.learnt" : "traverse.value", { value }),
    picture: (value) => t("traverse.picture", { dim: name, value }),
    set: t("traverse.set", { dim: name }),
  };
}

/** The axis of a factor. @param {import("../../engine/directions.js").Direction} direction @returns {import("./axis_slider.js").Axis} */
export function factorAxis(direction) {
  const { r2 } = direction;
  const beyond = BEYOND * (direction.high - direction.low);
  const low = direction.low - beyond,
    high = direction.high + beyond;
  const name = t(`factor.${direction.name}`);
  return {
    name,
    label: t("factor.slider", { name }),
    note: t("factor.read", { share: r2 }),
    low,
    high,
    step: (high - low) / STEPS,
    middle: (low + high) / 2,
    at: valuesOf(direction, TRAVERSAL.length),
    read: (z) => reading(direction, z),
    turned: (z, value) => movedTo(direction, z, value),
    text: (value) => t("factor.value", { value }),
    picture: (value) => t("traverse.picture", { dim: name, value }),
    set: t("traverse.set", { dim: name }),
  };
}

/** @param {number | undefined} kl @param {boolean} unused */
function natsText(kl, unused) {
  if (kl === undefined) return "";
  return unused ? t("traverse.unused", { kl }) : nats(kl);
}
