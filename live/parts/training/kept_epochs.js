// @ts-check
// The kept epochs of a training, each fetched once: the model with that epoch's decoder, and where its codes lay.
// Knows a pane; knows no element.
import { float16ToFloat32, parsePart } from "../../engine/network.js";
import { placesOf } from "../../maps/model_map.js";

/**
 * @typedef {{model: import("../../engine/model.js").Model, places: Float32Array, mu: Float32Array}} Kept `mu`: means of
 *   the test set, `[images latent]`; `places`: where they fall in the plane
 */

export class KeptEpochs {
  /** @param {Pick<import("../../pane.js").Pane, "model" | "plane" | "source">} pane */
  constructor({ model, plane, source }) {
    this.model = model;
    this.plane = plane;
    this.source = source;
    /** @type {Map<number, Promise<Kept>>} */
    this.loaded = new Map();
  }

  /** @param {number} epoch @returns {Promise<Kept>} */
  load(epoch) {
    let kept = this.loaded.get(epoch);
    if (!kept) {
      kept = this.fetch(epoch);
      kept.catch(() => this.loaded.delete(epoch)); // to be asked for again
      this.loaded.set(epoch, kept);
    }
    return kept;
  }

  /** @param {number} epoch @returns {Promise<Kept>} */
  async fetch(epoch) {
    const parts = ["decoder", "mu"].map((what) => this.source.bytes(`epoch-${epoch}-${what}.bin`));
    const [weights, mu] = await Promise.all(parts);
    const means = this.model.info.rounded ? float16ToFloat32(new Uint16Array(mu)) : new Float32Array(mu);
    return { model: this.model.withDecoder(weights), places: placesOf(this.plane, means), mu: means };
  }

  /** Both networks of an epoch. @param {number} epoch */
  async parts(epoch) {
    const [{ model }, { manifest }, weights] = await Promise.all([
      this.load(epoch),
      this.model.encoderPart(),
      this.source.bytes(`epoch-${epoch}-encoder.bin`),
    ]);
    return { encoder: parsePart(manifest, weights), decoder: model.decoder };
  }
}
