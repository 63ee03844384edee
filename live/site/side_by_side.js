// @ts-check
// Which models an address asks to see side by side, with a sentence for each that can't be among them: what
// ui/compared.py answers in the app. Pure; knows no file and no DOM.
import { t } from "../words/words.js";

/**
 * @typedef {object} Row a model
 * @property {string} id
 * @property {string} title
 * @property {string} data what its data set is called
 * @property {(string | number)[]} images its test images: name, count, shape
 * @property {string} digest of them; empty where none was kept
 * @property {string[]} traits what may tell it from others, the shortest first
 * @property {import("../contract.js").ModelFacts} facts
 * @typedef {object} OfModels as exports/told.py writes it
 * @property {Row[]} rows in the order of lists
 * @property {import("../contract.js").ReadySet[]} sets
 * @property {Record<string, import("../contract.js").Question | null>} questions of the sets
 * @property {number | null} seeds
 */

const FEWEST = 2,
  MOST = 4,
  MAX_TEXT = 400; // of a link's list of models

/**
 * What an address's `models` or `set` names, filled up to two. @param {Pick<OfModels, "rows" | "sets">} told
 * @param {string} first the models that it opens on, between commas @param {URLSearchParams} query
 * @returns {{rows: Row[], set: string, problems: string[]}} `set`: the ready set that they are, or ""
 */
export function comparedAt({ rows, sets }, first, query) {
  /** @type {string[]} */
  const problems = [];
  const asked = (query.get("models") ?? "").slice(0, MAX_TEXT).split(",").filter(Boolean);
  const named = query.get("set") ?? "";
  const set = sets.find(({ name }) => name === named);
  if (!asked.length && named && !set) problems.push(t("side.problem.set", { name: named.slice(0, 40) }));
  const wanted = asked.length ? asked : (set?.models ?? first).split(",");
  const present = ofOneDataSet(listed([...new Set(wanted)], rows, problems), problems);
  if (present.length < FEWEST && (asked.length || named)) problems.push(t("side.problem.few"));
  const found = present.length < FEWEST ? filledUp(present, rows, first) : present;
  const ids = found.map(({ id }) => id).join(",");
  return { rows: found, set: sets.find(({ models }) => models === ids)?.name ?? "", problems };
}

/** What tells models apart: the first of their traits that differ, or their whole titles. @param {Pick<Row, "title" | "traits">[]} rows */
export function titlesOf(rows) {
  const columns = rows[0].traits.map((_, k) => rows.map(({ traits }) => traits[k]));
  const apart = columns.find((column) => column.every(Boolean) && new Set(column).size === rows.length);
  return apart ?? rows.map(({ title }) => title);
}

/** @param {string[]} names @param {Row[]} rows @param {string[]} problems @returns {Row[]} at most four */
function listed(names, rows, problems) {
  const found = names.flatMap((name) => {
    const row = rows.find(({ id }) => id === name);
    if (!row) problems.push(t("side.problem.gone", { name: name.slice(0, 60) }));
    return row ?? [];
  });
  if (found.length > MOST) problems.push(t("side.problem.many", { count: found.length }));
  return found.slice(0, MOST);
}

/** Those whose test images are the first one's. @param {Row[]} rows @param {string[]} problems */
function ofOneDataSet(rows, problems) {
  const [first] = rows;
  return rows.filter((row) => {
    const same = hasSameImages(first, row);
    if (!same) problems.push(t("side.problem.data", { title: row.title, data: row.data, first: first.data }));
    return same;
  });
}

/** @param {Row} a @param {Row} b */
function hasSameImages(a, b) {
  return String(a.images) === String(b.images) && (!a.digest || !b.digest || a.digest === b.digest);
}

/** The same and one more of its data set; of none, those that the place opens on. @param {Row[]} found @param {Row[]} rows @param {string} first */
function filledUp(found, rows, first) {
  const [one] = found;
  const other = one && rows.find((row) => row !== one && hasSameImages(one, row));
  if (other) return [one, other];
  const opens = first.split(",");
  return rows.filter(({ id }) => opens.includes(id)).sort((a, b) => opens.indexOf(a.id) - opens.indexOf(b.id));
}
