// @ts-check
// A model in the browser: its decoder at once, its latents and encoder when they are needed. Where the line is slow, a
// draft of it comes first, and the model as it is takes the draft's place.
// Knows the engine and a source of files; knows no element of the page.

import { parseDraft, parseDraftCodes } from "./draft.js";
import { makeFold } from "./fold.js";
import { float16ToFloat32, greyLevels, makeRunner, parsePart } from "./network.js";

const SLOW_MS = 16;
const TRIALS = 5;
const PATIENCE_MS = 400; // a line that brings the draft within it, and then the model as it is, shows no draft
const KEPT = 3; // models

/**
 * @typedef {object} ModelInfo
 * @property {string} id
 * @property {string} base where its files are
 * @property {string} title
 * @property {boolean} conditional @property {boolean} stochastic @property {number} latentDim
 * @property {number[]} image channels, height, width
 * @property {string[]} classNames empty for data without labels
 * @property {number} count test images
 * @property {number[] | null} kl nats of each dimension
 * @property {number[]} dead the dimensions that carry nothing
 * @property {number[]} nearness quantiles of the test codes' distances to their nearest neighbours, see nearness.js
 * @property {import("./likelihood.js").Likelihood} likelihood what it was trained with
 * @property {string} kind what an image is: "image" or "piano-roll"
 * @property {string[]} rows what the rows of a piano roll are called, as keys of words
 * @property {string | null} directions the file of its data's known factors, see directions.js; null where none are known
 * @property {import("./prior.js").LearntPrior | null} [prior] where codes should lie, if it was learnt; else N(0, I)
 * @property {string} objective what its training maximised, a row of models/objectives.py
 * @property {boolean} [learnt] whether the images that it learnt from are somebody's own and can be looked up
 * @property {boolean} [draft] whether the source has a draft of it
 * @property {boolean} [rounded] whether the source has its codes rounded: means in half precision, log variances in
 *   eighths of a nat
 * @typedef {{paint: (levels: ArrayLike<number>) => void}} Canvas whatever shows grey levels
 * @typedef {import("./network.js").Condition} Condition
 * @typedef {ReturnType<typeof makeRunner>} Runner
 * @typedef {{part: import("./network.js").Part, weights: ArrayBuffer}} Decoder
 * @typedef {{mu: Float32Array, logVar: Float32Array | null, labels: Uint8Array | null}} Codes of the test set
 * @typedef {Map<string, Decoder & Codes>} Kept by `base`, what of models stays when they are closed
 */

export class Model {
  /**
   * @param {ModelInfo} info @param {import("./network.js").Part} decoder @param {ArrayBuffer} weights
   * @param {import("./source.js").Source} source @param {Kept} [kept]
   */
  constructor(info, decoder, weights, source, kept = new Map()) {
    this.info = info;
    this.decoder = decoder;
    this.weights = weights;
    this.source = source;
    this.kept = kept;
    this.runner = makeRunner(decoder);
    /** When the model is here as it is. @type {Promise<void>} */
    this.whole = Promise.resolve();
    /** What was drawn by a draft, to be drawn anew; null for the model as it is. @type {Map<Canvas, [Float32Array, Condition]> | null} */
    this.drawn = null;
    this.levels = new Uint8Array(info.image.reduce((a, b) => a * b, 1));
    /** Whether the test codes are here. */
    this.ready = false;
    this.mu = new Float32Array(0);
    /** @type {Float32Array | null} */
    this.logVar = null;
    /** @type {Uint8Array | null} null for data without labels */
    this.labels = null;
    /** @type {RemoteDecoder | null} */
    this.remote = null;
    /** @type {ReturnType<typeof makeFold> | null} of a dial, which can be turned */
    this.fold = null;
    /** @type {Promise<void> | null} */
    this.latents = null;
    /** @type {Promise<Runner> | null} */
    this.encoding = null;
    /** @type {Promise<import("./network.js").Part> | null} */
    this.encodes = null;
  }

  /**
   * Fetches the decoder, or its draft first; one that is too slow for the page is run by the server, where there is one.
   * @param {ModelInfo} info @param {import("./source.js").Source} source @param {Kept} [kept] by earlier models
   * @returns {Promise<Model>}
   */
  static async open(info, source, kept = new Map()) {
    const before = kept.get(info.base),
      began = performance.now();
    const { part, weights } = before ?? (info.draft ? await draftOf(source) : await decoderOf(source));
    const model = new Model(info, part, weights, source, kept);
    if (before) model.takeCodes(before);
    else if (info.draft) await model.replaceDraft(performance.now() - began < PATIENCE_MS);
    const address = source.socket("decode");
    if (address && model.timeOf() > SLOW_MS) model.remote = new RemoteDecoder(address, info.conditional);
    return model;
  }

