// One seam through which a pane gets its files: from a server, and from inside the page.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { gzipSync } from "node:zlib";

import { ConnectionLost, fileSource, inlineSource, serverSource } from "../../live/engine/source.js";

globalThis.document = { baseURI: "http://school/vae/map?model=a" };

beforeEach(() => mock.restoreAll());
const answer = (status, body = "") =>
  mock.method(globalThis, "fetch", async () => new Response(status === 204 ? null : body, { status }));

test("names are relative to the page, so that a path prefix survives", async () => {
  const fetched = answer(200, '{"a": 1}');
  assert.deepEqual(await serverSource("assets/m/", "It").json("decoder.json"), { a: 1 });
  assert.equal(String(fetched.mock.calls[0].arguments[0]), "http://school/vae/assets/m/decoder.json");
  assert.equal(String(serverSource("assets/m/", "It").socket("decode")), "ws://school/vae/assets/m/decode");
});

test("nothing new is null", async () => {
  answer(204);
  assert.equal(await serverSource("jobs/", "It").json("x.json"), null);
});

test("bytes come as they are", async () => {
  answer(200, "abc");
  assert.deepEqual([...new Uint8Array(await serverSource("m/", "It").bytes("x.bin"))], [97, 98, 99]);
});

test("a refusal is a sentence with what is missing", async () => {
  answer(404);
  await assert.rejects(serverSource("m/", "The model").bytes("x.bin"), /^Error: The model is not there \(404\)/);
});

test("no connection is told apart from a refusal", async () => {
  mock.method(globalThis, "fetch", async () => {
    throw new TypeError("failed");
  });
  await assert.rejects(serverSource("m/", "The model").json("x"), ConnectionLost);
});

test("files within the page need no network", async () => {
  const packed = gzipSync(Uint8Array.of(1, 2, 3)).toString("base64");
  const source = inlineSource({ "decoder.json": '{"a": [1]}', "x.bin": packed }, "This page");
  assert.deepEqual(await source.json("decoder.json"), { a: [1] });
  assert.deepEqual([...new Uint8Array(await source.bytes("x.bin"))], [1, 2, 3]);
  assert.equal(source.socket("decode"), null);
  await assert.rejects(source.bytes("encoder.bin"), /This page: this page was saved without it \(encoder.bin\)/);
  await assert.rejects(source.bytes("constructor"), /saved without it/);
  assert.deepEqual(await inlineSource({ "a/x.json": "[2]", "x.json": "[1]" }, "It", "a/").json("x.json"), [2]);
});

test("files beside a page are as from our server, but nobody decodes for it", async () => {
  const fetched = answer(200, "[1]");
  const source = fileSource("assets/m/", "It");
  assert.deepEqual(await source.json("x.json"), [1]);
  assert.equal(String(fetched.mock.calls[0].arguments[0]), "http://school/vae/assets/m/x.json");
  assert.equal(source.socket("decode"), null);
});
