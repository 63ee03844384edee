// What is to be trained, and what is said between a page and its trainer's Worker. Types only. The names of a plan are
// those of a checkpoint's run.json (models/config.py, models/run.py): what comes from there, or goes there, is the same.

/** The shape of a model. */
export interface ModelRecord {
  family: string;
  network: string;
  image: number[];
  latent_dim: number;
  class_count: number;
  widths: number[];
  activation: string;
  stochastic: boolean;
  pseudo_inputs: number;
  dial: null;
}

export interface WeightsRecord {
  beta: number;
  capacity: number;
  gamma: number;
  mmd_weight: number;
  bandwidth: string;
  likelihood: "bernoulli" | "gaussian";
  pixel_std: number;
  alpha: number;
}

/** A setting that was changed while it trained. */
export interface ChangeRecord {
  step: number;
  name: string;
  value: number;
}

export interface TrainingRecord {
  data: string;
  objective: string;
  weights: WeightsRecord;
  epochs: number;
  batch_size: number;
  learning_rate: number;
  warmup: number;
  clip_norm: number;
  optimizer_eps: number;
  seed: number;
  changes: ChangeRecord[];
  [more: string]: unknown;
}

export interface Plan {
  run_id: string;
  title: string;
  model: ModelRecord;
  conditional: boolean;
  training: TrainingRecord;
}

/** Images to learn from and images to measure with: grey levels 0 to 255, `[count, channels, height, width]`. */
export interface Images {
  image: number[];
  train: Uint8Array;
  trainLabels: Uint8Array;
  test: Uint8Array;
  testLabels: Uint8Array;
}

/** Means over a set, nats an image, as a checkpoint has them. */
export interface Metrics {
  log_likelihood: number;
  elbo: number | null;
  kl: number[] | null;
  mmd: number | null;
}

/** A line of history.jsonl. */
export interface EpochRecord {
  epoch: number;
  seconds: number;
  learning_rate: number;
  beta: number;
  loss: number;
  train: Metrics;
  test: Metrics;
}

/** What the test images are for the model. */
export interface Codes {
  mu: Float32Array;
  logVar: Float32Array | null;
}

/** A moment to go on from: the end of an epoch. */
export interface Kept {
  plan: Plan;
  epoch: number;
  seconds: number;
  history: EpochRecord[];
  position: import("./learner.js").Position;
  codes: Codes;
}

/** What a checkpoint remembers of its data set. */
export interface DataRecord {
  name: string;
  title: string;
  class_names: string[];
  train_count: number;
  test_count: number;
  kind: string;
  digest: string | null;
}

/** A moment of a film. */
export interface Moment {
  epoch: number;
  encoder: Float32Array;
  decoder: Float32Array;
  mu: Float32Array;
}

/** A training as the page keeps it: on its way, or at its end. `labels`: of the test images. */
export interface Finished {
  plan: Plan;
  data: DataRecord;
  kept: Kept;
  film: Moment[];
  labels: Uint8Array;
  /** when it ended, milliseconds since 1970; of models from before there was a shelf unknown */
  ended?: number;
}

/** Where a training is, a few times a second. */
export interface Progress {
  step: number;
  steps: number;
  epoch: number;
  /** of steps since it was started or gone on with */
  seconds: number;
  /** images a second */
  rate: number | null;
  secondsLeft: number | null;
  /** means since the last one: epochs, log p(x|z), the second term */
  recent: [number, number, number | null] | null;
}

/** What can be seen of it: the first test images' means, samples as grey levels, the decoder's numbers. */
export interface Pictures {
  step: number;
  mu: Float32Array;
  samples: Uint8Array;
  decoder: Float32Array;
}

export type Order =
  | { type: "start"; plan: Plan; images: Images; kept: Kept | null }
  | { type: "pause" | "resume" | "step" | "cancel" }
  | { type: "slow"; slow: boolean }
  | { type: "change"; name: string; value: number };

export type Report =
  | ({ type: "progress" } & Progress)
  | ({ type: "pictures" } & Pictures)
  | { type: "kept"; kept: Kept }
  | { type: "paused" | "resumed" | "done" | "cancelled" }
  | { type: "changed"; changes: ChangeRecord[] }
  /** `code`: of a sentence; `detail`: what it names */
  | { type: "failed"; code: "not_finite" | "layer" | "other"; detail: string };

/** What of a Worker its other end needs. */
export interface WorkerLike {
  postMessage: (order: Order) => void;
  terminate: () => void;
  onmessage: ((event: { data: Report }) => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
}
