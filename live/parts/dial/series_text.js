// @ts-check
// What is said of a series of separate models where the hand stands. Pure; knows no element.
import { deadOf } from "../../engine/dial/curve.js";
import { atMost, t } from "../../words/words.js";
import { short } from "./turn_text.js";

/** @typedef {import("../../contract.js").SeriesData} SeriesData */

/** What this model is like; between two of them, that it is the nearer one. @param {number[]} kl nats @param {[number, number] | null} between */
export function effectOf(kl, between) {
  if (between) {
    const [low, high] = between.map((value) => atMost(short(value), 2));
    return t("series.between", { low, high });
  }
  const dead = deadOf(kl).length;
  if (!kl.length) return t("series.unmeasured");
  if (!dead) return t("series.alive", { count: kl.length });
  return dead === kl.length ? t("dial.all_dead") : t("dial.some_dead", { count: dead, all: kl.length });
}

/** The models that are missing, with the reasons. @param {string[]} gaps */
export function gapsText(gaps) {
  return gaps.length ? t("series.gaps", { count: gaps.length, reasons: gaps.join(" ") }) : "";
}
