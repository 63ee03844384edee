// A view's life on a page: how its pane opens and closes, what Streamlit's mounting leaves, and how links switch pages.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, mock, test } from "node:test";
import { planeAlong } from "../../live/engine/plane.js";
import { Poll } from "../../live/engine/poll.js";
import { mount, mountEarly } from "../../live/main.js";
import { firstClass, firstPoint, openPane, problem } from "../../live/pane.js";
import { h } from "../../live/parts/dom.js";
import { followLinks } from "../../live/shell/navigation.js";
import { fire, settled, speak } from "./page.mjs";
import { decoder, infoOf, paneWith } from "./parts.mjs";

const PALETTE = { colours: { light: ["red"], dark: ["pink"] }, textOn: { light: ["white"], dark: ["black"] } };
const START = { point: 0, label: 1, z: [0.5, -0.5], a: [-1, 0], b: [1, 0] };
const dataOf = (changes = {}) => ({
  view: "film",
  model: infoOf(),
  plane: null,
  plotly: "plotly.js",
  figure: null,
  thumbs: null,
  palette: PALETTE,
  start: START,
  state: {},
  names: { model: "small-vae" },
  words: { locale: "en", layer: "simple" },
  ...changes,
});
const { fetch } = globalThis;

beforeEach(() => {
  speak();
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.location = { pathname: "/app/map", search: "", hash: "", href: "http://school/app/map" };
  globalThis.history = { state: { key: "streamlit's" }, replaceState: mock.fn(), pushState: mock.fn() };
});
afterEach(() => {
  mock.timers.reset();
  globalThis.fetch = fetch;
});

/** An open pane, and what the server and the screen reader heard. */
async function opened(changes) {
  const { manifest, weights } = decoder();
  const source = { json: async () => manifest, bytes: async () => weights, socket: () => null };
  const sent = [];
  const region = h("p");
  const hooks = { send: (state) => sent.push(state), fail: () => {}, region, source };
  return { ...(await openPane(dataOf(changes), document.body, hooks)), sent, region };
}

test("a pane writes its state into the address beside its model's name and before a link's fragment, and tells the server at rest", async () => {
  globalThis.location.hash = "#key=of-a-class";
  const { pane, sent } = await opened();
  for (const z of ["0,0", "1,2"]) {
    pane.write({ z });
    mock.timers.tick(200); // the hand moves
  }
  const { replaceState } = globalThis.history;
  const streamlits = globalThis.history.state;
  assert.deepEqual(replaceState.mock.calls[0].arguments, [
    streamlits,
    "",
    "/app/map?model=small-vae&z=1%2C2#key=of-a-class",
  ]);
  assert.deepEqual(sent, []);
  mock.timers.tick(300);
  assert.deepEqual(sent, [{ z: "1,2" }]);
});

test("a closed pane neither writes nor speaks any more", async () => {
  const { pane, close, sent, region } = await opened();
  pane.write({ z: "1,2" });
  pane.say("one");
  close();
  mock.timers.tick(5000);
  assert.deepEqual([sent, region.textContent, globalThis.history.replaceState.mock.callCount()], [[], "", 0]);
});

test("a view without a map is in the plane of the first two latents; a given plane stays", async () => {
  assert.deepEqual((await opened()).pane.plane, planeAlong(2, [0, 1]));
  const plane = { ...planeAlong(2, [0, 1]), name: "2-1" };
  assert.equal((await opened({ plane })).pane.plane, plane);
  assert.deepEqual(planeAlong(3, [0, 1]).axes, [
    [1, 0],
    [0, 1],
    [0, 0],
  ]);
});

test("a pane opens where its link says, and where that is none, where Python would begin", () => {
  const openOn = (state) => paneWith({ state });
  assert.deepEqual([...firstPoint(openOn({ z: "2,-1" }))], [2, -1]);
  for (const z of ["2", "a,b", undefined]) assert.deepEqual([...firstPoint(openOn({ z }))], [0.5, -0.5]);
  assert.deepEqual(
    ["2", "3", "x", undefined].map((label) => firstClass(openOn({ class: label }))),
    [2, 1, 1, 1],
  );
});

