// @ts-check
// A view in the cell of a notebook: its files came with the widget, and what it shows is the widget's state, which the
// notebook keeps. Nothing is asked of Python while a hand moves. Knows a widget's traits; knows no view.
import { writeInto } from "../address.js";
import { inlineSource } from "../engine/source.js";
import { mount } from "../main.js";
import { h } from "../parts/dom.js";
import { dataAt, SITE } from "../site/at_address.js";
import { loadWords } from "../words/words.js";

/**
 * @typedef {Record<string, string>} State what the view shows, by the names that addresses of the app have
 * @typedef {object} Traits of the widget, as anywidget hands them over
 * @property {(name: "place" | "title" | "state") => unknown} get
 * @property {(name: "state", value: State) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, heard: () => void) => void} on
 * @property {(event: string, heard: () => void) => void} off
 */

/** @param {Traits} traits @param {HTMLElement} element @param {Record<string, string>} files by name @param {string} style @returns {Promise<() => void>} the cleanup */
export async function open(traits, element, files, style) {
  const place = String(traits.get("place"));
  const sourceOf = (/** @type {string} */ base) => inlineSource(files, String(traits.get("title")), base);
  const { json } = sourceOf("");
  const site = /** @type {import("../site/at_address.js").Site} */ (await json(SITE));
  const host = h("div", {});
  const cell = h("div", { class: "lp-cell" }, h("style", {}, style), host);
  cell.addEventListener("click", stayHere);
  element.replaceChildren(cell);
  await loadWords(new URL("../words/en.json", import.meta.url));
  const search = () => new URLSearchParams(/** @type {State} */ (traits.get("state"))).toString();
  let said = search(),
    close = () => {};

  async function show() {
    const data = await dataAt(site, place, search(), { json, sourceOf });
    close();
    close = mount({ data, parentElement: host, setStateValue: () => {}, setTriggerValue: () => {} });
  }

  /** What the view shows goes into the notebook. @param {string} query */
  function write(query) {
    said = query;
    traits.set("state", Object.fromEntries(new URLSearchParams(query)));
    traits.save_changes();
  }

  /** Another cell, or Python, has changed the state. */
  function changed() {
    if (search() === said) return;
    said = search();
    void show();
  }

  writeInto({ read: search, write, moved: () => void show() });
  traits.on("change:state", changed);
  await show();
  return () => {
    traits.off("change:state", changed);
    close();
  };
}

/** A link of the app's leads nowhere from a notebook. @param {Event} event */
function stayHere(event) {
  if (event.target instanceof Element && event.target.closest('a[href^="./"]')) event.preventDefault();
}
