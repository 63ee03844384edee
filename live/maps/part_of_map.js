// @ts-check
// Which part of a map is seen: as the link names it, or as it was in the model before, so that two models can be compared.
// A part is `[x, y, half]`: its centre and half of its side, in units of the latents. Knows a pane; knows no view.
import { parseNumbers } from "../engine/state_text.js";

let last = { model: "", latentDim: 0, plane: "", view: /** @type {number[] | null} */ (null) };

/** The part that a link names, or null. @param {Record<string, string>} state */
export function zoomOf(state) {
  const named = parseNumbers(state.zoom, 3);
  return named && named[2] > 0 ? [...named] : null;
}

/** @param {number[]} view */
export function zoomText(view) {
  return view.map((value) => String(Number(value.toPrecision(4)))).join(",");
}

/** Where a map opens; null for the whole of it. @param {import("../pane.js").Pane} pane */
export function openingView({ state, model, plane }) {
  const { id, latentDim } = model.info;
  const isAlike = last.model !== id && last.latentDim === latentDim && last.plane === plane.name;
  return zoomOf(state) ?? (isAlike ? last.view : null);
}

/** A map is left: the next one of as many latents opens there. @param {import("../pane.js").Pane} pane @param {import("./latent_map.js").LatentMap} map */
export function remember({ model, plane }, map) {
  const { id, latentDim } = model.info;
  last = { model: id, latentDim, plane: plane.name, view: map.view() };
}
