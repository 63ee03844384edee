// @ts-check
// The layers of a network forward and backward, on whole batches: the same list that live/engine/network.js runs and
// models/layers.py builds. A vector or an image is in torch's order, an example after the other. Knows no objective.
import { erf } from "../engine/network.js";
import { matrix, multiply, transposed } from "./products.js";

/**
 * @typedef {import("../engine/network.js").AnyLayer} AnyLayer
 * @typedef {{weight: Float32Array, bias: Float32Array}} Tensors
 * @typedef {object} Place where a layer stands
 * @property {AnyLayer} layer
 * @property {number[]} shape of what comes in, without the batch
 * @property {number} rows examples at most
 * @property {Tensors} values
 * @property {Tensors} gradients which `backward` writes
 * @typedef {object} Step
 * @property {number[]} shape of what comes out
 * @property {(x: Float32Array, count: number, y: Float32Array) => Float32Array} forward `y`: one-hot labels, or nothing
 * @property {(g: Float32Array, count: number, wanted: boolean) => Float32Array} backward from the loss's gradient by what
 *   came out to that by what came in, if that is wanted; of the last batch
 */

/** A layer that the trainer does not have. */
export class UnknownLayer extends Error {
  /** @param {string} op */
  constructor(op) {
    super(op);
    this.op = op;
  }
}

/** @param {number[]} shape */
export const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** @param {Place} place @returns {Step} */
export function makeStep(place) {
  const make = STEPS[place.layer.op];
  if (!make) throw new UnknownLayer(place.layer.op);
  return make(place);
}

/** @type {Record<string, (place: Place) => Step>} */
const STEPS = {
  linear: (place) => linear(place, (x) => x),
  conv,
  conv_transpose: convTranspose,
  reshape: ({ layer }) => ({ shape: layer.shape, forward: (x) => x, backward: (g) => g }),
  join_condition: joinCondition,
  condition_channel: conditionChannel,
  relu: (place) =>
    activation(
      place,
      (x) => Math.max(x, 0),
      (x) => (x > 0 ? 1 : 0),
    ),
  leaky_relu: (place) => {
    const { slope } = place.layer;
    return activation(
      place,
      (x) => (x > 0 ? x : slope * x),
      (x) => (x > 0 ? 1 : slope),
    );
  },
  tanh: (place) => activation(place, Math.tanh, (x) => 1 - Math.tanh(x) ** 2),
  gelu,
};

/** y = x W^T + b. @param {Place} place @param {(x: Float32Array, y: Float32Array) => Float32Array} seen what of both it takes @returns {Step} */
function linear({ layer, rows, values, gradients }, seen) {
  const { inputs, outputs } = layer;
  const out = new Float32Array(rows * outputs),
    back = new Float32Array(rows * inputs);
  const weight = matrix(values.weight, outputs, inputs);
  let last = /** @type {Float32Array} */ (out);
  return {
    shape: [outputs],
    forward(x, count, y) {
      last = seen(x, y);
      for (let row = 0; row < count; row++) out.set(values.bias, row * outputs);
      multiply(matrix(last, count, inputs), transposed(weight), matrix(out, count, outputs), true);
      return out;
    },
    backward(g, count, wanted) {
      const given = matrix(g, count, outputs);
      multiply(transposed(given), matrix(last, count, inputs), matrix(gradients.weight, outputs, inputs));
      sumRows(g, count, outputs, gradients.bias);
      if (wanted) multiply(given, weight, matrix(back, count, inputs));
      return back;
    },
  };
}

/** @param {Float32Array} g `[count, size]` @param {number} count @param {number} size @param {Float32Array} sums */
function sumRows(g, count, size, sums) {
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let row = 0, at = i; row < count; row++, at += size) sum += g[at];
    sums[i] = sum;
  }
}

/** A function of each number alone, and its derivative. @param {Place} place @param {(x: number) => number} f @param {(x: number) => number} slope @returns {Step} */
function activation({ shape, rows }, f, slope) {
  const size = sizeOf(shape),
    out = new Float32Array(rows * size),
    back = new Float32Array(rows * size);
  let last = /** @type {Float32Array} */ (out);
  return {
    shape,
    forward(x, count) {
      last = x;
      for (let i = 0; i < count * size; i++) out[i] = f(x[i]);
      return out;
    },
    backward(g, count) {
      for (let i = 0; i < count * size; i++) back[i] = g[i] * slope(last[i]);
      return back;
    },
  };
}

