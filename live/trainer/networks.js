// @ts-check
// From a model's record to its two networks with their first weights, as models/networks.py builds them: those of a fully
// connected network. Pure; knows no objective.
import { UnknownLayer } from "./layers.js";
import { firstValues } from "./part.js";

/** @typedef {import("../engine/network.js").LayerRecord} LayerRecord @typedef {import("../engine/network.js").Manifest} Manifest */

const MAX_LOG_VAR = 2, // as models/latent_model.py bounds it
  LEAKY = 0.1;

/** Throws UnknownLayer for another network. @param {import("./plan.js").ModelRecord} model @param {boolean} conditional @returns {{encoder: Manifest, decoder: Manifest}} */
export function manifestsOf(model, conditional) {
  if (model.network !== "mlp") throw new UnknownLayer(model.network);
  const { image, latent_dim: latent, stochastic, widths, class_count: count } = model;
  const pixels = image.reduce((a, b) => a * b, 1),
    classes = conditional ? count : 0,
    outputs = latent * (stochastic ? 2 : 1);
  /** @type {LayerRecord[]} */
  const join = classes ? [{ op: "join_condition", classes }] : [];
  const encoder = [
    { op: "reshape", shape: [pixels] },
    ...join,
    ...dense([pixels + classes, ...widths, outputs], model),
  ];
  const back = [...widths].reverse();
  const decoder = [...join, ...dense([latent + classes, ...back, pixels], model), { op: "reshape", shape: image }];
  const about = { latent_dim: latent, stochastic, max_log_var: MAX_LOG_VAR, classes, image };
  return {
    encoder: { part: "encoder", inputs: pixels, ...numbered(encoder), ...about, dtype: "float32" },
    decoder: { part: "decoder", inputs: latent, ...numbered(decoder), ...about, dtype: "float32" },
  };
}

/** Both networks before anything is learnt. @param {{encoder: Manifest, decoder: Manifest}} manifests @param {() => number} uniform */
export function firstParts({ encoder, decoder }, uniform) {
  return {
    encoder: { manifest: encoder, values: firstValues(encoder, uniform) },
    decoder: { manifest: decoder, values: firstValues(decoder, uniform) },
  };
}

/** Linear maps with an activation between. @param {number[]} sizes @param {import("./plan.js").ModelRecord} model @returns {LayerRecord[]} */
function dense(sizes, { activation }) {
  const slope = activation === "leaky_relu" ? LEAKY : 0;
  return sizes.slice(1).flatMap((outputs, i) => {
    const linear = { op: "linear", inputs: sizes[i], outputs };
    return i < sizes.length - 2 ? [linear, { op: activation, slope }] : [linear];
  });
}

/** Where each layer's numbers lie. @param {LayerRecord[]} layers @returns {{layers: LayerRecord[], count: number}} */
function numbered(layers) {
  let count = 0;
  const records = layers.map((layer) => {
    const { op, inputs = 0, outputs = 0 } = layer;
    if (op !== "linear") return layer;
    const weight = { offset: count, shape: [outputs, inputs] },
      bias = { offset: count + inputs * outputs, shape: [outputs] };
    count += inputs * outputs + outputs;
    return { ...layer, weight, bias };
  });
  return { layers: records, count };
}
