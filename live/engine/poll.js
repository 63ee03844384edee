// @ts-check
// When a page asks the server again for something that changes: soon after a command, now and then while nobody looks,
// and ever more seldom while the connection is lost. Knows a source and timers; knows no training.
import { ConnectionLost } from "./source.js";

const SOON_MS = 60,
  USUAL_MS = 500,
  SELDOM_MS = 5000;

/**
 * @typedef {object} Moment
 * @property {boolean} hidden whether nobody looks
 * @property {boolean} ended whether it has ended; it may still be resumed elsewhere
 * @property {boolean} hurried whether something has probably changed
 * @property {number} lost how many times in a row the connection was lost
 */

/** Milliseconds until the next question. @param {Moment} moment */
export function waitOf({ hidden, ended, hurried, lost }) {
  if (lost) return Math.min(SELDOM_MS, USUAL_MS * 2 ** Math.min(lost, 10));
  if (hurried) return SOON_MS;
  return hidden || ended ? SELDOM_MS : USUAL_MS;
}

export class Poll {
  /**
   * @param {import("./source.js").Source} source @param {string} name of the JSON file, whose `since` is sent back
   * @param {{onnews: (news: unknown) => Promise<void> | void, onlost: (lost: boolean) => void, onrefused: (error: unknown) => void,
   *   ended: () => boolean, hidden?: () => boolean}} hooks
   */
  constructor(source, name, { onnews, onlost, onrefused, ended, hidden = () => document.hidden }) {
    this.source = source;
    this.name = name;
    this.hooks = { onnews, onlost, onrefused, ended, hidden };
    this.since = "";
    this.lost = 0;
    this.asking = this.hurried = this.closed = false;
    this.timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  }

  /** Asks soon. */
  hurry() {
    this.hurried = true;
    if (!this.asking) this.plan();
  }

  /** Asks now; what goes wrong is said, and it asks again. */
  async ask() {
    if (this.asking || this.closed) return;
    clearTimeout(this.timer);
    this.asking = true;
    this.hurried = false;
    try {
      await this.receive(await this.source.json(`${this.name}?since=${this.since}`));
    } catch (error) {
      this.fail(error);
    }
    this.asking = false;
    this.plan();
  }

  /** @param {unknown} news null where there are none */
  async receive(news) {
    if (this.closed) return;
    this.lost = 0;
    this.hooks.onlost(false);
    if (news === null) return;
    this.since = /** @type {{since: string}} */ (news).since;
    await this.hooks.onnews(news);
  }

  /** @param {unknown} error */
  fail(error) {
    if (this.closed) return;
    if (error instanceof ConnectionLost) {
      this.lost++;
      this.hooks.onlost(true);
    } else this.hooks.onrefused(error);
  }

  plan() {
    clearTimeout(this.timer);
    if (this.closed) return;
    const { lost, hurried, hooks } = this;
    const wait = waitOf({ hidden: hooks.hidden(), ended: hooks.ended(), hurried, lost });
    this.timer = setTimeout(() => this.ask(), wait);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }
}
