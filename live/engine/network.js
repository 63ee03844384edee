// @ts-check
// Runs a model's layer list in the browser: the same list that builds the torch module (models/layers.py).
// Knows no DOM and no model by name, and imports nothing: a page or a Worker made from a Blob can hold it as one text,
// which is why this file is longer than the others.
//
// Memory: a vector is in torch's order; an image is height, width, channel inside and channel, height, width outside.
// Every weighted layer becomes dense products of short contiguous runs. Measured in V8: Float32Array storage with
// double sums is 2.4 times as fast as sums through Math.fround, and 3 positions x 4 outputs at a time is the best tile.

/**
 * @typedef {{op: string, weight?: {offset: number, shape: number[]}, bias?: {offset: number, shape: number[]},
 *   inputs?: number, outputs?: number, kernel?: number, stride?: number, pad?: number[], crop?: number[],
 *   slope?: number, shape?: number[], classes?: number, height?: number, width?: number}} LayerRecord
 * @typedef {Required<LayerRecord>} AnyLayer what its operation needs is there; parsePart has looked
 * @typedef {{part: "decoder" | "encoder", layers: LayerRecord[], inputs: number, latent_dim: number,
 *   stochastic: boolean, max_log_var: number, classes: number, image: number[], dtype: "int8" | "float16" | "float32", count: number}} Manifest
 * @typedef {{manifest: Manifest, values: Float32Array}} Part
 * @typedef {number | ArrayLike<number> | null | undefined} Condition a label, class weights that are mixed, or none
 * @typedef {{data: Float32Array, shape: number[]}} Values `data` is `[rows, ...shape]`
 * @typedef {(count: number) => void} Step runs one layer on the first `count` rows
 */

const BYTES = { int8: 1, float16: 2, float32: 4 };
const TILE = 4;

/**
 * The numbers of IEEE half-precision bit patterns: `[n]` to `[n]`.
 * @param {Uint16Array} halves
 * @returns {Float32Array}
 */
export function float16ToFloat32(halves) {
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i];
    const sign = (half & 0x8000) << 16;
    const rest = half & 0x7fff;
    if (rest >= 0x7c00) bits[i] = sign | 0x7f800000 | ((rest & 0x3ff) << 13);
    else if (rest >= 0x0400) bits[i] = sign | ((rest << 13) + 0x38000000);
    else values[i] = sign ? -rest * 2 ** -24 : rest * 2 ** -24;
  }
  return values;
}

/**
 * The error function, within 2e-7. Source: the rational approximation of Eigen and XLA (odd, clamped at 4).
 * @param {number} x
 * @returns {number}
 */
export function erf(x) {
  const t = x > 4 ? 4 : Math.max(x, -4);
  const s = t * t;
  const above =
    ((((((-2.72614225801306e-10 * s + 2.77068142495902e-8) * s - 2.10102402082508e-6) * s - 5.69250639462346e-5) * s -
      7.34990630326855e-4) *
      s -
      2.95459980854025e-3) *
      s -
      1.60960333262415e-2) *
    t;
  const below =
    (((-1.45660718464996e-5 * s - 2.13374055278905e-4) * s - 1.68282697438203e-3) * s - 7.37332916720468e-3) * s -
    1.42647390514189e-2;
  return above / below;
}

/**
 * GELU in its exact form, x * Phi(x), within 1e-6.
 * @param {number} x
 * @returns {number}
 */
export function gelu(x) {
  if (x > 5.6) return x;
  if (x < -5.6) return 0;
  return 0.5 * x * (1 + erf(x * Math.SQRT1_2));
}

/**
 * The logistic function; `exp` overflows to infinity, so the ends are exactly 0 and 1.
 * @param {number} x
 * @returns {number}
 */
export function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

/**
 * Logits to grey levels 0 to 255 of their sigmoid, rounded; element by element.
 * @param {Float32Array} logits
 * @param {Uint8Array | Uint8ClampedArray} levels as long as `logits`
 */
export function greyLevels(logits, levels) {
  for (let i = 0; i < logits.length; i++) levels[i] = (255 * sigmoid(logits[i]) + 0.5) | 0;
}

