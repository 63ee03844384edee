// Images that a person makes one after the other: the album, where it stays, its labels, and its way to the form.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  added,
  choosing,
  emptyAlbum,
  handedOver,
  MOST,
  MOST_LABELS,
  named,
  SIDE,
  taken,
  undone,
  widened,
} from "../../live/engine/album.js";
import { crc32 } from "../../live/engine/npz.js";
import { PageAlbum, StoredAlbum } from "../../live/parts/collecting/kept_album.js";
import { refusalOf } from "../../live/parts/collecting/photo.js";
import { create } from "../../live/views/collect.js";
import { buttonOf, fire, page, speak } from "./page.mjs";

const PALETTE = { colours: { light: ["red", "blue"], dark: ["red", "blue"] }, textOn: { light: [], dark: [] } };
const image = (level) => new Uint8Array(SIDE * SIDE).fill(level);
const camera = (mediaDevices) =>
  Object.defineProperty(globalThis, "navigator", { value: { mediaDevices }, configurable: true });
const storage = () => {
  const kept = new Map();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => kept.set(key, text),
    removeItem: (key) => kept.delete(key),
  };
};

beforeEach(() => {
  speak();
  globalThis.localStorage = storage();
  camera(undefined);
  PageAlbum.album = null;
});

test("an album grows under the chosen label, shrinks from its end, and begins anew with what came since", () => {
  let album = added(emptyAlbum(7), image(1));
  album = added(choosing(album, 1), image(2));
  assert.deepEqual(
    album.items.map(({ label }) => label),
    [0, 1],
  );
  assert.equal(choosing(album, 2), album, "there is no such label");
  album = added(handedOver(album), image(3));
  const next = taken(album, 8);
  assert.deepEqual(
    next.items.map(({ levels }) => levels[0]),
    [3],
  );
  assert.deepEqual([next.number, next.handed, next.chosen], [8, 0, 1]);
  assert.equal(undone(undone(album)).handed, 1, "one of the two that were handed over is gone");
});

test("two to six labels, each with a name if the person gives one", () => {
  let album = named(emptyAlbum(1), "  cat ");
  for (let i = 0; i < 9; i++) album = widened(album);
  assert.equal(album.names.length, MOST_LABELS);
  assert.deepEqual([album.names[0], album.names[1], album.chosen], ["cat", "", MOST_LABELS - 1]);
});

test("a full album takes no more", () => {
  const full = { ...emptyAlbum(1), items: Array(MOST).fill({ label: 0, levels: image(0) }) };
  assert.equal(added(full, image(1)), full);
});

test("drawings are still there when the page comes back, and only what changed is written", () => {
  const kept = new StoredAlbum();
  let album = added(added(emptyAlbum(4071), image(200)), image(255));
  assert.equal(kept.write(album), true);
  assert.deepEqual(new StoredAlbum().read(), album);
  const written = [];
  globalThis.localStorage.setItem = (key) => written.push(key);
  album = added(album, image(3));
  kept.write(album);
  assert.deepEqual(written, ["lp-drawings-2", "lp-drawings"]);
  kept.write(emptyAlbum(1));
  assert.equal(globalThis.localStorage.kept.has("lp-drawings-0"), false);
});

test("what is no album in the storage begins a new one, and a full storage is said", () => {
  for (const text of ["", "{}", '{"labels":[0]}', '{"labels":7}', "null"]) {
    globalThis.localStorage.setItem("lp-drawings", text);
    assert.deepEqual(new StoredAlbum().read().items, [], text);
  }
  globalThis.localStorage.setItem = () => {
    throw new DOMException("", "QuotaExceededError");
  };
  assert.equal(new StoredAlbum().write(emptyAlbum(1)), false);
});

test("a checksum is that of zip", () => {
  assert.equal(crc32(Uint8Array.from("123456789", (character) => character.charCodeAt(0))), 0xcbf43926);
});

test("a picture is refused by its weight or its size, whatever its kind", () => {
  assert.equal(refusalOf({ name: "a.heic", size: 2 ** 20 }, null), "");
  assert.equal(refusalOf({ name: "a.jpg", size: 2 ** 22 }, [4000, 3000]), "");
  assert.match(refusalOf({ name: "a.jpg", size: 2 ** 26 }, null), /64.MB; at most 32/);
  assert.match(refusalOf({ name: "a.png", size: 9 }, [20000, 20000]), /20,000 x 20,000 pixels/);
});

