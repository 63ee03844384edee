// A training's decoder as it is now: fetched with each map, told where the hand is, and never that of another map.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { greyLevels, makeRunner, parsePart } from "../../live/engine/network.js";
import { NewestDecoder } from "../../live/parts/training/newest_decoder.js";
import { page, redsOf, speak } from "./page.mjs";
import { decoder as decoderOf } from "./parts.mjs";

const IMAGE = decoderOf().manifest.image;

beforeEach(() => {
  speak();
  page.frames.clear();
});

/** The decoder of a training in a page, with what it asks for; `files`: weights by name. */
function begun({ files = {}, latentDim = 2, conditional = false } = {}) {
  const asked = [],
    cursor = [];
  const { manifest, weights } = decoderOf({ classes: conditional ? 3 : 0 });
  const all = { "jobs/abc/decoder.json": manifest, "jobs/abc/9-decoder.bin": weights, ...files };
  const give = async (name) => {
    asked.push(name);
    if (!(name in all)) throw new Error("404");
    return all[name];
  };
  const newest = new NewestDecoder(
    {
      source: { json: give, bytes: give, socket: () => null },
      palette: {
        colours: { light: ["#111", "#222", "#333"], dark: [] },
        textOn: { light: ["#fff", "#fff", "#fff"], dark: [] },
      },
      host: document.createElement("div"),
      oncursor: (...place) => cursor.push(place.map((value) => Math.round(100 * value) / 100)),
    },
    { image: IMAGE, latent_dim: latentDim, conditional, class_names: conditional ? ["a", "b", "c"] : [] },
  );
  const expected = (z, y = null) => {
    const levels = new Uint8Array(IMAGE.reduce((a, b) => a * b, 1));
    greyLevels(makeRunner(parsePart(manifest, weights)).run(Float32Array.from(z), y), levels);
    return [...levels];
  };
  return { newest, asked, cursor, expected };
}

test("it draws the centre first, then what is under the hand", async () => {
  const { newest, cursor, expected } = begun();
  await newest.load({ decoder: "jobs/abc/9-decoder.bin", dims: [0, 1] });
  assert.deepEqual(redsOf(newest.live.canvas), expected([0, 0]));
  page.frame();
  newest.moveTo(1, -2, "hover");
  page.frame();
  assert.deepEqual(redsOf(newest.live.canvas), expected([1, -2]));
  assert.deepEqual(cursor.at(-1), [1, -2]);
  assert.match(newest.where.textContent, /1\.00, −2\.00/);
});

test("a hover goes back to the pin, a click stays", async () => {
  const { newest, cursor } = begun();
  await newest.load({ decoder: "jobs/abc/9-decoder.bin", dims: [0, 1] });
  newest.moveTo(1, 1, "done");
  newest.moveTo(3, 3, "hover");
  newest.leave();
  page.frame();
  assert.deepEqual(cursor.at(-1), [1, 1]);
});

test("the weights of one map are fetched once, how to read them once a training", async () => {
  const { newest, asked } = begun({ files: { "jobs/abc/18-decoder.bin": decoderOf().weights } });
  for (const step of [9, 9, 18]) await newest.load({ decoder: `jobs/abc/${step}-decoder.bin`, dims: [0, 1] });
  assert.deepEqual(asked, ["jobs/abc/decoder.json", "jobs/abc/9-decoder.bin", "jobs/abc/18-decoder.bin"]);
});

test("weights that are gone leave what was drawn, and are asked for again", async () => {
  const { newest, asked, expected } = begun({ files: { "jobs/abc/18-decoder.bin": new ArrayBuffer(0) } });
  await newest.load({ decoder: "jobs/abc/9-decoder.bin", dims: [0, 1] });
  for (let i = 0; i < 2; i++) await newest.load({ decoder: "jobs/abc/18-decoder.bin", dims: [0, 1] });
  newest.moveTo(1, 0, "done");
  page.frame();
  assert.deepEqual(redsOf(newest.live.canvas), expected([1, 0]));
  assert.equal(asked.filter((name) => name.includes("18")).length, 2);
});

test("before there is a decoder nothing is drawn, and nothing breaks", async () => {
  const { newest } = begun();
  await newest.load({ decoder: null });
  newest.moveTo(1, 0, "hover");
  page.frame();
  assert.deepEqual(redsOf(newest.live.canvas), []);
});

test("a map of two latents of many moves those and keeps the others", () => {
  const { newest } = begun({ latentDim: 4 });
  newest.z = newest.pinned = Float32Array.from([5, 6, 7, 8]);
  newest.load({ decoder: null, dims: [1, 3] });
  newest.moveTo(-1, -2, "done");
  assert.deepEqual([...newest.pinned], [5, -1, 7, -2]);
});

test("a map of one latent has no second direction", () => {
  const { newest } = begun({ latentDim: 1 });
  newest.load({ decoder: null, dims: [0] });
  newest.moveTo(2, 9, "done");
  assert.deepEqual([...newest.pinned], [2]);
});

test("a model that is told the class draws the one that is chosen", async () => {
  const { newest, expected } = begun({ conditional: true });
  await newest.load({ decoder: "jobs/abc/9-decoder.bin", dims: [0, 1] });
  assert.deepEqual(redsOf(newest.live.canvas), expected([0, 0], 0));
  page.frame();
  newest.choice.element.querySelectorAll("button")[2].click();
  page.frame();
  assert.deepEqual(redsOf(newest.live.canvas), expected([0, 0], 2));
});
