// Drawing without a page: strokes, keys, uploads, centring, the ranking of classes, and strokes that draw themselves.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { classShares, likeliest } from "../../live/engine/classes.js";
import {
  actionOf,
  blank,
  centreOf,
  drawn,
  gridOf,
  inChannels,
  isBlank,
  observationOf,
} from "../../live/engine/ink/drawing.js";
import { imageSize } from "../../live/engine/ink/image_size.js";
import { centreLikeMnist, inkOf, resample } from "../../live/engine/ink/mnist_centre.js";
import { FOUR, lengthOf, upTo } from "../../live/engine/ink/strokes.js";
import { logLikelihood } from "../../live/engine/likelihood.js";
import { seeded } from "../../live/engine/random.js";
import { rankingText } from "../../live/parts/codes/ranking.js";
import { refusalOf } from "../../live/parts/drawing/image_file.js";
import { inSlices } from "../../live/parts/slices.js";
import { setWords } from "../../live/words/words.js";

setWords(JSON.parse(readFileSync(new URL("../../live/words/en.json", import.meta.url), "utf8")));
const GRID = { rows: 14, columns: 14 },
  NEW = blank(GRID);
const after = (...actions) => actions.reduce(drawn, NEW);
const begin = { do: "begin", at: [10, 10], width: 20 },
  more = {
    do: "extend",
    points: [
      [20, 10],
      [30, 10],
    ],
  };
const close = (a, b, tolerance) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);
const run = (steps) => {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
};

test("a stroke grows by its points, and nothing before it changes", () => {
  const one = after(begin, more);
  assert.deepEqual(one.strokes, [
    {
      width: 20,
      points: [
        [10, 10],
        [20, 10],
        [30, 10],
      ],
    },
  ]);
  assert.equal(drawn(one, begin).strokes.length, 2);
  assert.equal(one.strokes.length, 1);
  assert.deepEqual(drawn(NEW, more), NEW);
});

test("undo takes the last stroke, or the picture; clear takes all", () => {
  const picture = new Float32Array(4);
  assert.equal(after(begin, begin, { do: "undo" }).strokes.length, 1);
  assert.ok(isBlank(after({ do: "undo" })));
  assert.ok(isBlank(after({ do: "picture", picture }, { do: "undo" })));
  assert.ok(isBlank(after(begin, begin, { do: "clear" })));
  assert.ok(!isBlank(after({ do: "picture", picture })));
});

test("a picture stands in the strokes' place, and the next stroke in the picture's", () => {
  const shown = after(begin, { do: "picture", picture: new Float32Array(4) });
  assert.equal(shown.strokes.length, 0);
  const next = drawn(shown, begin);
  assert.equal(next.picture, null);
  assert.equal(next.strokes.length, 1);
});

test("keys move the cell within the pad, and draw while the pen is down", () => {
  const key = (name) => actionOf(name, GRID, 20);
  const line = after(key(" "), key("ArrowRight"), key("ArrowDown"), key("Enter"), key("ArrowDown"));
  assert.equal(line.down, false);
  assert.deepEqual([line.row, line.column], [9, 8]);
  assert.deepEqual(line.strokes, [
    {
      width: 20,
      points: [
        [150, 150],
        [170, 150],
        [170, 170],
      ],
    },
  ]);
  const corner = after(...Array(40).fill(key("ArrowLeft")), ...Array(40).fill(key("ArrowUp")));
  assert.deepEqual([corner.row, corner.column], [0, 0]);
  assert.deepEqual(key("Backspace"), { do: "undo" });
  assert.deepEqual(key("Escape"), { do: "clear" });
  assert.equal(key("Tab"), null);
  assert.equal(key("toString"), null);
});

test("what ends the drawing lifts the keyboard's pen", () => {
  const pen = { do: "pen", width: 20, grid: GRID };
  for (const action of [{ do: "undo" }, { do: "clear" }, { do: "lift" }, pen])
    assert.equal(after(pen, action).down, false);
});

for (const [image, grid] of [
  [
    [1, 28, 28],
    [14, 14],
  ],
  [
    [1, 8, 8],
    [8, 8],
  ],
  [
    [3, 32, 32],
    [16, 16],
  ],
  [
    [1, 128, 64],
    [16, 8],
  ],
])
  test(`an image of ${image} has ${grid} cells`, () => {
    const { rows, columns } = gridOf(image);
    assert.deepEqual([rows, columns], grid);
    const [x, y] = centreOf({ row: rows - 1, column: 0 }, { rows, columns });
    close(x, 140 / columns, 1e-9);
    close(y, 280 - 140 / rows, 1e-9);
  });

