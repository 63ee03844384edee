// @ts-check
// What the test images around a code are: a bar for each class. Knows labels and colours; knows no map.
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { themeOf } from "../theme.js";

const AROUND = 50; // test images that are asked, but of few images no more than a quarter
const SHORT = 2; // letters of a name that fits below its bar

/** How many of the labels are of each class. @param {number[]} labels @param {number} classes */
export function countsOf(labels, classes) {
  const counts = new Array(classes).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
}

/** How many test images are asked, of so many in all. @param {number} count */
export function aroundOf(count) {
  return Math.max(1, Math.min(AROUND, Math.floor(count / 4)));
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
    this.around = aroundOf(model.info.count);
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
    const title = t("around.title", { count: this.around });
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
    const { model, bars, around } = this;
    if (!model.ready || !model.labels || !bars.length) return [];
    const { labels } = model;
    const counts = countsOf(
      model.nearest(z, around).indices.map((index) => labels[index]),
      bars.length,
    );
    for (const [label, { bar, column }] of bars.entries()) {
      bar.style.height = `${(100 * counts[label]) / around}%`;
      column.classList.toggle("lv-around-none", counts[label] === 0);
    }
    const most = mostText(counts, model.info.classNames);
    this.chart.setAttribute("aria-label", most);
    this.most.textContent = most;
    return counts;
  }
}
