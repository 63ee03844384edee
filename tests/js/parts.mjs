// Small models made in JavaScript, for tests that need no torch.
import { Model } from "../../live/engine/model.js";
import { parsePart } from "../../live/engine/network.js";
import { Thumbs } from "../../live/parts/thumbs.js";
import { planeOf } from "./pane.mjs";

/** Numbers between -1 and 1 that are the same at every call (a linear congruential generator). */
export function numbers(count, seed = 1) {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** A decoder of one linear layer, or two with tanh between them, for images of `image` = [channels, height, width]. */
export function decoder({ latent = 2, classes = 0, image = [1, 4, 5], hidden = 0 } = {}) {
  const pixels = image[0] * image[1] * image[2];
  const layers = classes ? [{ op: "join_condition", classes }] : [];
  const sizes = [latent + classes, ...(hidden ? [hidden] : []), pixels];
  let count = 0;
  for (let i = 1; i < sizes.length; i++) {
    if (i > 1) layers.push({ op: "tanh", slope: 0 });
    const [inputs, outputs] = [sizes[i - 1], sizes[i]];
    const weight = { offset: count, shape: [outputs, inputs] };
    const bias = { offset: count + inputs * outputs, shape: [outputs] };
    layers.push({ op: "linear", inputs, outputs, weight, bias });
    count += (inputs + 1) * outputs;
  }
  layers.push({ op: "reshape", shape: image });
  const about = { part: "decoder", inputs: latent, latent_dim: latent, stochastic: true, classes, image };
  const manifest = { ...about, layers, dtype: "float32", count };
  return { manifest, weights: numbers(count).buffer };
}

/** An encoder of one linear layer; `stochastic`: whether it gives log variances too. */
export function encoder({ latent = 2, classes = 0, image = [1, 4, 5], stochastic = true, maxLogVar = 10 } = {}) {
  const pixels = image[0] * image[1] * image[2];
  const [inputs, outputs] = [pixels + classes, latent * (stochastic ? 2 : 1)];
  const layers = [
    { op: "reshape", shape: [pixels] },
    ...(classes ? [{ op: "join_condition", classes }] : []),
    {
      op: "linear",
      inputs,
      outputs,
      weight: { offset: 0, shape: [outputs, inputs] },
      bias: { offset: inputs * outputs, shape: [outputs] },
    },
  ];
  const count = (inputs + 1) * outputs;
  const about = { part: "encoder", inputs: pixels, latent_dim: latent, stochastic, max_log_var: maxLogVar };
  return { manifest: { ...about, classes, image, layers, dtype: "float32", count }, weights: numbers(count, 7).buffer };
}

/** What Python says of a small model of two latents and three classes; four test images. */
export const infoOf = (changes = {}) => ({
  id: "small-vae",
  base: "models/small-vae/",
  title: "Small VAE",
  conditional: false,
  stochastic: true,
  latentDim: 2,
  image: [1, 4, 5],
  classNames: ["zero", "one", "two"],
  count: 4,
  kl: [1.5, 0.001],
  dead: [1],
  nearness: [0, 1, 2],
  likelihood: { name: "bernoulli", pixelStd: 1 },
  ...changes,
});

/** Where each test image's code lies, and its class. */
export const CODES = [0, 0, 1, 0, 0, 3, -4, -4],
  LABELS = [0, 1, 2, 1];

/** A pane of such a model, whose codes are there; `files`: by name what its source gives, bytes or an error. */
export function paneWith({ info = {}, files = {}, state = {} } = {}) {
  const about = infoOf(info);
  const classes = about.conditional ? about.classNames.length : 0;
  const { manifest, weights } = decoder({ latent: about.latentDim, classes, image: about.image });
  const give = async (name) => {
    if (!(name in files)) throw new Error(`${name} is not there`);
    return files[name];
  };
  const source = { json: give, bytes: give, socket: () => null };
  const model = new Model(about, parsePart(manifest, weights), weights, source);
  Object.assign(model, { ready: true, mu: Float32Array.from(CODES), labels: Uint8Array.from(LABELS) });
  const palette = {
    colours: { light: ["red", "green", "blue"], dark: ["pink", "lime", "sky"] },
    textOn: { light: ["white", "black", "white"], dark: ["black", "black", "black"] },
  };
  const thumbs = new Thumbs(model, null, (label) => palette.colours.light[label]);
  const data = { start: { point: 0, label: 1, z: [0.5, -0.5] }, figure: null };
  return { data, model, source, thumbs, palette, state, plane: planeOf(about.latentDim), host: null };
}