test("grey goes into every channel, and colours come out of a canvas in theirs", () => {
  assert.deepEqual([...inChannels(Float32Array.of(0, 1), 3)], [0, 1, 0, 1, 0, 1]);
  const grey = Float32Array.of(0.5);
  assert.equal(inChannels(grey, 1), grey);
  const rgba = Uint8ClampedArray.of(255, 0, 51, 255, 0, 255, 102, 255);
  assert.deepEqual(
    [...observationOf(rgba, 3)].map((v) => Math.round(v * 5)),
    [5, 0, 0, 5, 1, 2],
  );
  assert.deepEqual([...observationOf(rgba, 1)], [1, 0]);
});

test("an empty pad has nothing to centre", () => {
  assert.equal(centreLikeMnist(new Float32Array(100), 10, 10, 28, 28), null);
});

for (const [name, left, top, wide, tall] of [
  ["a dot", 3, 7, 1, 1],
  ["a bar", 30, 5, 4, 40],
  ["a dash", 5, 50, 40, 3],
])
  test(`${name} fits 20 of 28 pixels, its centre of mass in the middle`, () => {
    const ink = new Float32Array(60 * 60);
    for (let y = top; y < top + tall; y++) ink.fill(1, y * 60 + left, y * 60 + left + wide);
    const out = centreLikeMnist(ink, 60, 60, 28, 28);
    let mass = 0,
      x = 0,
      y = 0,
      long = 0;
    out.forEach((v, i) => {
      mass += v;
      x += v * ((i % 28) + 0.5);
      y += v * (Math.floor(i / 28) + 0.5);
    });
    close(x / mass, 14, 0.01);
    close(y / mass, 14, 0.01);
    const lines = Array.from({ length: 28 }, (_, k) =>
      out.filter((_v, i) => (wide > tall ? i % 28 : Math.floor(i / 28)) === k),
    );
    long = lines.filter((line) => Math.max(...line) > 0.01).length;
    assert.ok(long >= 20 && long <= 21, `${long} pixels long`);
  });

test("resampling keeps the mean, and is 0 outside", () => {
  const half = resample(Float32Array.of(1, 1, 0, 0), 2, 2, 0, 0, 2, 1, 1);
  assert.deepEqual([...half], [0.5]);
  assert.deepEqual([...resample(Float32Array.of(1), 1, 1, 5, 5, 1, 2, 1)], [0, 0]);
});

for (const [paper, ink] of [
  [255, 0],
  [0, 255],
  [200, 20],
  [30, 240],
])
  test(`ink ${ink} on paper ${paper} is bright on dark`, () => {
    const rgba = new Uint8ClampedArray(4 * 25).map((_, i) => (i % 4 === 3 ? 255 : paper));
    rgba.set([ink, ink, ink, 255], 4 * 12);
    const grey = inkOf(rgba, 5, 5);
    assert.ok(grey[0] < 0.01 && grey[12] > 0.7, `${grey[0]} and ${grey[12]}`);
  });

test("what is transparent is paper", () => {
  const grey = inkOf(new Uint8ClampedArray(4 * 9), 3, 3);
  assert.ok(grey.every((v) => v === 0));
});

const png = (width, height) => {
  const bytes = new Uint8Array(33),
    view = new DataView(bytes.buffer);
  view.setUint32(0, 0x89504e47);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
};
const jpeg = (...segments) => Uint8Array.from([0xff, 0xd8, ...segments.flat()]);
const FRAME = [0xff, 0xc0, 0, 11, 8, 0, 40, 1, 4, 1, 0, 0, 0];

test("the size is in the header of a PNG and of a JPEG", () => {
  assert.deepEqual(imageSize(png(8000, 5000)), [8000, 5000]);
  assert.deepEqual(imageSize(jpeg(FRAME)), [260, 40]);
  assert.deepEqual(imageSize(jpeg([0xff, 0xe0, 0, 4, 9, 9], [0xff, 0xc4, 0, 3, 9], FRAME)), [260, 40]);
  assert.deepEqual(imageSize(jpeg([0xff, 0xff], FRAME)), [260, 40]); // fill bytes may stand before a marker
});

test("what is cut, empty or something else has no size", () => {
  const all = [
    new Uint8Array(),
    png(1, 1).slice(0, 20),
    jpeg(FRAME).slice(0, 9),
    jpeg([0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08]),
  ];
  for (const bytes of all) assert.equal(imageSize(bytes), null);
});

test("a JPEG whose segments have no length ends", () => {
  assert.equal(imageSize(jpeg(Array(2000).fill([0xff, 0xe0, 0, 0]).flat())), null);
});

test("a part of a longer buffer is read from its own start", () => {
  const long = new Uint8Array(100);
  long.set(png(3, 4), 50);
  assert.deepEqual(imageSize(long.subarray(50)), [3, 4]);
});

test("an upload is refused by kind, weight and size, each in a sentence", () => {
  const file = { name: "a.png", type: "image/png", size: 1000 };
  assert.equal(refusalOf(file, [4096, 3900]), "");
  assert.equal(refusalOf(file, null), "");
  assert.match(refusalOf({ ...file, type: "application/pdf" }, null), /not a PNG or JPEG/);
  assert.match(refusalOf({ ...file, size: 11 * 2 ** 20 }, null), /has 11\u00a0MB; at most 10/);
  assert.match(refusalOf(file, [8000, 5000]), /8,000 x 5,000 pixels; at most 4,096 a side/);
  assert.match(refusalOf(file, [4096, 4096]), /16 megapixels/);
});

