// @ts-check
// Codes for new pictures: from the prior, or from the normal distribution around the codes of a class.
// Pure arithmetic; knows no DOM.
import { drawFrom, normalOfClass } from "./normal.js";
import { drawPrior } from "./prior.js";
import { seeded } from "./random.js";

/**
 * Codes, the same for the same seed.
 * @param {number} count @param {number} seed @param {import("./prior.js").Owner} owner of the prior
 * @param {{mu: ArrayLike<number>, labels: ArrayLike<number>, label: number} | null} [around] codes of a class, null for the prior
 * @param {number | null} [told] the class that the decoder is told, which may have a prior of its own
 * @returns {Float32Array[]}
 */
export function sampleCodes(count, seed, owner, around = null, told = null) {
  const uniform = seeded(seed);
  const normal = around && normalOfClass(around.mu, around.labels, around.label, owner.latentDim);
  return Array.from({ length: count }, () => (normal ? drawFrom(normal, uniform) : drawPrior(owner, told, uniform)));
}

/**
 * Codes for models of different sizes that begin alike: each sample of a smaller model is the beginning of the same one of
 * the largest. A model whose prior is learnt draws from it. @param {number} count @param {number} seed
 * @param {import("./prior.js").Owner[]} owners @returns {Float32Array[][]} of each model
 */
export function nestedCodes(count, seed, owners) {
  const latentDim = Math.max(...owners.map((owner) => owner.latentDim));
  const whole = sampleCodes(count, seed, { latentDim, prior: null });
  return owners.map((owner) =>
    owner.prior ? sampleCodes(count, seed, owner) : whole.map((code) => code.subarray(0, owner.latentDim)),
  );
}
