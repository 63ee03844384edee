// @ts-check
// A model that was trained in the page as the views are told it: what exports/told.py writes of the models that came with
// the site. Pure; knows no file and no DOM.

import { ownQuantiles } from "../engine/nearness.js";
import { planeAlong } from "../engine/plane.js";
import { spanOf } from "../maps/axes.js";
import { placesOf } from "../maps/model_map.js";
import { latentName } from "../parts/dom.js";
import { rowOf } from "../parts/training/page_training.js";
import { sourceOf } from "../trainer/checkpoint.js";

/**
 * @typedef {import("../contract.js").ModelData} ModelData
 * @typedef {import("../contract.js").LearnSet} LearnSet
 * @typedef {import("../trainer/plan.js").Finished} Finished
 * @typedef {{data: ModelData, planes: Record<string, ModelData["plane"]>, source: import("../engine/source.js").Source}} OwnModel
 */

const DEAD = 0.01; // nats, as analysis/metrics/active_units.py has it

/** @param {Finished} finished @param {ModelData} like what a model of the site is told, of which the page's own parts are the same @param {Pick<LearnSet, "things" | "rows">} set what its images are @returns {OwnModel} */
export function ownModel(finished, like, set) {
  const { plan, data, kept } = finished,
    { model, training } = plan;
  const { latent_dim: latent } = model,
    { mu } = kept.codes,
    kl = kept.history.at(-1)?.test.kl ?? null;
  const plane = planeOf(mu, latent, kl);
  const codeOf = (/** @type {number} */ i) => Array.from(mu.subarray(i * latent, (i + 1) * latent));
  const other = Math.max(
    0,
    finished.labels.findIndex((label) => label !== finished.labels[0]),
  );
  return {
    source: sourceOf(finished),
    planes: { "": plane },
    data: {
      ...like,
      figure: null,
      code: "",
      thumbs: null,
      plane,
      things: set.things,
      trained: data.train_count,
      start: { point: 0, label: finished.labels[0] ?? 0, z: codeOf(0), a: codeOf(0), b: codeOf(other), walk: null },
      model: {
        id: plan.run_id,
        base: `own/${plan.run_id}/`,
        title: plan.title,
        conditional: plan.conditional,
        stochastic: model.stochastic,
        latentDim: latent,
        image: model.image,
        classNames: data.class_names,
        count: data.test_count,
        kl,
        dead: (kl ?? []).flatMap((nats, d) => (nats < DEAD ? [d] : [])),
        nearness: ownQuantiles(mu, latent),
        likelihood: { name: training.weights.likelihood, pixelStd: training.weights.pixel_std },
        kind: data.kind,
        rows: set.rows,
        directions: null,
        prior: null,
        objective: training.objective,
        draft: false,
        rounded: false,
      },
    },
  };
}

/** What its film is told besides. @param {Finished} finished */
export function filmOf({ plan, kept, film }) {
  const { stochastic } = plan.model;
  return {
    epochs: film.map(({ epoch }) => epoch),
    history: kept.history.map((row) => rowOf(row, stochastic).map((value) => value ?? NaN)),
    second: /** @type {"kl" | "mmd"} */ (stochastic ? "kl" : "mmd"),
  };
}

/** The plane of the two latents that carry most. @param {Float32Array} mu @param {number} latent @param {number[] | null} kl @returns {import("../engine/plane.js").PlaneInfo} */
function planeOf(mu, latent, kl) {
  const all = Array.from({ length: latent }, (_, d) => d);
  const dims = [...all]
    .sort((a, b) => (kl ? kl[b] - kl[a] : 0))
    .slice(0, 2)
    .sort((a, b) => a - b);
  const plane = planeAlong(latent, dims);
  const [across, up] = dims;
  const named = {
    ...plane,
    name: dims.map((d) => d + 1).join("-"),
    xTitle: latentName(across),
    yTitle: up === undefined ? "" : latentName(up),
  };
  return { ...named, ...spanOf(placesOf(named, mu)) };
}