// a model of one latent and one pixel: class y draws grey level sigmoid(logits[y]), whatever z is
const encoder = { encode: () => ({ mu: Float32Array.of(0), logVar: Float32Array.of(0) }) };
const flat = { encode: () => ({ mu: Float32Array.of(0), logVar: null }) };
const LOGITS = [[-2], [0], [2]];
const rank = (likelihood, x, by = encoder) =>
  run(classShares(by, (_z, y) => LOGITS[y], likelihood, Float32Array.of(x), 3, seeded(1)));

for (const likelihood of [
  { name: "bernoulli", pixelStd: 1 },
  { name: "gaussian", pixelStd: 0.3 },
])
  test(`the shares are Bayes' rule under the ${likelihood.name} likelihood`, () => {
    for (const by of [encoder, flat]) {
      const each = LOGITS.map((logits) => Math.exp(logLikelihood(likelihood, logits, [0.9])));
      const sum = each.reduce((a, b) => a + b);
      rank(likelihood, 0.9, by).forEach((share, y) => close(share, each[y] / sum, 1e-6));
    }
  });

test("the likelihood that the model was trained with decides", () => {
  // log p(x|y) at x = 0.5 is -1.13, -0.69, -1.13 under one and almost even under a broad other
  const sharp = rank({ name: "bernoulli", pixelStd: 1 }, 0.5),
    broad = rank({ name: "gaussian", pixelStd: 9 }, 0.5);
  assert.ok(sharp[1] > 0.4);
  for (const share of broad) close(share, 1 / 3, 0.01);
});

test("the bound draws from the posterior, not at its mean alone", () => {
  const wide = { encode: () => ({ mu: Float32Array.of(0), logVar: Float32Array.of(0) }) };
  const seen = new Set();
  run(
    classShares(
      wide,
      (z) => (seen.add(z[0]) ? [0] : []),
      { name: "bernoulli", pixelStd: 1 },
      Float32Array.of(1),
      2,
      seeded(1),
    ),
  );
  assert.equal(seen.size, 32);
});

test("a class that is far behind is not drawn again", () => {
  let count = 0;
  const decode = (_z, y) => {
    count++;
    return y ? [-40] : [40];
  };
  const found = run(
    classShares(encoder, decode, { name: "bernoulli", pixelStd: 1 }, Float32Array.of(1), 10, seeded(1)),
  );
  assert.equal(count, 16 + 9 * 2);
  close(found[0], 1, 1e-6);
});

test("the ranking is said in words, never as certain", () => {
  const names = ["zero", "one", "two"];
  assert.deepEqual(likeliest([0.03, 0.97, 0]), [1, 0]);
  assert.deepEqual(likeliest([1]), [0]);
  assert.equal(rankingText([0.03, 0.97, 0], names), "one: 97%, zero: 3%");
  assert.equal(rankingText([0, 0, 1], names), "two: 99% or more");
});

test("strokes draw themselves: from a dot to the whole, the pen lifted between them", () => {
  const strokes = [
    {
      width: 20,
      points: [
        [0, 0],
        [30, 0],
      ],
    },
    {
      width: 20,
      points: [
        [30, 40],
        [30, 140],
      ],
    },
  ]; // 30 along, 40 in the air, 100 along
  assert.equal(lengthOf(strokes), 170);
  assert.deepEqual(upTo(strokes, 0), [{ width: 20, points: [[0, 0]] }]);
  assert.deepEqual(upTo(strokes, 15)[0].points, [
    [0, 0],
    [15, 0],
  ]);
  assert.equal(upTo(strokes, 69).length, 1);
  assert.deepEqual(upTo(strokes, 95)[1].points, [
    [30, 40],
    [30, 65],
  ]);
  assert.deepEqual(upTo(strokes, 170), strokes);
  assert.deepEqual(upTo(FOUR, lengthOf(FOUR) + 1), FOUR);
});

test("strokes from elsewhere replace what is on the pad", () => {
  const shown = after(begin, { do: "picture", picture: new Float32Array(4) }, { do: "strokes", strokes: FOUR });
  assert.equal(shown.picture, null);
  assert.equal(shown.strokes, FOUR);
});

test("long arithmetic rests between its pieces and ends when nobody waits for it", async () => {
  function* count(steps) {
    for (let i = 0; i < steps; i++) {
      const until = performance.now() + 5;
      while (performance.now() < until);
      yield;
    }
    return steps;
  }
  let rests = 0;
  const rest = async () => rests++;
  assert.equal(await inSlices(count(10), () => false, rest), 10);
  assert.ok(rests >= 2);
  assert.equal(await inSlices(count(10), () => true, rest), null);
});
