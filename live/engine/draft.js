// @ts-check
// A model's draft, which a slow line brings first: its decoder in few bits, and where the test codes are, in half
// precision; written by live/draft.py. Knows the layout of both files; knows no model and no element of the page.
import { float16ToFloat32, parsePart } from "./network.js";

/** @typedef {import("./network.js").Manifest} Manifest */

/**
 * The decoder of a draft, which has its numbers as int8; throws a sentence where the file is damaged.
 * @param {Manifest} manifest of the decoder as it is @param {ArrayBuffer} weights
 * @returns {{part: import("./network.js").Part, weights: ArrayBuffer}}
 */
export function parseDraft(manifest, weights) {
  return { part: parsePart({ ...manifest, dtype: "int8" }, weights), weights };
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
