// @ts-check
// Folds the gates of a dial into the linear maps before them: at one value, a plain network that the engine runs as it is
// (models/fold.py does the same, and tests/cases/arithmetic.json holds both to it).
// Knows parts; knows no dial on a screen and no model by name.

/**
 * @typedef {import("./network.js").Part} Part
 * @typedef {import("./network.js").LayerRecord & {units?: number, origin?: number}} GateRecord
 * @typedef {{offset: number, shape: number[]}} TensorRecord
 * @typedef {{weight: TensorRecord, bias: TensorRecord}} Tensors
 * @typedef {{linear: Tensors, gate: Tensors, origin: number}} Gated a linear map and the gate behind it
 */

/**
 * A part without its gates, and what turns it: the numbers of `part` are written anew at every turn, so whatever reads
 * them (a runner packs its own copy) is made after it. Throws an Error with a sentence for a gate that has no linear map.
 * @param {Part} source with gates
 * @returns {{part: Part, turn: (value: number) => Part}} `turn` takes a value of the axis and returns `part`
 */
export function makeFold(source) {
  const gated = gatedLayers(source);
  const layers = source.manifest.layers.filter((layer) => layer.op !== "gate");
  const part = { manifest: { ...source.manifest, layers }, values: source.values.slice() };
  return {
    part,
    turn(value) {
      for (const layer of gated) fold(source.values, part.values, layer, value);
      return part;
    },
  };
}

/** The linear maps that have a gate. @param {Part} part @returns {Gated[]} */
function gatedLayers({ manifest, values }) {
  /** @type {Gated[]} */
  const gated = [];
  manifest.layers.forEach((/** @type {GateRecord} */ gate, position) => {
    if (gate.op !== "gate") return;
    const linear = manifest.layers[position - 1];
    const units = linear?.op === "linear" ? linear.outputs : undefined;
    const sound = [gate.weight, gate.bias].every(
      (tensor) => tensor && String(tensor.shape) === String(units) && tensor.offset + tensor.shape[0] <= values.length,
    );
    if (!sound || !gate.origin) throw new Error(`Layer ${position} (gate): it does not fit the layer before it.`);
    const tensors = (/** @type {GateRecord} */ layer) =>
      /** @type {Tensors} */ ({ weight: layer.weight, bias: layer.bias });
    gated.push({ linear: tensors(linear), gate: tensors(gate), origin: gate.origin });
  });
  return gated;
}

/** W' = diag(g) W, b' = g b with g = 1 + bias + weight log(value / origin). @param {Float32Array} from @param {Float32Array} to @param {Gated} layer @param {number} value */
function fold(from, to, { linear, gate, origin }, value) {
  const log = Math.log(value / origin);
  const [units, inputs] = linear.weight.shape;
  for (let unit = 0; unit < units; unit++) {
    const g = 1 + from[gate.bias.offset + unit] + from[gate.weight.offset + unit] * log;
    const row = linear.weight.offset + unit * inputs;
    for (let i = row; i < row + inputs; i++) to[i] = g * from[i];
    to[linear.bias.offset + unit] = g * from[linear.bias.offset + unit];
  }
}
