// A pane of a small model, for tests of the views' states; needs no page.
import { planeAlong } from "../../live/engine/plane.js";

/** @param {object} changes `info`, `state` and `start` are merged, the rest replaces */
export function paneOf({
  info = {},
  state = {},
  start = {},
  mu = [0, 0, 1, 1, 2, 2, 3, 3],
  labels = [0, 1, 2, 1],
} = {}) {
  const about = {
    latentDim: 2,
    classNames: ["zero", "one", "two"],
    conditional: false,
    count: 4,
    kl: null,
    dead: [],
    ...info,
  };
  const model = {
    info: about,
    ready: true,
    mu: Float32Array.from(mu),
    labels: labels && Uint8Array.from(labels),
    muOf: (index) => model.mu.slice(index * about.latentDim, (index + 1) * about.latentDim),
    conditionOf: (index) => (about.conditional && model.labels ? model.labels[index] : null),
  };
  const data = { start: { point: 0, label: 1, z: [0.5, -0.5], a: [-1, 0], b: [1, 0], ...start } };
  return { model, data, state, plane: planeOf(about.latentDim) };
}

/** The plane of the first two latents. */
export const planeOf = (latentDim = 2) => planeAlong(latentDim, [0, 1]);

/** Numbers as a test writes them, without the last digits of float32. */
export const rounded = (values, digits = 4) => Array.from(values, (value) => Number(value.toFixed(digits)) + 0);
