// @ts-check
// The static site: what the server does in the app, from files beside the page. A model, a plane, a way to compare or
// another layer of words is another view of the same place. Knows the site's files; knows no view.
import { fileSource } from "../engine/source.js";
import { h } from "../parts/dom.js";
import "../shell/main.js";
import { isPlain, placed } from "../shell/navigation.js";
import { t } from "../words/words.js";
import { dataAt, ofModel, SITE, wordsAt } from "./at_address.js";
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

/** @type {Promise<import("./at_address.js").Site> | null} */
let asked = null;
const siteOf = () => {
  asked ??= /** @type {Promise<import("./at_address.js").Site>} */ (jsonOf(SITE));
  return asked;
};

if (host) {
  const place = placeOf(host);
  const { show, close } = shower(host, place.tell, place.command);
  addEventListener("popstate", () => void show());
  addEventListener("pagehide", close);
  void show();
}

/** What this place tells its view, and what it does for it. @param {HTMLElement} host */
function placeOf(host) {
  /** @type {Promise<import("./training.js").Training> | null} */
  let trains = null;
  const training = async () => {
    trains ??= import("./training.js").then(({ Training }) => new Training({ ...files, bytes: bytesOf, like, go }));
    return trains;
  };
  const go = (/** @type {string} */ query) => {
    history.pushState({}, "", new URL(query, location.origin + location.pathname));
    dispatchEvent(new PopStateEvent("popstate"));
  };
  const own = async (/** @type {string} */ id) => (id ? (await training()).model(id) : null);
  if (place !== "train") {
    const tell = async (/** @type {string} */ search) => dataAt(await siteOf(), place, search, { ...files, own });
    return { tell, command: () => {} };
  }
  const tell = async (/** @type {string} */ search) => {
    const [{ waysOn }, here] = [await import("./training.js"), await training()];
    const data = await here.shown(search, wordsAt(search));
    const ways = h("div", { class: "lp-ways-on" }, ...(await waysOn(here, search)));
    host.parentElement?.querySelector(".lp-ways-on")?.remove();
    host.before(ways);
    return data;
  };
  const command = async (/** @type {unknown} */ message) =>
    (await training()).command(/** @type {import("../contract.js").Command} */ (message));
  return { tell, command };
}

/** What the first model of the site is told, of which a model that was trained here has the page's own parts. */
async function like() {
  const [first] = (await siteOf()).models;
  const { data } = /** @type {{data: import("../contract.js").ModelData}} */ (await jsonOf(ofModel(first)));
  return data;
}

/** @param {string} name */
async function bytesOf(name) {
  const answer = await fetch(new URL(name, document.baseURI));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.arrayBuffer();
}
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="./"]') : null;
  if (link instanceof HTMLAnchorElement && isPlain(event)) link.href = placed(link.getAttribute("href") ?? "");
});
// later visits need no network
navigator.serviceWorker?.register(new URL("offline.js", document.baseURI)).catch(console.warn);
