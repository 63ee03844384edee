// @ts-check
// A training in the page as whoever watches it sees it: its state, its pictures and its commands, as the app's server has
// them (ui/job_assets.py), so that one view shows both. Knows the Worker's other end and a store; knows no DOM.
import { thinned } from "../../trainer/film.js";
import { manifestsOf } from "../../trainer/networks.js";
import { makeRoom } from "../../trainer/shelf.js";
import { duration, t } from "../../words/words.js";
import { latentName } from "../dom.js";

/**
 * @typedef {import("../../trainer/plan.js").Finished} Finished
 * @typedef {import("../../trainer/plan.js").Report} Report
 * @typedef {import("../../trainer/plan.js").Kept} Kept
 * @typedef {import("../../trainer/plan.js").Pictures} Pictures
 * @typedef {import("./job_text.js").Job} Job
 * @typedef {import("../../contract.js").Command} Command
 * @typedef {import("../../trainer/plan.js").WorkerLike} WorkerLike
 * @typedef {object} Begin
 * @property {import("../../trainer/plan.js").Plan} plan
 * @property {import("../../trainer/plan.js").DataRecord} data
 * @property {import("../../trainer/plan.js").Images} images
 * @property {Finished | null} [from] what a reload goes on from
 * @property {number | null} [good] how many times the work of this plan *Good* would be
 * @typedef {{store: import("../../trainer/store.js").Store, makeWorker?: () => WorkerLike}} Means
 */

export const NOW = "now", // the key of the training that is on its way
  JOB = "job.json";
const MOST_RECENT = 300,
  EARLY = 4, // before a quarter of it nothing has collapsed: it has not begun
  SETTLED = 2, // seconds of steps after which their pace tells that of others
  DEAD = 0.01, // nats, as analysis/metrics/active_units.py has it
  /** @type {Record<string, string>} the weight that an objective has */
  WEIGHTS = { "beta-elbo": "beta", mmd: "mmd_weight", infovae: "mmd_weight" };

/** The key of a finished model. @param {string} id */
export const keyOf = (id) => `model ${id}`;

export class PageTraining {
  /** @param {Begin} begin @param {Means} means */
  constructor({ plan, data, images, from = null, good = null }, { store, makeWorker = startWorker }) {
    this.plan = plan;
    this.data = data;
    this.images = images;
    this.good = good;
    this.store = store;
    this.makeWorker = makeWorker;
    /** @type {import("../../trainer/plan.js").Moment[]} */
    this.film = from?.film ?? [];
    /** @type {Kept | null} */
    this.kept = from?.kept ?? null;
    this.pinned = new Set();
    /** @type {Job["status"]} */
    this.status = "running";
    this.reason = "";
    this.slow = this.unkept = false;
    this.version = this.ended = 0;
    /** @type {import("../../trainer/plan.js").Progress | null} */
    this.progress = null;
    /** @type {Pictures | null} */
    this.pictures = null;
    /** @type {(number | null)[][]} */
    this.recent = [];
    this.changes = plan.training.changes;
    /** @type {WorkerLike | null} */
    this.worker = null;
    this.writing = Promise.resolve();
    this.source = this.asSource();
    this.start();
  }

  /** From the last kept epoch, or from the start. */
  start() {
    this.status = "running";
    this.reason = "";
    this.recent = [];
    try {
      const worker = this.makeWorker();
      worker.onmessage = ({ data }) => this.receive(data);
      worker.onerror = (event) => this.end("failed", t("trainer.worker", { reason: event.message ?? "" }));
      worker.postMessage({ type: "start", plan: this.plan, images: this.images, kept: this.kept });
      this.worker = worker;
    } catch (error) {
      this.end("failed", t("trainer.worker", { reason: String(error) }));
    }
  }

  /** @param {Report} report */
  receive(report) {
    this.version++;
    if (report.type === "progress") this.hear(report);
    else if (report.type === "pictures") this.pictures = report;
    else if (report.type === "changed") this.changes = report.changes;
    else if (report.type === "kept") this.keep(report.kept);
    else if (report.type === "failed") this.fail(report);
    else if (report.type === "paused" || report.type === "resumed")
      this.status = report.type === "paused" ? "paused" : "running";
    else if (report.type === "done") void this.finish();
    else this.end("cancelled", t("trainer.cancelled"));
  }

  /** @param {import("../../trainer/plan.js").Progress} progress */
  hear(progress) {
    this.progress = progress;
    if (progress.recent) this.recent = [...this.recent, progress.recent].slice(-MOST_RECENT);
  }

