// @ts-check
// What is said of a training, from its state as the server describes it (ui/job_assets.py). Pure; knows no element.
import { duration, t } from "../../words/words.js";

/**
 * @typedef {"queued" | "running" | "paused" | "done" | "failed" | "cancelled" | "interrupted"} Status
 * @typedef {object} Job what is optional is there once it has begun
 * @property {string} since
 * @property {Status} status
 * @property {string} reason
 * @property {boolean} [resumable]
 * @property {number | null} position how many trainings come first
 * @property {string} title
 * @property {number} epochs
 * @property {boolean} slow
 * @property {string[]} class_names
 * @property {number[]} image
 * @property {number} latent_dim
 * @property {boolean} conditional
 * @property {boolean} stochastic whether its encoder is
 * @property {boolean} [numbers] whether the numbers of an image can be asked for; not of a training in the page
 * @property {string} [phase]
 * @property {number} [epoch] epochs done
 * @property {number} [step] @property {number} [steps]
 * @property {number | null} [images_per_second] @property {number | null} [seconds_left]
 * @property {number} [learning_rate]
 * @property {{name: string, value: number} | null} [weight]
 * @property {"kl" | "mmd"} [second]
 * @property {boolean} [round] whether its prior is N(0, I), which has rings; a learnt one moves
 * @property {(number | null)[][]} [history] @property {(number | null)[][]} [recent]
 * @property {(number | null)[] | null} [kl]
 * @property {string[]} [health] @property {string[]} [notes]
 * @property {string[]} [said] what is measured meanwhile, where the page itself trains
 * @property {number[]} [kept]
 * @property {[number, string, number][]} [changes]
 * @property {number[]} [dims] the latents that the map shows
 * @property {string | null} [decoder] the weights that belong to the pictures
 * @property {string[]} [axes] @property {string | null} [pictures] @property {number} [points]
 */

/** @type {Record<Status, string>} */
const STATUS = {
  queued: "train.status.queued",
  running: "train.status.running",
  paused: "train.status.paused",
  done: "train.status.done",
  failed: "train.status.failed",
  cancelled: "train.status.cancelled",
  interrupted: "train.status.interrupted",
};
/** @type {Partial<Record<Status, string>>} */
const EMPTY = {
  queued: "train.empty.queued",
  done: "train.empty.done",
  failed: "train.empty.ended",
  cancelled: "train.empty.ended",
};
/** @type {Record<string, {name: string, halve: string, double: string}>} */
export const SETTINGS = {
  learning_rate: { name: "knob.rate", halve: "knob.rate.halve", double: "knob.rate.double" },
  beta: { name: "knob.beta", halve: "knob.beta.halve", double: "knob.beta.double" },
  mmd_weight: { name: "knob.lambda", halve: "knob.lambda.halve", double: "knob.lambda.double" },
};

/** Whether it goes on no more by itself. @param {{status: Status} | null} job */
export function hasEnded(job) {
  return job !== null && ["done", "failed", "cancelled"].includes(job.status);
}

/** Whether it can be gone on with; without word from the server, a failed one can. @param {Job} job */
export function canResume({ status, resumable }) {
  return hasEnded({ status }) && (resumable ?? status === "failed");
}

/** Where it is: its epoch and what it does. @param {Job} job */
export function statusOf(job) {
  const measuring = job.phase === "finishing" && job.status === "running";
  const starting = job.status === "running" && job.epoch === undefined; // nothing is seen of it yet
  const what = t(measuring ? "train.status.measuring" : starting ? "train.status.starting" : STATUS[job.status]);
  if (hasEnded(job) || job.status === "queued") return t("train.title", { title: job.title, what });
  if (job.epoch === undefined) return what;
  return t("train.epoch", { epoch: Math.min(job.epoch + 1, job.epochs), epochs: job.epochs, what });
}

/** The line under it: who comes first, the step and the pace, or why it has ended. @param {Job} job */
export function sentenceOf(job) {
  if (job.status === "queued" && job.position) return t("train.first", { count: job.position });
  if (hasEnded(job) || job.status === "interrupted") return withMinus(job.reason);
  if (job.step === undefined || !job.steps) return "";
  const { step, steps, images_per_second: rate = null, seconds_left: left = null } = job;
  const values = { step, steps };
  if (job.status === "paused" || rate === null) return t("train.step", values);
  if (left === null || job.phase === "finishing") return t("train.pace", { ...values, rate });
  return t("train.pace.left", { ...values, rate, left: duration(Math.ceil(left)) });
}

/** What stands where the map will be. @param {Job} job */
export function emptyOf({ status }) {
  return t(EMPTY[status] ?? "train.empty.running");
}

/** The answer to keeping an epoch: it is kept, or will be. @param {Job} job @param {number | null} epoch that was asked for */
export function keptText({ kept = [] }, epoch) {
  if (epoch === null) return "";
  return t(kept.includes(epoch) ? "train.kept" : "train.keeping", { epoch });
}

/**
 * What looks wrong: while it trains it may still change, at its end it is a finding. What was done about a trouble
 * stays as it is. @param {Job} job @returns {{text: string, firm: boolean}[]}
 */
export function findingsOf(job) {
  const notes = (job.notes ?? []).map(withMinus),
    health = (job.health ?? []).map(withMinus),
    firm = hasEnded(job);
  return [
    ...notes.map((text) => ({ text, firm: true })),
    ...health.map((text) => ({ text: firm ? text : t("train.may_change", { text }), firm })),
  ];
}

/** A sentence of the server's with a minus before its numbers; a run's name keeps its hyphens. @param {string} text */
function withMinus(text) {
  return text.replace(/(?<!\S)(\(?)-(?=\d)/g, "$1−");
}

/** A setting's value with two digits that count. @param {number} value */
export function twoDigits(value) {
  return Number(value.toPrecision(2));
}
