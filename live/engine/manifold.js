// @ts-check
// Draws a grid of decoded images with one or two Workers, row by row, while the page stays free.
// Knows Workers; knows no DOM and not how a model is run.

/**
 * @typedef {import("./network.js").Manifest} Manifest
 * @typedef {{rows: number, columns: number, zs: Float32Array, y?: number | Float32Array | null}} Grid
 *   `zs`: `[rows, columns, latent]`; `y`: one condition for all, or class weights `[rows, columns, classes]`
 * @typedef {(row: number, pixels: Uint8Array) => void} OnRow
 *   `pixels`: `[height, columns * width, channels]`, 0 to 255
 * @typedef {{postMessage: (message: object, transfer?: Transferable[]) => void, terminate: () => unknown,
 *   onmessage: ((event: {data: Reply}) => void) | null, onerror: ((event: {message?: string}) => void) | null}} WorkerLike
 * @typedef {{type: string, id: number, row: number, pixels: Uint8Array, message: string}} Reply a row, or an error
 * @typedef {{id: number, left: number, onRow: OnRow, resolve: (complete: boolean) => void,
 *   reject: (error: Error) => void}} Drawing
 */

export class Manifold {
  /**
   * Starts the workers. Each gets a copy of the weights, so `weights` stays usable.
   * @param {Manifest} manifest of a decoder
   * @param {ArrayBuffer} weights
   * @param {{workers?: number, url?: string | URL, makeWorker?: () => WorkerLike}} [options] `url`: of manifold_worker.js
   *   where it is not this file's neighbour
   */
  constructor(manifest, weights, { workers = 2, url, makeWorker } = {}) {
    const make = makeWorker ?? (() => startWorker(url));
    this.manifest = manifest;
    this.lastId = 0;
    /** @type {Drawing | null} */
    this.drawing = null;
    /** @type {Error | null} */
    this.broken = null;
    /** @type {WorkerLike[]} */
    this.workers = Array.from({ length: workers }, () => {
      const worker = /** @type {WorkerLike} */ (make());
      worker.onmessage = ({ data }) => this.receive(data);
      worker.onerror = (event) => this.fail(new Error(event.message || "The manifold's worker could not start."));
      worker.postMessage({ type: "part", manifest, weights });
      return worker;
    });
  }

  /**
   * Decodes a grid; a grid that is still being drawn ends, and no more of its rows are delivered.
   * @param {Grid} grid
   * @param {OnRow} onRow called once a row, in no fixed order
   * @returns {Promise<boolean>} true when all rows were delivered, false when a newer grid or `cancel` came first;
   *   rejects with a sentence when the worker failed
   */
  draw({ rows, columns, zs, y = null }, onRow) {
    if (this.broken) return Promise.reject(this.broken);
    this.cancel();
    const id = ++this.lastId;
    const { latent_dim: latent, classes } = this.manifest;
    const needed = rows * columns * latent;
    if (zs.length !== needed) {
      return Promise.reject(new Error(`A grid of ${rows} x ${columns} needs ${needed} numbers; got ${zs.length}.`));
    }
    const own = y !== null && typeof y === "object" && y.length > classes;
    const shares = this.workers.map((_, first) => everyNth(rows, first, this.workers.length));
    shares.forEach((share, i) => {
      const condition = own ? rowsOf(y, share, columns * classes) : y;
      const message = { type: "grid", id, rows: share, columns, zs: rowsOf(zs, share, columns * latent), y: condition };
      if (share.length) this.workers[i].postMessage(message);
    });
    return new Promise((resolve, reject) => {
      this.drawing = { id, left: rows, onRow, resolve, reject };
      if (rows === 0) this.finish(true);
    });
  }

  /** Ends what is being drawn; its promise gives false. */
  cancel() {
    if (this.drawing) this.stopWorkers();
    this.finish(false);
  }

  stopWorkers() {
    for (const worker of this.workers) worker.postMessage({ type: "cancel" });
  }

  /** Ends the workers for good. */
  close() {
    this.finish(false);
    this.broken = new Error("This manifold is closed.");
    for (const worker of this.workers) worker.terminate();
  }

  /** @param {Reply} message */
  receive(message) {
    const drawing = this.drawing;
    const current = drawing !== null && message.id === drawing.id;
    if (message.type === "error" && (current || message.id === 0)) {
      this.fail(new Error(message.message), message.id === 0);
    } else if (message.type === "row" && current) {
      drawing.left -= 1;
      drawing.onRow(message.row, message.pixels);
      if (drawing.left === 0 && this.drawing === drawing) this.finish(true);
    }
  }

  /** @param {Error} error @param {boolean} forGood */
  fail(error, forGood = true) {
    if (forGood) this.broken = error;
    const drawing = this.drawing;
    this.drawing = null;
    this.stopWorkers();
    drawing?.reject(error);
  }

  /** @param {boolean} complete */
  finish(complete) {
    const drawing = this.drawing;
    this.drawing = null;
    drawing?.resolve(complete);
  }
}

/** @param {string | URL | undefined} url */
function startWorker(url) {
  const address = url ?? new URL("./manifold_worker.js", import.meta.url);
  // a page that is one file has its worker as one script, see exports/bundle.py
  return new Worker(address, { type: String(address).startsWith("blob:") ? "classic" : "module" });
}

/** first, first + step, … below count. @param {number} count @param {number} first @param {number} step */
function everyNth(count, first, step) {
  const picked = [];
  for (let i = first; i < count; i += step) picked.push(i);
  return picked;
}

/** @param {Float32Array} values `[rows, size]` @param {number[]} rows @param {number} size @returns {Float32Array} */
function rowsOf(values, rows, size) {
  const picked = new Float32Array(rows.length * size);
  rows.forEach((row, i) => picked.set(values.subarray(row * size, (row + 1) * size), i * size));
  return picked;
}
