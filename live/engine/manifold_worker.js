// @ts-check
// Decodes the rows of a grid beside the page, one row of images after the other, and lets a newer grid interrupt.
// Knows the engine and a port; knows no DOM. `manifold.js` is the other end.
import { greyLevels, makeRunner, parsePart } from "./network.js";

const ROW_LIMIT = 32;
const WARM_UP = 6;

/**
 * @typedef {{type: "part", manifest: import("./network.js").Manifest, weights: ArrayBuffer}} PartMessage
 * @typedef {{type: "grid", id: number, rows: number[], columns: number, zs: Float32Array,
 *   y: number | Float32Array | null}} GridMessage
 *   `rows`: the rows to decode; `zs`: their latents, `[rows, columns, latent]`; `y`: one condition for all, or class
 *   weights `[rows, columns, classes]`
 * @typedef {{type: "cancel"}} CancelMessage
 * @typedef {{postMessage: (message: object, transfer?: Transferable[]) => void,
 *   onmessage: ((event: {data: PartMessage | GridMessage | CancelMessage}) => void) | null}} Port
 */

/**
 * Answers a port's messages: each row as `{type: "row", id, row, pixels}`, or `{type: "error", id, message}`, with id 0
 * for a part that can't be used. `pixels` is `[height, columns * width, channels]`, 0 to 255.
 * @param {Port} port
 * @param {() => Promise<void>} nextTask resolves after messages that have come meanwhile
 */
export function serve(port, nextTask = makeNextTask()) {
  /** @type {ReturnType<typeof makeRunner> | null} */
  let runner = null;
  let newest = 0;

  port.onmessage = ({ data: message }) => {
    newest += 1;
    if (message.type === "part") attempt(0, () => loadPart(message, newest));
    else if (message.type === "grid") attempt(message.id, () => decodeGrid(message, newest));
  };

  /** @param {number} id @param {() => Promise<void>} work */
  async function attempt(id, work) {
    try {
      await work();
    } catch (error) {
      port.postMessage({ type: "error", id, message: error instanceof Error ? error.message : String(error) });
    }
  }

  /** @param {PartMessage} message @param {number} turn */
  async function loadPart({ manifest, weights }, turn) {
    runner = makeRunner(parsePart(manifest, weights), ROW_LIMIT);
    // a few images in idle time let V8 compile the engine before the first grid comes
    for (let i = 0; i < WARM_UP; i++) {
      await nextTask();
      if (turn !== newest) return;
      runner.runRows(new Float32Array(3 * manifest.inputs), 3, manifest.classes ? 0 : null);
    }
  }

  /** @param {GridMessage} grid @param {number} turn */
  async function decodeGrid(grid, turn) {
    if (!runner) throw new Error("The manifold's worker has no model yet.");
    for (let i = 0; i < grid.rows.length; i++) {
      const pixels = decodeRow(runner, grid, i);
      port.postMessage({ type: "row", id: grid.id, row: grid.rows[i], pixels }, [pixels.buffer]);
      await nextTask();
      if (turn !== newest) return;
    }
  }
}

/** The i-th row of a grid as pixels. @param {ReturnType<typeof makeRunner>} runner @param {GridMessage} grid
 * @param {number} i */
function decodeRow(runner, { columns, zs, y }, i) {
  const { image, inputs, classes } = runner.manifest;
  const pixels = new Uint8Array(columns * runner.outputs);
  for (let column = 0; column < columns; column += runner.rows) {
    const count = Math.min(runner.rows, columns - column);
    const first = i * columns + column;
    const own = y !== null && typeof y === "object" && y.length > classes;
    const condition = own ? y.subarray(first * classes, (first + count) * classes) : y;
    const logits = runner.runRows(zs.subarray(first * inputs, (first + count) * inputs), count, condition);
    const levels = new Uint8Array(logits.length);
    greyLevels(logits, levels);
    for (let n = 0; n < count; n++) place(levels.subarray(n * runner.outputs), image, pixels, column + n, columns);
  }
  return pixels;
}

/** Copies one image `[channels, height, width]` into a strip. @param {Uint8Array} levels @param {number[]} image
 * @param {Uint8Array} strip @param {number} column @param {number} columns */
function place(levels, [channels, height, width], strip, column, columns) {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const from = (c * height + y) * width;
      const to = (y * columns + column) * width;
      for (let x = 0; x < width; x++) strip[(to + x) * channels + c] = levels[from + x];
    }
  }
}

/** What ends a task and goes on in the next; a timer would wait 4 ms. */
function makeNextTask() {
  const { port1, port2 } = new MessageChannel();
  /** @type {(() => void)[]} */
  const waiting = [];
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        waiting.push(resolve);
        port2.postMessage(null);
      })
    );
}

if (typeof self !== "undefined" && typeof document === "undefined")
  serve(/** @type {Parameters<typeof serve>[0]} */ (/** @type {unknown} */ (self)));
