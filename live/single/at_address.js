// @ts-check
// What a model that is one file shows at an address: which view, in which plane. Pure; knows no DOM.
import { atAddress } from "../site/at_address.js";

/**
 * @typedef {import("../contract.js").ModelData} ModelData
 * @typedef {object} Told what the file holds
 * @property {ModelData} data of any of its views
 * @property {Record<string, string[]>} keeps what each view keeps of the address; the first is the one that it opens on
 * @property {Record<string, ModelData["plane"]>} planes by name; "" is the one that it opens in
 */

/** The view that an address names. @param {Told} told @param {string} search */
export function viewAt({ keeps }, search) {
  const asked = new URLSearchParams(search).get("view") ?? "";
  return Object.hasOwn(keeps, asked) ? asked : Object.keys(keeps)[0];
}

/** What the view of an address is told. @param {Told} told @param {string} search @returns {ModelData} */
export function dataAt(told, search) {
  const view = viewAt(told, search),
    name = new URLSearchParams(search).get("plane") ?? "";
  const known = Object.hasOwn(told.planes, name) ? name : "";
  const names = { ...told.data.names, view, ...(known ? { plane: known } : {}) };
  const plane = told.planes[known];
  return atAddress({ ...told.data, view, names, plane }, told.keeps[view], search);
}

/** Where a link of the app's, `./create?by=hand`, leads within the file; "" for a place that it does not have. @param {Told} told @param {string} href */
export function withinFile({ keeps }, href) {
  const [, place, query = ""] = /^\.\/(\w*)(?:\?(.*))?$/.exec(href) ?? [];
  if (place === undefined) return "";
  const view = place || Object.keys(keeps)[0];
  return Object.hasOwn(keeps, view) ? `?${new URLSearchParams([["view", view], ...new URLSearchParams(query)])}` : "";
}
