// @ts-check
// A test image to begin with. Knows a model and its thumbnails; knows no pad.

/** @typedef {{index: number, x: Float32Array, real: boolean, name: string}} Example a test image, or the model's copy of it */

/** Needs the model's latents and its thumbs. @param {import("../../pane.js").Pane} pane @param {number} index @returns {Example} */
export function exampleOf({ thumbs }, index) {
  return { index, x: thumbs.observation(index), real: thumbs.real, name: thumbs.called(index) };
}