const DENSITY = 1 / Math.sqrt(2 * Math.PI);

/** x Phi(x), whose derivative is Phi(x) + x phi(x). @param {Place} place @returns {Step} */
function gelu(place) {
  const cumulative = (/** @type {number} */ x) => 0.5 * (1 + erf(x * Math.SQRT1_2));
  return activation(
    place,
    (x) => x * cumulative(x),
    (x) => cumulative(x) + x * DENSITY * Math.exp(-0.5 * x * x),
  );
}

/** A vector and the label. @param {Place} place @returns {Step} */
function joinCondition({ layer: { classes }, shape: [size], rows }) {
  return joined(
    [size + classes],
    size,
    classes,
    rows,
    (_, y) => y,
    () => {},
  );
}

/** An image and the label, drawn as one more channel. @param {Place} place @returns {Step} */
function conditionChannel(place) {
  const { layer, shape, rows } = place,
    { classes, height, width } = layer;
  const area = height * width;
  const drawn = linear({ ...place, layer: { ...layer, inputs: classes, outputs: area } }, (_, y) => y);
  return joined(
    [shape[0] + 1, height, width],
    sizeOf(shape),
    area,
    rows,
    (count, y) => drawn.forward(y, count, y),
    (g, count) => drawn.backward(g, count, false),
  );
}

/**
 * What comes in, and more behind it.
 * @param {number[]} shape @param {number} size @param {number} more how many numbers @param {number} rows
 * @param {(count: number, y: Float32Array) => Float32Array} moreOf @param {(g: Float32Array, count: number) => void} givenBack
 * @returns {Step}
 */
function joined(shape, size, more, rows, moreOf, givenBack) {
  const all = size + more;
  const out = new Float32Array(rows * all),
    back = new Float32Array(rows * size),
    ofMore = new Float32Array(rows * more);
  return {
    shape,
    forward(x, count, y) {
      const added = moreOf(count, y);
      for (let row = 0; row < count; row++) {
        out.set(x.subarray(row * size, (row + 1) * size), row * all);
        out.set(added.subarray(row * more, (row + 1) * more), row * all + size);
      }
      return out;
    },
    backward(g, count) {
      for (let row = 0; row < count; row++) {
        back.set(g.subarray(row * all, row * all + size), row * size);
        ofMore.set(g.subarray(row * all + size, (row + 1) * all), row * more);
      }
      givenBack(ofMore, count);
      return back;
    },
  };
}

/** As a product of the weights and the patches of each image. @param {Place} place @returns {Step} */
function conv({ layer, shape, rows, values, gradients }) {
  const { inputs, outputs, kernel, stride, pad } = layer,
    [, height, width] = shape;
  const patches = patchesOf(inputs, [height, width], kernel, stride, pad);
  const { length, places } = patches,
    size = sizeOf(shape),
    outSize = outputs * places;
  const out = new Float32Array(rows * outSize),
    back = new Float32Array(rows * size),
    room = new Float32Array(length * places);
  const weight = matrix(values.weight, outputs, length),
    columns = matrix(room, length, places);
  let last = /** @type {Float32Array} */ (out);
  return {
    shape: [outputs, patches.height, patches.width],
    forward(x, count) {
      last = x;
      fillChannels(out, count, values.bias, places);
      for (let row = 0; row < count; row++) {
        patches.gather(x, row * size, room);
        multiply(weight, columns, matrix(out, outputs, places, row * outSize), true);
      }
      return out;
    },
    backward(g, count, wanted) {
      gradients.weight.fill(0);
      sumChannels(g, count, gradients.bias, places);
      if (wanted) back.fill(0);
      for (let row = 0; row < count; row++) {
        const given = matrix(g, outputs, places, row * outSize);
        patches.gather(last, row * size, room);
        multiply(given, transposed(columns), matrix(gradients.weight, outputs, length), true);
        if (!wanted) continue;
        multiply(transposed(weight), given, columns);
        patches.scatter(room, back, row * size);
      }
      return back;
    },
  };
}

