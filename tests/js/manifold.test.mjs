import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Worker } from "node:worker_threads";
import { Manifold } from "../../live/engine/manifold.js";
import { serve } from "../../live/engine/manifold_worker.js";
import { greyLevels, makeRunner, parsePart } from "../../live/engine/network.js";
import { decoder, numbers } from "./parts.mjs";

const LIVE = new URL("../../live/engine/", import.meta.url);

/** node's Worker with the members of a browser's. */
function makeWorker() {
  const inner = new Worker(new URL("./worker_shim.mjs", import.meta.url));
  const outer = {
    onmessage: null,
    onerror: null,
    postMessage: (message, transfer) => inner.postMessage(message, transfer),
    terminate: () => inner.terminate(),
  };
  inner.on("message", (data) => outer.onmessage?.({ data }));
  inner.on("error", (error) => outer.onerror?.(error));
  return outer;
}

/** Runs `body` with a manifold, and ends its workers. */
async function withManifold({ manifest, weights }, options, body) {
  const manifold = new Manifold(manifest, weights, { makeWorker, ...options });
  try {
    await body(manifold);
  } finally {
    manifold.close();
  }
}

/** The rows that the engine itself gives, as strips. */
function expectedRows({ manifest, weights }, { rows, columns, zs, y }) {
  const runner = makeRunner(parsePart(manifest, weights), 1);
  const [channels, height, width] = manifest.image;
  const { latent_dim: latent, classes } = manifest;
  const levels = new Uint8Array(runner.outputs);
  return Array.from({ length: rows }, (_, row) => {
    const strip = new Uint8Array(columns * runner.outputs);
    for (let column = 0; column < columns; column++) {
      const n = row * columns + column;
      const condition = y?.length > classes ? y.subarray(n * classes, (n + 1) * classes) : y;
      greyLevels(runner.run(zs.subarray(n * latent, (n + 1) * latent), condition), levels);
      levels.forEach((level, i) => {
        const [c, place] = [Math.floor(i / (height * width)), i % (height * width)];
        const [line, x] = [Math.floor(place / width), place % width];
        strip[((line * columns + column) * width + x) * channels + c] = level;
      });
    }
    return strip;
  });
}

for (const [name, model, y] of [
  ["grey", {}, null],
  ["coloured, one class", { image: [3, 4, 5], classes: 3 }, 2],
  ["a mixture for all", { classes: 3 }, Float32Array.of(0.5, 0.25, 0.25)],
  ["a class of its own for each image", { classes: 3 }, numbers(3 * 5 * 40, 9)],
]) {
  for (const workers of [1, 2]) {
    test(`a grid of ${name} is what the engine gives, with ${workers} workers`, async () => {
      const part = decoder(model);
      const grid = { rows: 5, columns: 40, zs: numbers(2 * 5 * 40, 3), y };
      await withManifold(part, { workers }, async (manifold) => {
        const found = [];
        assert.equal(await manifold.draw(grid, (row, pixels) => (found[row] = pixels)), true);
        assert.deepEqual(found, expectedRows(part, grid));
      });
    });
  }
}

test("a newer grid ends the older one, whose rows stop", async () => {
  const part = decoder({ hidden: 400, image: [1, 28, 28] });
  const big = { rows: 400, columns: 40, zs: numbers(2 * 400 * 40, 3) };
  const small = { rows: 2, columns: 3, zs: numbers(12, 4) };
  await withManifold(part, { workers: 2 }, async (manifold) => {
    let late = 0;
    let replaced = false;
    let started;
    const firstRow = new Promise((resolve) => (started = resolve));
    const older = manifold.draw(big, () => {
      started();
      if (replaced) late += 1;
    });
    await firstRow;
    replaced = true;
    const found = [];
    const newer = manifold.draw(small, (row, pixels) => (found[row] = pixels));
    assert.equal(await older, false);
    assert.equal(await newer, true);
    assert.deepEqual(found, expectedRows(part, small));
    assert.equal(late, 0);
  });
});

test("the worker itself stops decoding at the next row after a cancel, and after a newer grid", async () => {
  const { manifest, weights } = decoder();
  const rows = [];
  const port = { onmessage: null, postMessage: (message) => rows.push([message.id, message.row]) };
  const send = (data) => port.onmessage({ data });
  const grid = (id) => ({ type: "grid", id, rows: [0, 1, 2], columns: 1, zs: new Float32Array(6), y: null });
  let turns = 0;
  serve(port, async () => {
    turns += 1;
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  send({ type: "part", manifest, weights });
  await settle();
  assert.ok(turns > 0);
  send(grid(1));
  await settle();
  send(grid(2));
  send({ type: "cancel" });
  await settle();
  send(grid(3));
  send(grid(4));
  await settle();
  assert.deepEqual(rows, [
    [1, 0],
    [1, 1],
    [1, 2],
    [2, 0],
    [3, 0],
    [4, 0],
    [4, 1],
    [4, 2],
  ]);
});

test("cancel and close end a drawing; a closed manifold says so", async () => {
  await withManifold(decoder(), {}, async (manifold) => {
    const grid = { rows: 9, columns: 9, zs: new Float32Array(162) };
    const cancelled = manifold.draw(grid, () => assert.fail("a row after cancel"));
    manifold.cancel();
    assert.equal(await cancelled, false);
    const closed = manifold.draw(grid, () => assert.fail("a row after close"));
    manifold.close();
    assert.equal(await closed, false);
    await assert.rejects(
      manifold.draw(grid, () => {}),
      /closed/,
    );
  });
});

test("an empty grid is complete at once, and a grid of the wrong size is refused", async () => {
  await withManifold(decoder(), {}, async (manifold) => {
    assert.equal(await manifold.draw({ rows: 0, columns: 4, zs: new Float32Array(0) }, () => {}), true);
    const short = { rows: 2, columns: 2, zs: new Float32Array(7) };
    await assert.rejects(
      manifold.draw(short, () => {}),
      /needs 8 numbers; got 7/,
    );
  });
});

test("damaged weights reject with the engine's sentence, now and later", async () => {
  const { manifest, weights } = decoder();
  await withManifold({ manifest, weights: weights.slice(4) }, {}, async (manifold) => {
    const grid = { rows: 2, columns: 2, zs: new Float32Array(8) };
    await assert.rejects(
      manifold.draw(grid, () => {}),
      /weights are damaged: 236 bytes/,
    );
    await assert.rejects(
      manifold.draw(grid, () => {}),
      /weights are damaged/,
    );
  });
});

test("a missing condition rejects one grid and leaves the manifold usable", async () => {
  await withManifold(decoder({ classes: 3 }), {}, async (manifold) => {
    const grid = { rows: 2, columns: 2, zs: new Float32Array(8) };
    await assert.rejects(
      manifold.draw(grid, () => {}),
      /conditional/,
    );
    assert.equal(await manifold.draw({ ...grid, y: 1 }, () => {}), true);
  });
});

test("the engine imports nothing and names no DOM", () => {
  const text = readFileSync(new URL("network.js", LIVE), "utf8");
  assert.doesNotMatch(text, /^\s*(import|export .* from) |\bimport\(\s*["'`]/m);
  assert.doesNotMatch(text, /\b(document|window|navigator|HTMLElement|fetch)\b/);
});
