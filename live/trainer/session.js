// @ts-check
// One training in memory: its steps in order, what it measures after each epoch, and what it can go on from. The same seed
// is the same training, also across a stop at the end of an epoch. Knows plans and images; knows no Worker and no clock.
import { kernelMeans, mmdOf } from "../engine/comparing/kernel_means.js";
import { greyLevels } from "../engine/network.js";
import { noise, seeded } from "../engine/random.js";
import { Learner } from "./learner.js";
import { firstParts, manifestsOf } from "./networks.js";
import { klOf, likelihoodOf } from "./objectives.js";
import { learningRate } from "./schedule.js";

/**
 * @typedef {import("./plan.js").Plan} Plan
 * @typedef {import("./plan.js").Images} Images
 * @typedef {import("./plan.js").Kept} Kept
 * @typedef {import("./plan.js").Metrics} Metrics
 * @typedef {import("./objectives.js").Terms} Terms
 */

const SAMPLES = 16,
  SAMPLE_SEED = 7,
  TEST_SEED = 11,
  EPOCHS_APART = 1_000_003, // between the seeds of two trainings, as training/loop.py has it
  MMD_CODES = 1000,
  SEEN = 1000; // test images on the moving map: more would cost more than the steps between

export class NotFinite extends Error {}

export class Session {
  /** Throws UnknownLayer for a network that can't be trained here. @param {Plan} plan @param {Images} images @param {Kept | null} kept to go on from */
  constructor(plan, images, kept = null) {
    const { training, model } = plan;
    this.plan = plan;
    this.images = images;
    this.pixels = images.image.reduce((a, b) => a * b, 1);
    const manifests = manifestsOf(model, plan.conditional);
    const parts = firstParts(manifests, seeded(training.seed));
    this.manifests = manifests;
    this.count = images.train.length / this.pixels;
    this.batch = Math.min(training.batch_size, this.count);
    const rows = Math.max(this.batch, SAMPLES);
    this.learner = new Learner(parts, rows, { clipNorm: training.clip_norm, optimizerEps: training.optimizer_eps });
    this.perEpoch = Math.max(1, Math.floor(this.count / this.batch));
    this.steps = this.perEpoch * training.epochs;
    this.x = new Float32Array(rows * this.pixels);
    this.labels = new Uint8Array(rows);
    this.epoch = kept?.epoch ?? 0;
    this.history = kept ? [...kept.history] : [];
    this.changes = kept ? [...kept.plan.training.changes] : [];
    if (kept) this.learner.goTo(kept.position);
    this.order = new Uint32Array(0);
    this.uniform = Math.random;
    /** @type {Terms[]} of the running epoch */
    this.terms = [];
    this.beginEpoch();
  }

  get step() {
    return this.learner.step;
  }

  get done() {
    return this.epoch >= this.plan.training.epochs;
  }

  /** A setting in force now: the last change of it. @param {string} name @param {number} otherwise */
  setting(name, otherwise) {
    return this.changes.findLast((change) => change.name === name)?.value ?? otherwise;
  }

  /** From the next step on. @param {string} name @param {number} value */
  change(name, value) {
    this.changes.push({ step: this.step, name, value });
  }

  beginEpoch() {
    const { seed } = this.plan.training;
    this.uniform = seeded(seed * EPOCHS_APART + this.epoch + 1);
    this.order = shuffled(this.count, this.uniform);
    this.terms = [];
  }

  /** What is maximised now. @returns {import("./trainee.js").Rule} */
  rule() {
    const { objective, weights } = this.plan.training;
    return {
      objective,
      weights: {
        beta: this.setting("beta", weights.beta),
        mmdWeight: this.setting("mmd_weight", weights.mmd_weight),
        alpha: weights.alpha,
        bandwidth: weights.bandwidth,
      },
      likelihood: { name: weights.likelihood, pixelStd: weights.pixel_std },
    };
  }

  /** The learning rate of the step that comes after `steps`. @param {number} steps */
  rateAt(steps) {
    const { training } = this.plan;
    const highest = this.setting("learning_rate", training.learning_rate);
    return learningRate({ learningRate: highest, warmup: training.warmup }, steps / this.steps);
  }

  /** One step; true at the end of an epoch, before it is measured. Throws NotFinite. */
  advance() {
    const { learner, batch, perEpoch, uniform } = this,
      { latent } = learner.trainee;
    this.fill(this.images.train, this.images.trainLabels, batch, (i) => this.order[(this.step % perEpoch) * batch + i]);
    const size = batch * latent;
    const given = { x: this.x.subarray(0, batch * this.pixels), labels: this.labels, count: batch };
    const terms = learner.learn(
      this.rule(),
      { ...given, eps: noise(size, uniform), prior: noise(size, uniform) },
      this.rateAt(this.step + 1),
    );
    if (!Number.isFinite(terms.objective)) throw new NotFinite(String(this.step));
    this.terms.push(terms);
    return this.step % perEpoch === 0;
  }

  /** Some images as a batch. @param {Uint8Array} levels @param {Uint8Array} labels @param {number} count @param {(i: number) => number} which */
  fill(levels, labels, count, which) {
    const { x, pixels } = this;
    for (let i = 0; i < count; i++) {
      const image = which(i);
      for (let p = 0, from = image * pixels, to = i * pixels; p < pixels; p++) x[to++] = levels[from++] / 255;
      this.labels[i] = labels[image] ?? 0;
    }
  }

