// @ts-check
// Runs a layer list in double precision, one input at a time: for numbers that must agree with others to 1e-4 nats,
// where single precision is off by up to 4e-4. Plain loops, some ten times as slow as network.js; so nothing that follows
// a hand runs here. Knows layer records; knows no DOM and no model by name.

/**
 * @typedef {import("./network.js").Part} Part
 * @typedef {import("./network.js").AnyLayer} AnyLayer
 * @typedef {import("./network.js").Condition} Condition
 * @typedef {{weight: Float32Array, bias: Float32Array}} Tensors
 * @typedef {{data: Float64Array, shape: number[]}} Values in torch's order: channel, height, width
 */

const TERMS = 80; // of erf's series: its rest is below 1e-16 for |x| <= 3
const SERIES_TO = 3;
const FRACTIONS = 40; // of erfc's continued fraction: 1e-15 beyond 3

/**
 * The error function, within 1e-15. Source: Abramowitz and Stegun 1964, 7.1.6 near 0 and 7.1.14 beyond.
 * @param {number} x
 */
export function erf(x) {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a > SERIES_TO) {
    let fraction = a;
    for (let k = FRACTIONS; k > 0; k--) fraction = a + k / 2 / fraction;
    return Math.sign(x) * (1 - Math.exp(-a * a) / fraction / Math.sqrt(Math.PI));
  }
  let [term, sum] = [x, x];
  for (let k = 1; k < TERMS; k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** @type {Record<string, (v: number, slope: number) => number>} */
const ACTIVATIONS = {
  relu: (v) => Math.max(v, 0),
  leaky_relu: (v, slope) => (v < 0 ? slope * v : v),
  gelu: (v) => 0.5 * v * (1 + erf(v * Math.SQRT1_2)),
  tanh: Math.tanh,
};

/** Raw outputs of one input, `[inputs]` to `[outputs]`. @param {Part} part @param {ArrayLike<number>} input @param {Condition} y @returns {Float64Array} */
export function runExact({ manifest, values }, input, y) {
  const given = conditionOf(manifest.classes, y);
  /** @type {Values} */
  let here = { data: Float64Array.from(input), shape: manifest.part === "decoder" ? [input.length] : manifest.image };
  for (const record of manifest.layers) {
    const layer = /** @type {AnyLayer} */ (record);
    here = apply(layer, here, given, tensorsOf(record, values));
  }
  return here.data;
}

/**
 * The posterior of an observation; `logVar` is null for a deterministic encoder.
 * @param {Part} part @param {ArrayLike<number>} x @param {Condition} y
 * @returns {{mu: Float64Array, logVar: Float64Array | null}}
 */
export function encodeExact(part, x, y) {
  const { latent_dim: latentDim, stochastic, max_log_var: most } = part.manifest;
  const out = runExact(part, x, y);
  const logVar = stochastic ? out.slice(latentDim).map((v) => Math.min(v, most)) : null;
  return { mu: out.slice(0, latentDim), logVar };
}

/** @param {AnyLayer} layer @param {Values} here @param {Float64Array} given @param {Tensors} tensors @returns {Values} */
function apply(layer, here, given, tensors) {
  const { data } = here;
  switch (layer.op) {
    case "linear":
      return vector(product(tensors, data));
    case "conv":
      return conv(layer, here, tensors);
    case "conv_transpose":
      return convTranspose(layer, here, tensors);
    case "gate": // of a dial, where nobody turns it
      return { ...here, data: data.map((v, at) => v * (1 + tensors.bias[at])) };
    case "reshape":
      return { data, shape: layer.shape };
    case "join_condition":
      return vector(Float64Array.of(...data, ...given));
    case "condition_channel": {
      const [channels, height, width] = here.shape;
      return { data: Float64Array.of(...data, ...product(tensors, given)), shape: [channels + 1, height, width] };
    }
    case "one_of_rows":
      return { ...here, data: logOdds(here) };
    default: {
      const f = ACTIVATIONS[layer.op];
      if (!f) throw new Error(`The model's description names a layer ${layer.op}, which is not known here.`);
      return { ...here, data: data.map((v) => f(v, layer.slope)) };
    }
  }
}

/** The softmax over an image's rows, as log p - log(1 - p). @param {Values} here */
function logOdds({ data, shape: [, height, width] }) {
  return data.map((value, at) => {
    const first = at - (Math.floor(at / width) % height) * width;
    let rest = 0;
    for (let row = 0; row < height; row++)
      if (first + row * width !== at) rest += Math.exp(data[first + row * width] - value);
    return -Math.log(rest);
  });
}

/** @param {Float64Array} data @returns {Values} */
const vector = (data) => ({ data, shape: [data.length] });

/** @param {import("./network.js").LayerRecord} layer @param {Float32Array} values @returns {Tensors} */
function tensorsOf({ weight, bias }, values) {
  const part = (/** @type {{offset: number, shape: number[]} | undefined} */ record) =>
    record
      ? values.subarray(record.offset, record.offset + record.shape.reduce((a, b) => a * b, 1))
      : new Float32Array();
  return { weight: part(weight), bias: part(bias) };
}

/** W x + b. @param {Tensors} tensors @param {Float64Array} x */
function product({ weight, bias }, x) {
  const out = Float64Array.from(bias);
  for (let o = 0, at = 0; o < out.length; o++) for (let i = 0; i < x.length; i++) out[o] += weight[at++] * x[i];
  return out;
}

/** @param {AnyLayer} layer @param {Values} here @param {Tensors} tensors @returns {Values} */
function conv({ inputs, outputs, kernel, stride, pad: [top, bottom, left, right] }, { data, shape }, { weight, bias }) {
  const [, height, width] = shape;
  const tall = Math.floor((height + top + bottom - kernel) / stride) + 1,
    wide = Math.floor((width + left + right - kernel) / stride) + 1;
  const out = new Float64Array(outputs * tall * wide);
  taps(kernel, tall, wide, stride, top, left, height, width, (from, to, tap) => {
    for (let o = 0; o < outputs; o++)
      for (let i = 0; i < inputs; i++)
        out[o * tall * wide + to] += weight[(o * inputs + i) * kernel ** 2 + tap] * data[i * height * width + from];
  });
  return { data: out.map((v, at) => v + bias[Math.floor(at / (tall * wide))]), shape: [outputs, tall, wide] };
}

/** @param {AnyLayer} layer @param {Values} here @param {Tensors} tensors @returns {Values} */
function convTranspose({ inputs, outputs, kernel, stride, crop }, { data, shape }, { weight, bias }) {
  const [, height, width] = shape,
    [top, bottom, left, right] = crop;
  const tall = (height - 1) * stride + kernel - top - bottom,
    wide = (width - 1) * stride + kernel - left - right;
  const out = new Float64Array(outputs * tall * wide);
  // the convolution that it is the transpose of goes from the large image to the small one
  taps(kernel, height, width, stride, top, left, tall, wide, (to, from, tap) => {
    for (let i = 0; i < inputs; i++) {
      const v = data[i * height * width + from];
      for (let o = 0; o < outputs; o++) out[o * tall * wide + to] += weight[(i * outputs + o) * kernel ** 2 + tap] * v;
    }
  });
  return { data: out.map((v, at) => v + bias[Math.floor(at / (tall * wide))]), shape: [outputs, tall, wide] };
}

/**
 * Every pair of a large image's pixel and a small one's that a kernel's tap connects.
 * @param {number} kernel @param {number} tall @param {number} wide of the small image @param {number} stride
 * @param {number} top @param {number} left @param {number} height @param {number} width of the large one
 * @param {(large: number, small: number, tap: number) => void} use
 */
function taps(kernel, tall, wide, stride, top, left, height, width, use) {
  for (let row = 0; row < tall; row++)
    for (let column = 0; column < wide; column++)
      for (let tap = 0; tap < kernel ** 2; tap++) {
        const y = row * stride + Math.floor(tap / kernel) - top,
          x = column * stride + (tap % kernel) - left;
        if (y >= 0 && y < height && x >= 0 && x < width) use(y * width + x, row * wide + column, tap);
      }
}

/** Class weights `[classes]`. @param {number} classes @param {Condition} y */
function conditionOf(classes, y) {
  if (typeof y === "number") return Float64Array.from({ length: classes }, (_, label) => Number(label === y));
  if (classes && y?.length !== classes) throw new Error("This model is told a class: say which.");
  return Float64Array.from(y ?? []).slice(0, classes);
}
