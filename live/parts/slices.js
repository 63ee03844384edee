// @ts-check
// Long arithmetic in short pieces, so that the page still paints. Knows frames; knows no model.

const SLICE_MS = 12;

/**
 * Runs a generator to its end, a frame's share at a time; null where it has become useless on the way.
 * @template T
 * @param {Generator<void, T>} steps @param {() => boolean} stale
 * @param {() => Promise<unknown>} [rest] between two pieces
 * @returns {Promise<T | null>}
 */
export async function inSlices(steps, stale, rest = nextFrame) {
  for (;;) {
    const began = performance.now();
    do {
      const { done, value } = steps.next();
      if (done) return value;
    } while (performance.now() - began < SLICE_MS);
    await rest();
    if (stale()) return null;
  }
}

function nextFrame() {
  return new Promise((done) => setTimeout(done)); // also in a tab that is hidden, which has no frames
}
