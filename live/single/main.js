// @ts-check
// What is one HTML file: a model, several side by side, a dial, a series or a lesson. What Streamlit and the server do in
// the app, from what came with the page; its places are steps of one address. Knows the page's elements; knows no view.
import { inlineSource } from "../engine/source.js";
import { saveSteps } from "../shell/navigation.js";
import { readSticky } from "../shell/sticky.js";
import { explainTerms } from "../shell/terms.js";
import { themeButton } from "../shell/theme.js";
import { dataAt, SITE } from "../site/at_address.js";
import { shower } from "../site/shower.js";
import { placeAt, withinFile } from "./at_address.js";

/** @param {string} selector */
const part = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

/** Shows what a file holds. @param {Record<string, string>} files by name */
export async function open(files) {
  const words = part(".lp-words"),
    title = part("h1").textContent ?? "";
  const sourceOf = (/** @type {string} */ base) => inlineSource(files, title, base);
  const { json } = sourceOf("");
  const site = /** @type {import("./at_address.js").Inside} */ (await json(SITE));
  if (!location.search && site.opens) history.replaceState(null, "", site.opens);
  const trains = site.views.film ? (await import("./train.js")).trainInside(site, { json, sourceOf }, go) : null;
  const { show } = shower(
    part(".lp-static"),
    async (search) => {
      const place = placeAt(site, search),
        isTrain = place === "train" && trains;
      trains?.at(place);
      const data = isTrain
        ? await trains.tell(search)
        : await dataAt(site, place, search, { json, sourceOf, own: trains?.own });
      return { ...data, names: { view: place, ...("names" in data ? data.names : {}) } };
    },
    (message) => trains?.command(message),
  );
  let follow = () => {};

  /** To another address of the file. @param {string} query */
  function go(query) {
    steps.step(query);
    void show();
  }

  /** The address has changed. */
  function moved() {
    words.setAttribute("aria-pressed", String("words" in readSticky(location.search)));
    for (const link of document.querySelectorAll(".lp-places a")) mark(link);
    follow();
  }

  /** @param {Element} link */
  function mark(link) {
    const isHere = placeAt(site, withinFile(site, link.getAttribute("href") ?? "")) === placeAt(site, location.search);
    if (isHere) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }

  const steps = saveSteps(window, moved);
  words.addEventListener("click", () => {
    steps.set("words", "words" in readSticky(location.search) ? "" : "field");
    void show();
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="./"]') : null;
    if (!link) return;
    event.preventDefault();
    const target = withinFile(site, link.getAttribute("href") ?? "");
    if (target) go(target);
  });
  addEventListener("popstate", () => void show());
  explainTerms(document, window);
  themeButton(/** @type {HTMLButtonElement} */ (part(".lp-theme")));
  await show();
  if (site.lesson) {
    const { followInside } = await import("./lesson.js");
    follow = followInside(site, part(".lp-lesson"), steps, () => void show());
  }
  moved();
}
