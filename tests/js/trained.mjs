// A small training for tests: images with two kinds of stripes, and the plan of a VAE that tells them apart.
import { serve } from "../../live/trainer/worker.js";

/** @param {number} count */
function striped(count) {
  const levels = new Uint8Array(count * 64),
    labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < count; i++)
    for (let p = 0; p < 64; p++) {
      const along = labels[i] ? p % 8 : Math.floor(p / 8);
      levels[i * 64 + p] = (along + i) % 4 < 2 ? 230 : 20;
    }
  return [levels, labels];
}

export function images(train = 64, test = 20) {
  const [learnt, trainLabels] = striped(train),
    [measured, testLabels] = striped(test);
  return { image: [1, 8, 8], train: learnt, trainLabels, test: measured, testLabels };
}

export const DATA = {
  name: "stripes", title: "Stripes", class_names: ["across", "down"], train_count: 64, test_count: 20, kind: "image",
  digest: null,
}; // biome-ignore format: one record

/** @param {object} [training] @param {object} [model] */
export function plan(training = {}, model = {}) {
  const weights = {
    beta: 1,
    capacity: 0,
    gamma: 1000,
    mmd_weight: 10,
    bandwidth: "two-dim",
    likelihood: "bernoulli",
    pixel_std: 0.5,
    alpha: 0,
  };
  return {
    run_id: "stripes-vae",
    title: "VAE on Stripes, 2 latents",
    conditional: false,
    model: {
      family: "vae",
      network: "mlp",
      image: [1, 8, 8],
      latent_dim: 2,
      class_count: 2,
      widths: [12],
      activation: "gelu",
      stochastic: true,
      pseudo_inputs: 0,
      dial: null,
      ...model,
    },
    training: {
      data: "stripes",
      objective: "elbo",
      weights,
      epochs: 6,
      batch_size: 16,
      optimizer: "adam",
      learning_rate: 0.01,
      optimizer_eps: 1e-8,
      weight_decay: 0,
      clip_norm: 100,
      schedule: "cosine",
      warmup: 0.02,
      beta_warmup: 0,
      capacity_epochs: 0,
      precision: "float32",
      seed: 3,
      initialisation: "torch",
      changes: [],
      held_out: 0,
      shift: 0,
      ...training,
    },
  };
}

/** A Worker in this thread. */
export function makeWorker() {
  const worker = { onmessage: null, onerror: null, terminate: () => (worker.onmessage = null) };
  const port = { onmessage: null, postMessage: (data) => worker.onmessage?.({ data: structuredClone(data) }) };
  serve(port);
  return Object.assign(worker, { postMessage: (data) => port.onmessage({ data: structuredClone(data) }) });
}

/** A store in memory, or one that refuses. @param {boolean} [full] */
export function memory(full = false) {
  const kept = new Map();
  return {
    kept,
    get: async (key) => kept.get(key),
    put: async (key, value) => {
      if (full) throw new Error("QuotaExceededError");
      kept.set(key, structuredClone(value));
    },
    remove: async (key) => void kept.delete(key),
    keys: async () => [...kept.keys()],
  };
}

/** The images as a sheet. @returns {Promise<ArrayBuffer>} */
export async function sheet() {
  const { train, trainLabels, test: held, testLabels } = images();
  const packed = new Blob([train, trainLabels, held, testLabels]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(packed).arrayBuffer();
}
