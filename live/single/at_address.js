// @ts-check
// Places within one HTML file: which one an address shows, and where the app's links lead in it. Pure; knows no DOM.

/**
 * @typedef {import("../site/at_address.js").Site} Site
 * @typedef {Site & {opens: string, lesson: import("../shell/lesson_steps.js").Lesson | null}} Inside what there is in the
 *   file; `opens`: the address that it opens at, if that says more than its first place
 */

/** @type {Record<string, string>} the place of a view that has another name */
const PLACES = { dial: "compare", series: "compare", learn: "train", film: "train" };

/** The places of a file, first the one that it opens on. @param {Pick<Site, "views">} site */
export function placesOf({ views }) {
  return [...new Set(Object.keys(views).map((view) => (Object.hasOwn(PLACES, view) ? PLACES[view] : view)))];
}

/** The place that an address names. @param {Pick<Site, "views">} site @param {string} search */
export function placeAt(site, search) {
  const places = placesOf(site),
    asked = new URLSearchParams(search).get("view") ?? "";
  return places.includes(asked) ? asked : places[0];
}

/** Where a link of the app's, `./create?by=hand`, leads within the file; "" for a place that it does not have. @param {Pick<Site, "views">} site @param {string} href */
export function withinFile(site, href) {
  const [, named, query = ""] = /^\.\/(\w*)(?:\?(.*))?$/.exec(href) ?? [];
  if (named === undefined) return "";
  const places = placesOf(site),
    place = named || "explore"; // which the app opens on
  return places.includes(place) ? `?${new URLSearchParams([["view", place], ...new URLSearchParams(query)])}` : "";
}
