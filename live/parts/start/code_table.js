// @ts-check
// A code as it comes about: mean, uncertainty, chance, and their sum, a row a dimension. Knows elements; knows no model.
import { number, t } from "../../words/words.js";
import { h, latentName, svg } from "../dom.js";

const FEW = 4, // codes that are shown whole
  FIRST = 3, // numbers of longer ones
  WIDE = 96,
  TALL = 28,
  PRIOR = 0.4, // height of the prior's bell beside the posterior's
  REACH = 3.5,
  STEPS = 40;

/**
 * @typedef {object} Code `[latent]` each; without `std` and `eps` for a deterministic encoder
 * @property {Float32Array} mu @property {Float32Array | null} std @property {Float32Array | null} eps
 * @property {Float32Array} z
 */

/** How many of a code's numbers are shown. @param {number} latentDim */
export function shownOf(latentDim) {
  return latentDim > FEW ? FIRST : latentDim;
}

/** How far the axis of the bells goes to each side: the prior's 3.5 sigma, and every posterior. @param {ArrayLike<number>} mu @param {ArrayLike<number>} std */
export function reachOf(mu, std) {
  return Math.max(REACH, ...Array.from(mu, (m, d) => Math.abs(m) + 4 * std[d]));
}

/**
 * A bell as points of a path: `x` along the axis from -reach to reach, `y` from 0 to `height` at the mean.
 * @param {number} mu @param {number} std @param {number} reach @param {number} [height]
 */
export function bellOf(mu, std, reach, height = 1) {
  const points = [];
  for (let k = 0; k <= STEPS; k++) {
    const away = (8 * k) / STEPS - 4; // in sigma
    const x = mu + away * std;
    points.push([((x + reach) / (2 * reach)) * WIDE, TALL - 2 - (TALL - 4) * height * Math.exp(-0.5 * away ** 2)]);
  }
  return points;
}

/** @param {number[][]} points */
const pathOf = (points) => `M${points.map((at) => at.map((v) => v.toFixed(2)).join(" ")).join("L")}`;

export class CodeTable {
  /** @param {number} latentDim @param {boolean} stochastic @param {boolean} [round] whether the prior is N(0, I), whose bell is drawn */
  constructor(latentDim, stochastic, round = true) {
    this.round = round;
    this.shown = shownOf(latentDim);
    this.rows = Array.from({ length: this.shown }, (_, d) => rowOf(d, stochastic));
    const heads = stochastic ? ["", "", "μ", "+ σ", "× ε", "= z"] : ["", "z"];
    const more = latentDim - this.shown;
    this.element = h(
      "table",
      { class: "lv-flow-code" },
      h("thead", {}, h("tr", {}, ...heads.map((head) => (head ? h("th", { scope: "col" }, head) : h("td"))))),
      h("tbody", {}, ...this.rows.map(({ element }) => element)),
      more ? h("caption", {}, t("flow.more", { count: more })) : null,
    );
  }

  /** @param {Code} code */
  show({ mu, std, eps, z }) {
    const some = (/** @type {Float32Array} */ values) => values.subarray(0, this.shown);
    const reach = std ? reachOf(some(mu), some(std)) : 0;
    for (const [d, { cells, bell, point }] of this.rows.entries()) {
      const values = std && eps ? [mu[d], std[d], eps[d], z[d]] : [z[d]];
      for (const [i, cell] of cells.entries()) cell.textContent = number(values[i], 2);
      if (!std || !bell) continue;
      if (this.round) bell.prior.setAttribute("d", pathOf(bellOf(0, 1, reach, PRIOR)));
      bell.posterior.setAttribute("d", pathOf(bellOf(mu[d], std[d], reach)));
      point?.setAttribute("cx", (((z[d] + reach) / (2 * reach)) * WIDE).toFixed(2));
    }
  }
}

/** @param {number} d @param {boolean} stochastic */
function rowOf(d, stochastic) {
  const cells = Array.from({ length: stochastic ? 4 : 1 }, () => h("td", {}, "\u2007"));
  const name = h("th", { scope: "row" }, latentName(d));
  if (!stochastic) return { element: h("tr", {}, name, ...cells), cells, bell: null, point: null };
  const bell = { prior: svg("path", { class: "lv-flow-prior" }), posterior: svg("path", { class: "lv-flow-bell" }) };
  const point = svg("circle", { class: "lv-flow-z", r: 3, cx: WIDE / 2, cy: TALL - 2 });
  const axis = svg("path", { class: "lv-flow-axis", d: `M0 ${TALL - 2}H${WIDE}` });
  const box = { width: WIDE, height: TALL + 2, viewBox: `0 0 ${WIDE} ${TALL + 2}`, "aria-hidden": "true" };
  const picture = h("td", {}, svg("svg", box, bell.prior, axis, bell.posterior, point));
  return { element: h("tr", {}, name, picture, ...cells), cells, bell, point };
}
