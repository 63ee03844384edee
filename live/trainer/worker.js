// @ts-check
// Trains beside the page, a few steps at a time, and hears what the page says between them. Knows a session, a port and
// the time; knows no DOM. `page_training.js` is the other end; `plan.d.ts` is what they say to each other.
import { UnknownLayer } from "./layers.js";
import { meansOf, NotFinite, Session } from "./session.js";

const SLICE_MS = 30, // of steps between two looks at the messages
  REPORT_MS = 200,
  PICTURES_MS = 400,
  SHARE = 8, // pictures may take so much less time than steps
  KEEP_MS = 1000, // between two kept epochs, which are copied and written to disk
  SLOW_MS = 150; // a step in slow motion

/**
 * @typedef {import("./plan.js").Order} Order
 * @typedef {import("./plan.js").Report} Report
 * @typedef {{postMessage: (report: Report) => void, onmessage: ((event: {data: Order}) => void) | null}} Port
 */

/** Answers a port's orders. @param {Port} port @param {() => number} [now] milliseconds */
export function serve(port, now = () => performance.now()) {
  /** @type {Run | null} */
  let run = null;
  port.onmessage = ({ data: order }) => {
    if (order.type === "start") {
      run = attempt(port, () => new Run(port, order, now));
      void run?.go();
    } else run?.obey(order);
  };
}

/** @template T @param {Port} port @param {() => T} work @returns {T | null} null where it has failed, which is reported */
function attempt(port, work) {
  try {
    return work();
  } catch (error) {
    port.postMessage(failureOf(error));
    return null;
  }
}

/** @param {unknown} error @returns {Report} */
function failureOf(error) {
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof NotFinite) return { type: "failed", code: "not_finite", detail };
  return { type: "failed", code: error instanceof UnknownLayer ? "layer" : "other", detail };
}

/** One training on its way. */
class Run {
  /** @param {Port} port @param {Extract<Order, {type: "start"}>} order @param {() => number} now */
  constructor(port, { plan, images, kept }, now) {
    this.port = port;
    this.now = now;
    this.session = new Session(plan, images, kept);
    this.paused = this.slow = this.ended = false;
    this.single = 0; // steps that are taken in a pause
    this.seconds = kept?.seconds ?? 0; // of steps
    this.first = { step: this.session.step, seconds: this.seconds };
    this.last = { report: -Infinity, pictures: -Infinity, kept: -Infinity, cost: 0, terms: 0 };
    /** @type {() => void} */
    this.wake = () => {};
  }

  /** @param {Exclude<Order, {type: "start"}>} order */
  obey(order) {
    const { port, session } = this;
    if (order.type === "slow") this.slow = order.slow;
    else if (order.type === "change") {
      session.change(order.name, order.value);
      port.postMessage({ type: "changed", changes: [...session.changes] });
    } else if (order.type === "step") {
      this.pause(true);
      this.single++;
    } else if (order.type === "cancel") {
      this.ended = true;
      port.postMessage({ type: "cancelled" });
    } else this.pause(order.type === "pause");
    this.wake();
  }

  /** @param {boolean} paused */
  pause(paused) {
    if (this.paused === paused) return;
    this.paused = paused;
    this.tell();
    this.port.postMessage({ type: paused ? "paused" : "resumed" });
  }

  async go() {
    try {
      if (!this.session.step) this.port.postMessage({ type: "kept", kept: this.session.kept(0) });
      this.show();
      while (!this.ended && !this.session.done) {
        if (this.paused && !this.single) await new Promise((wake) => (this.wake = () => wake(undefined)));
        else this.work();
        await nextTask(this.slow && !this.paused ? SLOW_MS : 0);
      }
      if (!this.ended) this.port.postMessage({ type: "done" });
    } catch (error) {
      this.port.postMessage(failureOf(error));
    }
  }

  /** Some steps, and what is to be told after them. */
  work() {
    const { session, now } = this,
      until = now() + SLICE_MS;
    const one = this.slow || this.single > 0;
    do {
      const began = now();
      const isEnd = session.advance();
      this.single = Math.max(0, this.single - 1);
      this.seconds += (now() - began) / 1000;
      if (isEnd) this.endEpoch();
    } while (!one && now() < until && !session.done);
    this.report(one);
    if (one || session.done || now() > this.last.pictures + Math.max(PICTURES_MS, SHARE * this.last.cost)) this.show();
  }

  endEpoch() {
    const { session, port, now } = this;
    this.tell();
    const kept = session.endEpoch(this.seconds);
    this.last.terms = 0;
    if (!session.done && now() < this.last.kept + KEEP_MS) return;
    this.last.kept = now();
    port.postMessage({ type: "kept", kept });
  }

  /** @param {boolean} atOnce */
  report(atOnce) {
    if (atOnce || this.now() > this.last.report + REPORT_MS) this.tell();
  }

  tell() {
    const { session, first, last } = this,
      { step, steps, perEpoch } = session;
    const done = step - first.step,
      spent = this.seconds - first.seconds;
    const each = done ? spent / done : 0,
      terms = session.terms.slice(last.terms);
    last.report = this.now();
    last.terms = session.terms.length;
    const rate = each ? session.batch / each : null;
    const secondsLeft = each ? (steps - step) * each : null;
    const recent = terms.length ? recentOf(step / perEpoch, meansOf(terms)) : null;
    this.port.postMessage({
      type: "progress",
      step,
      steps,
      epoch: session.epoch,
      seconds: spent,
      rate,
      secondsLeft,
      recent,
    });
  }

  show() {
    const began = this.now();
    this.port.postMessage({ type: "pictures", ...this.session.pictures() });
    this.last.pictures = this.now();
    this.last.cost = this.last.pictures - began;
  }
}

/** @param {number} epochs @param {import("./objectives.js").Terms} terms @returns {[number, number, number | null]} */
function recentOf(epochs, { logLikelihood, kl, mmd }) {
  return [epochs, logLikelihood, kl ? kl.reduce((sum, nats) => sum + nats, 0) : mmd];
}

/** Lets messages in. @param {number} wait milliseconds; 0: none, which a timer can't */
function nextTask(wait) {
  return new Promise((resolve) => {
    if (wait) {
      setTimeout(resolve, wait);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}

if (typeof self !== "undefined" && typeof document === "undefined")
  serve(/** @type {Port} */ (/** @type {unknown} */ (self)));