test("a problem is an alert with its sentence, also where somebody threw no error", () => {
  const alert = problem(new Error("It is away."));
  assert.deepEqual([alert.textContent, alert.getAttribute("role")], ["It is away.", "alert"]);
  assert.equal(problem("text").textContent, "text");
});

/** Streamlit's element, and a view mounted in it while nothing can be fetched but the words. */
function mounted(changes = {}, parentElement = h("div", {}, h("div", { class: "lv-host" }))) {
  const [setStateValue, setTriggerValue] = [mock.fn(), mock.fn()];
  const cleanup = mount({ data: dataOf(changes), parentElement, setStateValue, setTriggerValue });
  return { parentElement, cleanup, root: parentElement.querySelectorAll(".lv").at(-1) };
}
const onlyWords = async (url) => {
  if (!String(url).endsWith("en.json")) throw new TypeError("failed");
  const text = readFileSync(new URL("../../live/words/en.json", import.meta.url), "utf8");
  return { ok: true, json: async () => JSON.parse(text) };
};
async function patiently(done) {
  for (let i = 0; i < 200 && !done(); i++) await settled();
  assert.ok(done(), "it never came");
}

test("a model that can't be fetched is one sentence in the view's place, however many requests failed", async () => {
  const warn = mock.method(console, "warn", () => {});
  globalThis.fetch = onlyWords;
  const { root, parentElement } = mounted();
  assert.ok(root.querySelector(".lv-wait"), "something stands there at once");
  await patiently(() => root.querySelector(".lv-problem"));
  for (let i = 0; i < 5; i++) await settled();
  assert.match(root.textContent, /^The model could not be fetched: the connection to the server is lost/);
  assert.deepEqual([root.children.length, root.querySelector(".lv-wait")], [1, null]);
  assert.equal(root.parentElement, parentElement.querySelector(".lv-host"));
  warn.mock.restore();
});

test("Streamlit mounts again at every change: the same model stays, another one replaces it once it is there, a cleanup leaves nothing", async () => {
  const warn = mock.method(console, "warn", () => {});
  globalThis.fetch = onlyWords;
  const first = mounted();
  const same = mounted({ state: { z: "1,1" } }, first.parentElement);
  assert.equal(same.root, first.root);
  for (const change of [
    { model: infoOf({ base: "models/other/" }) },
    { view: "create" },
    { plane: { ...planeAlong(2, [0, 1]), name: "1-2" } },
    { words: { locale: "en", layer: "field" } },
  ]) {
    const before = first.parentElement.querySelector(".lv");
    const { root } = mounted(change, first.parentElement);
    assert.notEqual(root, before);
    assert.deepEqual([before.inert, root.hidden], [true, true], "until then the one before is seen, and takes no hand");
    await patiently(() => before.parentElement === null); // here because the next one says why it can't be there
    assert.deepEqual([root.hidden, first.parentElement.querySelectorAll(".lv").length], [false, 1]);
  }
  const last = mounted({ view: "create" }, first.parentElement);
  last.cleanup();
  assert.equal(first.parentElement.querySelector(".lv"), null);
  warn.mock.restore();
});

test("the view that was there before Streamlit moves into its place as it is, unless another one is meant", () => {
  globalThis.fetch = () => new Promise(() => {});
  for (const [meant, isTaken] of [
    ["film", true],
    ["create", false],
  ]) {
    const host = h("div", {}, h("div", { class: "lv-host" }));
    const above = h("main", {}, host);
    mountEarly(dataOf(), host);
    const early = host.querySelector(".lv");
    const { root, parentElement } = mounted({ view: meant });
    assert.equal(root === early, isTaken);
    assert.deepEqual([parentElement.querySelectorAll(".lv").length, above.children.length], [1, 0]);
    assert.equal(early.parentElement !== null, isTaken);
    assert.notEqual(mounted({ view: meant }).root, early, "it is taken over once");
  }
});

