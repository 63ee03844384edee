// @ts-check
// What plays a score in a loop: its clock, its instrument and what is heard now. Sound only after a press.
// Knows scores and Web Audio; knows no element of the page.
import { Loop } from "./loop.js";

const EVERY_MS = 30;

/** @typedef {import("./score.js").Heard} Heard */

export class Player {
  /** @param {Heard} score @param {(on: boolean) => void} onturn */
  constructor(score, onturn) {
    this.score = score;
    this.onturn = onturn;
    this.timer = this.tick = 0;
    /** @type {AudioContext | null} */
    this.context = null;
    /** @type {import("./score.js").Instrument | null} */
    this.instrument = null;
    /** @type {Loop | null} */
    this.loop = null;
  }

  get on() {
    return this.timer !== 0;
  }

  /** From its first step; to be called in a press. */
  start() {
    if (this.on) this.end();
    this.context ??= new AudioContext();
    const { context, score } = this;
    this.instrument ??= score.instrument(context);
    void context.resume();
    const { strike } = this.instrument;
    const { steps, tempo, perBeat } = score;
    this.loop = new Loop({ now: () => context.currentTime, steps, tempo, perBeat, strike });
    this.loop.start();
    this.timer = window.setInterval(() => this.loop?.plan(), EVERY_MS);
    this.show();
    this.onturn(true);
  }

  show() {
    this.score.show(this.loop?.heard() ?? -1);
    this.tick = requestAnimationFrame(() => this.show());
  }

  end() {
    clearInterval(this.timer);
    cancelAnimationFrame(this.tick);
    this.timer = 0;
    this.instrument?.end(this.context?.currentTime ?? 0);
  }

  stop() {
    this.end();
    this.score.show(-1);
    this.onturn(false);
  }

  close() {
    this.stop();
    void this.context?.close();
  }
}
