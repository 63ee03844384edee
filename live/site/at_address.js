// @ts-check
// What a view is told at an address of the static site, put together from its files: a model's is the same for every view
// of it. Which files there are, exports/told.py says. Knows addresses and files by name; knows no DOM.
import { MAX_NAME } from "../engine/state_text.js";
import { readSticky } from "../shell/sticky.js";
import { t } from "../words/words.js";
import { comparedAt, titlesOf } from "./side_by_side.js";

/**
 * @typedef {import("../contract.js").ModelData} ModelData
 * @typedef {import("../contract.js").PanesData} PanesData
 * @typedef {import("../contract.js").DialData} DialData
 * @typedef {import("../contract.js").SeriesData} SeriesData
 * @typedef {import("../contract.js").ClaimsData} ClaimsData
 * @typedef {import("../contract.js").Turnable} Turnable
 * @typedef {ModelData | import("../contract.js").CompareData | SeriesData | ClaimsData} Shown
 * @typedef {object} Site what there is
 * @property {Record<string, {keeps: string[], first: string, fits?: string[]}>} views what each keeps of its address, what it
 *   opens on, and which models it can show, where it can't show all
 * @property {string[]} models
 * @property {string[]} dials
 * @property {string[]} series
 * @typedef {{data: ModelData, planes: Record<string, ModelData["plane"]>}} OfModel planes by name; "" is the one it opens in
 * @typedef {object} Files
 * @property {(name: string) => Promise<unknown>} json
 * @property {(base: string) => import("../engine/source.js").Source} sourceOf where a model's files come from
 * @property {(id: string) => Promise<(OfModel & {source: import("../engine/source.js").Source}) | null>} [own] a model
 *   that was trained in this browser
 * @typedef {object} Asked
 * @property {Site} site
 * @property {string} view
 * @property {URLSearchParams} query
 * @property {Files} files
 * @property {"field" | "simple"} layer of words
 */

export const FOLDER = "assets/views/";
export const SITE = `${FOLDER}site.json`;

/** The view that a place shows at an address. @param {Site} site @param {string} place @param {string} search */
export function viewAt({ views, series }, place, search) {
  if (place !== "compare") return place;
  const query = new URLSearchParams(search);
  const turned = series.includes(query.get("series") ?? "") ? "series" : "dial";
  const by = query.get("by") ?? "";
  const wanted = by === "dial" ? [turned, "dial", "series"] : ["nat", "claims"].filter((way) => way === by);
  return [...wanted, place, "dial", "series", "nat"].find((view) => Object.hasOwn(views, view)) ?? place;
}

/**
 * What the view at an address is told. @param {Site} site @param {string} place @param {string} search @param {Files} files
 * @param {Record<string, (asked: Asked) => Promise<Shown>>} [more] other views than one file can have @returns {Promise<Shown>}
 */
export async function dataAt(site, place, search, files, more = {}) {
  const view = viewAt(site, place, search);
  const layer = layerAt(search);
  const told = await (OF_SEVERAL[view] ?? more[view] ?? ofOne)({
    site,
    view,
    query: new URLSearchParams(search),
    files,
    layer,
  });
  const notice = noticeOf(site, new URLSearchParams(search), told);
  return atAddress({ ...told, view, ...(notice && { notice }) }, site.views[view].keeps, search);
}

/** What is said where an address names a model or a series that is not there; "" where it is. @param {Site} site @param {URLSearchParams} query @param {Shown} told */
function noticeOf(site, query, told) {
  const shown = "model" in told ? told.model.id : null,
    model = query.get("model"),
    series = query.get("series");
  const name =
    shown !== null && model && model !== shown && !site.models.includes(model)
      ? model
      : query.get("by") === "dial" && series && !site.series.includes(series)
        ? series
        : "";
  const asked = { name: name.slice(0, MAX_NAME) };
  if (!name) return "";
  return "opens" in site ? t("file.gone", asked) : t("site.gone", asked);
}

/**
 * What is told, with what the address says and the view keeps; what goes along from view to view the shell keeps there.
 * @template {Shown} T @param {T} told @param {string[]} keeps @param {string} search @returns {T}
 */
export function atAddress(told, keeps, search) {
  const kept = [...new URLSearchParams(search)].filter(([key, text]) => keeps.includes(key) && text);
  const state = Object.fromEntries(kept);
  const panes = "panes" in told ? { panes: told.panes.map((pane) => ({ ...pane, state })) } : {};
  return { ...told, ...panes, state, words: { ...told.words, layer: layerAt(search) } };
}