  /** The end of an epoch: what a reload goes on from. @param {Kept} kept */
  keep(kept) {
    const [encoder, decoder] = kept.position.values;
    this.kept = kept;
    const before = this.film.filter(({ epoch }) => epoch < kept.epoch); // it may be told again after a reload
    this.film = thinned([...before, { epoch: kept.epoch, encoder, decoder, mu: kept.codes.mu }], this.pinned);
    this.write(NOW);
  }

  /** One after the other; a browser that keeps nothing is told once. @param {string} key */
  write(key) {
    const finished = this.finished();
    this.writing = this.writing
      .then(() => this.store.put(key, finished))
      .catch(() => {
        if (!this.unkept) this.version++;
        this.unkept = true;
      });
    return this.writing;
  }

  /** @returns {Finished | null} as far as it is kept */
  finished() {
    const { data, kept, film, images, ended } = this;
    return kept && { plan: kept.plan, data, kept, film, labels: images.testLabels, ...(ended && { ended }) };
  }

  async finish() {
    const key = keyOf(this.plan.run_id),
      finished = this.finished();
    this.ended = Date.now();
    if (finished) await makeRoom(this.store, keyOf(""), key, finished).catch(() => {});
    await this.write(key);
    await this.store.remove(NOW).catch(() => {});
    this.end("done", "");
  }

  /** @param {Extract<Report, {type: "failed"}>} report */
  fail({ code, detail }) {
    const { kept } = this;
    if (code === "layer") this.end("failed", t("trainer.layer", { layer: detail }));
    else if (code === "other") this.end("failed", t("trainer.other", { reason: detail }));
    else this.end("failed", t("trainer.not_finite", { step: Number(detail), epoch: kept?.epoch ?? 0 }));
  }

  /** @param {Job["status"]} status @param {string} reason */
  end(status, reason) {
    this.version++;
    this.status = status;
    this.reason = reason;
    this.close();
  }

  /** What a view asks of it, as of a server. @param {Command} message */
  command(message) {
    const { worker } = this;
    this.version++;
    if ("change" in message) worker?.postMessage({ type: "change", name: message.change, value: message.value });
    else if (message.command === "slow") {
      this.slow = !this.slow;
      worker?.postMessage({ type: "slow", slow: this.slow });
    } else if (message.command === "keep_epoch") this.pinned.add(this.progress?.epoch ?? 0);
    else if (message.command === "resume" && !worker) this.goOn();
    else if (isOrder(message.command)) worker?.postMessage({ type: message.command });
  }

  /** After a failure or a cancel: from what is kept, more slowly where its numbers ran away. */
  goOn() {
    const { kept } = this;
    if (this.status === "failed" && kept) {
      const { training } = kept.plan;
      const rate = training.changes.findLast(({ name }) => name === "learning_rate")?.value ?? training.learning_rate;
      const change = { step: kept.position.step, name: "learning_rate", value: rate / 2 };
      this.changes = [...training.changes, change];
      const plan = { ...kept.plan, training: { ...training, changes: this.changes } };
      this.kept = { ...kept, plan };
    }
    this.start();
  }

  /** The state as ui/job_assets.py describes it. @returns {Job} */
  job() {
    const { plan, data, progress, kept, status } = this,
      { model, training } = plan;
    const weight = WEIGHTS[training.objective];
    const setting = (/** @type {string} */ name, /** @type {number} */ first) =>
      this.changes.findLast((change) => change.name === name)?.value ?? first;
    const perEpoch = progress ? progress.steps / training.epochs : 1;
    return {
      since: String(this.version),
      status,
      reason: this.reason,
      resumable: status === "cancelled" || (status === "failed" && kept !== null),
      position: null,
      title: plan.title,
      epochs: training.epochs,
      slow: this.slow,
      class_names: data.class_names,
      image: model.image,
      latent_dim: model.latent_dim,
      conditional: plan.conditional,
      stochastic: model.stochastic,
      ...(progress && { epoch: progress.epoch, step: progress.step, steps: progress.steps }),
      images_per_second: progress?.rate ?? null,
      seconds_left: progress?.secondsLeft ?? null,
      learning_rate: setting("learning_rate", training.learning_rate),
      weight: weight
        ? {
            name: weight,
            value: setting(weight, weight === "beta" ? training.weights.beta : training.weights.mmd_weight),
          }
        : null,
      second: model.stochastic ? "kl" : "mmd",
      history: (kept?.history ?? []).map((row) => rowOf(row, model.stochastic)),
      recent: this.recent,
      kl: kept?.history.at(-1)?.test.kl ?? null,
      health: this.health(),
      notes: this.unkept ? [t("trainer.unkept")] : [],
      said: this.said(),
      kept: this.film.map(({ epoch }) => epoch),
      changes: this.changes.map(({ step, name, value }) => [step / perEpoch, name, value]),
      ...this.shown(),
    };
  }

