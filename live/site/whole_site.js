// @ts-check
// What a whole site shows and one file can't: bells, the claims of published programs, the film of a training. Knows the
// site's files; knows no DOM.
import { atAddress, FOLDER, layered, modelIn, namedIn, wordsAt } from "./at_address.js";

/**
 * @typedef {import("./at_address.js").Asked} Asked
 * @typedef {import("./at_address.js").Files} Files
 * @typedef {import("../contract.js").ClaimsData} ClaimsData
 * @typedef {import("../contract.js").FilmData} FilmData
 */

/** What other ways to compare are told, by their views. */
export const MORE = { nat: ofBells, claims: ofClaims };

/** @param {Asked} asked @returns {Promise<import("../contract.js").ModelData>} */
async function ofBells({ site, view, query, files }) {
  const { first, fits } = site.views[view];
  const told = await modelIn(namedIn(fits ?? site.models, first, query.get("model")), null, files);
  return { ...told, plane: null, names: { by: view, model: told.model.id } };
}

/** @param {Asked} asked @returns {Promise<ClaimsData>} */
async function ofClaims({ view, query, files, layer }) {
  const told = /** @type {Pick<ClaimsData, "claims" | "images" | "palette">} */ (
    await files.json(layered("claims", layer))
  );
  return { ...told, view, state: {}, names: { by: view }, words: wordsAt(`?${query}`) };
}

/** The film of a training that came with the site; null where the address names none. @param {import("./at_address.js").Site} site @param {string} search @param {Files} files @returns {Promise<FilmData | null>} */
export async function filmAt({ views }, search, files) {
  const { film } = views,
    model = new URLSearchParams(search).get("model") ?? "";
  if (!film?.fits?.includes(model)) return null;
  const [told, kept] = await Promise.all([
    modelIn(model, null, files),
    /** @type {Promise<Pick<FilmData, "epochs" | "history" | "second">>} */ (files.json(`${FOLDER}film-${model}.json`)),
  ]);
  return atAddress({ ...told, ...kept, view: "film", names: { model } }, film.keeps, search);
}
