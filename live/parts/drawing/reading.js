// @ts-check
// What a model takes a drawing for: the likeliest class by one that is told classes, else what most of the nearest test
// images are. Knows a model and frames; knows no pad.
import { likeliest, mostOf, sharesBy } from "../../engine/classes.js";
import { seeded } from "../../engine/random.js";
import { Frame } from "../frame.js";
import { inSlices } from "../slices.js";

const NEAREST = 10, // test images, as in the accuracy of NUMBERS.md
  SEED = 1;

/** @typedef {import("../../engine/model.js").Model} Model */

/**
 * @param {Model} model @param {Float32Array} x `[channels, height, width]` in [0, 1]
 * @returns {Promise<import("../../contract.js").Drawn>}
 */
export async function readingOf(model, x) {
  const [encoder] = await Promise.all([model.encoder(), model.loadLatents()]);
  const told = model.info.conditional ? await likeliestOf(model, encoder, x) : null;
  const z = encoder.encode(x, told).mu.slice();
  const labels = model.nearest(z, NEAREST).indices.map((index) => model.labels?.[index] ?? 0);
  return {
    read: model.info.classNames[told ?? mostOf(labels)] ?? "",
    picture: pictureOf(
      model,
      Uint8ClampedArray.from(x, (v) => 255 * v),
    ),
    copy: pictureOf(model, model.decode(z, told)),
  };
}

/** @param {Model} model @param {import("../../engine/model.js").Runner} encoder @param {Float32Array} x */
async function likeliestOf(model, encoder, x) {
  const shares = await inSlices(sharesBy(model, encoder, x, seeded(SEED)), () => false);
  return likeliest(shares ?? [])[0];
}

/** An image as a small file in text. @param {Model} model @param {ArrayLike<number>} levels */
function pictureOf(model, levels) {
  const frame = new Frame(model.info.image);
  frame.paint(levels);
  return frame.canvas.toDataURL();
}