/**
 * A part's layers and numbers, checked; throws an Error with a sentence for a screen.
 * @param {Manifest} manifest
 * @param {ArrayBuffer} buffer the numbers of all tensors, little-endian
 * @returns {Part}
 */
export function parsePart(manifest, buffer) {
  if (!manifest || !Array.isArray(manifest.layers)) throw new Error("The model's description is damaged.");
  const { part, dtype, count } = manifest;
  if (!(dtype in BYTES))
    throw new Error(`The ${part}'s numbers are of type ${dtype}; int8, float16 or float32 expected.`);
  manifest.layers.forEach((layer, position) => checkTensors(layer, position, count));
  const expected = count * BYTES[dtype] + (dtype === "int8" ? 4 * rowsOf(manifest).length : 0);
  if (buffer.byteLength !== expected) {
    throw new Error(`The ${part}'s weights are damaged: ${buffer.byteLength} bytes came, ${expected} expected.`);
  }
  const values = valuesOf(manifest, buffer);
  for (let i = 0; i < values.length; i++) {
    if (values[i] - values[i] !== 0) throw new Error(`The ${part}'s weights are damaged: value ${i} is not a number.`);
  }
  return { manifest, values };
}

/** @param {Manifest} manifest @param {ArrayBuffer} buffer @returns {Float32Array} */
function valuesOf(manifest, buffer) {
  const { dtype, count } = manifest;
  if (dtype === "float32") return new Float32Array(buffer);
  if (dtype === "float16") return float16ToFloat32(new Uint16Array(buffer));
  const numbers = new Int8Array(buffer, 0, count),
    steps = new Float32Array(buffer.slice(count)),
    values = new Float32Array(count);
  rowsOf(manifest).forEach(({ start, width }, row) => {
    for (let at = start; at < start + width; at++) values[at] = numbers[at] * steps[row];
  });
  return values;
}

/** Where the rows of all tensors lie: a row holds all of one first index, and in int8 has a step of its own. @param {Manifest} manifest */
function rowsOf({ layers }) {
  return layers.flatMap(({ weight, bias }) =>
    [weight, bias].flatMap((record) => {
      const [rows = 0, ...inner] = record?.shape ?? [];
      const width = product(inner);
      return Array.from({ length: rows }, (_, row) => ({ start: (record?.offset ?? 0) + row * width, width }));
    }),
  );
}

/** @param {LayerRecord} layer @param {number} position @param {number} count */
function checkTensors(layer, position, count) {
  const shapes = tensorShapes(/** @type {AnyLayer} */ (layer));
  if (!shapes) return;
  shapes.forEach((shape, i) => {
    const record = i === 0 ? layer.weight : layer.bias;
    const name = `layer ${position} (${layer.op}): its ${i === 0 ? "weight" : "bias"}`;
    if (!record || String(record.shape) !== String(shape)) {
      throw new Error(`The model's description is damaged: ${name} is not of shape ${shape.join(" x ")}.`);
    }
    if (!(record.offset >= 0 && record.offset + product(shape) <= count)) {
      throw new Error(`The model's description is damaged: ${name} lies outside of the weights.`);
    }
  });
}

/** Shapes of the weight and the bias, as torch has them. @param {AnyLayer} layer @returns {number[][] | null} */
function tensorShapes(layer) {
  const { inputs, outputs, kernel } = layer;
  switch (layer.op) {
    case "linear":
      return [[outputs, inputs], [outputs]];
    case "conv":
      return [[outputs, inputs, kernel, kernel], [outputs]];
    case "conv_transpose":
      return [[inputs, outputs, kernel, kernel], [outputs]];
    case "condition_channel":
      return [[layer.height * layer.width, layer.classes], [layer.height * layer.width]];
    default:
      return null;
  }
}

/** @param {number[]} shape */
function product(shape) {
  return shape.reduce((a, b) => a * b, 1);
}

/**
 * A part that can be run, with its buffers allocated once; throws if the layers do not fit together.
 *
 * What it returns lies in those buffers: copy what must outlast the next call. So do `hidden`, the layers with weights
 * but the last, after their activation: the first rows are those of the last call, an image's channels innermost.
 * @param {Part} part
 * @param {number} rows how many inputs one call may hold; weights are read once for all of them
 */
