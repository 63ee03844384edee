// Small models made in JavaScript, for tests that need no torch.

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
