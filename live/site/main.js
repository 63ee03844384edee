// @ts-check
// The static site: what the server does in the app, from files beside the page. A model, a plane or another layer of
// words is another view of the same place. Knows the site's files; knows no view.
import "../shell/main.js";
import { mount } from "../main.js";
import { fileOf, modelAt, toldAt } from "./at_address.js";

const script = /** @type {HTMLScriptElement | null} */ (document.querySelector("script[data-view]"));
const { view = "", first = "" } = script?.dataset ?? {},
  host = /** @type {HTMLElement | null} */ (document.querySelector(".lp-static"));

let shown = "",
  close = () => {};

/** Shows the view of the present address. */
async function show() {
  if (!host || !view) return;
  const { models } = /** @type {import("./at_address.js").Listed} */ (await jsonOf("assets/models.json")); // asked by the chooser too
  const model = modelAt(models, first, location.search),
    plane = new URLSearchParams(location.search).get("plane");
  const told = await jsonOf(fileOf(view, model, plane)).catch(() => jsonOf(fileOf(view, model, null)));
  const data = toldAt(/** @type {import("./at_address.js").Told} */ (told), location.search);
  const key = `${model} ${data.plane?.name} ${data.words.layer}`;
  if (key === shown) return;
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
  // later visits need no network
  navigator.serviceWorker?.register(new URL("offline.js", document.baseURI)).catch(console.warn);
}
