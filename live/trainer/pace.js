// @ts-check
// How fast this computer trains: a few batches of a plan on grey noise, in a Worker that ends with them; and what a whole
// training will take by it. Knows the Worker's messages; knows no DOM.
import { seeded } from "../engine/random.js";

/**
 * @typedef {import("./plan.js").WorkerLike} WorkerLike
 * @typedef {{rate: number, work: number}} Pace images a second, and multiplications an image of the network that was timed
 */

const IMAGES = 256,
  EPOCHS = 100_000, // it is ended long before
  BESIDE = 1.15, // what is shown and kept meanwhile takes time too
  MEASURED = 1 / 3, // of a step's time: a test image goes forward only
  MOST_MS = 10_000;

/**
 * Images a second; null where it can't be told. @param {() => WorkerLike} makeWorker
 * @param {import("./plan.js").Plan} plan @param {{warm?: number, long?: number}} [seconds] of steps: until the engine is
 *   compiled, and of the measurement
 * @returns {Promise<number | null>}
 */
export function paceOf(makeWorker, plan, { warm = 0.3, long = 0.5 } = {}) {
  return new Promise((resolve) => {
    /** @type {WorkerLike} */
    let worker;
    const end = (/** @type {number | null} */ rate) => {
      clearTimeout(timer);
      worker?.postMessage({ type: "cancel" });
      worker?.terminate();
      resolve(rate);
    };
    const timer = setTimeout(() => end(null), MOST_MS);
    /** @type {import("./plan.js").Progress | null} */
    let first = null;
    try {
      worker = makeWorker();
    } catch {
      end(null);
      return;
    }
    worker.onerror = () => end(null);
    worker.onmessage = ({ data: report }) => {
      if (report.type === "failed") end(null);
      if (report.type !== "progress" || report.seconds < warm) return;
      first ??= report;
      const steps = report.step - first.step,
        seconds = report.seconds - first.seconds;
      if (seconds >= long) end((steps * Math.min(plan.training.batch_size, IMAGES)) / seconds);
    };
    worker.postMessage({ type: "start", plan: endless(plan), images: noisy(plan.model.image), kept: null });
  });
}

/** Seconds as far as an estimate knows them: to 1, 5, 30 or 60. @param {number} seconds */
export function roughly(seconds) {
  const step = seconds < 10 ? 1 : seconds < 60 ? 5 : seconds < 600 ? 30 : 60;
  return Math.max(1, step * Math.round(seconds / step));
}

/** Seconds that a training will take. @param {Pace} pace @param {{work: number, epochs: number, train: number, test: number}} training */
export function secondsOf({ rate, work: timed }, { work, epochs, train, test }) {
  return (BESIDE * epochs * (train + MEASURED * test) * work) / (rate * timed);
}

/** @param {import("./plan.js").Plan} plan */
function endless(plan) {
  return { ...plan, training: { ...plan.training, epochs: EPOCHS } };
}

/** @param {number[]} image @returns {import("./plan.js").Images} */
function noisy(image) {
  const uniform = seeded(1),
    size = image.reduce((a, b) => a * b, 1);
  const levels = (/** @type {number} */ count) => Uint8Array.from({ length: count * size }, () => 255 * uniform());
  return {
    image,
    train: levels(IMAGES),
    trainLabels: new Uint8Array(IMAGES),
    test: levels(1),
    testLabels: new Uint8Array(1),
  };
}
