// @ts-check
// The model that learns: one batch forward, its terms, and the gradients of minus the objective. Knows both networks and
// the objectives; knows no data set, no optimiser and no time.
import { gradientOfCodes, klOf, likelihoodOf, mmdOf, OBJECTIVES } from "./objectives.js";
import { trainable } from "./part.js";

/**
 * @typedef {import("./part.js").Trainable} Trainable
 * @typedef {import("./objectives.js").Terms} Terms
 * @typedef {object} Rule what is maximised
 * @property {string} objective a row of OBJECTIVES
 * @property {import("./objectives.js").Weights} weights
 * @property {import("../engine/likelihood.js").Likelihood} likelihood
 * @typedef {{manifest: import("./part.js").Manifest, values: Float32Array}} Part
 */

export class Trainee {
  /** Throws UnknownLayer where a layer of theirs can't be trained. @param {{encoder: Part, decoder: Part}} parts @param {number} rows examples in a batch, at most */
  constructor({ encoder, decoder }, rows) {
    this.encoder = trainable(encoder.manifest, encoder.values, rows);
    this.decoder = trainable(decoder.manifest, decoder.values, rows);
    const { latent_dim: latent, stochastic, max_log_var: maxLogVar, classes, image } = encoder.manifest;
    this.latent = latent;
    this.stochastic = stochastic;
    this.maxLogVar = maxLogVar;
    this.classes = classes;
    this.pixels = image.reduce((a, b) => a * b, 1);
    this.z = new Float32Array(rows * latent);
    this.byZ = new Float32Array(rows * latent);
    this.byCode = new Float32Array(rows * latent * 2);
    this.byLogits = new Float32Array(rows * this.pixels);
    this.labels = new Float32Array(rows * classes);
  }

  get parts() {
    return [this.encoder, this.decoder];
  }

  /** One-hot rows. @param {ArrayLike<number>} labels @param {number} count */
  told(labels, count) {
    this.labels.fill(0);
    if (this.classes) for (let row = 0; row < count; row++) this.labels[row * this.classes + labels[row]] = 1;
    return this.labels;
  }

  /**
   * A batch through both networks; what it gives is overwritten by the next one.
   * @param {Float32Array} x `[count, pixels]` @param {ArrayLike<number>} labels @param {Float32Array} eps `[count, latent]`
   * @param {number} count
   */
  pass(x, labels, eps, count) {
    const y = this.told(labels, count),
      { latent, stochastic, maxLogVar, z } = this;
    const coded = this.encoder.forward(x, count, y);
    for (let row = 0, i = 0; row < count; row++)
      for (let d = 0; d < latent; d++, i++)
        z[i] = stochastic
          ? coded[2 * row * latent + d] +
            Math.exp(0.5 * Math.min(coded[(2 * row + 1) * latent + d], maxLogVar)) * eps[i]
          : coded[i];
    return { coded, z: z.subarray(0, count * latent), logits: this.decoder.forward(z, count, y) };
  }

  /**
   * The terms of a batch, and the gradients, which lie in its parts.
   * @param {Rule} rule @param {Float32Array} x @param {ArrayLike<number>} labels @param {Float32Array} eps
   * @param {Float32Array} prior as many draws from the prior as there are examples @param {number} count
   * @returns {Terms}
   */
  learn({ objective, weights, likelihood }, x, labels, eps, prior, count) {
    const counts = OBJECTIVES[objective](weights),
      { latent, stochastic, maxLogVar, byZ } = this;
    const { coded, z, logits } = this.pass(x, labels, eps, count);
    const logLikelihood = likelihoodOf(likelihood, x, logits, count, counts.likelihood, this.byLogits);
    const back = this.decoder.backward(this.byLogits, count);
    for (let i = 0; i < z.length; i++) byZ[i] = back[i];
    const mmd = counts.mmd ? mmdOf(z, prior, latent, weights.bandwidth, counts.mmd, byZ) : null;
    const kl = stochastic ? klOf(coded, latent, count, maxLogVar) : null;
    if (stochastic) gradientOfCodes({ coded, eps, count }, byZ, counts, latent, maxLogVar, this.byCode);
    this.encoder.backward(stochastic ? this.byCode : byZ, count, false);
    const price = kl ? kl.reduce((sum, nats) => sum + nats, 0) : 0;
    const total = counts.likelihood * logLikelihood - counts.kl * price - counts.mmd * (mmd ?? 0);
    return { objective: total, logLikelihood, kl, mmd };
  }
}