test("a view that was left while it opened says nothing of what failed afterwards", async () => {
  const warn = mock.method(console, "warn", () => {});
  let refuse;
  globalThis.fetch = () => new Promise((_, reject) => (refuse = reject));
  const { root, cleanup } = mounted();
  cleanup();
  refuse(new TypeError("failed"));
  for (let i = 0; i < 5; i++) await settled();
  assert.deepEqual([root.querySelector(".lv-problem"), warn.mock.callCount()], [null, 0]);
  warn.mock.restore();
});

/** The bar of pages with links to the map and to Draw, below a document that hears their clicks. */
function barOf(connection) {
  const [map, draw] = ["/app/map", "/app/draw"].map((href) => h("a", { href }, h("b", {}, href)));
  const bar = h("nav", { class: "lp-places" }, map, draw);
  document.listeners = {};
  globalThis.dispatchEvent = mock.fn();
  globalThis.PopStateEvent = class {
    constructor(type) {
      this.type = type;
    }
  };
  const { mark } = followLinks(document, bar, { isReady: () => true, isAway: () => false, ...connection });
  return { map, draw, mark, follow: (link, more) => fire(link.firstElementChild, "click", more).defaultPrevented };
}
const ran = () => globalThis.dispatchEvent.mock.callCount();
const pushed = () => globalThis.history.pushState.mock.calls.map(({ arguments: [, , url] }) => url);

test("a link switches the page without a reload, and Streamlit hears of it", () => {
  const { draw, follow } = barOf();
  assert.equal(follow(draw), true);
  assert.deepEqual([pushed(), ran()], [["http://school/app/draw"], 1]);
});

test("the present page is marked, and its own link goes nowhere", () => {
  const { map, draw, mark, follow } = barOf();
  assert.deepEqual(
    [map, draw].map((link) => link.getAttribute("aria-current")),
    ["page", null],
  );
  assert.equal(follow(map), true);
  assert.deepEqual([pushed(), ran()], [[], 0]);
  globalThis.location.pathname = "/app/draw";
  mark();
  assert.deepEqual(
    [map, draw].map((link) => link.getAttribute("aria-current")),
    [null, "page"],
  );
});

test("what goes along with a person is in every link of the bar, what belongs to the page in none", () => {
  globalThis.location.search = "?words=field&z=1,2&model=small-vae";
  const { map, draw } = barOf();
  assert.deepEqual([map.href, draw.href], ["http://school/app/map?words=field", "http://school/app/draw?words=field"]);
  assert.equal(map.getAttribute("aria-current"), "page");
});

test("while the server is away a link waits; before Streamlit runs, and for a new tab, it is the browser's", () => {
  const away = barOf({ isReady: () => false, isAway: () => true });
  assert.equal(away.follow(away.draw), true);
  assert.deepEqual([pushed(), ran()], [[], 0]);
  const early = barOf({ isReady: () => false });
  assert.equal(early.follow(early.draw), false);
  const ready = barOf();
  assert.equal(ready.follow(ready.draw, { ctrlKey: true }), false);
  assert.equal(fire(h("p"), "click").defaultPrevented, false);
});

test("a poll asks again by itself, soon after a hurry, seldom in a hidden tab, and not after its end", async () => {
  let asked = 0;
  const source = { json: async () => void asked++ ?? null };
  const nothing = { onnews: () => {}, onlost: () => {}, onrefused: () => {}, ended: () => false };
  const poll = new Poll(source, "job.json", nothing);
  const after = async (ms) => {
    mock.timers.tick(ms);
    await settled();
    return asked;
  };
  await poll.ask();
  assert.deepEqual([await after(499), await after(1)], [1, 2]);
  poll.hurry();
  assert.deepEqual([await after(60), await after(60)], [3, 3], "one hurry is one question");
  document.hidden = true;
  assert.deepEqual([await after(440), await after(4999), await after(1)], [4, 4, 5]);
  document.hidden = false;
  poll.close();
  assert.equal(await after(60000), 5);
});