export function makeRunner(part, rows = 16) {
  const { manifest } = part;
  const { inputs, classes, latent_dim: latentDim, stochastic } = manifest;
  const decodes = manifest.part === "decoder";
  const input = new Float32Array(rows * inputs);
  const conditions = new Float32Array(rows * classes);
  const { steps, output, hidden } = compile(part, rows, input, conditions);
  const outputs = output.length / rows;
  const wanted = decodes ? product(manifest.image) : latentDim * (stochastic ? 2 : 1);
  if (outputs !== wanted) throw new Error(`The ${manifest.part} gives ${outputs} numbers; ${wanted} expected.`);
  const means = new Float32Array(decodes ? output.length : 0);

  /**
   * Raw outputs of several inputs, `[count, inputs]` to `[count, outputs]`: logits of a decoder.
   * @param {Float32Array} values
   * @param {number} count at most `rows`
   * @param {Condition} [y] one for all, or class weights `[count, classes]`
   */
  function runRows(values, count, y = null) {
    if (!(count >= 1 && count <= rows)) throw new Error(`This runner takes 1 to ${rows} inputs; got ${count}.`);
    if (values.length !== count * inputs) {
      throw new Error(`The ${manifest.part} takes ${inputs} numbers an input; got ${values.length} for ${count}.`);
    }
    input.set(values);
    fillConditions(conditions, classes, count, y);
    for (const step of steps) step(count);
    return output.subarray(0, count * outputs);
  }

  /**
   * Raw outputs of one input, `[inputs]` to `[outputs]`.
   * @param {Float32Array} values
   * @param {Condition} [y]
   */
  const run = (values, y = null) => runRows(values, 1, y);

  /**
   * Pixel means of several latents, `[count, latent]` to `[count, channel * height * width]` in [0, 1].
   * @param {Float32Array} zs
   * @param {number} count
   * @param {Condition} [y]
   */
  function decodeMeans(zs, count, y = null) {
    if (!decodes) throw new Error("An encoder does not decode.");
    const logits = runRows(zs, count, y);
    for (let i = 0; i < logits.length; i++) means[i] = sigmoid(logits[i]);
    return means.subarray(0, logits.length);
  }

  /**
   * Pixel means of one latent, `[latent]` to `[channel * height * width]` in [0, 1].
   * @param {Float32Array} z
   * @param {Condition} [y]
   */
  const decodeMean = (z, y = null) => decodeMeans(z, 1, y);

  /**
   * The posterior of an observation `[channel * height * width]`; `logVar` is null for a deterministic encoder.
   * @param {Float32Array} x
   * @param {Condition} [y]
   * @returns {{mu: Float32Array, logVar: Float32Array | null}}
   */
  function encode(x, y = null) {
    if (decodes) throw new Error("A decoder does not encode.");
    const out = runRows(x, 1, y);
    for (let i = latentDim; i < out.length; i++) out[i] = Math.min(out[i], manifest.max_log_var);
    return { mu: out.subarray(0, latentDim), logVar: stochastic ? out.subarray(latentDim, 2 * latentDim) : null };
  }

  return { manifest, rows, outputs, hidden, run, runRows, decodeMean, decodeMeans, encode };
}

/** @param {Float32Array} conditions @param {number} classes @param {number} count @param {Condition} y */
function fillConditions(conditions, classes, count, y) {
  if (!classes) return;
  if (typeof y === "number" && Number.isInteger(y) && y >= 0 && y < classes) {
    conditions.fill(0, 0, count * classes);
    for (let row = 0; row < count; row++) conditions[row * classes + y] = 1;
  } else if (y && typeof y === "object" && (y.length === classes || y.length === count * classes)) {
    for (let i = 0; i < count * classes; i++) conditions[i] = y[i % y.length];
  } else {
    const got = y && typeof y === "object" ? `${y.length} numbers` : String(y);
    const needs = `a class 0 to ${classes - 1} or ${classes} weights`;
    throw new Error(`This model is conditional: it needs ${needs}; got ${got}.`);
  }
}

