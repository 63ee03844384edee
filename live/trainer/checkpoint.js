// @ts-check
// A model that was trained in the page as a checkpoint, the zip that the app's Library reads (models/checkpoint.py), and
// as the files that a view asks for. Pure: numbers to bytes.
import { joined } from "../engine/bytes.js";
import { halvesOf } from "../engine/half.js";
import { zipOf } from "../engine/npz.js";
import { filed } from "./film.js";
import { manifestsOf } from "./networks.js";

/**
 * @typedef {import("./plan.js").Finished} Finished
 * @typedef {import("../engine/network.js").Manifest} Manifest
 * @typedef {"F32" | "F16" | "I32" | "U8"} Kind
 * @typedef {[string, Kind, number[], Float32Array | Uint16Array | Int32Array | Uint8Array]} Tensor name, type, shape, numbers
 */

/** The zip of a checkpoint's folder, its film among its files. @param {Finished} finished @param {Date} [made] @returns {Uint8Array<ArrayBuffer>} */
export function checkpointZip(finished, made = new Date()) {
  const { plan, kept } = finished;
  const text = (/** @type {unknown} */ value) => new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  const history = new TextEncoder().encode(kept.history.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const film = filmOf(finished);
  return zipOf([
    [`${plan.run_id}/run.json`, text(runOf(finished, made))],
    [`${plan.run_id}/weights.safetensors`, safetensors(weightsOf(finished))],
    [`${plan.run_id}/history.jsonl`, history],
    [`${plan.run_id}/latents.safetensors`, safetensors(latentsOf(finished))],
    ...(film.length
      ? [/** @type {[string, Uint8Array]} */ ([`${plan.run_id}/epochs.safetensors`, safetensors(film)])]
      : []),
  ]);
}

/** @param {Finished} finished @param {Date} made */
function runOf({ plan, data, kept }, made) {
  const last = kept.history[kept.history.length - 1],
    { encoder, decoder } = manifestsOf(plan.model, plan.conditional);
  const seen = kept.position.step * Math.min(plan.training.batch_size, data.train_count);
  return {
    run_id: plan.run_id,
    title: plan.title,
    model: plan.model,
    training: kept.plan.training,
    data,
    test: last.test,
    train: last.train,
    epochs_done: kept.epoch,
    seconds: kept.seconds,
    images_per_second: seen / Math.max(kept.seconds, 1e-9),
    device: "browser",
    parameter_count: encoder.count + decoder.count,
    made: made.toISOString(),
    versions: {},
    format: 1,
    program: null,
    kept_epoch: null,
  };
}

/** By their names in torch. @param {Finished} finished @returns {Tensor[]} */
function weightsOf({ plan, kept }) {
  return named(plan, kept.position.values).map(([name, shape, numbers]) => [name, "F32", shape, numbers]);
}

/** Each weight of an encoder and a decoder by its name in torch. @param {Finished["plan"]} plan @param {Float32Array[]} values @returns {[string, number[], Float32Array][]} */
function named(plan, values) {
  const { encoder, decoder } = manifestsOf(plan.model, plan.conditional);
  return [encoder, decoder].flatMap(({ part, layers }, i) =>
    layers.flatMap(({ weight, bias }, position) =>
      Object.entries({ weight, bias }).flatMap(([name, record]) => {
        if (!record) return [];
        const size = record.shape.reduce((a, b) => a * b, 1);
        const numbers = values[i].subarray(record.offset, record.offset + size);
        return [
          /** @type {[string, number[], Float32Array]} */ ([`${part}.${position}.${name}`, record.shape, numbers]),
        ];
      }),
    ),
  );
}

/** The kept epochs, as models/series.py reads them; none where there is no film. @param {Finished} finished @returns {Tensor[]} */
function filmOf({ plan, film, labels }) {
  const moments = filed(film);
  if (!moments.length) return [];
  const count = moments.length,
    each = moments.map(({ encoder, decoder }) => named(plan, [encoder, decoder]));
  const halves = (/** @type {Float32Array[]} */ parts) =>
    new Uint16Array(joined(parts.map((part) => new Uint8Array(halvesOf(part).buffer))).buffer);
  return [
    ["epochs", "I32", [count], Int32Array.from(moments, ({ epoch }) => epoch)],
    ...each[0].map(([name, shape], i) => {
      const numbers = halves(each.map((tensors) => tensors[i][2]));
      return /** @type {Tensor} */ ([`weights.${name}`, "F16", [count, ...shape], numbers]);
    }),
    ["mu", "F16", [count, labels.length, plan.model.latent_dim], halves(moments.map(({ mu }) => mu))],
  ];
}

/** @param {Finished} finished @returns {Tensor[]} */
function latentsOf({ plan, kept, labels }) {
  const { mu, logVar } = kept.codes,
    shape = [labels.length, plan.model.latent_dim];
  /** @type {Tensor[]} */
  const tensors = [["mu", "F32", shape, mu]];
  if (logVar) tensors.push(["log_var", "F32", shape, logVar]);
  if (plan.model.class_count) tensors.push(["labels", "U8", [labels.length], labels]);
  return tensors;
}

/** Source: the safetensors format, a length, a header as JSON, the numbers. @param {Tensor[]} tensors */
function safetensors(tensors) {
  let at = 0;
  const entries = tensors.map(([name, dtype, shape, { byteLength }]) => {
    const entry = { dtype, shape, data_offsets: [at, at + byteLength] };
    at += byteLength;
    return [name, entry];
  });
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const whole = new Uint8Array(8 + header.length + at);
  new DataView(whole.buffer).setUint32(0, header.length, true);
  whole.set(header, 8);
  at = 8 + header.length;
  for (const [, , , { buffer, byteOffset, byteLength }] of tensors) {
    whole.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return whole;
}

/** A finished model's files, as a view asks for them; throws for one that there is not. @param {Finished} finished @returns {import("../engine/source.js").Source} */
export function sourceOf({ plan, kept, film, labels }) {
  const { encoder, decoder } = manifestsOf(plan.model, plan.conditional);
  /** @type {Record<string, () => ArrayBuffer>} */
  const files = {
    "encoder.bin": () => bytesOf(kept.position.values[0]),
    "decoder.bin": () => bytesOf(kept.position.values[1]),
    "latents.bin": () => bytesOfAll([kept.codes.mu, kept.codes.logVar, plan.model.class_count ? labels : null]),
  };
  for (const moment of film) {
    files[`epoch-${moment.epoch}-encoder.bin`] = () => bytesOf(moment.encoder);
    files[`epoch-${moment.epoch}-decoder.bin`] = () => bytesOf(moment.decoder);
    files[`epoch-${moment.epoch}-mu.bin`] = () => bytesOf(moment.mu);
  }
  /** @type {Record<string, Manifest>} */
  const manifests = { "encoder.json": encoder, "decoder.json": decoder };
  const found = (/** @type {Record<string, unknown>} */ all, /** @type {string} */ name) => {
    if (!Object.hasOwn(all, name)) throw new Error(`${plan.run_id}: ${name}`);
    return all[name];
  };
  return {
    json: async (name) => found(manifests, name),
    bytes: async (name) => /** @type {() => ArrayBuffer} */ (found(files, name))(),
    socket: () => null,
    ask: null,
  };
}

/** @param {Float32Array | Uint8Array} numbers @returns {ArrayBuffer} a copy */
function bytesOf({ buffer, byteOffset, byteLength }) {
  return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
}

/** @param {(Float32Array | Uint8Array | null)[]} parts @returns {ArrayBuffer} */
function bytesOfAll(parts) {
  return joined(parts.filter((part) => part !== null).map((part) => new Uint8Array(bytesOf(part)))).buffer;
}
