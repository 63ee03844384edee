// @ts-check
// Train in one HTML file: the film of its model, and a training on drawings that are made in it. Knows the file's contents
// and the page's title; knows no view.
import { ofModel } from "../site/at_address.js";
import { trainPlace } from "../site/train_place.js";
import { Training } from "../site/training.js";
import { filmAt } from "../site/whole_site.js";

/**
 * @typedef {import("./at_address.js").Inside} Inside
 * @typedef {import("../site/at_address.js").Files} Files
 * @typedef {import("../contract.js").ModelData} ModelData
 */

/** @param {Inside} site @param {Files} files @param {(query: string) => void} go to another address of the file */
export function trainInside(site, files, go) {
  const title = /** @type {HTMLElement} */ (document.querySelector("h1")),
    ofFile = title.textContent;
  const host = /** @type {HTMLElement} */ (document.querySelector(".lp-static .lv-host"));
  const film = (/** @type {string} */ search) => filmAt(site, search, files);
  // a model that was trained here has a name of its own
  document.addEventListener("lp-model", (event) => {
    const { id, title: shown } = /** @type {CustomEvent<{id: string, title: string}>} */ (event).detail;
    if (!site.models.includes(id)) title.textContent = shown;
  });
  const training = new Training({
    json: files.json,
    bytes: async (name) => Promise.reject(new Error(name)),
    like: async () => /** @type {{data: ModelData}} */ (await files.json(ofModel(site.models[0]))).data,
    film,
    go: (query) => go(inTrain(query)),
  });
  const place = site.views.learn ? trainPlace(host, training) : null;

  /** The film of the file's model, where it can't train. @param {string} search */
  async function looked(search) {
    const query = { ...Object.fromEntries(new URLSearchParams(search)), model: site.views.film.first };
    const found = await film(`?${new URLSearchParams(query)}`);
    if (!found) throw new Error(search);
    return found;
  }

  return {
    /** A place of the file is shown. @param {string} shown */
    at(shown) {
      title.textContent = ofFile;
      if (place) place.ways.hidden = shown !== "train";
    },
    tell: place?.tell ?? looked,
    command: place?.command ?? (() => {}),
    own: async (/** @type {string} */ id) => (place && id ? training.model(id) : null),
  };
}

/** An address of the form as one of the file. @param {string} query */
function inTrain(query) {
  return `?${new URLSearchParams([["view", "train"], ...new URLSearchParams(query)])}`;
}