/** What is named, if it is there; else the first. @param {string[]} there @param {string} first @param {string | null} named */
export function namedIn(there, first, named) {
  return there.includes(named ?? "") ? /** @type {string} */ (named) : first;
}

/** How a view speaks at an address that no model's words belong to. @param {string} search @returns {import("../contract.js").Words} */
export function wordsAt(search) {
  return { locale: "en", layer: layerAt(search) };
}

/** The file of what is told of a model. @param {string} model */
export const ofModel = (model) => `${FOLDER}model-${model}.json`;

/** @param {string} search @returns {"field" | "simple"} */
function layerAt(search) {
  return "words" in readSticky(search) ? "field" : "simple";
}

/** @param {string} name @param {"field" | "simple"} layer */
export const layered = (name, layer) => `${FOLDER}${name}${layer === "field" ? "-field" : ""}.json`;

/** @param {Asked} asked @returns {Promise<ModelData>} */
async function ofOne({ site, view, query, files }) {
  const id = query.get("model") ?? "",
    own = site.models.includes(id) ? null : await files.own?.(id);
  if (own) return { ...own.data, plane: own.planes[""], names: { model: id }, source: own.source };
  return modelIn(namedIn(site.models, site.views[view].first, query.get("model")), query.get("plane"), files);
}

/** What the views of several models are told, and that of a dial. @type {Record<string, (asked: Asked) => Promise<Shown>>} */
const OF_SEVERAL = { compare: ofCompared, dial: ofDial, series: ofSeries };

/** @param {Asked} asked @returns {Promise<import("../contract.js").CompareData>} */
async function ofCompared({ site, query, files, layer }) {
  const told = /** @type {import("./side_by_side.js").OfModels} */ (await files.json(layered("compare", layer)));
  const { rows, set, problems } = comparedAt(told, site.views.compare.first, query);
  const models = rows.map(({ id }) => id);
  return {
    ...(await panesOf(models, files)),
    names: { by: "side", models: models.join(","), ...(set ? { set } : {}) },
    titles: titlesOf(rows),
    facts: rows.map(({ facts }) => facts),
    problems: query.get("by") === "claims" ? [t("site.claims"), ...problems] : problems,
    sets: told.sets,
    chosen: set,
    question: told.questions[set] ?? null,
    seeds: told.seeds,
  };
}

/** @param {Asked} asked @returns {Promise<DialData>} */
async function ofDial({ site, query, files, layer }) {
  const model = namedIn(site.dials, site.views.dial.first, query.get("model"));
  const [told, turned, dials] = await Promise.all([
    modelIn(model, query.get("plane"), files),
    /** @type {Promise<DialData>} */ (files.json(`${FOLDER}dial-${model}.json`)),
    /** @type {Promise<Turnable[]>} */ (files.json(layered("turnables", layer))),
  ]);
  return { ...turned, ...told, dials, names: { by: "dial", ...told.names } };
}

/** @param {Asked} asked @returns {Promise<SeriesData>} */
async function ofSeries({ site, query, files, layer }) {
  const name = namedIn(site.series, site.views.series.first, query.get("series"));
  const [{ models, ...told }, dials] = await Promise.all([
    /** @type {Promise<SeriesData & {models: string[]}>} */ (files.json(`${FOLDER}series-${name}.json`)),
    /** @type {Promise<Turnable[]>} */ (files.json(layered("turnables", layer))),
  ]);
  return { ...told, ...(await panesOf(models, files)), dials, names: { by: "dial", series: name } };
}

/** @param {string} model @param {string | null} plane as the address names it @param {Files} files @returns {Promise<ModelData>} */
export async function modelIn(model, plane, { json, sourceOf }) {
  const { data, planes } = /** @type {OfModel} */ (await json(ofModel(model)));
  const shown = planes[Object.hasOwn(planes, plane ?? "") ? (plane ?? "") : ""];
  const names = { model, ...(shown && data.model.latentDim > 2 ? { plane: shown.name } : {}) };
  return { ...data, plane: shown, names, source: sourceOf(data.model.base) };
}

/** What every view of several models is told, each in the plane that it opens in. @param {string[]} models @param {Files} files @returns {Promise<PanesData>} */
async function panesOf(models, files) {
  const panes = await Promise.all(models.map((model) => modelIn(model, null, files)));
  const [{ view, thumbs, things, palette, words, state, start }] = panes;
  const alone = panes.map((pane) => ({ ...pane, names: {} }));
  return { view, thumbs, things, palette, words, state, names: {}, point: start.point, panes: alone };
}
