// The film's file: what a reader of EBML finds in it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { webmOf } from "../../live/engine/webm.js";

const PARENTS = new Set([0x1a45dfa3, 0x18538067, 0x1549a966, 0x1654ae6b, 0xae, 0xe0, 0x1f43b675]);
const TRACK = { codec: "V_VP9", width: 224, height: 112, milliseconds: 3050 };

/** A number whose first byte says by its leading zeros how long it is. */
function vint(bytes, at, marked) {
  const length = Math.clz32(bytes[at]) - 23;
  let value = marked ? bytes[at] : bytes[at] & (0xff >> length);
  for (let i = 1; i < length; i++) value = value * 256 + bytes[at + i];
  return { value, next: at + length };
}

/** Every element as [id, content or children]; throws where one ends beyond what holds it. */
function read(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const id = vint(bytes, at, true),
      size = vint(bytes, id.next, false);
    at = size.next + size.value;
    assert.ok(at <= bytes.length, `element ${id.value.toString(16)} is cut`);
    const content = bytes.subarray(size.next, at);
    found.push([id.value, PARENTS.has(id.value) ? read(content) : content]);
  }
  return found;
}
const all = (tree, id) => tree.flatMap(([name, content]) => (name === id ? [content] : []));
const one = (tree, ...ids) => ids.reduce((content, id) => all(content, id)[0], tree);
const number = (bytes) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
const text = (bytes) => String.fromCharCode(...bytes);
const block = (at, ...data) => ({ data: Uint8Array.from(data), at, key: at === 0 });

test("a reader finds the kind of file, its length, its one track and every frame with its time", () => {
  const tree = read(webmOf([block(0, 1, 2, 3), block(50), block(300, 255)], TRACK));
  assert.equal(text(one(tree, 0x1a45dfa3, 0x4282)), "webm");
  const segment = one(tree, 0x18538067),
    info = one(segment, 0x1549a966),
    track = one(segment, 0x1654ae6b, 0xae);
  const length = one(info, 0x4489);
  assert.equal(new DataView(length.buffer, length.byteOffset).getFloat64(0), 3050);
  assert.equal(number(one(info, 0x2ad7b1)), 1e6);
  assert.equal(text(one(track, 0x86)), "V_VP9");
  assert.deepEqual([number(one(track, 0xe0, 0xb0)), number(one(track, 0xe0, 0xba))], [224, 112]);
  const cluster = one(segment, 0x1f43b675);
  assert.deepEqual(
    all(cluster, 0xa3).map((bytes) => [...bytes]),
    [
      [0x81, 0, 0, 0x80, 1, 2, 3],
      [0x81, 0, 50, 0],
      [0x81, 1, 44, 0, 255],
    ],
  );
});

test("a long film has a cluster before a block's time runs over its 16 bits", () => {
  const times = [0, 31_999, 32_000, 70_000];
  const segment = one(
    read(
      webmOf(
        times.map((at) => block(at, 7)),
        TRACK,
      ),
    ),
    0x18538067,
  );
  const clusters = all(segment, 0x1f43b675);
  assert.deepEqual(
    clusters.map((cluster) => number(one(cluster, 0xe7))),
    [0, 32_000, 70_000],
  );
  const told = clusters.flatMap((cluster) =>
    all(cluster, 0xa3).map((bytes) => number(one(cluster, 0xe7)) + bytes[1] * 256 + bytes[2]),
  );
  assert.deepEqual(told, times);
});