  /**
   * Fetches the decoder of a dial with its gates, in the place of the one that it is at its origin.
   * @param {ModelInfo} info @param {import("./source.js").Source} source @returns {Promise<Model>}
   */
  static async openDial(info, source) {
    const [manifest, weights] = await partOf(source, "dial-decoder");
    const fold = makeFold(parsePart(manifest, weights));
    const model = new Model(info, fold.part, weights, source);
    model.fold = fold;
    return model;
  }

  /** From now on it is the model at another value of its dial. @param {number} value */
  turn(value) {
    if (this.fold) this.runner = makeRunner(this.fold.turn(value));
  }

  /** Fetches what the draft stands for; resolves when it is here, or takes too long to wait for. @param {boolean} quick whether the line is */
  async replaceDraft(quick) {
    this.drawn = new Map();
    const codes = this.source.bytes("draft-codes.bin");
    codes.catch(() => {}); // heard below, if they are needed
    const latents = this.source.bytes("latents.bin").then((bytes) => codesOf(bytes, this.info));
    this.whole = Promise.allSettled([
      decoderOf(this.source).then((decoder) => this.takeDecoder(decoder)),
      latents,
    ]).then(([decoder, codes]) => {
      if (codes.status === "fulfilled") this.takeCodes(codes.value);
      for (const part of [decoder, codes]) if (part.status === "rejected") throw part.reason; // what came is used
      this.keep();
    });
    const soon = this.whole.catch(() => {}); // whoever waits for `whole` hears of it
    if (quick) await Promise.race([soon, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
    if (!this.ready) this.takeCodes({ ...parseDraftCodes(await codes, this.info), logVar: null });
  }

  /** The decoder as it is: what was drawn by its draft is drawn anew. @param {Decoder} decoder */
  takeDecoder({ part, weights }) {
    this.decoder = part;
    this.weights = weights;
    this.runner = makeRunner(part);
    const drawn = this.drawn ?? [];
    this.drawn = null;
    for (const [frame, [z, y]] of drawn) this.show(frame, z, y);
  }

  /** @param {Codes} codes */
  takeCodes({ mu, logVar, labels }) {
    Object.assign(this, { mu, logVar, labels, ready: true });
    this.latents ??= Promise.resolve();
  }

  /** Keeps what was fetched for whoever opens this model next. */
  keep() {
    const { kept, decoder, weights, mu, logVar, labels } = this;
    kept.delete(this.info.base);
    kept.set(this.info.base, { part: decoder, weights, mu, logVar, labels });
    for (const base of [...kept.keys()].slice(0, -KEPT)) kept.delete(base);
  }

  /** The same model with the decoder of another moment of its training. @param {ArrayBuffer} weights */
  withDecoder(weights) {
    return new Model(this.info, parsePart(this.decoder.manifest, weights), weights, this.source);
  }

  /** Milliseconds per image, the best of a few. */
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

  /** Logits of the decoded z; valid until the next call. @param {Float32Array} z @param {Condition} y */
  logits(z, y) {
    return this.runner.run(z, this.info.conditional ? y : null);
  }

  /** Grey levels of the decoded z; valid until the next call. @param {Float32Array} z @param {Condition} y */
  decode(z, y) {
    greyLevels(this.logits(z, y), this.levels);
    return this.levels;
  }

  /** Decodes z into a frame; through the server where the model is too large for this. @param {Canvas} frame @param {Float32Array} z @param {Condition} y */
  show(frame, z, y) {
    this.drawn?.set(frame, [z.slice(), y]);
    if (this.remote) this.remote.show(frame, z, y);
    else frame.paint(this.decode(z, y));
  }

  /** Something else is in a frame by now. @param {Canvas} frame */
  forget(frame) {
    this.drawn?.delete(frame);
  }

  /** Fetches the test set's latents, once. */
  loadLatents() {
    this.latents ??= this.fetchLatents();
    return this.latents;
  }

  async fetchLatents() {
    this.takeCodes(codesOf(await this.source.bytes("latents.bin"), this.info));
    this.keep();
  }

  /** The mean of a test image's posterior. @param {number} index */
  muOf(index) {
    const { latentDim } = this.info;
    return this.mu.slice(index * latentDim, (index + 1) * latentDim);
  }

  /** The standard deviations of a test image's posterior; null for a deterministic encoder. @param {number} index */
  stdOf(index) {
    const { latentDim } = this.info;
    return this.logVar?.slice(index * latentDim, (index + 1) * latentDim).map((v) => Math.exp(0.5 * v)) ?? null;
  }

  /** The label that a conditional decoder is told of a test image. @param {number} index @returns {Condition} */
  conditionOf(index) {
    return this.info.conditional && this.labels ? this.labels[index] : null;
  }

  /** What a test image is called. @param {number} index */
  nameOf(index) {
    return this.labels ? (this.info.classNames[this.labels[index]] ?? "") : "";
  }

  /**
   * The nearest test codes, nearest first, and the distance to the first; needs the latents.
   * @param {ArrayLike<number>} z @param {number} count
   * @returns {{indices: number[], distance: number}}
   */
  nearest(z, count) {
    const { latentDim, count: images } = this.info;
    const { mu } = this;
    /** @type {number[]} */
    const indices = new Array(count).fill(-1);
    /** @type {number[]} */
    const squares = new Array(count).fill(Infinity);
    for (let i = 0, at = 0; i < images; i++) {
      let square = 0;
      for (let d = 0; d < latentDim; d++, at++) square += (mu[at] - z[d]) ** 2;
      if (square >= squares[count - 1]) continue;
      let place = count - 1;
      for (; place > 0 && squares[place - 1] > square; place--) {
        squares[place] = squares[place - 1];
        indices[place] = indices[place - 1];
      }
      squares[place] = square;
      indices[place] = i;
    }
    return { indices: indices.filter((i) => i >= 0), distance: Math.sqrt(squares[0]) };
  }

  /** The encoder, fetched when it is first needed. */
  encoder() {
    this.encoding ??= this.encoderPart().then((part) => makeRunner(part, 1));
    this.encoding.catch(() => (this.encoding = null)); // to be asked for again
    return this.encoding;
  }

  /** The encoder's layers and numbers, fetched once. @returns {Promise<import("./network.js").Part>} */
  encoderPart() {
    this.encodes ??= partOf(this.source, "encoder").then(([manifest, weights]) => parsePart(manifest, weights));
    this.encodes.catch(() => (this.encodes = null));
    return this.encodes;
  }

  /** Both networks; of a dial with its gates. @param {boolean} gates */
  async parts(gates) {
    if (!gates) return { encoder: await this.encoderPart(), decoder: this.decoder };
    const [encoder, decoder] = await Promise.all(
      ["dial-encoder", "dial-decoder"].map(async (name) => parsePart(...(await partOf(this.source, name)))),
    );
    return { encoder, decoder };
  }

  close() {
    this.remote?.close();
  }
}

/** @param {import("./source.js").Source} source @param {string} part @returns {Promise<[import("./network.js").Manifest, ArrayBuffer]>} */
async function partOf(source, part) {
  const [manifest, weights] = await Promise.all([source.json(`${part}.json`), source.bytes(`${part}.bin`)]);
  return [/** @type {import("./network.js").Manifest} */ (manifest), weights];
}

/** @param {import("./source.js").Source} source @returns {Promise<Decoder>} */
async function decoderOf(source) {
  const [manifest, weights] = await partOf(source, "decoder");
  return { part: parsePart(manifest, weights), weights };
}

/** @param {import("./source.js").Source} source @returns {Promise<Decoder>} */
async function draftOf(source) {
  const [manifest, draft] = await Promise.all([source.json("decoder.json"), source.bytes("draft.bin")]);
  return parseDraft(/** @type {import("./network.js").Manifest} */ (manifest), draft);
}

/** What latents.bin holds: means, log variances if there are any, a byte a label if there are any. @param {ArrayBuffer} buffer @param {ModelInfo} info @returns {Codes} */
function codesOf(buffer, { count, latentDim, stochastic, classNames, rounded }) {
  const size = count * latentDim,
    forMu = size * (rounded ? 2 : 4),
    forLogVar = stochastic ? size * (rounded ? 1 : 4) : 0;
  const labelled = classNames.length > 0;
  if (buffer.byteLength !== forMu + forLogVar + (labelled ? count : 0))
    throw new Error("The list of test codes is damaged. Reload the page.");
  const logVar = () =>
    rounded
      ? Float32Array.from(new Int8Array(buffer, forMu, size), (eighths) => eighths / 8)
      : new Float32Array(buffer, forMu, size);
  return {
    mu: rounded ? float16ToFloat32(new Uint16Array(buffer, 0, size)) : new Float32Array(buffer, 0, size),
    logVar: stochastic ? logVar() : null,
    labels: labelled ? new Uint8Array(buffer, forMu + forLogVar, count) : null,
  };
}

/** Decodes on the server: one request under way, the newest of each frame next. */
class RemoteDecoder {
  /** @param {URL} url @param {boolean} conditional */
  constructor(url, conditional) {
    this.url = url;
    this.conditional = conditional;
    /** @type {Map<Canvas, string>} */
    this.waiting = new Map();
    /** @type {Canvas | null} */
    this.busy = null;
    /** @type {WebSocket | null} */
    this.socket = null;
  }

  /** @param {Canvas} frame @param {Float32Array} z @param {Condition} y */
  show(frame, z, y) {
    const classes = !this.conditional ? [] : typeof y === "number" ? [y] : Array.from(y ?? []);
    this.waiting.set(frame, JSON.stringify({ z: Array.from(z), y: classes }));
    if (!this.socket || this.socket.readyState > WebSocket.OPEN) this.connect();
    else if (this.socket.readyState === WebSocket.OPEN && !this.busy) this.next();
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
    const [first] = this.waiting;
    if (!first || this.busy) return;
    this.waiting.delete(first[0]);
    this.busy = first[0];
    this.socket?.send(first[1]);
  }

  close() {
    this.socket?.close();
  }
}
