// The tool Slide without a page: its order, where its pictures stand, and images painted in turn.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPrior } from "../../live/engine/prior.js";
import { seeded } from "../../live/engine/random.js";
import { EDGE, endsOf, RANGES, shareOf, TRAVERSAL, valuesIn } from "../../live/engine/traversal.js";
import { turned } from "../../live/parts/codes/axes_of_codes.js";
import { Turns } from "../../live/parts/turns.js";
import { orderOf, placesOf, traversal } from "../../live/tools/slide.js";
import { rounded } from "./pane.mjs";
import { paneWith } from "./parts.mjs";

test("a slider goes a little beyond its outer pictures", () => {
  assert.deepEqual(
    [-EDGE, 0, EDGE].map((value) => shareOf(value)),
    [0, 0.5, 1],
  );
  assert.equal(shareOf(3, 1, 5), 0.5);
  assert.ok(TRAVERSAL.every((value) => Math.abs(value) < EDGE));
});

test("a turned slider changes one latent and leaves the code before as it was", () => {
  const before = Float32Array.of(0.5, -0.5);
  assert.deepEqual(rounded(turned(before, 1, 2.5)), [0.5, 2.5]);
  assert.deepEqual(rounded(before), [0.5, -0.5]);
});

test("a traversal goes from end to end of its slider and changes nothing else", () => {
  const axis = { low: -3, high: 1, turned: (z, value) => turned(z, 1, value) };
  assert.deepEqual(
    traversal(axis, Float32Array.of(0.5, 9), 3).map((z) => rounded(z)),
    [
      [0.5, -3],
      [0.5, -1],
      [0.5, 1],
    ],
  );
});

test("the five ranges: quantiles, three and one deviation of the prior, the test codes, one image", () => {
  const of = { prior: { mean: 1, std: 2 }, data: { low: -4, high: 4 }, image: { mean: 0.5, std: 0.1 } };
  const found = Object.fromEntries(RANGES.map((range) => [range, rounded(valuesIn(range, of), 2)]));
  assert.deepEqual(found, {
    quantiles: [-3.65, -0.32, 1, 2.32, 5.65],
    three: [-5, -2, 1, 4, 7],
    data: [-4, -2, 0, 2, 4],
    one: [-1, 0, 1, 2, 3],
    image: [0.3, 0.4, 0.5, 0.6, 0.7],
  });
  assert.deepEqual(endsOf([-4, 0, 4]), { low: -5.28, high: 5.28 });
});

test("a dimension's test codes span their range; the picked image has its own spread where the encoder says one", () => {
  const pane = paneWith();
  const place = { pane, state: { picked: 2 } }; // codes (0, 0), (1, 0), (0, 3), (-4, -4)
  assert.deepEqual(placesOf(place, 1).data, { low: -4, high: 3 });
  assert.deepEqual(placesOf(place, 1).image, { mean: 3, std: 1 });
  pane.model.logVar = new Float32Array(8).fill(2 * Math.log(0.25));
  assert.deepEqual(placesOf(place, 0).image, { mean: 0, std: 0.25 });
});

test("a random code is drawn from the prior, the same for the same numbers", () => {
  const draw = () => drawPrior({ latentDim: 5000 }, null, seeded(1));
  const z = draw();
  assert.deepEqual(z, draw());
  const mean = z.reduce((sum, v) => sum + v, 0) / z.length;
  const square = z.reduce((sum, v) => sum + v * v, 0) / z.length;
  assert.ok(Math.abs(mean) < 0.05 && Math.abs(square - 1) < 0.08, `${mean}, ${square}`);
});

test("dimensions that carry most come first; without nats they keep their order", () => {
  assert.deepEqual(orderOf([0.1, 3, 0, 2], 4), [1, 3, 0, 2]);
  assert.deepEqual(orderOf(null, 3), [0, 1, 2]);
});

/** Turns over painters that take `cost` ms each, on a clock of their own; `painted` lists who painted. */
function turnsOf(count, cost) {
  const painted = [];
  let now = 0;
  const painters = Array.from({ length: count }, (_, i) => () => {
    painted.push(i);
    now += cost;
  });
  return { turns: new Turns(painters, () => now), painted };
}

test("nothing is painted before something changed", () => {
  const { turns, painted } = turnsOf(3, 1);
  assert.equal(turns.paint(Infinity), false);
  assert.deepEqual(painted, []);
});

test("as many images are painted as fit before the deadline, the rest in the next frames", () => {
  const { turns, painted } = turnsOf(5, 2);
  turns.restart();
  assert.equal(turns.paint(4), true);
  assert.deepEqual(painted, [0, 1]);
  assert.equal(turns.paint(0), true, "a late frame paints one");
  assert.equal(turns.paint(100), false);
  assert.deepEqual(painted, [0, 1, 2, 3, 4]);
});

test("while a hand moves on, every image has its turn", () => {
  const { turns, painted } = turnsOf(4, 5);
  for (let frame = 0; frame < 4; frame++) {
    turns.restart();
    turns.paint(0);
  }
  assert.deepEqual(painted, [0, 1, 2, 3]);
});

test("no painters, no turns", () => {
  const { turns } = turnsOf(0, 1);
  turns.restart();
  assert.equal(turns.paint(10), false);
});
