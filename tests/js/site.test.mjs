// The static site's own part: what a view is told at an address, and which models stand side by side. And that of what is
// one HTML file: which place it shows at an address, and where the app's links lead in it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { placed } from "../../live/shell/navigation.js";
import { placeAt, placesOf, withinFile } from "../../live/single/at_address.js";
import { dataAt, namedIn, viewAt } from "../../live/site/at_address.js";
import { comparedAt, titlesOf } from "../../live/site/side_by_side.js";
import { filmAt, MORE } from "../../live/site/whole_site.js";
import { t } from "../../live/words/words.js";
import "./page.mjs"; // the words

const SITE = {
  views: {
    explore: { keeps: ["z", "tool"], first: "a" },
    create: { keeps: ["by"], first: "b" },
    compare: { keeps: ["point", "guess"], first: "a,b" },
    dial: { keeps: ["at"], first: "d" },
    series: { keeps: ["at"], first: "s" },
  },
  models: ["a", "b", "c", "d"],
  dials: ["d", "d2"],
  series: ["s"],
};
const WORDS = { locale: "en", layer: "simple" };
const ofModel = (id, latentDim = 2) => ({
  data: {
    view: "",
    model: { id, base: `${id}/`, latentDim },
    words: WORDS,
    state: {},
    names: {},
    thumbs: null,
    start: { point: id.charCodeAt(0) },
  },
  planes: { "": { name: "1-2" }, pca: { name: "pca" } },
});
const row = (id, traits, images = "digits", digest = "") => ({
  id,
  title: `Model ${id}`,
  data: images,
  images: [images, 9],
  digest,
  traits,
  facts: { seed: id },
});
const ROWS = [row("a", ["VAE", "1"]), row("b", ["VAE", "2"]), row("c", ["CVAE", "2"]), row("x", ["VAE", ""], "shoes")];
const SETS = [{ name: "two", models: "b,c" }];
const FILES = {
  "assets/views/model-a.json": ofModel("a"),
  "assets/views/model-b.json": ofModel("b"),
  "assets/views/model-c.json": ofModel("c"),
  "assets/views/model-d.json": ofModel("d", 10),
  "assets/views/dial-d.json": { axis: "beta", steps: [] },
  "assets/views/series-s.json": { axis: "latent", series: "s", models: ["b", "a"], steps: [1, 2] },
  "assets/views/turnables.json": ["simple"],
  "assets/views/turnables-field.json": ["field"],
  "assets/views/claims-field.json": { claims: ["field"], images: "5" },
  "assets/views/film-a.json": { epochs: [0, 1], history: [], second: "kl" },
  "assets/views/compare.json": { rows: ROWS, sets: SETS, questions: { two: { text: "?" } }, seeds: 0.4 },
};
const files = {
  json: async (name) => structuredClone(FILES[name] ?? assert.fail(name)),
  sourceOf: (base) => `files in ${base}`,
};
const told = (place, search) => dataAt(SITE, place, search, files);
const query = (text) => new URLSearchParams(text);

test("one model's view keeps of the address what it knows, and its words; its files are those of its folder", async () => {
  const data = await told("explore", "?model=b&z=1,2&tool=&evil=x&words=field&present=1");
  assert.equal(data.view, "explore");
  assert.equal(data.source, "files in b/");
  assert.deepEqual(data.state, { z: "1,2" });
  assert.deepEqual(data.names, { model: "b" }, "what goes along is the shell's: a lesson's next step is another one");
  assert.equal(data.words.layer, "field");
  assert.equal((await told("explore", "?words=other")).words.layer, "simple");
});

test("a model that is not there gives way to the one that the place opens on", async () => {
  assert.equal(namedIn(["a", "b"], "a", "b"), "b");
  assert.equal(namedIn(["a", "b"], "a", null), "a");
  const other = await told("create", "?model=gone");
  assert.deepEqual([other.names.model, other.notice], ["b", t("site.gone", { name: "gone" })]);
  const inFile = { ...SITE, opens: "", lesson: null };
  const said = async (site, place, search) => (await dataAt(site, place, search, files, MORE)).notice;
  assert.equal(await said(inFile, "explore", "?model=gone"), t("file.gone", { name: "gone" }));
  assert.equal(await said(SITE, "compare", "?by=dial&model=gone"), t("site.gone", { name: "gone" }));
  assert.equal(await said(SITE, "compare", "?by=dial&series=lost"), t("site.gone", { name: "lost" }));
  assert.equal((await said(SITE, "explore", `?model=${"x".repeat(999)}`)).includes("x".repeat(61)), false);
  for (const [place, search] of [
    ["explore", ""],
    ["explore", "?model=a"],
    ["compare", "?by=dial&model=a"],
  ])
    assert.equal(await said(SITE, place, search), undefined, "it is there, if no dial");
});