  /** Which pictures there are, and what of the codes they show. @returns {Partial<Job>} */
  shown() {
    const { pictures } = this;
    if (!pictures) return { pictures: null, decoder: null, points: 0 };
    const dims = this.dims();
    return {
      dims,
      axes: dims.map(latentName),
      pictures: `pictures-${pictures.step}.bin`,
      decoder: `decoder-${pictures.step}.bin`,
      points: pictures.mu.length / this.plan.model.latent_dim,
    };
  }

  /** The two latents that carry most, or vary most. */
  dims() {
    const { latent_dim: latent } = this.plan.model;
    const all = Array.from({ length: latent }, (_, d) => d);
    const kl = this.kept?.history.at(-1)?.test.kl;
    const worth = kl ?? all;
    return latent <= 2
      ? all
      : [...all]
          .sort((a, b) => worth[b] - worth[a])
          .slice(0, 2)
          .sort((a, b) => a - b);
  }

  /** What looks wrong. */
  health() {
    const { kept, plan } = this;
    const isEarly = (kept?.epoch ?? 0) < plan.training.epochs / EARLY;
    const kl = isEarly ? [] : (kept?.history.at(-1)?.test.kl ?? []);
    const dead = kl.flatMap((nats, d) => (nats < DEAD ? [latentName(d)] : []));
    return dead.length ? [t("trainer.collapsed", { latents: dead.join(", "), count: dead.length })] : [];
  }

  /** Images a second, once they tell those of others; else null. */
  settledRate() {
    const { progress } = this;
    return progress?.rate && progress.seconds > SETTLED ? progress.rate : null;
  }

  /** What is measured: on images that it does not learn from, and how long more would take here. */
  said() {
    const last = this.kept?.history.at(-1),
      { good, data, plan } = this;
    const lines = [];
    if (last?.test.elbo)
      lines.push(t("trainer.elbo", { epoch: last.epoch, nats: last.test.elbo, count: data.test_count }));
    const rate = this.settledRate();
    if (good && rate) {
      const seconds = (good * plan.training.epochs * data.train_count) / rate;
      lines.push(t("trainer.good", { time: duration(seconds) }));
    }
    return lines;
  }

  /** @returns {import("../../engine/source.js").Source} */
  asSource() {
    const file = async (/** @type {string} */ name) => {
      const { pictures } = this;
      if (name.startsWith("pictures-") && pictures)
        return blockOf(pictures, this.images.testLabels, this.dims(), this.plan.model.latent_dim);
      if (name.startsWith("decoder-") && pictures) return pictures.decoder.slice().buffer;
      throw new Error(name);
    };
    return {
      json: async (name) => {
        const [path, query] = name.split("?");
        if (path !== JOB) return manifestsOf(this.plan.model, this.plan.conditional).decoder;
        const since = new URLSearchParams(query).get("since");
        return since === String(this.version) ? null : this.job();
      },
      bytes: file,
      socket: () => null,
      ask: null,
    };
  }

  close() {
    this.worker?.terminate();
    this.worker = null;
  }
}

/** @param {string} command @returns {command is "pause" | "resume" | "step" | "cancel"} */
function isOrder(command) {
  return ["pause", "resume", "step", "cancel"].includes(command);
}

/** @param {import("../../trainer/plan.js").EpochRecord} record @param {boolean} stochastic */
export function rowOf({ epoch, train, test }, stochastic) {
  const second = (/** @type {import("../../trainer/plan.js").Metrics} */ { kl, mmd }) =>
    stochastic && kl ? kl.reduce((sum, nats) => sum + nats, 0) : mmd;
  return [epoch, train.log_likelihood, test.log_likelihood, second(train), second(test)];
}

/** Places, labels and samples in one block, see ui/job_assets.py. @param {Pictures} pictures @param {Uint8Array} labels @param {number[]} dims @param {number} latent */
function blockOf({ mu, samples }, labels, dims, latent) {
  const points = mu.length / latent;
  const block = new Uint8Array(9 * points + samples.length),
    places = new Float32Array(block.buffer, 0, 2 * points);
  for (let i = 0; i < points; i++)
    for (const [k, d] of dims.entries()) {
      const at = mu[i * latent + d];
      places[2 * i + k] = Number.isFinite(at) ? at : 0;
    }
  block.set(labels.subarray(0, points), 8 * points);
  block.set(samples, 9 * points);
  return block.buffer;
}

/** @returns {WorkerLike} */
export function startWorker() {
  const address = new URL("../../trainer/worker.js", import.meta.url);
  // a page that is one file has its worker as one script, see exports/bundle.py
  const worker = new Worker(address, { type: String(address).startsWith("blob:") ? "classic" : "module" });
  return /** @type {WorkerLike} */ (/** @type {unknown} */ (worker));
}
