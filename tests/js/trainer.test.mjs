// The trainer against torch, by the table of cases: gradients, and the loss while it learns.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gaussian, seeded } from "../../live/engine/random.js";
import { Learner } from "../../live/trainer/learner.js";
import { manifestsOf } from "../../live/trainer/networks.js";
import { firstValues } from "../../live/trainer/part.js";
import { learningRate } from "../../live/trainer/schedule.js";

const table = JSON.parse(readFileSync(new URL("../cases/training.json", import.meta.url), "utf8"));
const GRADIENT = 1e-5,
  NATS = 1e-3;

/** What a case begins with: the learner, its images and labels, and where noise comes from. */
function begun({ seed, encoder, decoder, count, batch = count, settings = {} }) {
  const uniform = seeded(seed);
  const [first, second] = [encoder, decoder].map((manifest) => ({ manifest, values: firstValues(manifest, uniform) }));
  const care = { clipNorm: settings.clipNorm ?? 0, optimizerEps: 1e-8 };
  const learner = new Learner({ encoder: first, decoder: second }, batch, care);
  const pixels = encoder.inputs;
  const x = Float32Array.from({ length: count * pixels }, uniform);
  const labels = encoder.classes
    ? Array.from({ length: count }, () => Math.floor(Math.fround(uniform()) * encoder.classes))
    : [];
  const noise = (examples) => Float32Array.from({ length: examples * encoder.latent_dim }, () => gaussian(uniform));
  return { learner, x, labels, noise, pixels };
}

/** @param {ArrayLike<number>} found @param {ArrayLike<number>} given @param {number} allowed */
function near(found, given, allowed) {
  assert.equal(found.length, given.length);
  for (let i = 0; i < given.length; i++)
    assert.ok(
      Math.abs(found[i] - given[i]) <= allowed * Math.max(1, Math.abs(given[i])),
      `${i}: ${found[i]} for ${given[i]}`,
    );
}

for (const made of table.gradients)
  test(`gradients as torch's: ${made.about}`, () => {
    const { learner, x, labels, noise } = begun(made);
    const { trainee } = learner;
    const eps = noise(made.count),
      prior = noise(made.count);
    const terms = trainee.learn(made.rule, x, labels, eps, prior, made.count);
    const { objective, logLikelihood, kl, mmd } = made.terms;
    near([terms.objective, terms.logLikelihood], [objective, logLikelihood], GRADIENT);
    near(terms.kl ?? [], kl ?? [], GRADIENT);
    if (mmd !== null) near([terms.mmd], [mmd], GRADIENT);
    for (const [i, part] of trainee.parts.entries()) near(part.gradients, made.gradients[i], GRADIENT);
    assert.ok(
      made.gradients[0].some((g) => Math.abs(g) > 0.01),
      "a case that shows nothing",
    );
  });

for (const made of table.curves)
  test(`the loss falls as torch's: ${made.about}`, () => {
    const { learner, x, noise, pixels } = begun(made);
    const { batch, count, steps, settings, rule, losses } = made;
    const images = new Float32Array(batch * pixels);
    for (let step = 0; step < steps; step++) {
      for (let i = 0; i < batch; i++) {
        const from = ((step * batch + i) % count) * pixels;
        images.set(x.subarray(from, from + pixels), i * pixels);
      }
      const eps = noise(batch),
        prior = noise(batch);
      const { objective } = learner.learn(
        rule,
        { x: images, labels: [], eps, prior, count: batch },
        learningRate(settings, (step + 1) / steps),
      );
      assert.ok(Math.abs(-objective - losses[step]) < NATS, `step ${step}: ${-objective} for ${losses[step]}`);
    }
    assert.ok(losses[steps - 1] < losses[0] - 0.3, "it has learnt something");
  });

for (const made of table.networks)
  test(`the layers of a model's record: ${made.about}`, () => {
    const { encoder, decoder } = manifestsOf(made.model, made.conditional);
    assert.deepEqual(
      { encoder: plainly(encoder), decoder: plainly(decoder) },
      { encoder: plainly(made.encoder), decoder: plainly(made.decoder) },
    );
  });

/** A manifest without its layers' unused fields. */
const plainly = (manifest) => ({
  ...manifest,
  layers: manifest.layers.map(({ slope, ...layer }) => (slope ? { slope, ...layer } : layer)),
});
