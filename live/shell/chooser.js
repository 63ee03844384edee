// @ts-check
// The model chooser: a data set, then a kind and its size, all as pictures. What there is comes from the server as
// JSON, with its words; a model is a link. Knows models' records; knows no view.

import { h } from "../parts/dom.js";
import { isLight } from "../parts/theme.js";
import { queryOfModel } from "./fitting.js";
import { isPlain } from "./navigation.js";
import { readSticky } from "./sticky.js";

/**
 * @typedef {import("./fitting.js").Model} Model
 * @typedef {{name: string, title: string, sentence: string}} Kind
 * @typedef {{models: Model[], shelves: {name: string, title: string}[], kinds: Kind[]}} Models
 */

const BEFORE_ASKED_MS = 2000;

/**
 * @param {HTMLElement} button @param {HTMLDialogElement} dialog
 * @param {{show: (query: string) => void, search: () => string}} page `show`: goes to a model; `search`: what of the
 *   present address may be kept
 */
export function modelChooser(button, dialog, page) {
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
  const [shelves, kinds, note] = [".lp-shelves", ".lp-kinds", ".lp-note"].map(part);
  const label = /** @type {HTMLElement} */ (button.querySelector(".lp-model-name"));
  let models = /** @type {Models} */ ({ models: [], shelves: [], kinds: [] }),
    shelf = "",
    announced = "",
    text = "";
  const present = () => {
    const id = new URLSearchParams(location.search).get("model") || announced;
    return models.models.find((model) => model.id === id);
  };
  const name = () => {
    const title = present()?.title;
    if (title) label.textContent = title;
  };

  async function load() {
    const { words } = readSticky(location.search);
    try {
      const answer = await fetch(`assets/models.json${words ? `?words=${words}` : ""}`);
      if (!answer.ok) throw new Error(answer.statusText);
      const next = await answer.text();
      note.textContent = "";
      if (next === text) return;
      text = next;
      models = JSON.parse(next);
      name();
      if (dialog.open) drawAtPresent();
    } catch {
      if (!text) note.textContent = note.dataset.problem ?? "";
    }
  }

  /** The list has come or changed: the hand stays at the model that is shown. */
  function drawAtPresent() {
    draw();
    focusPresent();
  }

  function focusPresent() {
    /** @type {HTMLElement | null} */ (
      kinds.querySelector("[aria-current]") ?? shelves.querySelector("button")
    )?.focus();
  }

  function draw() {
    const on = (/** @type {string} */ name) => models.models.filter((model) => model.shelf === name);
    const filled = models.shelves.filter((one) => on(one.name).length);
    if (!filled.some((one) => one.name === shelf)) shelf = present()?.shelf ?? filled[0]?.name ?? "";
    shelves.replaceChildren(
      ...filled.map((one) => shelfButton(one, exampleOf(on(one.name)), one.name === shelf, pick)),
    );
    kinds.replaceChildren(...tilesOf(on(shelf), models.kinds).map((one) => tile(one, link)));
  }
  const pick = (/** @type {string} */ chosen) => {
    shelf = chosen;
    draw();
    /** @type {HTMLElement | null} */ (shelves.querySelector("[aria-pressed=true]"))?.focus();
  };

  /** @param {Model} model @param {string} words @param {string} named ids of what names it */
  function link(model, words, named) {
    const query = queryOfModel(page.search(), present(), model);
    const onclick = (/** @type {MouseEvent} */ event) => {
      if (!isPlain(event)) return;
      event.preventDefault();
      dialog.close();
      if (model !== present()) page.show(query);
    };
    const current = model === present() ? { "aria-current": "true" } : {};
    return h(
      "a",
      { href: `./?${query}`, title: model.title, id: `lp-${model.id}`, "aria-labelledby": named, ...current, onclick },
      words,
    );
  }

  button.addEventListener("click", () => {
    shelf = present()?.shelf ?? shelf;
    draw();
    dialog.showModal();
    focusPresent();
    void load();
  });
  document.addEventListener("lp-theme", () => dialog.open && draw());
  document.addEventListener("lp-model", (event) => {
    const { id, title } = /** @type {CustomEvent<{id: string, title: string}>} */ (event).detail;
    announced = id;
    label.textContent = title;
  });
  const first = document.getElementById("lp-held"); // a first view, which says what the model is called, goes before
  if (first) document.addEventListener("lp-first", () => setTimeout(load, BEFORE_ASKED_MS), { once: true });
  else setTimeout(load, new URLSearchParams(location.search).has("model") ? 0 : BEFORE_ASKED_MS);
  return { moved: name };
}

/** @param {{name: string, title: string}} shelf @param {Model} example @param {boolean} on @param {(name: string) => void} pick */
function shelfButton(shelf, example, on, pick) {
  const picture = h("span", { class: "lp-crop" }, h("img", { src: example.manifold, alt: "", loading: "lazy" }));
  return h("button", { type: "button", "aria-pressed": on, onclick: () => pick(shelf.name) }, picture, shelf.title);
}

/** The model of a shelf whose picture says most of its data: a VAE with a grid. @param {Model[]} models @returns {Model} */
const exampleOf = (models) => models.find((model) => model.family === "vae") ?? models[0];

/**
 * What stands on a shelf: a tile for each kind with its sizes; a tile for each model where somebody gave it a name.
 * @param {Model[]} models @param {Kind[]} kinds @returns {{title: string, line: string, models: Model[]}[]}
 */
export function tilesOf(models, kinds) {
  if (models.some((model) => model.own || model.program || model.shelf === "series"))
    return models.map((model) => ({ title: model.title, line: lineOf(model), models: [model] }));
  return kinds
    .map(({ name, title, sentence }) => ({
      title,
      line: sentence,
      models: models.filter((model) => model.family === name),
    }))
    .filter((one) => one.models.length);
}

/** @param {{title: string, line: string, models: Model[]}} kind @param {(model: Model, words: string, named: string) => HTMLElement} link */
function tile({ title, line, models }, link) {
  const [typical] = models;
  const head = `lp-kind-${typical.id}`;
  const dark = !isLight(getComputedStyle(document.documentElement).backgroundColor);
  return h(
    "li",
    { class: "lp-kind" },
    h("img", {
      src: dark ? typical.codes.dark : typical.codes.light,
      alt: "",
      loading: "lazy",
      width: 200,
      height: 200,
    }),
    h("h3", { id: head }, title),
    h("p", {}, line),
    h("div", {}, ...models.map((model) => link(model, model.size, `${head} lp-${model.id}`))),
  );
}

/** @param {Model} model */
function lineOf(model) {
  return [model.dataTitle, model.own ? model.made : ""].filter(Boolean).join(" · ");
}
