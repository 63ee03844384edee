// @ts-check
// What is said of maps in a shared frame: what was done to each, and whose axes it has. Pure; knows no element.
import { t } from "../../words/words.js";
import { latentName } from "../dom.js";

/** @typedef {import("../../engine/comparing/frame.js").Frame} Frame */

/** What was done to a map. @param {Frame["models"][number]} model @param {boolean} conditional @param {boolean} scaled whether maps may shrink */
export function doneText({ alignment, standing, explained }, conditional, scaled) {
  if (standing === "refused") return t(conditional ? "side.done.refused_label" : "side.done.refused", { explained });
  if (standing !== "turned") return "";
  const degrees = Math.round(alignment.degrees ?? 0);
  const turned =
    alignment.size > 2
      ? t("side.done.full", { size: alignment.size, explained })
      : t(alignment.mirrored ? "side.done.mirrored" : "side.done.turned", { degrees, explained });
  if (!scaled) return turned;
  return t("side.done.both", { first: turned, second: t("side.done.scaled", { scale: alignment.scale }) });
}

/** Of a map that was turned, the axes are the first model's; else its own. @param {Frame | null} frame @param {number} k @param {(k: number) => string} titleOf as much of a model's title as may be told @returns {string[]} */
export function axisTitles(frame, k, titleOf) {
  if (frame && frame.size > 2) return [1, 2].map((number) => t("side.axis.pca", { number }));
  const title = titleOf(frame?.models[k].standing === "turned" ? 0 : k);
  return [0, 1].map((d) => t("side.axis.z", { name: latentName(d), title }));
}
