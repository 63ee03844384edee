// @ts-check
// What the static site shows at an address: which model, told by which file, with what of the address. Pure; knows no DOM.
import { readSticky } from "../shell/sticky.js";

/**
 * @typedef {import("../contract.js").ModelData & {keeps: string[]}} Told
 * @typedef {{models: {id: string}[]}} Listed
 */

const VIEWS = "assets/views/";

/** The file of a view's data. @param {string} name @param {string} model @param {string | null} plane */
export function fileOf(name, model, plane) {
  return `${VIEWS}${name}-${model}${plane ? `-${plane}` : ""}.json`;
}

/**
 * What a view is told at an address: of what the address holds, what the view keeps.
 * @param {Told} told as its file says @param {string} search
 */
export function toldAt(told, search) {
  const query = new URLSearchParams(search),
    sticky = readSticky(search);
  const state = Object.fromEntries([...query].filter(([key, text]) => told.keeps.includes(key) && text));
  /** @type {"field" | "simple"} */
  const layer = "words" in sticky ? "field" : "simple";
  return { ...told, state, names: { ...told.names, ...sticky }, words: { ...told.words, layer } };
}

/** The model that an address names, if the site has it; else the one that the page opens on. @param {Listed["models"]} models @param {string} first @param {string} search */
export function modelAt(models, first, search) {
  const asked = new URLSearchParams(search).get("model");
  return models.some((model) => model.id === asked) ? /** @type {string} */ (asked) : first;
}
