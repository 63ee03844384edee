// @ts-check
// Several pictures that follow one hand: the one under it first, the others in turns, no more at once than a frame holds.
// Knows animation frames; knows no model.

const BUDGET_MS = 9;

export class Rounds {
  /**
   * @param {number} count of pictures @param {(which: number) => void} paint
   * @param {() => boolean | void} rest what else follows a move, once a frame; true while it needs another one
   */
  constructor(count, paint, rest) {
    this.paint = paint;
    this.rest = rest;
    this.waited = new Array(count).fill(0); // since when a picture was painted, in rounds
    this.stale = new Set();
    this.round = this.frame = 0;
    this.began = false; // this frame has painted already, in the event that brought it
  }

  /** Something moved; the picture `first` is under the hand. @param {number} first */
  moved(first) {
    this.first = first;
    for (let which = 0; which < this.waited.length; which++) this.stale.add(which);
    if (!this.began) {
      this.began = true;
      this.run();
    }
    this.frame ||= requestAnimationFrame(() => this.next());
  }

  next() {
    this.frame = 0;
    this.began = false;
    if (this.stale.size) this.run();
    const more = this.rest();
    if (more || this.stale.size) this.frame ||= requestAnimationFrame(() => this.next());
  }

  /** Paints what is stale: the first, then who waits longest, until the time is up. */
  run() {
    const until = performance.now() + BUDGET_MS;
    const order = [...this.stale].sort((a, b) => this.rank(a) - this.rank(b));
    for (const [done, which] of order.entries()) {
      if (done && performance.now() > until) return;
      this.stale.delete(which);
      this.waited[which] = ++this.round;
      this.paint(which);
    }
  }

  /** @param {number} which */
  rank(which) {
    return which === this.first ? -1 : this.waited[which];
  }

  close() {
    cancelAnimationFrame(this.frame);
  }
}
