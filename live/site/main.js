// @ts-check
// The static site: what the server does in the app, from files beside the page. A model, a plane, a way to compare or
// another layer of words is another view of the same place. Knows the site's files; knows no view.
import { fileSource } from "../engine/source.js";
import "../shell/main.js";
import { isPlain, placed } from "../shell/navigation.js";
import { t } from "../words/words.js";
import { dataAt, SITE } from "./at_address.js";
import { shower } from "./shower.js";

const script = /** @type {HTMLScriptElement | null} */ (document.querySelector("script[data-place]"));
const place = script?.dataset.place ?? "",
  host = /** @type {HTMLElement | null} */ (document.querySelector(".lp-static .lv-host"));
const files = { json: jsonOf, sourceOf: (/** @type {string} */ base) => fileSource(base, t("pane.files")) };

/** @param {string} name @returns {Promise<unknown>} */
async function jsonOf(name) {
  const answer = await fetch(new URL(name, document.baseURI));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.json();
}

if (host) {
  const site = /** @type {Promise<import("./at_address.js").Site>} */ (jsonOf(SITE));
  const { show, close } = shower(host, async (search) => dataAt(await site, place, search, files));
  addEventListener("popstate", () => void show());
  addEventListener("pagehide", close);
  void show();
}
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="./"]') : null;
  if (link instanceof HTMLAnchorElement && isPlain(event)) link.href = placed(link.getAttribute("href") ?? "");
});
// later visits need no network
navigator.serviceWorker?.register(new URL("offline.js", document.baseURI)).catch(console.warn);
