// The static site's Train place: from its form to a training, to its film, to its map; and what it says where it can't.
import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf, NOW } from "../../live/parts/training/page_training.js";
import { dataAt } from "../../live/site/at_address.js";
import { ownModel } from "../../live/site/own_model.js";
import { Training } from "../../live/site/training.js";
import { DRAWN } from "../../live/trainer/drawn.js";
import { firstChoice } from "../../live/views/learn.js";
import { t } from "../../live/words/words.js";
import "./page.mjs"; // the words
import { DATA, images, makeWorker, plan, sheet } from "./trained.mjs";

const WORDS = { locale: "en", layer: "simple" };
const planned = (widths, epochs, work) => {
  const { model, training } = plan({ epochs }, { widths });
  return { model, training, conditional: false, work };
};
const drawnPlan = (widths, work, passes) => {
  const planned = plan({}, { widths, image: [1, 28, 28] });
  return { model: planned.model, training: planned.training, conditional: false, work, passes };
};
const LEARN = {
  sets: [
    {
      name: "stripes",
      title: "Stripes",
      file: "stripes.bin",
      image: [1, 8, 8],
      record: DATA,
      bytes: 9,
      things: "stripes",
      rows: [],
    },
  ],
  kinds: [{ name: "vae", title: "VAE" }],
  recipes: [
    { name: "quick", title: "Quick" },
    { name: "good", title: "Good" },
  ],
  plans: { stripes: { vae: { quick: planned([12], 4, 100), good: planned([20], 8, 200) } } },
  drawn: { vae: { quick: drawnPlan([12], 100, 160), good: drawnPlan([20], 200, 320) } },
  pictures: { stripes: { draws: null, maps: {} } },
  palette: {},
};
const LIKE = {
  view: "",
  model: { id: "a" },
  palette: {},
  words: WORDS,
  code: "code.json",
  thumbs: "thumbs.webp",
  state: {},
  names: {},
};

/** @param {object} [options] */
function opened({ kept = new Map(), bytes = sheet, refuses = false, album } = {}) {
  const went = [];
  const store = {
    get: async (key) => (refuses ? Promise.reject(new Error("no storage")) : kept.get(key)),
    put: async (key, value) => void (refuses ? assert.fail() : kept.set(key, structuredClone(value))),
    remove: async (key) => void kept.delete(key),
    keys: async () => (refuses ? Promise.reject(new Error("no storage")) : [...kept.keys()]),
  };
  const training = new Training({
    json: async () => structuredClone(LEARN),
    bytes,
    like: async () => structuredClone(LIKE),
    store,
    album: () => album,
    makeWorker,
    go: (query) => went.push(query),
    now: () => new Date("2026-11-28T12:34:56Z"),
  });
  return { training, kept, went };
}

const ID = "stripes-vae-2d-20261128-123456";
const CHOICE = { data: "stripes", kind: "vae", recipe: "quick", latent: 2 };

/** @param {Training} training @param {string} status */
async function until(training, status) {
  for (let i = 0; i < 4000 && training.running.job().status !== status; i++)
    await new Promise((done) => setTimeout(done, 2));
  assert.equal(training.running.job().status, status);
}

test("from the form to a training, its film and its map", async () => {
  const { training, kept, went } = opened();
  const form = await training.shown("", WORDS);
  assert.deepEqual([form.view, form.trained, form.unfinished], ["learn", [], ""]);
  assert.deepEqual(firstChoice(form), CHOICE);
  assert.deepEqual(firstChoice({ ...form, state: { recipe: "good", latent: "3", data: "gone" } }), {
    ...CHOICE,
    recipe: "good",
    latent: 3,
  });
  training.timed = Promise.resolve(null);
  assert.equal(await form.pace(), null, "a computer that can't be timed");
  await training.command({ learn: CHOICE });
  assert.deepEqual(went, ["?job=here"]);
  const watched = await training.shown("?job=here", WORDS);
  assert.equal(watched.view, "train");
  assert.equal((await watched.source.json(`${watched.job}?since=`)).title, "VAE on Stripes, 2 latents");
  await until(training, "done");
  await training.command({ command: "done" });
  assert.equal(went.at(-1), `?model=${ID}`);

  const film = await training.shown(`?model=${ID}`, WORDS);
  assert.deepEqual([film.view, film.second, film.names], ["film", "kl", { model: ID }]);
  assert.deepEqual([film.epochs[0], film.epochs.at(-1), film.history.length], [0, 4, 4]);
  assert.equal((await film.source.bytes("epoch-4-mu.bin")).byteLength, 20 * 2 * 4);

  const own = (id) => training.model(id);
  const site = { views: { explore: { keeps: ["z"], first: "a" } }, models: ["a"], dials: [], series: [] };
  const explore = await dataAt(site, "explore", `?model=${ID}&z=1,2`, { own });
  assert.deepEqual([explore.model.title, explore.model.count, explore.trained], ["VAE on Stripes, 2 latents", 20, 64]);
  assert.deepEqual([explore.state, explore.code, explore.thumbs, explore.things], [{ z: "1,2" }, "", null, "stripes"]);
  assert.equal(explore.model.nearness.length, 101);
  assert.equal(explore.plane.xTitle, "z₁");
  const again = await training.shown("", WORDS);
  assert.deepEqual([again.trained, again.goes], [[{ id: ID, title: "VAE on Stripes, 2 latents" }], ""]);
  const [key] = kept.keys();
  for (let i = 1; i < 12; i++)
    kept.set(`${key}${i}`, { ...kept.get(key), plan: plan({}, {}), ended: kept.get(key).ended + i });
  assert.equal((await training.shown("", WORDS)).goes, "VAE on Stripes, 2 latents", "the next has no room beside them");
  for (const one of [...kept.keys()]) if (one !== key) kept.delete(one);
  await training.command({ forget: ID });
  assert.deepEqual([...kept.keys()], []);
  Object.assign(training.running.progress, { seconds: 3, rate: 800 });
  assert.deepEqual(await form.pace(), { rate: 800, work: 100 }, "as the last one was");
  assert.deepEqual(await opened({ kept }).training.pace(), { rate: 800, work: 100 }, "also after a reload");
});

