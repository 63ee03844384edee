// The address bar follows at most every 350 ms, the server hears once at rest, and nothing after the end.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Address, queryOf, visit, writeInto } from "../../live/address.js";

/** @type {string[]} */
let written;
/** @type {Record<string, string>[]} */
let sent;
/** @type {Address} */
let address;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  written = [];
  sent = [];
  address = new Address({ model: "mnist-vae" }, (state) => sent.push(state), { write: (query) => written.push(query) });
});

test("a drag of two seconds is one message, at rest", () => {
  for (let i = 0; i < 100; i++) {
    address.set({ z: `${i},0` });
    mock.timers.tick(20);
  }
  assert.equal(sent.length, 0);
  assert.ok(written.length >= 5 && written.length <= 6, `${written.length}: Safari allows 100 in 30 s`);
  mock.timers.tick(300);
  assert.deepEqual(sent, [{ z: "99,0" }]);
  assert.equal(written.at(-1), "model=mnist-vae&z=99%2C0");
});

test("the same state is not sent again", () => {
  for (const z of ["1,1", "1,1", "2,2", "2,2"]) {
    address.set({ z });
    mock.timers.tick(1000);
  }
  assert.deepEqual(sent, [{ z: "1,1" }, { z: "2,2" }]);
});

test("a view that is gone sends nothing", () => {
  address.set({ z: "1,1" });
  address.close();
  mock.timers.tick(5000);
  address.flush();
  assert.deepEqual([sent, written], [[], []]);
});

test("flush tells the server now", () => {
  address.set({ z: "1,1" });
  address.flush();
  assert.deepEqual(sent, [{ z: "1,1" }]);
  mock.timers.tick(5000);
  assert.equal(sent.length, 1);
});

test("the query is written as Python's urlencode does", () => {
  assert.equal(
    queryOf({ model: "a b", z: "-0.5,1e-3", hide: "1,2", x: "ü&=" }),
    "model=a+b&z=-0.5%2C1e-3&hide=1%2C2&x=%C3%BC%26%3D",
  );
});

test("where a page has no address of its own, views write elsewhere, and a visit is told there", () => {
  let query = "?model=a&plane=1-2";
  const told = [];
  writeInto({ read: () => query, write: (text) => (query = text), moved: () => told.push(query) });
  new Address({ model: "b" }, () => {}).set({ z: "1" });
  mock.timers.tick(350);
  assert.equal(query, "model=b&z=1");
  visit({ plane: "pca", z: "" });
  assert.deepEqual(told, ["model=b&plane=pca"]);
});