test("of more than two latents the address says the plane; one that is none opens the usual one", async () => {
  const plane = async (text) => (await told("explore", `?model=d${text}`)).names.plane;
  assert.deepEqual(await Promise.all([plane(""), plane("&plane=pca"), plane("&plane=constructor")]), [
    "1-2",
    "pca",
    "1-2",
  ]);
  assert.equal((await told("explore", "?model=a")).names.plane, undefined);
});

test("Compare shows a dial, a series or models side by side, as the app's link says", () => {
  const view = (search, site = SITE) => viewAt(site, "compare", search);
  assert.deepEqual(
    ["", "?by=dial", "?by=dial&series=s", "?by=dial&series=gone", "?by=claims"].map((search) => view(search)),
    ["compare", "dial", "series", "dial", "compare"],
  );
  const { dial, series, ...views } = SITE.views;
  assert.equal(view("?by=dial", { ...SITE, views: { ...views, series } }), "series");
  assert.equal(view("?by=dial", { ...SITE, views }), "compare");
  assert.equal(view("?by=side", { ...SITE, views: { dial } }), "dial");
  assert.equal(viewAt(SITE, "explore", "?by=dial"), "explore");
});

test("each way to compare has its view, with the models that it can show", async () => {
  const nat = { keeps: ["q"], first: "b", fits: ["b", "d"] },
    claims = { keeps: ["claim"], first: "" };
  const site = { ...SITE, views: { ...SITE.views, nat, claims } };
  const shown = (search) => dataAt(site, "compare", search, files, MORE);
  const bells = await shown("?by=nat&model=d&q=0,1&plane=pca");
  assert.deepEqual([bells.view, bells.plane, bells.names], ["nat", null, { by: "nat", model: "d" }]);
  assert.deepEqual(bells.state, { q: "0,1" });
  assert.equal((await shown("?by=nat&model=a")).model.id, "b", "a has no bells");
  const told = await shown("?by=claims&claim=one&words=field");
  assert.deepEqual([told.view, told.claims, told.names], ["claims", ["field"], { by: "claims" }]);
  assert.deepEqual([told.state, told.words.layer], [{ claim: "one" }, "field"]);
  assert.equal(viewAt({ ...SITE, views: { nat } }, "compare", ""), "nat", "of one model there is nothing else");
});

test("the film of a training that came with the site opens at its link, and only there", async () => {
  const site = { ...SITE, views: { ...SITE.views, film: { keeps: ["epoch"], first: "a", fits: ["a"] } } };
  const film = await filmAt(site, "?model=a&epoch=3&evil=x", files);
  assert.deepEqual([film.view, film.epochs, film.state, film.names], ["film", [0, 1], { epoch: "3" }, { model: "a" }]);
  assert.equal(film.source, "files in a/");
  assert.equal(await filmAt(site, "?model=b", files), null);
  assert.equal(await filmAt(SITE, "?model=a", files), null, "a site without films");
});

test("models side by side share state and address, open at the first one's image, and a set asks its question", async () => {
  const data = await told("compare", "?by=side&models=b,c&guess=ask&point=7");
  assert.deepEqual(data.names, { by: "side", models: "b,c", set: "two" });
  assert.deepEqual(
    data.panes.map(({ source, state }) => [source, state]),
    ["b/", "c/"].map((base) => [`files in ${base}`, { guess: "ask", point: "7" }]),
  );
  assert.equal(data.point, "b".charCodeAt(0));
  assert.deepEqual([data.titles, data.question, data.seeds], [["VAE", "CVAE"], { text: "?" }, 0.4]);
  const claims = await told("compare", "?by=claims");
  assert.deepEqual([claims.names.models, claims.problems], ["a,b", [t("site.claims")]]);
});

