// @ts-check
// What is told below the maps: the paired differences of two models beside the spread of seeds, or the clouds' three
// kernel means. Knows words and tables; computes nothing.
import { number, t } from "../../words/words.js";
import { h } from "../dom.js";
import { terms } from "../term.js";

/**
 * @typedef {{name: "reconstruction" | "kl" | "elbo", mean: number, error: number, images: number, verdict: string}} Difference
 * @typedef {{title: string, within: number, across: number, prior: number, mmd: number}} Cloud
 */

/** @param {string[]} first @param {(string | Node)[][]} rows */
function table(first, rows) {
  const head = h("tr", {}, ...first.map((text) => h("th", { scope: "col" }, text)));
  const body = rows.map(([name, ...cells]) =>
    h("tr", {}, h("th", { scope: "row" }, name), ...cells.map((cell) => h("td", {}, cell))),
  );
  return h("table", { class: "lv-told" }, h("thead", {}, head), h("tbody", {}, ...body));
}

/**
 * @param {string} a title of the model that is subtracted from @param {string} b
 * @param {Difference[]} rows @param {number | null} kept mean share of the ten nearest that both maps keep
 * @param {number | null} seeds what the ELBO of one recipe differs by from seed to seed
 */
export function differencesTold(a, b, rows, kept, seeds) {
  const lines = rows.map(({ name, mean, error, verdict }) => [
    h("span", {}, ...terms(`side.pair.${name}`)),
    t("side.pair.value", { mean, error }),
    t(`side.verdict.${verdict}`, { a, b }),
  ]);
  const images = rows[0]?.images ?? 0;
  return h(
    "div",
    { class: "lv-told-box" },
    h("h3", {}, t("side.pair.title", { a, b })),
    h("p", {}, t("side.pair.trails", { kept: kept ?? Number.NaN })),
    rows.length ? table([t("side.pair.what"), t("side.pair.difference"), t("side.pair.means")], lines) : null,
    h(
      "p",
      { class: "lv-quiet" },
      t("side.pair.images", { images }),
      seeds === null ? "" : ` ${t("side.pair.seeds", { seeds })}`,
    ),
  );
}

/** @param {Cloud[]} clouds */
export function cloudsTold(clouds) {
  const head = ["model", "within", "across", "prior", "mmd"].map((name) => t(`side.cloud.${name}`));
  const lines = clouds.map(({ title, within, across, prior, mmd }) => [
    title,
    ...[within, across, prior].map((value) => number(value, 3)),
    number(mmd, 4),
  ]);
  return h(
    "div",
    { class: "lv-told-box" },
    h("h3", {}, t("side.cloud.title")),
    h("p", {}, ...terms("side.cloud.about")),
    table(head, lines),
  );
}
