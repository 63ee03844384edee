// How many models a browser keeps: by their number and by their bytes, and the oldest make room.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, inOrder, leaving, makeRoom } from "../../live/trainer/shelf.js";
import { memory } from "./trained.mjs";

const of = (bytes, ended) => ({ kept: { position: { values: [new Uint8Array(bytes)] } }, film: [], ended });

test("a model's bytes are those of all its arrays", () => {
  const film = [{ epoch: 1, mu: new Float32Array(3) }];
  assert.equal(bytesOf({ a: new Uint8Array(5), film, none: null, title: "long" }), 17);
});

test("the oldest go, by number and by bytes; one from before it had a time is older than all", () => {
  const rows = inOrder([["b", of(10, 5)], ["c", of(20, 9)], ["a", { film: [] }]]); // biome-ignore format: rows
  assert.deepEqual(
    rows.map(({ key }) => key),
    ["a", "b", "c"],
  );
  assert.deepEqual(leaving(rows, 10), []);
  const many = Array.from({ length: 14 }, (_, i) => ({ key: String(i), bytes: 1, ended: i }));
  assert.deepEqual(leaving(many, 1), ["0", "1", "2"], "twelve, with the new one");
  const large = Array.from({ length: 4 }, (_, i) => ({ key: String(i), bytes: 80e6, ended: i }));
  assert.deepEqual(leaving(large, 20e6), ["0", "1"], "256 MB, with the new one");
  assert.deepEqual(leaving(large, 1e9), ["0", "1", "2", "3"], "the new one is kept in any case");
});

test("room is made among the models alone", async () => {
  const store = memory();
  for (const key of ["now", "pace", "drawings"]) store.kept.set(key, of(1, 0));
  for (let i = 0; i < 12; i++) store.kept.set(`model ${i}`, of(1, 20 - i));
  await makeRoom(store, "model ", "model new", of(1, 99));
  assert.equal(store.kept.has("model 11"), false, "the oldest");
  assert.equal(store.kept.size, 14);
  await makeRoom(store, "model ", "model 3", of(1, 99));
  assert.equal(store.kept.size, 14, "what takes its own place needs no other");
});