test("a dial has its values beside its model, a series its models; both what else can be turned, in the layer's words", async () => {
  const dial = await told("compare", "?by=dial&words=field&at=3");
  assert.deepEqual([dial.axis, dial.model.id, dial.dials, dial.state], ["beta", "d", ["field"], { at: "3" }]);
  assert.deepEqual(dial.names, { by: "dial", model: "d", plane: "1-2" });
  const series = await told("compare", "?by=dial&series=s");
  assert.deepEqual(
    series.panes.map(({ model }) => model.id),
    ["b", "a"],
  );
  assert.deepEqual([series.steps, series.dials, series.names], [[1, 2], ["simple"], { by: "dial", series: "s" }]);
});

test("whatever is asked for, two to four models of the same images stand there, and what is left out is said", () => {
  const found = (text) => comparedAt({ rows: ROWS, sets: SETS }, "a,b", query(text));
  const ids = (text) =>
    found(text)
      .rows.map(({ id }) => id)
      .join(",");
  assert.equal(ids(""), "a,b");
  assert.deepEqual([ids("set=two"), found("set=two").set], ["b,c", "two"]);
  assert.equal(found("models=c,b").set, "", "in another order it is no set");
  assert.equal(ids("models=c"), "c,a");
  assert.deepEqual(found("models=c,c").problems, [t("side.problem.few")]);
  assert.deepEqual(found("models=a,gone,b").problems, [t("side.problem.gone", { name: "gone" })]);
  assert.deepEqual(found("models=b,x").problems, [
    t("side.problem.data", { title: "Model x", data: "shoes", first: "digits" }),
    t("side.problem.few"),
  ]);
  assert.deepEqual([ids("set=gone"), found("set=gone").problems[0]], ["a,b", t("side.problem.set", { name: "gone" })]);
  const five = [..."abcde"].map((id) => row(id, [id]));
  const many = comparedAt({ rows: five, sets: [] }, "a,b", query("models=a,b,c,d,e"));
  assert.deepEqual([many.rows.length, many.problems], [4, [t("side.problem.many", { count: 5 })]]);
  const others = [row("a", [""], "digits", "1"), row("b", [""], "digits", "2"), row("c", [""], "digits")];
  assert.equal(
    comparedAt({ rows: others, sets: [] }, "a,c", query("models=a,b")).rows[1].id,
    "c",
    "other images of one name",
  );
});

test("models are called by the first trait that tells them apart", () => {
  assert.deepEqual(titlesOf(ROWS.slice(1, 3)), ["VAE", "CVAE"]);
  assert.deepEqual(titlesOf(ROWS.slice(0, 2)), ["1", "2"]);
  assert.deepEqual(titlesOf([ROWS[0], ROWS[3]]), ["Model a", "Model x"], "none that both have");
});

test("an address of ours leads to the folder of its place, from any page", () => {
  const page = { base: "http://school/class/site/", here: "http://school/class/site/create/?by=hand" };
  const lead = (url) => placed(url, page).replace(page.base, "");
  assert.equal(lead("./compare?by=dial&at=2"), "compare/?by=dial&at=2");
  assert.equal(lead("./?model=a"), "?model=a");
  assert.equal(lead("?model=a"), "create/?model=a", "of this place");
  assert.equal(lead("./library/"), "library/");
});

const views = (...names) => ({ views: Object.fromEntries(names.map((name) => [name, { keeps: [], first: "a" }])) });

test("a file has the places of its views, and shows the one of its address, or the first", () => {
  assert.deepEqual(placesOf(views("explore", "create", "dial", "series")), ["explore", "create", "compare"]);
  assert.deepEqual(placesOf(views("explore", "learn", "train", "film")), ["explore", "train"]);
  const file = views("explore", "create");
  assert.equal(placeAt(file, "?view=create&by=hand"), "create");
  for (const search of ["", "?view=train", "?view=toString"]) assert.equal(placeAt(file, search), "explore", search);
  assert.equal(placeAt(views("dial"), ""), "compare");
});

test("the app's links lead to a place of the file, or nowhere", () => {
  const file = views("explore", "create");
  assert.equal(withinFile(file, "./create?by=hand"), "?view=create&by=hand");
  assert.equal(withinFile(file, "./?tool=path&a=1%2C2"), "?view=explore&tool=path&a=1%2C2");
  assert.equal(withinFile(file, "./"), "?view=explore");
  assert.equal(withinFile(views("compare"), "./compare?by=side&models=a%2Cb"), "?view=compare&by=side&models=a%2Cb");
  for (const href of ["./train", "./compare?by=dial", "https://example.org/", "./a/../b", ""])
    assert.equal(withinFile(file, href), "", href);
});