/** What a convolution does backward, forward. @param {Place} place @returns {Step} */
function convTranspose({ layer, shape, rows, values, gradients }) {
  const { inputs, outputs, kernel, stride, crop } = layer,
    [, height, width] = shape;
  const full = [height, width].map((side) => (side - 1) * stride + kernel);
  const outHeight = full[0] - crop[0] - crop[1],
    outWidth = full[1] - crop[2] - crop[3];
  const patches = patchesOf(outputs, [outHeight, outWidth], kernel, stride, crop);
  const { length, places } = patches,
    size = inputs * places,
    outSize = outputs * outHeight * outWidth;
  const out = new Float32Array(rows * outSize),
    back = new Float32Array(rows * size),
    room = new Float32Array(length * places);
  const weight = matrix(values.weight, inputs, length),
    columns = matrix(room, length, places);
  let last = /** @type {Float32Array} */ (out);
  return {
    shape: [outputs, outHeight, outWidth],
    forward(x, count) {
      last = x;
      fillChannels(out, count, values.bias, outHeight * outWidth);
      for (let row = 0; row < count; row++) {
        multiply(transposed(weight), matrix(x, inputs, places, row * size), columns);
        patches.scatter(room, out, row * outSize);
      }
      return out;
    },
    backward(g, count, wanted) {
      gradients.weight.fill(0);
      sumChannels(g, count, gradients.bias, outHeight * outWidth);
      for (let row = 0; row < count; row++) {
        patches.gather(g, row * outSize, room);
        const came = matrix(last, inputs, places, row * size);
        multiply(came, transposed(columns), matrix(gradients.weight, inputs, length), true);
        if (wanted) multiply(weight, columns, matrix(back, inputs, places, row * size));
      }
      return back;
    },
  };
}

/**
 * The patches under a kernel that strides over an image with a zero frame: `[channels * kernel * kernel, places]`.
 * @param {number} channels @param {number[]} size height and width of the image @param {number} kernel @param {number} stride
 * @param {number[]} frame top, bottom, left, right
 */
function patchesOf(channels, [height, width], kernel, stride, [top, bottom, left, right]) {
  const down = Math.floor((top + height + bottom - kernel) / stride) + 1,
    across = Math.floor((left + width + right - kernel) / stride) + 1;
  const places = down * across,
    length = channels * kernel * kernel;
  const from = new Int32Array(length * places).fill(-1); // -1: in the frame
  for (let i = 0; i < length; i++) {
    const channel = Math.floor(i / (kernel * kernel)),
      ky = Math.floor(i / kernel) % kernel,
      kx = i % kernel;
    for (let place = 0; place < places; place++) {
      const y = Math.floor(place / across) * stride + ky - top,
        x = (place % across) * stride + kx - left;
      if (y >= 0 && y < height && x >= 0 && x < width) from[i * places + place] = (channel * height + y) * width + x;
    }
  }
  return {
    height: down,
    width: across,
    places,
    length,
    /** @param {Float32Array} image @param {number} at @param {Float32Array} room */
    gather(image, at, room) {
      for (let i = 0; i < from.length; i++) room[i] = from[i] < 0 ? 0 : image[at + from[i]];
    },
    /** Adds. @param {Float32Array} room @param {Float32Array} image @param {number} at */
    scatter(room, image, at) {
      for (let i = 0; i < from.length; i++) if (from[i] >= 0) image[at + from[i]] += room[i];
    },
  };
}

/** @param {Float32Array} out `[count, channels, area]` @param {number} count @param {Float32Array} bias @param {number} area */
function fillChannels(out, count, bias, area) {
  for (let i = 0; i < count * bias.length; i++) out.fill(bias[i % bias.length], i * area, (i + 1) * area);
}

/** @param {Float32Array} g `[count, channels, area]` @param {number} count @param {Float32Array} sums @param {number} area */
function sumChannels(g, count, sums, area) {
  sums.fill(0);
  for (let i = 0, at = 0; i < count * sums.length; i++) {
    let sum = 0;
    for (const end = at + area; at < end; at++) sum += g[at];
    sums[i % sums.length] += sum;
  }
}
