// Laws: what holds for every input, tried on some hundred cases that a seed fixes.
import assert from "node:assert/strict";
import { test } from "node:test";

import { gaussian, seeded } from "../../live/engine/random.js";

/** Uniform numbers in [0, 1), the same in every run. */
export const uniform = seeded(20);
export const between = (low, high) => low + (high - low) * uniform();
/** A whole number from `low` to `high`, both included. */
export const whole = (low, high) => Math.floor(between(low, high + 1));
/** A code `[latent]` with standard deviation `size`. */
export const codeOf = (latent, size = 2) => Float32Array.from({ length: latent }, () => size * gaussian(uniform));
export const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

/** Equal within a tolerance, relative above 1. */
export const close = (found, wanted, tolerance = 1e-9) =>
  assert.ok(Math.abs(found - wanted) <= tolerance * Math.max(1, Math.abs(wanted)), `${found} is not ${wanted}`);

/** A law, tried on many cases. */
export function law(name, cases, tried) {
  test(name, () => {
    for (let i = 0; i < cases; i++) tried(i);
  });
}
