// What can be taken away: the codes as a table, the map as SVG, sizes as people say them, and names of files.
import assert from "node:assert/strict";
import { test } from "node:test";
import { latentsCsv } from "../../live/engine/latents_csv.js";
import { seeded } from "../../live/engine/random.js";
import { paintScene } from "../../live/maps/points_canvas.js";
import { SvgPen } from "../../live/maps/svg_pen.js";
import { setWords } from "../../live/words/words.js";

const { fileName } = await import("../../live/parts/taking/offers.js");
const { filmFile } = await import("../../live/parts/taking/film_file.js");
const { enlarged, indicesOf, movingPicture } = await import("../../live/parts/taking/moving.js");
const { sizeText } = await import("../../live/shell/take.js");

test("every code comes back from the table, bit for bit, in its order", () => {
  const uniform = seeded(3);
  const mu = Float32Array.from({ length: 3 * 400 }, () => (uniform() - 0.5) * 10 ** Math.round(20 * uniform() - 10));
  mu.set([0, -0, 1e-40, 3.4e38, 1 / 3, -2]);
  const lines = latentsCsv(mu, 3, (index) => String(index % 10)).split("\r\n");
  assert.equal(lines[0], "index,label,z1,z2,z3");
  assert.equal(lines.pop(), "");
  assert.equal(lines.length, 401);
  lines.slice(1).forEach((line, index) => {
    const [number, label, ...z] = line.split(",");
    assert.deepEqual([number, label], [String(index), String(index % 10)]);
    z.forEach((text, dim) => assert.ok(Object.is(Math.fround(Number(text)) + 0, mu[3 * index + dim] + 0), text));
  });
});

test("a class's name may hold what the table is made of, and there may be none", () => {
  const csv = latentsCsv(Float32Array.of(1, 2), 1, (index) => ['a "b", c', ""][index]);
  assert.equal(csv, 'index,label,z1\r\n0,"a ""b"", c",1\r\n1,,2\r\n');
});

const SCENE = {
  ranges: { x: [-2, 2], y: [-2, 2] },
  size: { width: 452, height: 448 },
  places: [0, 0, 1, 1, -1, 0.5],
  labels: [0, 0, 1],
  classNames: ["<b>", "one"],
  hidden: new Set(),
  plain: false,
  rings: [{ x: 0, y: 0, rx: 1, ry: 1 }],
  titles: ["z₁", 'z₂ & "x"'],
  theme: {
    dark: false,
    text: "#111",
    font: '"Sans", serif',
    ring: "#999",
    colour: (k) => ["#f00", "#00f"][k],
    textOn: () => "#fff",
  },
};

test("the map as SVG has the canvas's strokes: a path a class, rings, names, ticks", () => {
  const pen = new SvgPen();
  paintScene(pen, SCENE);
  const file = pen.file(SCENE.size, "#fff", "a < b");
  const dots = [...file.matchAll(/<path fill="([^"]+)" fill-opacity="0.65" d="([^"]*)"\/>/g)];
  assert.deepEqual(
    dots.map(([, colour, d]) => [colour, d.match(/M/g)?.length]),
    [
      ["#f00", 2],
      ["#00f", 1],
    ],
  );
  assert.ok(dots[0][2].startsWith("M242.3 206.3h3.4v3.4h-3.4z"), "the middle of the axes");
  assert.match(
    file,
    /<ellipse cx="244" cy="208" rx="100" ry="100" fill="none" stroke="#999"[^>]* stroke-dasharray="2 2"/,
  );
  assert.match(file, /<title>a &lt; b<\/title>/);
  assert.match(file, />&lt;b&gt;<\/text>/);
  assert.match(file, /transform="rotate\(-90\)"><text [^>]*>z₂ &amp; &quot;x&quot;<\/text>/);
  assert.match(file, /font-family="&quot;Sans&quot;, serif"/);
  assert.equal(file.match(/<g /g)?.length, file.match(/<\/g>/g)?.length);
});

test("a file's name tells model and code, and is never long", () => {
  assert.equal(fileName("mnist-vae", Float32Array.of(0.5, -1.28), "png"), "mnist-vae_0.5_-1.28.png");
  assert.ok(fileName("m", new Float32Array(50).fill(-1.234), "svg").length < 90);
});

test("sizes are whole kilobytes, or megabytes with one decimal", () => {
  setWords({ "take.kilobytes": "{value:int} KB", "take.megabytes": "{value:.1} MB" });
  assert.deepEqual([3, 1499, 999_499, 1_626_629].map(sizeText), ["1 KB", "1 KB", "999 KB", "1.6 MB"]);
});

test("a moving picture goes there and back, its pixels as squares, in the model's shape", async () => {
  const levels = new Uint8Array(2);
  const model = { info: { image: [1, 1, 2] }, decode: ([z]) => levels.fill(z) };
  const codes = [10, 20, 30].map((z) => Float32Array.of(z));
  const bytes = new Uint8Array(await movingPicture(model, codes, null).arrayBuffer());
  const [width, height] = new Uint16Array(bytes.slice(6, 10).buffer);
  assert.deepEqual([width, height], [224, 112]);
  const frames = bytes.filter((byte, at) => byte === 0x21 && bytes[at + 1] === 0xf9 && bytes[at + 2] === 4).length;
  assert.equal(frames, 4, "the ends once, the middle twice");
  assert.deepEqual([...enlarged(Uint8Array.of(1, 2), 2, 2)], [1, 1, 2, 2, 1, 1, 2, 2]);
  const colour = { indexOf: (r, g, b) => r + 2 * g + 4 * b };
  assert.deepEqual([...indicesOf([1, 0, 0, 1, 1, 1], colour, 3)], [5, 6]);
});

test("a browser that encodes no film is offered the reason in its place", async () => {
  setWords({ "take.film.lacks": "none here" });
  const model = { info: { image: [1, 2, 2] }, decode: () => assert.fail("nothing is computed for it") };
  assert.equal(await filmFile(model, [Float32Array.of(0)], null), "none here");
  globalThis.VideoEncoder = { isConfigSupported: async () => ({ supported: false }) };
  assert.equal(await filmFile(model, [Float32Array.of(0)], null), "none here");
  delete globalThis.VideoEncoder;
});
