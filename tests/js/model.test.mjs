// A model in the page: what it fetches and when, what it calls near, and the server that decodes where it is too slow.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Model } from "../../live/engine/model.js";
import { sigmoid } from "../../live/engine/network.js";
import { seeded } from "../../live/engine/random.js";
import { page, settled } from "./page.mjs";
import { CODES, decoder, encoder, infoOf, LABELS, numbers } from "./parts.mjs";

/** A source of a model's files that notes what was asked for; `files` are added, `socket` is the server's address. */
function sourceOf(files = {}, { classes = 0, socket = null } = {}) {
  const [drawing, reading] = [decoder({ classes }), encoder()];
  const all = {
    "decoder.json": drawing.manifest,
    "decoder.bin": drawing.weights,
    "encoder.json": reading.manifest,
    "encoder.bin": reading.weights,
    ...files,
  };
  const asked = [];
  const give = async (name) => {
    asked.push(name);
    if (all[name] instanceof Error) throw all[name];
    return all[name];
  };
  return { asked, files: all, source: { json: give, bytes: give, socket: () => socket } };
}

/** What lies in latents.bin: means, log variances where there are any, and a byte a label. */
function latentsOf({ logVar = CODES.map(() => 0), labels = LABELS } = {}) {
  const single = Float32Array.from([...CODES, ...(logVar ?? [])]);
  return Uint8Array.from([...new Uint8Array(single.buffer), ...(labels ?? [])]).buffer;
}
const open = (info = {}, files = {}) =>
  Model.open(infoOf(info), sourceOf({ "latents.bin": latentsOf(), ...files }).source);

test("opening fetches the decoder alone; latents come when they are asked for, once", async () => {
  const { asked, source } = sourceOf({ "latents.bin": latentsOf() });
  const model = await Model.open(infoOf(), source);
  assert.deepEqual(asked.toSorted(), ["decoder.bin", "decoder.json"]);
  assert.equal(model.ready, false);
  await Promise.all([model.loadLatents(), model.loadLatents()]);
  assert.equal(model.ready, true);
  assert.equal(asked.filter((name) => name === "latents.bin").length, 1);
});

test("a test image has a mean, standard deviations and a name", async () => {
  const model = await open({}, { "latents.bin": latentsOf({ logVar: CODES.map((_, i) => Math.log((i + 1) ** 2)) }) });
  await model.loadLatents();
  assert.deepEqual([...model.muOf(3)], [-4, -4]);
  assert.deepEqual(Array.from(model.stdOf(1), Math.round), [3, 4]);
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => model.nameOf(index)),
    ["zero", "one", "two", "one"],
  );
});

test("codes of a deterministic encoder have no spread, data without labels no names", async () => {
  const model = await open(
    { stochastic: false, classNames: [] },
    { "latents.bin": latentsOf({ logVar: null, labels: null }) },
  );
  await model.loadLatents();
  assert.equal(model.stdOf(0), null);
  assert.deepEqual([model.labels, model.nameOf(0)], [null, ""]);
  assert.deepEqual([...model.muOf(2)], [0, 3]);
});

test("a list of codes of the wrong length is refused with a sentence that says what to do", async () => {
  for (const bytes of [latentsOf().slice(0, -1), latentsOf({ labels: null }), new ArrayBuffer(0)]) {
    const model = await open({}, { "latents.bin": bytes });
    await assert.rejects(model.loadLatents(), /list of test codes is damaged. Reload the page/);
    assert.equal(model.ready, false);
  }
});

