// @ts-check
// A model and its optimiser: one step after another, and what must be kept to go on from there. Knows no data set.
import { adam, clip, noMoments } from "./adam.js";
import { Trainee } from "./trainee.js";

/**
 * @typedef {{clipNorm: number, optimizerEps: number}} Care
 * @typedef {{x: Float32Array, labels: ArrayLike<number>, eps: Float32Array, prior: Float32Array, count: number}} Batch
 * @typedef {{step: number, values: Float32Array[], moments: import("./adam.js").Moments[]}} Position
 */

export class Learner {
  /** @param {{encoder: import("./trainee.js").Part, decoder: import("./trainee.js").Part}} parts @param {number} rows @param {Care} care */
  constructor(parts, rows, care) {
    this.trainee = new Trainee(parts, rows);
    this.care = care;
    this.moments = this.trainee.parts.map(({ values }) => noMoments(values.length));
    this.step = 0;
  }

  /** @param {import("./trainee.js").Rule} rule @param {Batch} batch @param {number} rate @returns {import("./objectives.js").Terms} before the step */
  learn(rule, { x, labels, eps, prior, count }, rate) {
    const { trainee, care, moments } = this;
    const terms = trainee.learn(rule, x, labels, eps, prior, count);
    clip(
      trainee.parts.map(({ gradients }) => gradients),
      care.clipNorm,
    );
    this.step++;
    for (const [i, { values, gradients }] of trainee.parts.entries())
      adam(values, gradients, moments[i], this.step, rate, care.optimizerEps);
    return terms;
  }

  /** A copy. @returns {Position} */
  position() {
    return {
      step: this.step,
      values: this.trainee.parts.map(({ values }) => values.slice()),
      moments: this.moments.map(({ m, v }) => ({ m: m.slice(), v: v.slice() })),
    };
  }

  /** @param {Position} position */
  goTo({ step, values, moments }) {
    this.step = step;
    for (const [i, part] of this.trainee.parts.entries()) {
      part.values.set(values[i]);
      this.moments[i].m.set(moments[i].m);
      this.moments[i].v.set(moments[i].v);
    }
  }
}