/**
 * The layers as steps over buffers of their own.
 * @param {Part} part
 * @param {number} rows
 * @param {Float32Array} input
 * @param {Float32Array} conditions
 */
function compile(part, rows, input, conditions) {
  const { layers, image, inputs, classes } = part.manifest;
  /** @type {Step[]} */
  const steps = [];
  /** @type {Values} */
  let values = { data: input, shape: part.manifest.part === "encoder" ? image : [inputs] };
  if (product(values.shape) !== inputs) throw new Error(`An image of ${image.join(" x ")} is not ${inputs} numbers.`);
  values = toChannelsLast(steps, rows, values);
  const given = { data: conditions, shape: [classes] };
  /** @type {Values[]} */
  const weighted = [];
  layers.forEach((layer, position) => {
    try {
      values = addLayer(steps, part, rows, /** @type {AnyLayer} */ (layer), values, given);
      if (layer.inputs) weighted.push(values); // activations that follow work in place
    } catch (error) {
      throw new Error(`Layer ${position} (${layer.op}): ${/** @type {Error} */ (error).message}`);
    }
  });
  return { steps, output: toChannelsFirst(steps, rows, values).data, hidden: weighted.slice(0, -1) };
}

/**
 * @param {Step[]} steps @param {Part} part @param {number} rows @param {AnyLayer} layer @param {Values} values
 * @param {Values} given
 * @returns {Values}
 */
function addLayer(steps, part, rows, layer, values, given) {
  switch (layer.op) {
    case "linear":
      return addLinear(steps, rows, weightsOf(part, layer), layer.outputs, values);
    case "conv":
      return addConv(steps, rows, weightsOf(part, layer), layer, values);
    case "conv_transpose":
      return addConvTranspose(steps, rows, weightsOf(part, layer), layer, values);
    case "reshape":
      if (product(layer.shape) !== product(values.shape)) throw new Error(misfit(product(layer.shape), values));
      return toChannelsLast(steps, rows, { data: toChannelsFirst(steps, rows, values).data, shape: layer.shape });
    case "join_condition":
      requireClasses(layer, given);
      return addJoin(steps, rows, values, given);
    case "condition_channel": {
      requireClasses(layer, given);
      const drawn = addLinear(steps, rows, weightsOf(part, layer), layer.height * layer.width, given);
      return addJoin(steps, rows, values, { data: drawn.data, shape: [1, layer.height, layer.width] });
    }
    case "one_of_rows":
      steps.push((count) => {
        for (let row = 0; row < count; row++) logOddsOfRows(values.data, values.shape, row * product(values.shape));
      });
      return values;
    default:
      return addActivation(steps, layer, values);
  }
}

/**
 * The softmax over the rows of each column in place, as log p - log(1 - p); 1 - p of the likeliest is the others' sum.
 * @param {Float32Array} data an image, its channels innermost @param {number[]} shape @param {number} start of the image
 */
function logOddsOfRows(data, [channels, height, width], start) {
  const line = width * channels;
  for (let column = start; column < start + line; column++) {
    const end = column + height * line;
    let top = column;
    for (let at = column; at < end; at += line) if (data[at] > data[top]) top = at;
    const most = data[top];
    let others = 0;
    for (let at = column; at < end; at += line) if (at !== top) others += Math.exp(data[at] - most);
    for (let at = column; at < end; at += line) {
      const rest = at === top ? others : 1 + others - Math.exp(data[at] - most);
      data[at] = data[at] - most - Math.log(Math.max(rest, 1e-30));
    }
  }
}

/** @param {number} wanted @param {Values} values */
function misfit(wanted, values) {
  return `takes ${wanted} numbers, but the layer before gives ${values.shape.join(" x ")}.`;
}

/** @param {AnyLayer} layer @param {Values} given */
function requireClasses(layer, given) {
  if (layer.classes !== given.shape[0]) throw new Error(misfit(layer.classes, given));
}

/** @param {Part} part @param {AnyLayer} layer */
function weightsOf(part, layer) {
  const tensor = (/** @type {{offset: number, shape: number[]}} */ record) =>
    part.values.subarray(record.offset, record.offset + product(record.shape));
  return { weight: tensor(layer.weight), bias: tensor(layer.bias) };
}

