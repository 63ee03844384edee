// @ts-check
// A hand that walks by itself until somebody touches: it shows what there is to do. Knows time; knows no map.

const WALK_MS = 3000,
  REST_MS = 1400;

/** Slow at both ends. @param {number} share 0 to 1 */
export const eased = (share) => share * share * (3 - 2 * share);

/** Where the hand is after some time: there and back again, with a rest at each end; 0 to 1. @param {number} ms */
export function shareAt(ms) {
  const round = ms % (2 * (WALK_MS + REST_MS));
  const back = round >= WALK_MS + REST_MS;
  const share = eased(Math.min(1, (round - (back ? WALK_MS + REST_MS : 0)) / WALK_MS));
  return back ? 1 - share : share;
}

export class Ghost {
  /** @param {(share: number) => void} onstep where the hand is on its way, in each frame */
  constructor(onstep) {
    this.onstep = onstep;
    this.frame = 0;
    this.walks = false;
  }

  start() {
    const began = performance.now();
    const step = () => {
      if (!this.walks) return;
      this.onstep(shareAt(performance.now() - began));
      this.frame = requestAnimationFrame(step);
    };
    this.walks = true;
    step();
  }

  stop() {
    this.walks = false;
    cancelAnimationFrame(this.frame);
  }
}
