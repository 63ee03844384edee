// @ts-check
// An encoder or a decoder that can be trained: its layers in steps, its weights and their gradients in one array each, in
// the order in which the engine reads them. Knows no objective and no optimiser.
import { makeStep, sizeOf } from "./layers.js";

/**
 * @typedef {import("../engine/network.js").Manifest} Manifest
 * @typedef {import("../engine/network.js").AnyLayer} AnyLayer
 * @typedef {{manifest: Manifest, values: Float32Array, gradients: Float32Array,
 *   forward: (x: Float32Array, count: number, y: Float32Array) => Float32Array,
 *   backward: (g: Float32Array, count: number, wanted?: boolean) => Float32Array}} Trainable what it returns is
 *   overwritten by the next call; `backward` is of the last batch that went forward
 */

const NOTHING = new Float32Array(0);

/**
 * Throws UnknownLayer where it lacks one. @param {Manifest} manifest @param {Float32Array} values @param {number} rows examples in a batch, at most
 * @returns {Trainable}
 */
export function trainable(manifest, values, rows) {
  const gradients = new Float32Array(values.length);
  let shape = manifest.part === "encoder" ? manifest.image : [manifest.inputs];
  const steps = manifest.layers.map((record) => {
    const layer = /** @type {AnyLayer} */ (record);
    const place = { layer, shape, rows, values: tensorsOf(layer, values), gradients: tensorsOf(layer, gradients) };
    const step = makeStep(place);
    shape = step.shape;
    return step;
  });
  return {
    manifest,
    values,
    gradients,
    forward: (x, count, y) => steps.reduce((out, step) => step.forward(out, count, y), x),
    backward(g, count, wanted = true) {
      for (let i = steps.length - 1; i >= 0; i--) g = steps[i].backward(g, count, wanted || i > 0);
      return g;
    },
  };
}

/** @param {AnyLayer} layer @param {Float32Array} all */
function tensorsOf({ weight, bias }, all) {
  const tensor = (/** @type {AnyLayer["weight"] | undefined} */ record) =>
    record ? all.subarray(record.offset, record.offset + sizeOf(record.shape)) : NOTHING;
  return { weight: tensor(weight), bias: tensor(bias) };
}

/**
 * Weights as torch begins: uniform within 1 / sqrt(inputs of a unit), biases alike.
 * @param {Manifest} manifest @param {() => number} uniform in [0, 1)
 */
export function firstValues({ layers, count }, uniform) {
  const values = new Float32Array(count);
  for (const record of layers) {
    const layer = /** @type {AnyLayer} */ (record);
    if (!layer.weight) continue;
    const { weight, bias } = tensorsOf(layer, values);
    const bound = 1 / Math.sqrt(sizeOf(layer.weight.shape.slice(1)));
    for (const tensor of [weight, bias])
      for (let i = 0; i < tensor.length; i++) tensor[i] = bound * (2 * uniform() - 1);
  }
  return values;
}