/** @param {Step[]} steps @param {AnyLayer} layer @param {Values} values */
function addActivation(steps, layer, { data, shape }) {
  const size = product(shape);
  const slope = layer.slope;
  /** @type {Record<string, (n: number) => void>} */
  const loops = {
    relu: (n) => {
      for (let i = 0; i < n; i++) if (data[i] < 0) data[i] = 0;
    },
    leaky_relu: (n) => {
      for (let i = 0; i < n; i++) if (data[i] < 0) data[i] *= slope;
    },
    gelu: (n) => {
      for (let i = 0; i < n; i++) data[i] = gelu(data[i]);
    },
    tanh: (n) => {
      for (let i = 0; i < n; i++) data[i] = Math.tanh(data[i]);
    },
  };
  const loop = loops[layer.op];
  if (!loop) throw new Error("this page does not know this layer; reload the page.");
  steps.push((count) => loop(count * size));
  return { data, shape };
}

/** Appends `more` to a vector, or as channels to an image. @param {Step[]} steps @param {number} rows
 * @param {Values} values @param {Values} more @returns {Values} */
function addJoin(steps, rows, values, more) {
  const [first, ...area] = values.shape;
  const [second, ...otherArea] = more.shape;
  if (String(area) !== String(otherArea)) throw new Error(misfit(product(more.shape), values));
  const places = product(area);
  const joined = { data: new Float32Array(rows * places * (first + second)), shape: [first + second, ...area] };
  steps.push((count) => {
    let at = 0;
    for (let place = 0; place < count * places; place++) {
      for (let c = 0; c < first; c++) joined.data[at++] = values.data[place * first + c];
      for (let c = 0; c < second; c++) joined.data[at++] = more.data[place * second + c];
    }
  });
  return joined;
}

/** @param {Step[]} steps @param {number} rows @param {Values} values */
function toChannelsLast(steps, rows, values) {
  return transposed(steps, rows, values, values.shape[0], product(values.shape.slice(1)));
}

/** @param {Step[]} steps @param {number} rows @param {Values} values */
function toChannelsFirst(steps, rows, values) {
  return transposed(steps, rows, values, product(values.shape.slice(1)), values.shape[0]);
}

/** `[a, b]` to `[b, a]` in each row. @param {Step[]} steps @param {number} rows @param {Values} values
 * @param {number} a @param {number} b @returns {Values} */
function transposed(steps, rows, { data, shape }, a, b) {
  if (a === 1 || b === 1) return { data, shape };
  const turned = new Float32Array(rows * a * b);
  steps.push((count) => {
    for (let from = 0; from < count * a * b; from += a * b) {
      for (let i = 0; i < a; i++) for (let j = 0; j < b; j++) turned[from + j * a + i] = data[from + i * b + j];
    }
  });
  return { data: turned, shape };
}

/** @param {Step[]} steps @param {number} rows @param {{weight: Float32Array, bias: Float32Array}} weights
 * @param {number} outputs @param {Values} values @returns {Values} */
function addLinear(steps, rows, { weight, bias }, outputs, { data, shape }) {
  const [inputs] = shape;
  if (shape.length !== 1 || weight.length !== inputs * outputs) {
    throw new Error(misfit(weight.length / outputs, { data, shape }));
  }
  const out = new Float32Array(rows * outputs);
  const from = Int32Array.from({ length: rows }, (_, row) => row * inputs);
  const to = Int32Array.from({ length: rows }, (_, row) => row * outputs);
  const panels = packPanels(outputs, inputs, bias, (o, i) => weight[o * inputs + i]);
  steps.push((count) => {
    if (count === 1) oneByEight(data, panels, out);
    else threeByFour(data, panels, out, 0, from, to, count, 1, 0, inputs);
  });
  return { data: out, shape: [outputs] };
}

/** @param {Step[]} steps @param {number} rows @param {{weight: Float32Array, bias: Float32Array}} weights
 * @param {AnyLayer} layer @param {Values} values @returns {Values} */
