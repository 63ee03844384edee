// The static site's own part: which file tells a view, what of the address it keeps, and which model it opens on.
import assert from "node:assert/strict";
import { test } from "node:test";
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
