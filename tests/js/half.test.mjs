// Half precision: every number of it comes back, what lies between goes to the nearest, and of two alike to the even one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { halvesOf } from "../../live/engine/half.js";
import { float16ToFloat32 } from "../../live/engine/network.js";

test("every number of half precision comes back as it is", () => {
  const all = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i).filter((half) => (half & 0x7c00) !== 0x7c00);
  assert.deepEqual(halvesOf(float16ToFloat32(all)), all);
});

test("what lies between goes to the nearest, half of the way to the even one", () => {
  for (const half of [0, 1, 2, 1022, 1023, 1024, 1025, 15359, 15360, 31741, 31742]) {
    const [low, high] = float16ToFloat32(Uint16Array.of(half, half + 1));
    const even = half % 2 ? half + 1 : half,
      step = high - low;
    assert.deepEqual(
      [...halvesOf(Float32Array.of(low + step / 2, low + step / 4, high - step / 4))],
      [even, half, half + 1],
      String(half),
    );
  }
});

test("what is too large is the largest, and no number stays none", () => {
  assert.deepEqual(
    [...halvesOf(Float32Array.of(1e9, -1e9, Infinity, 65519, NaN))],
    [31743, 64511, 31743, 31743, 32256],
  );
});