function addConv(steps, rows, weights, layer, values) {
  const { inputs, outputs, kernel, stride } = layer;
  const [channels, height, width] = requireImage(values, inputs);
  const [top, bottom, left, right] = layer.pad;
  const padded = padding(channels, height, width, top, bottom, left, right);
  const outHeight = Math.floor((padded.height - kernel) / stride) + 1;
  const outWidth = Math.floor((padded.width - kernel) / stride) + 1;
  const from = [];
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) from.push((y * padded.width + x) * stride * inputs);
  }
  const to = from.map((_, place) => place * outputs);
  const run = kernel * inputs;
  const weightAt = (/** @type {number} */ o, /** @type {number} */ i) => {
    const [c, tap] = [i % inputs, Math.floor(i / inputs)];
    return weights.weight[(o * inputs + c) * kernel * kernel + tap];
  };
  const gather = makeGather(outputs, kernel, run, weights.bias, from, to, weightAt);
  return addGathers(steps, rows, values, padded, [gather], [outputs, outHeight, outWidth]);
}

/**
 * A transposed convolution as one small convolution for each phase: output u = stride * q + phase gathers
 * input q - j times tap phase + stride * j.
 * @param {Step[]} steps @param {number} rows @param {{weight: Float32Array, bias: Float32Array}} weights
 * @param {AnyLayer} layer @param {Values} values @returns {Values}
 */
function addConvTranspose(steps, rows, weights, layer, values) {
  const { inputs, outputs, kernel, stride } = layer;
  const [channels, height, width] = requireImage(values, inputs);
  const [top, bottom, left, right] = layer.crop;
  const border = Math.ceil(kernel / stride) - 1;
  const padded = padding(channels, height, width, border, border, border, border);
  const outHeight = (height - 1) * stride + kernel - top - bottom;
  const outWidth = (width - 1) * stride + kernel - left - right;
  const gathers = [];
  for (let py = 0; py < stride; py++) {
    for (let px = 0; px < stride; px++) {
      const tapsY = Math.max(0, Math.ceil((kernel - py) / stride));
      const tapsX = Math.max(0, Math.ceil((kernel - px) / stride));
      const [from, to] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
      for (let y = 0; y < outHeight; y++) {
        if ((y + top) % stride !== py) continue;
        const first = Math.floor((y + top) / stride) - tapsY + 1 + border;
        for (let x = 0; x < outWidth; x++) {
          if ((x + left) % stride !== px) continue;
          from.push((first * padded.width + Math.floor((x + left) / stride) - tapsX + 1 + border) * inputs);
          to.push((y * outWidth + x) * outputs);
        }
      }
      const run = tapsX * inputs;
      const weightAt = (/** @type {number} */ o, /** @type {number} */ i) => {
        const ky = py + stride * (tapsY - 1 - Math.floor(i / run));
        const kx = px + stride * (tapsX - 1 - Math.floor((i % run) / inputs));
        return weights.weight[(((i % inputs) * outputs + o) * kernel + ky) * kernel + kx];
      };
      if (from.length) gathers.push(makeGather(outputs, tapsY, run, weights.bias, from, to, weightAt));
    }
  }
  return addGathers(steps, rows, values, padded, gathers, [outputs, outHeight, outWidth]);
}

/** @param {Values} values @param {number} inputs */
function requireImage({ data, shape }, inputs) {
  if (shape.length !== 3 || shape[0] !== inputs) throw new Error(misfit(inputs, { data, shape }));
  return shape;
}

/** A zero frame around one image, and the copy into it. @param {number} channels @param {number} height
 * @param {number} width @param {number} top @param {number} bottom @param {number} left @param {number} right */
function padding(channels, height, width, top, bottom, left, right) {
  const wide = left + width + right;
  const data = new Float32Array((top + height + bottom) * wide * channels);
  const line = width * channels;
  const fill = (/** @type {Float32Array} */ source, /** @type {number} */ start) => {
    for (let y = 0; y < height; y++) {
      const to = ((y + top) * wide + left) * channels;
      for (let i = 0; i < line; i++) data[to + i] = source[start + y * line + i];
    }
  };
  return { data, height: top + height + bottom, width: wide, pitch: wide * channels, fill };
}

