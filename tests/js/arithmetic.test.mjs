// The one table of cases for what Python and the page both compute (tests/cases/make.py says what is in it).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { movedTo, reading } from "../../live/engine/directions.js";
import { logLikelihood } from "../../live/engine/likelihood.js";
import { lerp, slerp, toLatent, toPlane } from "../../live/engine/plane.js";
import { logPrior, momentsOf } from "../../live/engine/prior.js";
import { TRAVERSAL } from "../../live/engine/traversal.js";

const table = JSON.parse(readFileSync(new URL("../cases/arithmetic.json", import.meta.url), "utf8"));

/** @param {ArrayLike<number>} found @param {ArrayLike<number>} given */
function near(found, given) {
  assert.equal(found.length, given.length);
  for (let i = 0; i < given.length; i++) {
    const allowed = table.tolerance * Math.max(1, Math.abs(given[i]));
    assert.ok(Math.abs(found[i] - given[i]) <= allowed, `${found[i]} for ${given[i]}`);
  }
}

for (const [name, path] of Object.entries({ lerp, slerp }))
  for (const { about, a, b, steps, points } of table[name])
    test(`${name}: ${about}`, () => {
      const found = path(a, b, steps);
      assert.equal(found.length, points.length);
      for (const [k, point] of points.entries()) near(found[k], point);
    });

for (const { about, mean, axes, z, xy, point, base, latent } of table.plane)
  test(`plane: ${about}`, () => {
    const plane = { name: "", mean, axes, dims: null, xTitle: "", yTitle: "", centre: [0, 0], half: 3 };
    near(toPlane(plane, z), xy);
    near(toLatent(plane, point[0], point[1], base), latent);
  });

test("a traversal's images stand at the prior's quantiles", () => {
  const { values } = table.axis.find((row) => row.kind === "normal" && row.count === 5 && row.low === 0.01);
  near(TRAVERSAL, values);
});

for (const { about, x, logits, likelihood, pixel_std, nats } of table.log_likelihood)
  test(`log likelihood, ${likelihood}: ${about}`, () => {
    near([logLikelihood({ name: likelihood, pixelStd: pixel_std ?? 1 }, logits, x)], [nats]);
  });

for (const { about, direction, z, reads, value, moved } of table.direction)
  test(`direction: ${about}`, () => {
    near([reading(direction, z)], [reads]);
    near(movedTo(direction, Float32Array.from(z), value), moved);
  });

for (const { about, mu, log_var: logVar, z, log_prob, mean, std } of table.prior)
  test(`prior: ${about}`, () => {
    const owner = { latentDim: z.length, prior: { kind: "mixture", mu, logVar } };
    near([logPrior(owner, Float32Array.from(z), null)], [log_prob]);
    const moments = z.map((_, d) => momentsOf(owner, d));
    near(
      moments.map((of) => of.mean),
      mean,
    );
    near(
      moments.map((of) => of.std),
      std,
    );
  });
