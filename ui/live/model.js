// @ts-check
// A model in the browser: its decoder at once, its latents and encoder when they are needed.
// Knows URLs and the engine; knows no element of the page.
import { greyLevels, makeRunner, parsePart } from "./network.js";

const SLOW_MS = 16;
const TRIALS = 5;

/** @typedef {{id: string, base: string, title: string, conditional: boolean, stochastic: boolean, latentDim: number,
 *   image: number[], classNames: string[], count: number, kl: number[] | null, dead: number[]}} ModelInfo */

/** Fetches or throws a sentence. @param {string} url @param {string} what */
export async function fetchOrSay(url, what) {
  let response;
  try {
    response = await fetch(new URL(url, document.baseURI));
  } catch {
    throw new Error(`${what} could not be fetched: the connection to the server is lost. Reload the page when it is back.`);
  }
  if (!response.ok) throw new Error(`${what} is not there (${response.status}). The model may have been replaced: reload the page.`);
  return response;
}

export class Model {
  /** @param {ModelInfo} info @param {import("./network.js").Part} decoder @param {ArrayBuffer} weights */
  constructor(info, decoder, weights) {
    this.info = info;
    this.decoder = decoder;
    this.weights = weights;
    this.runner = makeRunner(decoder);
    this.levels = new Uint8Array(info.image.reduce((a, b) => a * b, 1));
    this.labels = null;
    this.remote = null;
  }

  /** Fetches the decoder. @param {ModelInfo} info @returns {Promise<Model>} */
  static async open(info) {
    const [manifest, weights] = await partOf(info, "decoder");
    const model = new Model(info, parsePart(manifest, weights), weights);
    if (model.timeOf() > SLOW_MS) model.remote = new RemoteDecoder(info);
    return model;
  }

  /** Milliseconds an image, the best of a few. */
  timeOf() {
    const z = new Float32Array(this.info.latentDim);
    let best = Infinity;
    for (let i = 0; i < TRIALS; i++) {
      const start = performance.now();
      this.runner.run(z, this.info.conditional ? 0 : null);
      best = Math.min(best, performance.now() - start);
      if (best < SLOW_MS / 4) break;
    }
    return best;
  }

  /** Grey levels of the decoded z; valid until the next call. @param {Float32Array} z @param {any} y */
  decode(z, y) {
    greyLevels(this.runner.run(z, this.info.conditional ? y : null), this.levels);
    return this.levels;
  }

  /** Decodes z into a frame; through the server where the model is too large for this. @param {import("./frame.js").Frame} frame @param {Float32Array} z @param {any} y */
  show(frame, z, y) {
    if (this.remote) this.remote.show(frame, z, y);
    else frame.paint(this.decode(z, y));
  }

  /** Fetches the test set's latents, once. */
  async loadLatents() {
    this.latentsPromise ??= this.fetchLatents();
    return this.latentsPromise;
  }

  async fetchLatents() {
    const { info } = this;
    const buffer = await (await fetchOrSay(info.base + "latents.bin", "The list of test latents")).arrayBuffer();
    const size = info.count * info.latentDim;
    const expected = size * 4 * (info.stochastic ? 2 : 1) + info.count;
    if (buffer.byteLength !== expected) throw new Error("The list of test latents is damaged. Reload the page.");
    this.mu = new Float32Array(buffer, 0, size);
    this.logVar = info.stochastic ? new Float32Array(buffer, size * 4, size) : null;
    this.labels = new Uint8Array(buffer, expected - info.count, info.count);
  }

  /** The mean of a test image's posterior. @param {number} index */
  muOf(index) {
    const { latentDim } = this.info;
    return this.mu.slice(index * latentDim, (index + 1) * latentDim);
  }

  /**
   * The nearest test images and how many lie within a radius; needs the latents.
   * @param {ArrayLike<number>} z @param {number} count @param {number} radius
   * @returns {{indices: number[], within: number}}
   */
  near(z, count, radius) {
    const { latentDim, count: images } = this.info;
    const { mu } = this;
    const indices = new Array(count).fill(-1), squares = new Array(count).fill(Infinity);
    let within = 0;
    for (let i = 0, at = 0; i < images; i++) {
      let square = 0;
      for (let d = 0; d < latentDim; d++, at++) square += (mu[at] - z[d]) ** 2;
      if (square <= radius * radius) within++;
      if (square >= squares[count - 1]) continue;
      let place = count - 1;
      for (; place > 0 && squares[place - 1] > square; place--) {
        squares[place] = squares[place - 1];
        indices[place] = indices[place - 1];
      }
      squares[place] = square;
      indices[place] = i;
    }
    return { indices: indices.filter((i) => i >= 0), within };
  }

  /** The encoder, fetched when it is first needed. */
  async encoder() {
    this.encoderPromise ??= partOf(this.info, "encoder").then(([manifest, weights]) => makeRunner(parsePart(manifest, weights), 1));
    return this.encoderPromise;
  }
}

/** @param {ModelInfo} info @param {string} part @returns {Promise<[any, ArrayBuffer]>} */
async function partOf(info, part) {
  const what = `The model's ${part}`;
  const [manifest, weights] = await Promise.all([
    fetchOrSay(`${info.base}${part}.json`, what).then((r) => r.json()),
    fetchOrSay(`${info.base}${part}.bin`, what).then((r) => r.arrayBuffer()),
  ]);
  return [manifest, weights];
}

/** Decodes on the server, one request under way, the newest wish next. */
class RemoteDecoder {
  /** @param {ModelInfo} info */
  constructor(info) {
    const url = new URL(info.base + "decode", document.baseURI);
    url.protocol = url.protocol.replace("http", "ws");
    this.url = url;
    this.conditional = info.conditional;
    this.wishes = new Map();
    this.busy = null;
  }

  /** @param {import("./frame.js").Frame} frame @param {Float32Array} z @param {any} y */
  show(frame, z, y) {
    const classes = !this.conditional ? [] : typeof y === "number" ? [y] : Array.from(y);
    this.wishes.set(frame, JSON.stringify({ z: Array.from(z), y: classes }));
    if (!this.socket || this.socket.readyState > 1) this.connect();
    else if (this.socket.readyState === 1 && !this.busy) this.next();
  }

  connect() {
    this.busy = null;
    this.socket = new WebSocket(this.url);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.next();
    this.socket.onmessage = ({ data }) => {
      this.busy?.paint(new Uint8Array(data));
      this.busy = null;
      this.next();
    };
  }

  next() {
    const [first] = this.wishes;
    if (!first || this.busy) return;
    this.wishes.delete(first[0]);
    this.busy = first[0];
    this.socket?.send(first[1]);
  }
}