/**
 * Dense products of `lines` runs of `run` numbers each, from places `from` of a padded image to places `to`.
 * @param {number} outputs @param {number} lines @param {number} run @param {Float32Array} bias @param {number[]} from
 * @param {number[]} to @param {(output: number, input: number) => number} weightAt
 */
function makeGather(outputs, lines, run, bias, from, to, weightAt) {
  const narrow = outputs < TILE;
  const length = lines * run;
  const plain = new Float32Array(narrow ? outputs * length : 0);
  for (let i = 0; i < plain.length; i++) plain[i] = weightAt(Math.floor(i / length), i % length);
  const panels = narrow ? null : packPanels(outputs, length, bias, weightAt);
  return { lines, run, bias, plain, panels, from: Int32Array.from(from), to: Int32Array.from(to) };
}

/**
 * @param {Step[]} steps @param {number} rows @param {Values} values @param {ReturnType<typeof padding>} padded
 * @param {ReturnType<typeof makeGather>[]} gathers @param {number[]} shape @returns {Values}
 */
function addGathers(steps, rows, values, padded, gathers, shape) {
  const [inSize, outSize] = [product(values.shape), product(shape)];
  const out = new Float32Array(rows * outSize);
  steps.push((count) => {
    for (let row = 0; row < count; row++) {
      padded.fill(values.data, row * inSize);
      for (const { lines, run, bias, plain, panels, from, to } of gathers) {
        const start = row * outSize;
        if (panels) threeByFour(padded.data, panels, out, start, from, to, from.length, lines, padded.pitch, run);
        else eightByOne(padded.data, plain, bias, out, start, from, to, lines, padded.pitch, run);
      }
    }
  });
  return { data: out, shape };
}

/**
 * Weights in panels of 4 outputs, input by input, an even number of panels; what is missing is zero.
 * @param {number} outputs @param {number} length inputs of one output @param {Float32Array} bias
 * @param {(output: number, input: number) => number} weightAt
 */
function packPanels(outputs, length, bias, weightAt) {
  const count = 2 * Math.ceil(outputs / (2 * TILE));
  const weights = new Float32Array(count * TILE * length);
  for (let o = 0; o < outputs; o++) {
    const start = Math.floor(o / TILE) * TILE * length + (o % TILE);
    for (let i = 0; i < length; i++) weights[start + i * TILE] = weightAt(o, i);
  }
  const padded = new Float32Array(count * TILE);
  padded.set(bias);
  return { outputs, length, weights, bias: padded };
}

/**
 * 3 places x 4 outputs at a time; the last places are computed twice where `count` is no multiple of 3.
 * @param {Float32Array} x @param {ReturnType<typeof packPanels>} panels @param {Float32Array} out
 * @param {number} start added to every place in `out` @param {Int32Array} from @param {Int32Array} to
 * @param {number} count @param {number} lines @param {number} pitch from one line to the next @param {number} run
 */
function threeByFour(x, { outputs, length, weights: w, bias }, out, start, from, to, count, lines, pitch, run) {
  for (let o = 0; o < outputs; o += TILE) {
    const panel = o * length;
    const left = outputs - o;
    for (let p = 0; p < count; p += 3) {
      const second = p + 1 < count ? p + 1 : p;
      const third = p + 2 < count ? p + 2 : second;
      let [a, b, c] = [from[p], from[second], from[third]];
      let a0 = bias[o],
        a1 = bias[o + 1],
        a2 = bias[o + 2],
        a3 = bias[o + 3];
      let b0 = a0,
        b1 = a1,
        b2 = a2,
        b3 = a3;
      let c0 = a0,
        c1 = a1,
        c2 = a2,
        c3 = a3;
      let q = panel;
      for (let line = 0; line < lines; line++) {
        for (let k = 0; k < run; k++) {
          const w0 = w[q],
            w1 = w[q + 1],
            w2 = w[q + 2],
            w3 = w[q + 3];
          const u = x[a + k];
          a0 += u * w0;
          a1 += u * w1;
          a2 += u * w2;
          a3 += u * w3;
          const v = x[b + k];
          b0 += v * w0;
          b1 += v * w1;
          b2 += v * w2;
          b3 += v * w3;
          const t = x[c + k];
          c0 += t * w0;
          c1 += t * w1;
          c2 += t * w2;
          c3 += t * w3;
          q += 4;
        }
        a += pitch;
        b += pitch;
        c += pitch;
      }
      store(out, start + to[p] + o, left, a0, a1, a2, a3);
      store(out, start + to[second] + o, left, b0, b1, b2, b3);
      store(out, start + to[third] + o, left, c0, c1, c2, c3);
    }
  }
}

