// @ts-check
// A model that is one file: what Streamlit and the server do in the app, from what came with the page. Its views are
// steps of one address. Knows the page's elements; knows no view.
import { inlineSource } from "../engine/source.js";
import { mount } from "../main.js";
import { saveSteps } from "../shell/navigation.js";
import { readSticky } from "../shell/sticky.js";
import { explainTerms } from "../shell/terms.js";
import { themeButton } from "../shell/theme.js";
import { dataAt, viewAt, withinFile } from "./at_address.js";

/** @param {string} selector */
const part = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

/** Shows what a file holds. @param {Record<string, string>} files @param {import("./at_address.js").Told} told */
export function open(files, told) {
  const host = part(".lp-static"),
    words = part(".lp-words");
  const source = inlineSource(files, told.data.model.title);
  let shown = "";

  function show() {
    const data = { ...dataAt(told, location.search), source };
    const key = `${data.view} ${data.plane?.name} ${data.words.layer}`;
    words.setAttribute("aria-pressed", String(data.words.layer === "field"));
    for (const link of document.querySelectorAll(".lp-places a")) mark(link, data.view);
    if (key === shown) return;
    shown = key;
    mount({ data, parentElement: host, setStateValue: () => {}, setTriggerValue: () => {} });
  }

  /** @param {Element} link @param {string} view */
  function mark(link, view) {
    const isHere = viewAt(told, withinFile(told, link.getAttribute("href") ?? "")) === view;
    if (isHere) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }

  const steps = saveSteps(window, show);
  words.addEventListener("click", () => steps.set("words", "words" in readSticky(location.search) ? "" : "field"));
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="./"]') : null;
    if (!link) return;
    event.preventDefault();
    const target = withinFile(told, link.getAttribute("href") ?? "");
    if (target) steps.step(target);
  });
  addEventListener("popstate", show);
  explainTerms(document, window);
  themeButton(/** @type {HTMLButtonElement} */ (part(".lp-theme")));
  show();
}
