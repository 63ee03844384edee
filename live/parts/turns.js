// @ts-check
// Small images in turn, as many a frame as fit in its time, so that the live image never waits for them.
// Knows painters and a clock; knows no view.

export class Turns {
  /** @param {(() => void)[]} painters one an image @param {() => number} [clock] in ms */
  constructor(painters, clock = () => performance.now()) {
    this.painters = painters;
    this.clock = clock;
    this.next = 0;
    this.left = 0;
  }

  /** All of them are out of date. */
  restart() {
    this.left = this.painters.length;
  }

  /**
   * Paints on until a time; at least one image, so that none waits for ever where the frame is already late.
   * @param {number} deadline in ms of the clock @returns {boolean} whether some are left
   */
  paint(deadline) {
    for (let first = true; this.left > 0 && (first || this.clock() < deadline); first = false) {
      this.painters[this.next]();
      this.next = (this.next + 1) % this.painters.length;
      this.left--;
    }
    return this.left > 0;
  }
}
