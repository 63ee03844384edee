// @ts-check
// Where the parts of Compare stand, side by side: head, sentence, bar, pad and original beside the maps, the classes, what
// is told below. Knows elements and words; knows no cursor.
import { t } from "../../words/words.js";
import { h, toggles } from "../dom.js";
import { themeOf } from "../theme.js";
import { waysRow } from "../ways.js";

/** @typedef {{element: HTMLElement}} Part */

/**
 * @param {import("../../contract.js").ComparePanes} all
 * @param {Record<"choice" | "bar" | "drawing" | "original" | "telling", Part> & {panels: Part[], question: Part | null,
 *   classChoice: Part | null, hidden: Set<number>, networks: number, onhide: (hidden: Set<number>) => void}} parts
 *   `hidden`: classes; `networks`: how many different ones
 */
export function compareLayout({ data, host, panes }, parts) {
  const stage = h("div", { class: "lv-compare-stage" }, gridOf(parts.panels));
  const classBox = h(
    "div",
    { class: "lv-bar lv-tight", "data-part": "class", hidden: true },
    h("span", { class: "lv-label" }, t("side.class")),
    parts.classChoice?.element ?? null,
  );
  const head = [waysRow("side"), parts.question?.element ?? null, parts.choice.element];
  const original = h("aside", { class: "lv-compare-own" }, parts.original.element);
  const element = h(
    "div",
    { class: "lv-view lv-compare" },
    h("div", { class: "lv-compare-top" }, ...head),
    h("p", { class: "lv-sentence" }, t("side.hint", { count: panes.length, things: data.things })),
    ...data.problems.map((text) => h("p", { class: "lv-problem" }, text)),
    parts.bar.element,
    h("div", { class: "lv-compare-body" }, parts.drawing.element, original, stage),
    legendOf(panes[0].model.info.classNames, themeOf(host, data.palette).colour, parts),
    classBox,
    parts.networks > 1 ? h("p", { class: "lv-quiet" }, t("side.network")) : null,
    parts.telling.element,
  );
  return { element, stage, classBox };
}

/** @param {Part[]} panels */
function gridOf(panels) {
  const looks = { class: "lv-panels", role: "group", "aria-label": t("side.maps"), "data-count": panels.length };
  return h("div", looks, ...panels.map(({ element }) => element));
}

/** @param {string[]} names @param {(label: number) => string} colour @param {{hidden: Set<number>, onhide: (hidden: Set<number>) => void}} parts */
function legendOf(names, colour, { hidden, onhide }) {
  if (!names.length) return null;
  const without = (/** @type {Set<number>} */ some) => new Set([...names.keys()].filter((label) => !some.has(label)));
  const legend = toggles({
    label: t("map.classes"),
    names,
    colour,
    on: without(hidden),
    onchange: (on) => onhide(without(on)),
  });
  return h("div", { "data-part": "classes" }, legend.element);
}
