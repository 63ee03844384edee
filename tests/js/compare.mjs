// Runs every case that tests/js/test_engine.py wrote into a folder, and prints the largest differences from torch.
// usage: node compare.mjs FOLDER   (reads FOLDER/cases.json)
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeRunner, parsePart, sigmoid } from "../../live/engine/network.js";

const ROWS = 4;

/** @param {string} path */
function bytesOf(path) {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

/** Largest differences of `values` from `wanted`: of the raw numbers relative to their size, and of their sigmoids. */
function differences(values, wanted) {
  let [raw, mean] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    raw = Math.max(raw, Math.abs(values[i] - wanted[i]) / Math.max(1, Math.abs(wanted[i])));
    mean = Math.max(mean, Math.abs(sigmoid(values[i]) - sigmoid(wanted[i])));
  }
  return { raw, mean };
}

/** All inputs through the runner, one at a time or `ROWS` at a time. */
function outputs(runner, inputs, count, conditions, rows) {
  const size = inputs.length / count;
  const classes = runner.manifest.classes;
  const all = new Float32Array(count * runner.outputs);
  for (let first = 0; first < count; first += rows) {
    const n = Math.min(rows, count - first);
    const y = classes ? conditions.subarray(first * classes, (first + n) * classes) : null;
    all.set(runner.runRows(inputs.subarray(first * size, (first + n) * size), n, y), first * runner.outputs);
  }
  return all;
}

const folder = process.argv[2];
const report = [];
for (const { name, count, manifests } of JSON.parse(readFileSync(join(folder, "cases.json"), "utf8"))) {
  const numbers = (/** @type {string} */ kind) => new Float32Array(bytesOf(join(folder, `${name}.${kind}`)));
  const [inputs, conditions] = [numbers("inputs"), numbers("conditions")];
  for (const manifest of manifests) {
    const part = parsePart(manifest, bytesOf(join(folder, `${name}.${manifest.dtype}`)));
    const runner = makeRunner(part, ROWS);
    const wanted = numbers(manifest.dtype === "int8" ? "rounded" : "outputs");
    for (const rows of [1, ROWS]) {
      const found = differences(outputs(runner, inputs, count, conditions, rows), wanted);
      report.push({ name, part: manifest.part, dtype: manifest.dtype, rows, ...found });
    }
  }
}
console.log(JSON.stringify(report));
