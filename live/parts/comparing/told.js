// @ts-check
// What is told below the maps: the paired differences of models beside the spread of seeds, or the clouds' three kernel
// means. Knows words and tables; computes nothing.
import { number, t } from "../../words/words.js";
import { h } from "../dom.js";
import { terms } from "../term.js";

const ROWS = /** @type {const} */ (["reconstruction", "kl", "elbo"]);

/**
 * @typedef {{name: typeof ROWS[number], mean: number, error: number, images: number, verdict: string}} Difference
 * @typedef {{title: string, rows: Difference[], kept: number}} Other a model beside the first: `kept` is the mean share
 *   of the ten nearest that both maps keep
 * @typedef {{title: string, within: number, across: number, prior: number, mmd: number, error: number, images: number}} Cloud
 */

/** @param {string[]} first @param {(string | Node)[][]} rows */
function table(first, rows) {
  const head = h("tr", {}, ...first.map((text) => h("th", { scope: "col" }, text)));
  const body = rows.map(([name, ...cells]) =>
    h("tr", {}, h("th", { scope: "row" }, name), ...cells.map((cell) => h("td", {}, cell))),
  );
  return h(
    "div",
    { class: "lv-wide" },
    h("table", { class: "lv-told" }, h("thead", {}, head), h("tbody", {}, ...body)),
  );
}

/** @param {string} a title of the model that is subtracted @param {Other[]} others @param {number | null} seeds what the ELBO of one recipe differs by from seed to seed */
export function differencesTold(a, others, seeds) {
  const named = ROWS.filter((name) => others.some(({ rows }) => rows.some((row) => row.name === name)));
  const lines = named.map((name) => [
    h("span", {}, ...terms(`side.pair.${name}`)),
    ...others.map(({ title, rows }) =>
      cellOf(
        rows.find((row) => row.name === name),
        a,
        title,
      ),
    ),
  ]);
  const kept = [t("side.pair.kept"), ...others.map(({ kept }) => t("side.pair.share", { kept }))];
  const images = others.flatMap(({ rows }) => rows)[0]?.images;
  const means = images === undefined ? [] : [t("side.pair.images", { images })];
  if (seeds !== null) means.push(t("side.pair.seeds", { seeds }));
  return h(
    "div",
    { class: "lv-told-box" },
    h("h3", {}, t("side.pair.title", { a })),
    h("p", {}, others.length > 1 ? t("side.pair.trails.many", { a }) : t("side.pair.trails")),
    table([t("side.pair.what"), ...others.map(({ title }) => title)], [...lines, kept]),
    h("p", { class: "lv-quiet" }, means.join(" ")),
  );
}

/** A difference and what it means. @param {Difference | undefined} row @param {string} a @param {string} b */
function cellOf(row, a, b) {
  if (!row) return t("side.unknown");
  const { mean, error, verdict } = row;
  const means = h("span", { class: "lv-quiet" }, t(`side.verdict.${verdict}`, { a, b }));
  return h("span", {}, t("side.pair.value", { mean, error }), h("br"), means);
}

/** @param {Cloud[]} clouds @param {string[]} own titles of those whose prior is their own @param {number} all test images */
export function cloudsTold(clouds, own, all) {
  const head = ["model", "within", "across", "prior", "mmd"].map((name) => t(`side.cloud.${name}`));
  const lines = clouds.map(({ title, within, across, prior, mmd, error }) => [
    title,
    ...[within, across, prior].map((value) => number(value, 3)),
    t("side.cloud.value", { mmd, error }),
  ]);
  const left = own.map((title) => t("side.cloud.own", { title }));
  const drawn = clouds.length ? [t("side.cloud.images", { images: clouds[0].images, all })] : [];
  return h(
    "div",
    { class: "lv-told-box" },
    h("h3", {}, t("side.cloud.title")),
    h("p", {}, ...terms("side.cloud.about")),
    clouds.length ? table(head, lines) : null,
    h("p", { class: "lv-quiet" }, [...drawn, ...left].join(" ")),
  );
}