test("rounded codes are means in half precision and log variances in eighths of a nat", async () => {
  const halves = Uint16Array.from([0, 0, 0x3c00, 0, 0, 0x4200, 0xc400, 0xc400]); // CODES
  const eighths = Int8Array.from(CODES, (_, i) => -2 * i);
  const bytes = [...new Uint8Array(halves.buffer), ...new Uint8Array(eighths.buffer), ...LABELS];
  const model = await open({ rounded: true }, { "latents.bin": Uint8Array.from(bytes).buffer });
  await model.loadLatents();
  assert.deepEqual([...model.muOf(3)], [-4, -4]);
  assert.deepEqual([...(model.logVar ?? [])], [0, -0.25, -0.5, -0.75, -1, -1.25, -1.5, -1.75].slice(0, CODES.length));
  assert.equal(model.nameOf(2), "two");
  const cut = await open({ rounded: true }, { "latents.bin": Uint8Array.from(bytes.slice(1)).buffer });
  await assert.rejects(cut.loadLatents(), /list of test codes is damaged/);
});

test("the nearest codes are those of a search through all, nearest first", async () => {
  const uniform = seeded(1);
  for (let i = 0; i < 30; i++) {
    const [latentDim, count] = [1 + (i % 5), 1 + 7 * (i % 9)];
    const model = await open({ latentDim: 2 });
    model.info = infoOf({ latentDim, count });
    model.mu = Float32Array.from({ length: latentDim * count }, () => Math.round(8 * uniform()) / 2);
    const z = Float32Array.from({ length: latentDim }, () => 4 * uniform());
    const squares = Array.from({ length: count }, (_, index) =>
      model.muOf(index).reduce((sum, value, d) => sum + (value - z[d]) ** 2, 0),
    );
    const { indices, distance } = model.nearest(z, 5);
    const wanted = squares.toSorted((a, b) => a - b).slice(0, 5);
    assert.deepEqual(
      indices.map((index) => squares[index]),
      wanted,
    );
    assert.equal(new Set(indices).size, Math.min(5, count), "each once, and no more than there are");
    assert.ok(Math.abs(distance - Math.sqrt(wanted[0])) < 1e-6);
  }
});

test("only a conditional model is told a class, and of a test image its own", async () => {
  const plain = await open();
  await plain.loadLatents();
  assert.equal(plain.conditionOf(2), null);
  const z = Float32Array.of(0.5, 1);
  assert.deepEqual([...plain.decode(z, 1)], [...plain.decode(z, null)], "an unconditional one ignores it");
  const { source } = sourceOf({ "latents.bin": latentsOf() }, { classes: 3 });
  const model = await Model.open(infoOf({ conditional: true }), source);
  await model.loadLatents();
  assert.equal(model.conditionOf(2), 2);
  const one = [...model.decode(z, 1)];
  assert.notDeepEqual([...model.decode(z, 2)], one);
});

test("a frame is painted with the grey levels of the decoder's means", async () => {
  const model = await open();
  const z = Float32Array.of(-1, 2);
  const painted = [];
  model.show({ paint: (levels) => painted.push(...levels) }, z, null);
  assert.deepEqual(
    painted,
    Array.from(model.logits(z, null), (logit) => Math.round(255 * sigmoid(logit))),
  );
});

test("another moment of its training is another decoder of the same model", async () => {
  const model = await open();
  const before = [...model.decode(Float32Array.of(1, 1), null)];
  const early = model.withDecoder(numbers(model.decoder.manifest.count, 5).buffer);
  assert.notDeepEqual([...early.decode(Float32Array.of(1, 1), null)], before);
  assert.deepEqual([...model.decode(Float32Array.of(1, 1), null)], before);
  assert.equal(early.info, model.info);
  assert.throws(() => model.withDecoder(new ArrayBuffer(8)), /weights are damaged: 8 bytes came/);
});

test("the encoder is fetched at its first use, once, and again where that failed", async () => {
  const { asked, files, source } = sourceOf();
  const model = await Model.open(infoOf(), source);
  files["encoder.bin"] = new Error("lost");
  await assert.rejects(model.encoder(), /lost/);
  files["encoder.bin"] = encoder().weights;
  const [one, other] = await Promise.all([model.encoder(), model.encoder()]);
  assert.equal(one, other);
  assert.equal(one.encode(new Float32Array(20)).mu.length, 2);
  assert.equal(asked.filter((name) => name === "encoder.bin").length, 2);
});