/** The view, and the place for files that it finds. */
function collecting(door, taken = "") {
  const got = [];
  globalThis.DataTransfer = class {
    files = [];
    items = { add: (file) => this.files.push(file) };
  };
  const input = { set files([file]) { got.push(file); }, dispatchEvent: () => true }; // biome-ignore format: as in a page
  document.querySelector = (place) => (place === ".place input" ? input : null);
  const data = { view: "collect", door, place: ".place input", taken, palette: PALETTE, words: {} };
  const pane = { data, fail: assert.fail, region: document.createElement("p"), host: document.createElement("div") };
  const view = create(pane);
  const canvas = view.element.querySelector("canvas");
  const draw = () => {
    page.imageOn = (of) => (of === canvas ? { data: new Uint8ClampedArray(4 * 280 * 280).fill(255) } : undefined);
    fire(canvas, "pointerdown", { pointerId: 1, isPrimary: true, clientX: 5, clientY: 5 });
    fire(canvas, "pointerup", { pointerId: 1 });
  };
  const count = () => view.element.querySelectorAll(".lv-collected .lv-frame").length;
  return { view, data, got, draw, count, press: (text) => buttonOf(view.element, text).click() };
}

test("a shape is drawn, taken by Next or by its key, taken back, and all are handed over with their labels", async () => {
  const { view, data, got, draw, count, press } = collecting("draw");
  assert.equal(buttonOf(view.element, "Next").disabled, true, "nothing is drawn");
  draw();
  press("Next");
  assert.equal(buttonOf(view.element, "Next").disabled, true, "the pad is empty again");
  const pad = view.element.querySelector("canvas.lv-pad");
  fire(pad, "keydown", { key: "2" });
  draw();
  fire(pad, "keydown", { key: "N" });
  draw();
  press("Next");
  assert.equal(count(), 3);
  press("Take back the last");
  assert.equal(count(), 2);
  draw();
  press("Use these 2 drawings");
  assert.equal(count(), 3, "what was still on the pad goes along");
  assert.match(got[0].name, /^drawings \d{4}\.npz$/);
  const text = new TextDecoder("latin1").decode(await got[0].arrayBuffer());
  assert.match(text, /'descr': '\|u1', 'fortran_order': False, 'shape': \(3, 64, 64,\)/);
  assert.match(text, /'descr': '<U7'/, "label 1, label 2");
  view.update({ ...data, taken: "other.zip" });
  assert.equal(count(), 3);
  view.update({ ...data, taken: got[0].name });
  assert.equal(count(), 0, "they are the server's now");
  view.close();
});

test("all are thrown away at the second press alone", () => {
  const { view, draw, count, press } = collecting("draw");
  draw();
  press("Next");
  press("Throw all away");
  assert.equal(count(), 1);
  fire(buttonOf(view.element, "Press again: it is gone for good"), "blur");
  press("Throw all away");
  press("Press again: it is gone for good");
  assert.equal(count(), 0);
  view.close();
});

test("a page without a place for files says so, and keeps what was made", () => {
  const { view, draw, count, press } = collecting("draw");
  document.querySelector = () => null;
  draw();
  press("Next");
  press("Use this drawing");
  assert.match(view.element.querySelector(".lv-warn").textContent, /reload it/);
  assert.equal(count(), 1);
  view.close();
});

test("where the page is not secure the camera is not offered, and files are", () => {
  const { view } = collecting("camera");
  assert.match(view.element.textContent, /needs https/);
  assert.equal(buttonOf(view.element, "Open the camera").hidden, true);
  const [one, several] = view.element
    .querySelectorAll("input")
    .filter((input) => input.getAttribute("type") === "file");
  assert.equal(one.getAttribute("capture"), "environment");
  assert.equal(several.attributes.has("multiple"), true);
  view.close();
});

test("a burst goes on while its button is held, and the camera is off when the view goes", async (context) => {
  const stopped = [];
  const stream = { getTracks: () => [{ stop: () => stopped.push("track") }] };
  camera({ getUserMedia: async () => stream });
  context.mock.timers.enable({ apis: ["setInterval"] });
  const { view, count, press } = collecting("camera");
  press("Open the camera");
  await new Promise((done) => setImmediate(done));
  const video = view.element.querySelector("video");
  Object.assign(video, { videoWidth: 640, videoHeight: 480 });
  const hold = buttonOf(view.element, "Hold to take pictures");
  fire(hold, "pointerdown", { pointerId: 1 });
  context.mock.timers.tick(1000);
  fire(hold, "pointerup", { pointerId: 1 });
  context.mock.timers.tick(1000);
  assert.equal(count(), 6, "one at once, and five in a second");
  view.close();
  assert.deepEqual(stopped, ["track"]);
});
