// @ts-check
// The static site: what the server does in the app, from files beside the page. A model, a plane, a way to compare or
// another layer of words is another view of the same place. Knows the site's files; knows no view.
import { fileSource } from "../engine/source.js";
import "../shell/main.js";
import { isPlain, placed } from "../shell/navigation.js";
import { t } from "../words/words.js";
import { dataAt, ofModel, SITE } from "./at_address.js";
import { shower } from "./shower.js";

const script = /** @type {HTMLScriptElement | null} */ (document.querySelector("script[data-place]"));
const place = script?.dataset.place ?? "",
  host = /** @type {HTMLElement | null} */ (document.querySelector(".lp-static .lv-host"));
const files = { json: jsonOf, sourceOf: (/** @type {string} */ base) => fileSource(base, t("pane.files")) };

/** @param {string} name */
async function fetched(name) {
  const answer = await fetch(new URL(name, document.baseURI));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer;
}

/** @param {string} name @returns {Promise<unknown>} */
async function jsonOf(name) {
  return (await fetched(name)).json();
}

/** What a function gives, asked for once. @template T @param {() => Promise<T>} ask */
function once(ask) {
  /** @type {Promise<T> | null} */
  let asked = null;
  return () => {
    asked ??= ask();
    return asked;
  };
}

const siteOf = once(async () => /** @type {import("./at_address.js").Site} */ (await jsonOf(SITE)));
/** What is trained in the page, and was: fetched with the first question for it. */
const trainingOf = once(async () => {
  const { Training } = await import("./training.js");
  const bytes = async (/** @type {string} */ name) => (await fetched(name)).arrayBuffer();
  const { filmAt } = await import("./whole_site.js");
  const film = async (/** @type {string} */ search) => filmAt(await siteOf(), search, files);
  return new Training({ json: jsonOf, bytes, like, film, go });
});

/** What the first model of the site is told: a model that was trained here has the page's own parts from it. */
async function like() {
  const [first] = (await siteOf()).models;
  return /** @type {{data: import("../contract.js").ModelData}} */ (await jsonOf(ofModel(first))).data;
}

/** To another address of this place. @param {string} query */
function go(query) {
  history.pushState({}, "", new URL(query, location.origin + location.pathname));
  dispatchEvent(new PopStateEvent("popstate"));
}

/** What this place tells its view, and what the view may ask of it. @param {HTMLElement} host */
async function placeOf(host) {
  if (place === "train") {
    const { trainPlace } = await import("./train_place.js");
    return trainPlace(host, await trainingOf());
  }
  const own = async (/** @type {string} */ id) => (id ? (await trainingOf()).model(id) : null);
  const more = place === "compare" ? (await import("./whole_site.js")).MORE : {};
  const tell = async (/** @type {string} */ search) => dataAt(await siteOf(), place, search, { ...files, own }, more);
  return { tell, command: () => {} };
}

if (host) {
  const here = placeOf(host);
  const { show, close } = shower(
    host,
    async (search) => (await here).tell(search),
    async (message) => (await here).command(message),
  );
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