/** @param {Float32Array} out @param {number} at @param {number} left outputs not yet written @param {number} v0
 * @param {number} v1 @param {number} v2 @param {number} v3 */
function store(out, at, left, v0, v1, v2, v3) {
  out[at] = v0;
  if (left > 1) out[at + 1] = v1;
  if (left > 2) out[at + 2] = v2;
  if (left > 3) out[at + 3] = v3;
}

/** One input, 8 outputs at a time: two panels. @param {Float32Array} x @param {ReturnType<typeof packPanels>} panels
 * @param {Float32Array} out */
function oneByEight(x, { outputs, length, weights: w, bias }, out) {
  for (let o = 0; o < outputs; o += 8) {
    let a0 = bias[o],
      a1 = bias[o + 1],
      a2 = bias[o + 2],
      a3 = bias[o + 3];
    let b0 = bias[o + 4],
      b1 = bias[o + 5],
      b2 = bias[o + 6],
      b3 = bias[o + 7];
    let q = o * length;
    let r = q + 4 * length;
    for (let k = 0; k < length; k++) {
      const u = x[k];
      a0 += u * w[q];
      a1 += u * w[q + 1];
      a2 += u * w[q + 2];
      a3 += u * w[q + 3];
      b0 += u * w[r];
      b1 += u * w[r + 1];
      b2 += u * w[r + 2];
      b3 += u * w[r + 3];
      q += 4;
      r += 4;
    }
    store(out, o, outputs - o, a0, a1, a2, a3);
    if (outputs - o > 4) store(out, o + 4, outputs - o - 4, b0, b1, b2, b3);
  }
}

/**
 * 8 places at a time for each of a few outputs; `w` is `[outputs, lines * run]`.
 * @param {Float32Array} x @param {Float32Array} w @param {Float32Array} bias @param {Float32Array} out
 * @param {number} start @param {Int32Array} from @param {Int32Array} to @param {number} lines @param {number} pitch
 * @param {number} run
 */
function eightByOne(x, w, bias, out, start, from, to, lines, pitch, run) {
  const last = from.length - 1;
  for (let o = 0; o < bias.length; o++) {
    for (let first = 0; first <= last; first += 8) {
      const p = Math.max(0, Math.min(first, last - 7));
      const at = (/** @type {number} */ i) => Math.min(p + i, last);
      let s0 = bias[o],
        s1 = s0,
        s2 = s0,
        s3 = s0,
        s4 = s0,
        s5 = s0,
        s6 = s0,
        s7 = s0;
      const f0 = from[p],
        f1 = from[at(1)],
        f2 = from[at(2)],
        f3 = from[at(3)];
      const f4 = from[at(4)],
        f5 = from[at(5)],
        f6 = from[at(6)],
        f7 = from[at(7)];
      let q = o * lines * run;
      for (let line = 0; line < lines; line++) {
        const down = line * pitch;
        for (let k = down; k < down + run; k++) {
          const v = w[q++];
          s0 += x[f0 + k] * v;
          s1 += x[f1 + k] * v;
          s2 += x[f2 + k] * v;
          s3 += x[f3 + k] * v;
          s4 += x[f4 + k] * v;
          s5 += x[f5 + k] * v;
          s6 += x[f6 + k] * v;
          s7 += x[f7 + k] * v;
        }
      }
      const there = start + o;
      out[there + to[p]] = s0;
      out[there + to[at(1)]] = s1;
      out[there + to[at(2)]] = s2;
      out[there + to[at(3)]] = s3;
      out[there + to[at(4)]] = s4;
      out[there + to[at(5)]] = s5;
      out[there + to[at(6)]] = s6;
      out[there + to[at(7)]] = s7;
    }
  }
}
