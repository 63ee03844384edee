// @ts-check
// A model's draft, which a slow line brings first: its decoder in few bits, and where the test codes are, in half
// precision; written by live/draft.py. Knows the layout of both files; knows no model and no element of the page.
import { float16ToFloat32, parsePart } from "./network.js";

/** @typedef {import("./network.js").Manifest} Manifest */

/**
 * The decoder of a draft: a signed byte a number, then a step a row; throws a sentence where the file is damaged.
 * @param {Manifest} manifest of the decoder as it is @param {ArrayBuffer} buffer
 * @returns {{part: import("./network.js").Part, weights: ArrayBuffer}} in float32
 */
export function parseDraft(manifest, buffer) {
  const { count, layers } = manifest;
  const tensors = layers.flatMap(({ weight, bias }) => [weight, bias].filter((record) => record !== undefined));
  const rows = tensors.reduce((sum, { shape }) => sum + shape[0], 0);
  if (buffer.byteLength !== count + 4 * rows) {
    throw new Error(`The decoder's draft is damaged: ${buffer.byteLength} bytes came, ${count + 4 * rows} expected.`);
  }
  const numbers = new Int8Array(buffer, 0, count),
    steps = new Float32Array(buffer.slice(count)),
    values = new Float32Array(count);
  let row = 0;
  for (const { offset, shape } of tensors) {
    const width = shape.slice(1).reduce((product, size) => product * size, 1);
    for (let k = 0; k < shape[0]; k++, row++)
      for (let at = offset + k * width, end = at + width; at < end; at++) values[at] = numbers[at] * steps[row];
  }
  const weights = values.buffer;
  return { part: parsePart({ ...manifest, dtype: "float32" }, weights), weights };
}

/**
 * Means and labels of a draft. @param {ArrayBuffer} buffer @param {{count: number, latentDim: number, classNames: string[]}} info
 * @returns {{mu: Float32Array, labels: Uint8Array | null}}
 */
export function parseDraftCodes(buffer, { count, latentDim, classNames }) {
  const size = count * latentDim,
    labelled = classNames.length > 0;
  if (buffer.byteLength !== 2 * size + (labelled ? count : 0))
    throw new Error("The draft of the test codes is damaged. Reload the page.");
  return {
    mu: float16ToFloat32(new Uint16Array(buffer, 0, size)),
    labels: labelled ? new Uint8Array(buffer, 2 * size, count) : null,
  };
}
