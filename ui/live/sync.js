// @ts-check
// Sends the view's state to Python: at most every 150 ms while it moves, and once when it rests.
// Knows timers; knows no view.

const EVERY_MS = 150;

export class Sync {
  /** @param {(state: Record<string, string>) => void} send */
  constructor(send) {
    this.send = send;
    this.timer = 0;
    this.last = -Infinity;
    /** @type {Record<string, string> | null} */
    this.waiting = null;
    this.sent = "";
  }

  /** The state has changed. @param {Record<string, string>} state */
  set(state) {
    this.waiting = state;
    if (!this.timer) this.timer = window.setTimeout(() => this.flush(), Math.max(0, this.last + EVERY_MS - performance.now()));
  }

  flush() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (!this.waiting) return;
    const text = JSON.stringify(this.waiting);
    if (text !== this.sent) {
      this.sent = text;
      this.last = performance.now();
      this.send(this.waiting);
    }
    this.waiting = null;
  }

  /** Ends without sending: the page is going, and a message from a view that is gone would come back as an error. */
  close() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.waiting = null;
  }
}

/** The numbers in a state's text, or null. @param {string | undefined} text @param {number} count */
export function parseNumbers(text, count) {
  const values = (text ?? "").split(",").map(Number);
  return text && values.length === count && values.every(Number.isFinite) ? Float32Array.from(values) : null;
}

/** @param {ArrayLike<number>} z */
export function writeNumbers(z) {
  return Array.from(z, (v) => String(Number(v.toFixed(3)))).join(",");
}

/** The indices in a state's text, below a limit. @param {string | undefined} text @param {number} limit */
export function parseIndices(text, limit) {
  const values = text ? text.split(",").map(Number) : [];
  return new Set(values.filter((v) => Number.isInteger(v) && v >= 0 && v < limit));
}