  /** Ends the epoch: measures the test images, and is what can be gone on from. @param {number} seconds of training so far @returns {Kept} */
  endEpoch(seconds) {
    const { codes, metrics } = this.measure(),
      { training } = this.plan;
    const before = this.history.reduce((sum, row) => sum + row.seconds, 0);
    const train = meansOf(this.terms);
    this.epoch++;
    this.history.push({
      epoch: this.epoch,
      seconds: Math.max(0, seconds - before),
      learning_rate: this.rateAt(this.step),
      beta: this.setting("beta", training.weights.beta),
      loss: -train.objective,
      train: metricsOf(train.logLikelihood, train.kl, null),
      test: metrics,
    });
    this.beginEpoch();
    return this.kept(seconds, codes);
  }

  /** What can be gone on from, between two epochs. @param {number} seconds of training so far @param {import("./plan.js").Codes} [codes] @returns {Kept} */
  kept(seconds, codes = this.measure().codes) {
    const { plan, epoch, history, changes, learner } = this;
    const training = { ...plan.training, changes: [...changes] };
    return { plan: { ...plan, training }, epoch, seconds, history: [...history], position: learner.position(), codes };
  }

  /** The test images as the model sees them, and its means over them: always with the same noise. Throws NotFinite. */
  measure() {
    const { trainee } = this.learner,
      { latent, stochastic, maxLogVar } = trainee;
    const count = this.images.test.length / this.pixels,
      uniform = seeded(TEST_SEED);
    const mu = new Float32Array(count * latent),
      logVar = stochastic ? new Float32Array(count * latent) : null,
      kl = new Array(latent).fill(0);
    let logLikelihood = 0;
    this.inBatches(count, (start, size, x) => {
      const { coded, logits } = trainee.pass(x, this.labels, noise(size * latent, uniform), size);
      const nats = likelihoodOf(this.rule().likelihood, x, logits, size, 1, trainee.byLogits);
      logLikelihood += (nats * size) / count;
      const price = stochastic ? klOf(coded, latent, size, maxLogVar) : [];
      for (const [d, nats] of price.entries()) kl[d] += (nats * size) / count;
      split(coded, trainee, size, mu, logVar, start);
    });
    if (!Number.isFinite(logLikelihood)) throw new NotFinite(String(this.step));
    const metrics = metricsOf(logLikelihood, stochastic ? kl : null, stochastic ? null : mmdOfCodes(mu, latent));
    return { codes: { mu, logVar }, metrics };
  }

  /** The first test images, a batch after the other. @param {number} count @param {(start: number, size: number, x: Float32Array) => void} see */
  inBatches(count, see) {
    const { test, testLabels } = this.images;
    for (let start = 0; start < count; start += this.batch) {
      const size = Math.min(this.batch, count - start);
      this.fill(test, testLabels, size, (i) => start + i);
      see(start, size, this.x.subarray(0, size * this.pixels));
    }
  }

  /** What can be seen now. @returns {import("./plan.js").Pictures} */
  pictures() {
    const { trainee } = this.learner;
    const count = Math.min(SEEN, this.images.test.length / this.pixels),
      mu = new Float32Array(count * trainee.latent);
    this.inBatches(count, (start, size, x) => {
      const coded = trainee.encoder.forward(x, size, trainee.told(this.labels, size));
      split(coded, trainee, size, mu, null, start);
    });
    return { step: this.step, mu, samples: this.samples(), decoder: trainee.decoder.values.slice() };
  }

  /** Grey levels of the same draws from the prior, of the classes in turn. */
  samples() {
    const { trainee } = this.learner;
    const z = noise(SAMPLES * trainee.latent, seeded(SAMPLE_SEED));
    const labels = Array.from({ length: SAMPLES }, (_, i) => i % Math.max(1, trainee.classes));
    const levels = new Uint8Array(SAMPLES * this.pixels);
    greyLevels(trainee.decoder.forward(z, SAMPLES, trainee.told(labels, SAMPLES)).subarray(0, levels.length), levels);
    return levels;
  }
}

/** 0 to count - 1 in a random order (Fisher and Yates). @param {number} count @param {() => number} uniform */
function shuffled(count, uniform) {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Means and log variances of a batch to their places. @param {Float32Array} coded @param {import("./trainee.js").Trainee} trainee @param {number} count @param {Float32Array} mu @param {Float32Array | null} logVar @param {number} start */
function split(coded, { latent, stochastic, maxLogVar }, count, mu, logVar, start) {
  const outputs = stochastic ? 2 * latent : latent;
  for (let row = 0; row < count; row++)
    for (let d = 0; d < latent; d++) {
      const to = (start + row) * latent + d;
      mu[to] = coded[row * outputs + d];
      if (logVar) logVar[to] = Math.min(coded[row * outputs + latent + d], maxLogVar);
    }
}

/** Means over steps. @param {Terms[]} terms @returns {Terms} */
export function meansOf(terms) {
  const mean = (/** @type {(of: Terms) => number} */ of) => terms.reduce((sum, one) => sum + of(one), 0) / terms.length;
  const [first] = terms;
  return {
    objective: mean((one) => one.objective),
    logLikelihood: mean((one) => one.logLikelihood),
    kl: first.kl?.map((_, d) => mean((one) => one.kl?.[d] ?? 0)) ?? null,
    mmd: first.mmd === null ? null : mean((one) => one.mmd ?? 0),
  };
}

/** @param {number} logLikelihood @param {number[] | null} kl @param {number | null} mmd @returns {Metrics} */
function metricsOf(logLikelihood, kl, mmd) {
  const elbo = kl && logLikelihood - kl.reduce((sum, nats) => sum + nats, 0);
  return { log_likelihood: logLikelihood, elbo, kl, mmd };
}

/** To N(0, I). @param {Float32Array} mu @param {number} latent */
function mmdOfCodes(mu, latent) {
  const means = kernelMeans(mu.subarray(0, MMD_CODES * latent), latent, "two-dim");
  for (;;) {
    const { done, value } = means.next();
    if (done) return mmdOf(value);
  }
}
