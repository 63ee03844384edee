// @ts-check
// The codes of a dial's steps as they come over, and what they are between two steps: each code on the straight line
// from where it is at the one to where it is at the other. Knows numbers; knows no model and no DOM.
import { float16ToFloat32 } from "../network.js";

/**
 * @typedef {object} Shape what the file of a series must hold
 * @property {number} steps @property {number} images @property {number} latentDim
 * @property {boolean} widths whether the posteriors' log variances are in it
 * @property {boolean} labelled
 * @typedef {object} Series
 * @property {Float32Array[]} mu a step: `[images, latent]`
 * @property {Float32Array[] | null} logVar
 * @property {Uint8Array | null} labels `[images]`
 */

/** The series in a file's bytes; throws an Error with a sentence for one of another length. @param {ArrayBuffer} buffer @param {Shape} shape @param {string} damaged the sentence @returns {Series} */
export function readSeries(buffer, { steps, images, latentDim, widths, labelled }, damaged) {
  const size = images * latentDim,
    block = 2 * steps * size;
  const numbers = block * (widths ? 2 : 1);
  if (buffer.byteLength !== numbers + (labelled ? images : 0)) throw new Error(damaged);
  const read = (/** @type {number} */ offset) =>
    Array.from({ length: steps }, (_, step) =>
      float16ToFloat32(new Uint16Array(buffer.slice(offset + 2 * step * size, offset + 2 * (step + 1) * size))),
    );
  return {
    mu: read(0),
    logVar: widths ? read(block) : null,
    labels: labelled ? new Uint8Array(buffer, numbers, images) : null,
  };
}

/** The places of the steps whose numbers are all numbers. @param {Series | null} series @param {{distortion: number | null, kl: (number | null)[]}[]} steps */
export function soundSteps(series, steps) {
  const isSound = (/** @type {Float32Array | undefined} */ codes) => codes?.every(Number.isFinite) ?? true;
  return steps.flatMap(({ distortion, kl }, k) => {
    const isMeasured = [distortion, ...kl].every(Number.isFinite);
    return isMeasured && isSound(series?.mu[k]) && isSound(series?.logVar?.[k]) ? [k] : [];
  });
}

/**
 * Numbers on their way between two steps, written into `into`; at a step they are that step's own.
 * @param {Float32Array[]} steps @param {import("./axis.js").Between} place @param {Float32Array} into
 */
export function glide(steps, { below, above, share }, into) {
  const from = steps[below],
    to = steps[above];
  if (share === 0) into.set(from);
  else for (let i = 0; i < into.length; i++) into[i] = from[i] + share * (to[i] - from[i]);
  return into;
}

/** The numbers of one image between two steps, `[latent]`. @param {Float32Array[]} steps @param {import("./axis.js").Between} place @param {number} image @param {number} latentDim */
export function ofImage(steps, place, image, latentDim) {
  const own = steps.map((codes) => codes.subarray(image * latentDim, (image + 1) * latentDim));
  return glide(own, place, new Float32Array(latentDim));
}

/** The image whose place is nearest to a point of the map; -1 without any. @param {Float32Array} places `[images, 2]` @param {number} x @param {number} y */
export function nearestPlace(places, x, y) {
  let least = Infinity,
    nearest = -1;
  for (let i = 0; i < places.length / 2; i++) {
    const square = (places[2 * i] - x) ** 2 + (places[2 * i + 1] - y) ** 2;
    if (square < least) {
      least = square;
      nearest = i;
    }
  }
  return nearest;
}
