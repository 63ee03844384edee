// @ts-check
// What the test images around a code are: a bar for each class. Knows labels and colours; knows no map.
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { themeOf } from "../theme.js";

export const AROUND = 50; // test images that are asked
const SHORT = 2; // letters of a name that fits below its bar

/** How many of the labels are of each class. @param {number[]} labels @param {number} classes */
export function countsOf(labels, classes) {
  const counts = new Array(classes).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
}

/** The classes that say most, as a sentence: `4: 30, 9: 18`. @param {number[]} counts @param {string[]} names */
export function mostText(counts, names) {
  return counts
    .map((count, label) => ({ count, name: names[label] }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ count, name }) => t("around.one", { name, count }))
    .join(", ");
}

export class ClassBars {
  /** @param {import("../../pane.js").Pane} pane */
  constructor({ model, palette, host }) {
    this.model = model;
    const { colour } = themeOf(host, palette);
    const names = model.info.classNames;
    const fit = names.every((name) => name.length <= SHORT);
    this.most = h("p", { class: "lv-facts", "aria-hidden": "true", hidden: fit });
    this.bars = names.map((name, label) => {
      const bar = h("i", {});
      bar.style.setProperty("--class", colour(label));
      const column = h(
        "span",
        { class: "lv-around-one" },
        h("span", { class: "lv-around-room" }, bar),
        fit ? h("b", {}, name) : null,
      );
      return { bar, column };
    });
    const title = t("around.title", { count: AROUND });
    const columns = this.bars.map(({ column }) => column);
    this.chart = h("div", { class: "lv-around", role: "img", "aria-label": title }, ...columns); // until the codes are here
    this.element = h(
      "div",
      { class: "lv-around-box", "data-part": "around", hidden: !names.length },
      h("p", { class: "lv-label" }, title),
      this.chart,
      this.most,
    );
  }

  /** Asks the test images around a code. @param {Float32Array} z @returns {number[]} how many are of each class */
  show(z) {
    const { model, bars } = this;
    if (!model.ready || !model.labels || !bars.length) return [];
    const { labels } = model;
    const counts = countsOf(
      model.nearest(z, AROUND).indices.map((index) => labels[index]),
      bars.length,
    );
    for (const [label, { bar, column }] of bars.entries()) {
      bar.style.height = `${(100 * counts[label]) / AROUND}%`;
      column.classList.toggle("lv-around-none", counts[label] === 0);
    }
    const most = mostText(counts, model.info.classNames);
    this.chart.setAttribute("aria-label", most);
    this.most.textContent = most;
    return counts;
  }
}
