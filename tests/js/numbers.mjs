// The numbers of every case that tests/js/test_numbers.py wrote into a folder, as the page computes them, and the program
// that it would copy. usage: node numbers.mjs FOLDER   (reads FOLDER/cases.json)
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parsePart } from "../../live/engine/network.js";
import {
  epsilons,
  likelihoods,
  numbersOf,
  objectiveOf,
  othersOf,
  printedBy,
  priorDraws,
} from "../../live/engine/numbers.js";
import { filled } from "../../live/parts/numbers/copy.js";

const folder = process.argv[2];
const bytes = (name) => {
  const found = readFileSync(join(folder, name));
  return found.buffer.slice(found.byteOffset, found.byteOffset + found.byteLength);
};
const json = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));

/** A generator's value at its end. */
function atOnce(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const report = {};
for (const { name, latentDim, label, index, seed } of json("cases.json")) {
  const part = (which) => parsePart(json(`${name}.${which}.json`), bytes(`${name}.${which}.bin`));
  const code = json(`${name}.code.json`);
  const mu = new Float32Array(bytes(`${name}.mu`));
  const levels = new Uint8Array(bytes(`${name}.image`));
  const eps = epsilons(seed, latentDim),
    prior = priorDraws(seed, code.batch, latentDim);
  const codes = othersOf(code.batch - 1, index).map((i) => mu.subarray(i * latentDim, (i + 1) * latentDim));
  const numbers = atOnce(
    numbersOf(
      { encoder: part("encoder"), decoder: part("decoder") },
      { levels, y: label < 0 ? null : label },
      eps,
      { codes, prior },
      code.objective.learnt,
    ),
  );
  const own = code.programs.find((program) => program.own);
  writeFileSync(join(folder, `${name}.py`), filled(code.snippet, { levels, eps, prior, label, index }));
  report[name] = {
    eps: eps.map((one) => Array.from(one)),
    prior: prior.map((one) => Array.from(one)),
    likelihoods: likelihoods(numbers, code.objective.likelihood).each,
    kl: numbers.kl && Array.from(numbers.kl),
    objective: objectiveOf(numbers, code.objective),
    printed: own ? printedBy(numbers, own) : null,
  };
}
console.log(JSON.stringify(report));
