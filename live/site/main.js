// @ts-check
// The static site: what the server does in the app, from files beside the page. A model, a plane, a way to compare or
// another layer of words is another view of the same place. Knows the site's files; knows no view.
import { fileSource } from "../engine/source.js";
import { mount } from "../main.js";
import "../shell/main.js";
import { isPlain, placed } from "../shell/navigation.js";
import { loadWords, t } from "../words/words.js";
import { dataAt, SITE } from "./at_address.js";

/** @typedef {import("./at_address.js").Site} Site */

const script = /** @type {HTMLScriptElement | null} */ (document.querySelector("script[data-place]"));
const place = script?.dataset.place ?? "",
  host = /** @type {HTMLElement | null} */ (document.querySelector(".lp-static .lv-host"));
const files = { json: jsonOf, sourceOf: (/** @type {string} */ base) => fileSource(base, t("pane.files")) };

let shown = "",
  turn = 0,
  close = () => {};

/** Shows the view of the present address; anew where the address says so of the same view. */
async function show() {
  const mine = ++turn;
  const words = loadWords(new URL("../words/en.json", import.meta.url));
  const [site] = await Promise.all([/** @type {Promise<Site>} */ (jsonOf(SITE)), words]);
  const data = await dataAt(site, place, location.search, files);
  if (mine !== turn || !host) return;
  const key = JSON.stringify([data.view, data.names, data.words.layer]);
  if (key === shown) {
    document.dispatchEvent(new Event("lp-anew"));
    return;
  }
  shown = key;
  close = mount({ data, parentElement: host, setStateValue: () => {}, setTriggerValue: () => {} });
}

/** @param {string} name @returns {Promise<unknown>} */
async function jsonOf(name) {
  const answer = await fetch(new URL(name, document.baseURI));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.json();
}

if (host) {
  addEventListener("popstate", () => void show());
  addEventListener("pagehide", () => close());
  void show();
}
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="./"]') : null;
  if (link instanceof HTMLAnchorElement && isPlain(event)) link.href = placed(link.getAttribute("href") ?? "");
});
// later visits need no network
navigator.serviceWorker?.register(new URL("offline.js", document.baseURI)).catch(console.warn);
