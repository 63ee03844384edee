// @ts-check
// Sweep: the rate-distortion plane of trained models, a mark a value with the errors over its seeds. It fills while the
// sweep goes on: whoever mounts it tells it more.
import { CostChart } from "../parts/dial/cost_chart.js";
import { h } from "../parts/dom.js";
import { t } from "../words/words.js";

/** @typedef {import("../contract.js").SweepData} SweepData */

/** @param {{data: SweepData}} pane @returns {import("../contract.js").View} */
export function create({ data }) {
  const element = h("figure", { class: "lv-sweep-plane" });
  /** @type {CostChart | null} */
  let chart = null;
  const show = (/** @type {SweepData} */ { axis, measured }) => {
    chart?.close();
    chart = new CostChart({ axis, steps: [], alone: measured, oneNetwork: false });
    chart.showAll(said(measured, axis));
    element.replaceChildren(chart.element);
  };
  show(data);
  const update = (/** @type {import("../contract.js").Data} */ next) => "sweep" in next && show(next);
  return { element, update, close: () => chart?.close() };
}

/** The marks in words. @param {SweepData["measured"]} measured @param {SweepData["axis"]} axis */
export function said(measured, axis) {
  const marks = measured.map(({ value, rate, distortion }) =>
    t("sweep.plane.mark", { value: t(`sweep.value.${axis}`, { value }), rate, lost: distortion }),
  );
  return t("sweep.plane.alt", { marks: marks.join("; ") });
}
