// The static site's own part: which file tells a view, what of the address it keeps, and which model it opens on. And
// that of a model that is one file: what it shows at an address, and where the app's links lead in it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dataAt, viewAt, withinFile } from "../../live/single/at_address.js";
import { fileOf, modelAt, toldAt } from "../../live/site/at_address.js";

const TOLD = { keeps: ["z", "tool"], names: { model: "a" }, words: { locale: "en", layer: "simple" }, state: {} };

test("a view of a model in a plane has a file of its own", () => {
  assert.equal(fileOf("explore", "mnist-vae", null), "assets/views/explore-mnist-vae.json");
  assert.equal(fileOf("explore", "faces", "pca"), "assets/views/explore-faces-pca.json");
});

test("the view keeps of the address what it knows, and its words", () => {
  const told = toldAt(TOLD, "?z=1,2&tool=&evil=x&words=field&present=1");
  assert.deepEqual(told.state, { z: "1,2" });
  assert.deepEqual(told.names, { model: "a", words: "field", present: "1" });
  assert.equal(told.words.layer, "field");
  assert.equal(TOLD.words.layer, "simple", "what the file said is as it was");
  assert.equal(toldAt(TOLD, "?words=other").words.layer, "simple");
});

test("a model that the site does not have gives way to the first", () => {
  const models = [{ id: "a" }, { id: "b" }];
  assert.equal(modelAt(models, "a", "?model=b"), "b");
  assert.equal(modelAt(models, "a", "?model=gone"), "a");
  assert.equal(modelAt(models, "a", ""), "a");
});

const FILE = {
  data: { view: "explore", names: {}, words: { locale: "en", layer: "simple" }, state: {}, plane: null },
  keeps: { explore: ["tool", "z"], create: ["by", "z"] },
  planes: { "": { name: "2-5" }, pca: { name: "pca" } },
};

test("a file shows the view and the plane of its address, or those that it opens on", () => {
  const told = dataAt(FILE, "?view=create&plane=pca&by=hand&tool=path&words=field");
  assert.equal(told.view, "create");
  assert.equal(told.plane.name, "pca");
  assert.deepEqual(told.state, { by: "hand" });
  assert.deepEqual(told.names, { view: "create", plane: "pca", words: "field" });
  const first = dataAt(FILE, "?view=train&plane=constructor");
  assert.deepEqual([first.view, first.plane.name, first.names], ["explore", "2-5", { view: "explore" }]);
  assert.equal(viewAt(FILE, "?view=toString"), "explore");
});

test("the app's links lead to a place of the file, or nowhere", () => {
  assert.equal(withinFile(FILE, "./create?by=hand"), "?view=create&by=hand");
  assert.equal(withinFile(FILE, "./?tool=path&a=1%2C2"), "?view=explore&tool=path&a=1%2C2");
  assert.equal(withinFile(FILE, "./"), "?view=explore");
  for (const href of ["./train", "https://example.org/", "./a/../b", ""])
    assert.equal(withinFile(FILE, href), "", href);
});