/** A server's socket: what was sent, and answers by hand. */
class Socket {
  static OPEN = 1;
  static all = [];
  constructor(url) {
    Object.assign(this, { url, readyState: 0, sent: [] });
    Socket.all.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  opened() {
    this.readyState = 1;
    this.onopen();
  }
  answer(...levels) {
    this.onmessage({ data: Uint8Array.from(levels).buffer });
  }
}
globalThis.WebSocket = Socket;
beforeEach(() => (Socket.all = []));

/** A model that takes `ms` for an image. */
async function slowModel(ms, { conditional = false, socket = "ws://school/decode" } = {}) {
  const { source } = sourceOf({}, { classes: conditional ? 3 : 0, socket });
  const { now } = performance;
  performance.now = () => (page.now += ms);
  const model = await Model.open(infoOf({ conditional }), source);
  performance.now = now;
  return model;
}
const frame = () => {
  const painted = [];
  return { painted, paint: (levels) => painted.push([...levels]) };
};

test("a model that is too slow for 60 images a second is decoded by the server, where there is one", async () => {
  assert.equal((await slowModel(5)).remote, null);
  assert.equal((await slowModel(40, { socket: null })).remote, null);
  const model = await slowModel(40);
  const shown = frame();
  model.show(shown, Float32Array.of(0.5, -1), null);
  const [socket] = Socket.all;
  assert.deepEqual([socket.url, socket.sent], ["ws://school/decode", []], "nothing is sent before it is open");
  socket.opened();
  assert.deepEqual(socket.sent, [{ z: [0.5, -1], y: [] }]);
  socket.answer(1, 2, 3);
  assert.deepEqual(shown.painted, [[1, 2, 3]]);
});

test("one request is under way; of those that wait, each frame's newest goes next", async () => {
  const model = await slowModel(40, { conditional: true });
  const [large, small] = [frame(), frame()];
  model.show(large, Float32Array.of(0, 0), 1);
  const [socket] = Socket.all;
  socket.opened();
  for (const x of [1, 2, 3]) model.show(large, Float32Array.of(x, 0), 1);
  model.show(small, Float32Array.of(9, 9), Float32Array.of(0.5, 0.5, 0));
  assert.equal(socket.sent.length, 1);
  socket.answer(7);
  assert.deepEqual(socket.sent[1], { z: [3, 0], y: [1] });
  socket.answer(8);
  assert.deepEqual(socket.sent[2], { z: [9, 9], y: [0.5, 0.5, 0] });
  socket.answer(9);
  assert.deepEqual([large.painted, small.painted, socket.sent.length], [[[7], [8]], [[9]], 3]);
});

test("a socket that was lost is opened again by the next move, and a closed model closes it", async () => {
  const model = await slowModel(40);
  const shown = frame();
  model.show(shown, Float32Array.of(0, 0), null);
  Socket.all[0].opened();
  Socket.all[0].readyState = 3; // the answer never comes
  model.show(shown, Float32Array.of(1, 1), null);
  const again = Socket.all[1];
  again.opened();
  assert.deepEqual(again.sent, [{ z: [1, 1], y: [] }]);
  again.answer(5);
  assert.deepEqual(shown.painted, [[5]]);
  model.close();
  await settled();
  assert.equal(again.readyState, 3);
});

/** A draft of the small decoder: one row an output, and every number a multiple of its row's step. */
function draftFiles() {
  const { manifest, weights } = decoder();
  const values = new Float32Array(weights);
  const { weight, bias } = manifest.layers[0];
  const bytes = new Int8Array(manifest.count),
    steps = [];
  for (const { offset, shape } of [weight, bias]) {
    const width = shape[1] ?? 1;
    for (let row = 0; row < shape[0]; row++) {
      const part = values.subarray(offset + row * width, offset + (row + 1) * width);
      const step = Math.max(...part.map(Math.abs)) / 47;
      steps.push(step);
      part.forEach((value, k) => (bytes[offset + row * width + k] = Math.round(value / step)));
    }
  }
  const buffer = Uint8Array.from([
    ...new Uint8Array(bytes.buffer),
    ...new Uint8Array(Float32Array.from(steps).buffer),
  ]).buffer;
  const halves = Uint16Array.from([0, 0, 0x3c00, 0, 0, 0x4200, 0xc400, 0xc400]); // CODES
  const codes = Uint8Array.from([...new Uint8Array(halves.buffer), ...LABELS]).buffer;
  return { "draft.bin": buffer, "draft-codes.bin": codes };
}

test("on a quick line the model as it is comes before anything is drawn, and stays for whoever opens it next", async () => {
  const kept = new Map();
  const { asked, source } = sourceOf({ "latents.bin": latentsOf(), ...draftFiles() });
  const model = await Model.open(infoOf({ draft: true }), source, kept);
  assert.equal(model.drawn, null);
  assert.deepEqual([...model.stdOf(1)], [1, 1], "a draft knows no spread");
  const before = asked.length;
  const again = await Model.open(infoOf({ draft: true }), source, kept);
  assert.equal(asked.length, before, "nothing is fetched twice");
  await again.loadLatents();
  assert.deepEqual([...again.decode(Float32Array.of(1, 2), null)], [...model.decode(Float32Array.of(1, 2), null)]);
  assert.deepEqual([...again.muOf(3)], [-4, -4]);
});

test("on a slow line the draft decodes, and what it drew is drawn anew by the model as it is", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const slow = { give: () => {} };
  const { source } = sourceOf({ "latents.bin": latentsOf(), ...draftFiles() });
  const { bytes } = source;
  source.bytes = (name) =>
    name === "decoder.bin" ? new Promise((done) => (slow.give = () => done(bytes(name)))) : bytes(name);
  const opening = Model.open(infoOf({ draft: true }), source);
  for (let i = 0; i < 20; i++) await Promise.resolve();
  context.mock.timers.tick(1000);
  const model = await opening;
  assert.deepEqual([model.ready, model.stdOf(1)], [true, null]);
  assert.deepEqual([...model.muOf(3)], [-4, -4]);
  const painted = [],
    other = [];
  const z = Float32Array.of(1.3, -0.7);
  const frame = { paint: (levels) => painted.push([...levels]) };
  const gone = { paint: (levels) => other.push([...levels]) };
  model.show(frame, z, null);
  model.show(gone, z, null);
  model.forget(gone);
  slow.give();
  await model.whole;
  assert.equal(painted.length, 2);
  assert.equal(other.length, 1, "something else is in it by now");
  assert.ok(Math.max(...painted[0].map((level, i) => Math.abs(level - painted[1][i]))) <= 4);
  const plain = await open();
  assert.deepEqual(painted[1], [...plain.decode(z, null)]);
  assert.deepEqual([...model.stdOf(1)], [1, 1]);
});

test("a draft that is cut is refused", async () => {
  const files = draftFiles();
  for (const name of Object.keys(files)) {
    const { source } = sourceOf({ "latents.bin": new Error("later"), ...files, [name]: files[name].slice(1) });
    await assert.rejects(Model.open(infoOf({ draft: true }), source), /(decoder's weights are|draft .*is) damaged/);
  }
});

test("of more models than are kept, the oldest goes", async () => {
  const kept = new Map();
  for (const base of ["a/", "b/", "c/", "d/"]) {
    const { source } = sourceOf({ "latents.bin": latentsOf() });
    await (await Model.open(infoOf({ base }), source, kept)).loadLatents();
  }
  assert.deepEqual([...kept.keys()], ["b/", "c/", "d/"]);
});
