// @ts-check
// A sheet of images to learn from, as exports/learning.py packs it: training images, their labels, test images, theirs, a
// byte a pixel and a byte a label, in gzip. Knows bytes only.

/**
 * @typedef {object} SheetInfo
 * @property {string} name of the data set
 * @property {string} title
 * @property {string} file
 * @property {number[]} image channels, height, width
 * @property {import("./plan.js").DataRecord} record what a checkpoint remembers of it
 */

/** Throws where the sheet is not as it is described. @param {ArrayBuffer} packed @param {SheetInfo} info @returns {Promise<import("./plan.js").Images>} */
export async function imagesOf(packed, { image, record }) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const size = image.reduce((a, b) => a * b, 1),
    { train_count: train, test_count: test } = record;
  if (bytes.length !== (train + test) * (size + 1)) throw new Error("The sheet of images is damaged. Reload the page.");
  const ends = [train * size, train, test * size, test].map((_, i, lengths) =>
    lengths.slice(0, i + 1).reduce((a, b) => a + b),
  );
  const part = (/** @type {number} */ i) => bytes.subarray(i ? ends[i - 1] : 0, ends[i]);
  return { image, train: part(0), trainLabels: part(1), test: part(2), testLabels: part(3) };
}