test("a closed page's training is offered in the form, and its link goes on with it", async () => {
  const first = opened();
  await first.training.command({ learn: { ...CHOICE, recipe: "good" } });
  for (let i = 0; i < 4000 && !first.kept.has(NOW); i++) await new Promise((done) => setTimeout(done, 2));
  first.training.close();
  const { training, went } = opened({ kept: first.kept });
  assert.equal((await training.shown("", WORDS)).unfinished, "VAE on Stripes, 2 latents");
  await training.command({ goOn: true });
  assert.deepEqual(went, ["?job=here"]);
  assert.equal((await training.shown("?job=here", WORDS)).view, "train");
  await until(training, "done");
  assert.ok(training.kept !== null && !first.kept.has(NOW));
});

test("drawings are learnt from as they were when it began, also after a reload and where nothing is kept", async () => {
  const items = Array.from({ length: 20 }, (_, i) => ({
    label: i % 2,
    levels: Uint8Array.from({ length: 64 * 64 }, (_, p) => ((i % 2 ? p : p >> 6) % 16 < 8 ? 255 : 0)),
  }));
  const album = { names: ["", "star"], chosen: 0, number: 1, handed: 0, items };
  for (const refuses of [false, true]) {
    const { training, went, kept } = opened({ album, refuses });
    await training.command({ learn: { ...CHOICE, data: DRAWN, recipe: "good" } });
    assert.deepEqual(went, ["?job=here"]);
    const { plan: begun, data, images: seen } = training.running;
    assert.deepEqual([begun.title, begun.training.epochs], ["VAE on My drawings, 2 latents", 20]);
    assert.deepEqual([data.train_count, data.test_count, seen.train.length], [16, 4, 16 * 784]);
    assert.deepEqual(data.class_names, ["label 1", "star"]);
    if (refuses) training.close();
    else {
      for (let i = 0; i < 4000 && !kept.has(NOW); i++) await new Promise((done) => setTimeout(done, 2));
      training.close();
      const anew = opened({ album: { ...album, items: [] }, kept });
      assert.equal((await anew.training.shown("?job=here", WORDS)).view, "train");
      await until(anew.training, "done");
      const form = await anew.training.shown("", WORDS);
      assert.deepEqual(form.trained, [{ id: begun.run_id, title: begun.title }], "the images are no model");
    }
  }
});

test("what is not there any more, and images that can't be fetched, are said in the form", async () => {
  const { training, went } = opened({ bytes: async () => Promise.reject(new Error("offline")) });
  for (const search of ["?job=here", "?model=gone"]) {
    const { view, problem } = await training.shown(search, WORDS);
    assert.deepEqual([view, problem], ["learn", t("learn.gone")]);
  }
  await training.command({ learn: CHOICE });
  assert.deepEqual(went, ["?data=stripes&family=vae&recipe=quick&latent=2"], "with what was chosen");
  const { problem } = await training.shown(went[0], WORDS);
  assert.equal(problem, t("learn.no_sheet", { title: "Stripes" }));
  assert.equal((await training.shown("", WORDS)).problem, "", "said once");
  assert.equal((await training.shown("?data=imagenet", WORDS)).problem, t("learn.no_data", { name: "imagenet" }));
});

test("without storage a model can be looked back at until the page is closed", async () => {
  const { training } = opened({ refuses: true });
  assert.deepEqual((await training.shown("", WORDS)).trained, []);
  await training.command({ learn: CHOICE });
  await until(training, "done");
  assert.equal((await training.shown(`?model=${ID}`, WORDS)).view, "film");
  assert.equal(training.running.unkept, true);
});

test("of more latents the map shows the two that carry most", () => {
  const codes = { mu: new Float32Array(20 * 3), logVar: null };
  const history = [{ test: { kl: [0.1, 3, 2] } }];
  const kept = { plan: plan(), epoch: 1, seconds: 1, history, codes, position: { step: 1, values: [], moments: [] } };
  const finished = { plan: plan({}, { latent_dim: 3 }), data: DATA, kept, film: [], labels: images().testLabels };
  const { planes, data } = ownModel(finished, LIKE, { things: "stripes", rows: [] });
  assert.deepEqual([planes[""].name, planes[""].xTitle, planes[""].yTitle], ["2-3", "z₂", "z₃"]);
  assert.equal(keyOf(data.model.id), "model stripes-vae");
});
