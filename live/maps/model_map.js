// @ts-check
// A pane's map: the codes of its test set in its plane. Knows a model and a map; knows no view.
import { toPlane } from "../engine/plane.js";
import { ringsOf } from "../engine/prior.js";
import { LatentMap } from "./latent_map.js";

/**
 * The map; `filled` resolves when the points are there and Plotly has taken over, or can't.
 * @param {import("../pane.js").Pane} pane @param {string} label for a screen reader
 * @param {Pick<import("./latent_map.js").Options, "onmove" | "onleave" | "onselect" | "view" | "onview" | "plain">} hands
 */
export function mapOf({ data, model, plane, palette, source, fail }, label, hands) {
  const map = new LatentMap({
    label,
    palette,
    classNames: model.info.classNames,
    titles: [plane.xTitle, plane.yTitle],
    span: { centre: plane.centre, half: plane.half },
    rings: ringsOf(model.info, plane.dims),
    ...hands,
  });
  const { figure } = data;
  const filled = model.loadLatents().then(async () => {
    if (map.closed) return;
    map.setPoints(placesOf(plane, model.mu), model.labels, true);
    if (figure) await map.upgrade(data.plotly, source.json(figure)).catch(console.warn); // the canvas goes on
  });
  filled.catch(fail);
  return Object.assign(map, { filled });
}

/** Where codes fall, `[points, 2]`. @param {import("../engine/plane.js").PlaneInfo} plane @param {Float32Array} mu `[points, latent]` */
export function placesOf(plane, mu) {
  const latentDim = plane.mean.length,
    count = mu.length / latentDim;
  const places = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) places.set(toPlane(plane, mu.subarray(i * latentDim, (i + 1) * latentDim)), 2 * i);
  return places;
}
