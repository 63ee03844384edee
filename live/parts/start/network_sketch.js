// @ts-check
// A network as columns: a column a hidden layer, its stripes what the present input excites in it.
// Knows elements and a runner's layers; knows no view.
import { number } from "../../words/words.js";
import { h, svg } from "../dom.js";

const TALLEST = 120,
  SHORTEST = 12,
  WIDE = 22,
  STRIPES = 40,
  FAINTEST = 0.08;

/** @typedef {import("../../engine/network.js").Values} Values */

/** How many units a layer has. @param {number[]} shape `[units]` or `[channels, height, width]` */
export function unitsOf(shape) {
  return shape.reduce((a, b) => a * b, 1);
}

/**
 * The height of a layer of so many units, in pixels: as its square root, as an image's side is of its pixels.
 * @param {number} units @param {number} most of the largest layer
 */
export function heightOf(units, most) {
  return Math.max(SHORTEST, Math.round(TALLEST * Math.sqrt(units / most)));
}

/**
 * Mean |activation| of groups of neighbouring units, or channels, of the first row, as shares of the largest;
 * all 0 where nothing is active. @param {Values} values @param {number} [most] groups
 */
export function stripesOf({ data, shape }, most = STRIPES) {
  const [channels] = shape,
    groups = Math.min(channels, most),
    units = unitsOf(shape);
  const sums = new Float64Array(groups),
    counts = new Float64Array(groups);
  for (let i = 0; i < units; i++) {
    const group = Math.floor(((i % channels) * groups) / channels);
    sums[group] += Math.abs(data[i]);
    counts[group]++;
  }
  const means = sums.map((sum, group) => sum / counts[group]);
  const largest = Math.max(...means);
  return Array.from(means, (mean) => (largest > 0 ? mean / largest : 0));
}

/** How a layer's size is written, in lines: `384`, or `32` and `14×14`. @param {number[]} shape */
export function sizeText([first, ...area]) {
  return [number(first), ...(area.length ? [area.map((side) => number(side)).join("×")] : [])];
}

/** The columns of a part of the network. */
export class NetworkSketch {
  constructor() {
    this.element = h("div", { class: "lv-flow-columns", "aria-hidden": "true" });
    /** @type {SVGElement[][]} */
    this.stripes = [];
  }

  /** Shows the layers as they are after the last run. @param {Values[]} layers @param {number} most units of the largest layer of the model */
  show(layers, most) {
    if (this.stripes.length !== layers.length) this.build(layers, most);
    for (const [i, layer] of layers.entries()) {
      const shares = stripesOf(layer, this.stripes[i].length);
      for (const [k, stripe] of this.stripes[i].entries())
        stripe.setAttribute("fill-opacity", (FAINTEST + (1 - FAINTEST) * shares[k]).toFixed(3));
    }
  }

  /** @param {Values[]} layers @param {number} most */
  build(layers, most) {
    const heights = layers.map(({ shape }) => heightOf(unitsOf(shape), most));
    this.stripes = layers.map(({ shape: [channels] }, i) => {
      const count = Math.min(channels, STRIPES, heights[i] >> 1),
        step = heights[i] / count;
      return Array.from({ length: count }, (_, k) => svg("rect", { y: k * step, width: WIDE, height: step }));
    });
    this.element.style.setProperty("--tall", `${Math.max(0, ...heights)}px`);
    this.element.replaceChildren(
      ...layers.map(({ shape }, i) => columnOf(heights[i], this.stripes[i], sizeText(shape))),
    );
  }
}

/** @param {number} height @param {SVGElement[]} stripes @param {string[]} size in lines */
function columnOf(height, stripes, size) {
  const edge = svg("rect", { width: WIDE, height, class: "lv-flow-edge" });
  const box = { width: WIDE, height, viewBox: `0 0 ${WIDE} ${height}`, class: "lv-flow-column" };
  const lines = size.map((line) => h("span", {}, line));
  return h("div", {}, h("div", {}, svg("svg", box, ...stripes, edge)), ...lines);
}
