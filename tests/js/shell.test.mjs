import assert from "node:assert/strict";
import test from "node:test";
import { tilesOf } from "../../live/shell/chooser.js";
import { watchConnection } from "../../live/shell/connection.js";
import { queryOfModel } from "../../live/shell/fitting.js";
import { inPresentPlane, isPlain, isSamePlace, isSameView, saveSteps } from "../../live/shell/navigation.js";
import { hidingRule } from "../../live/shell/screen.js";
import { isHereOnly } from "../../live/shell/share.js";
import { readSticky, withSticky } from "../../live/shell/sticky.js";
import { NEXT } from "../../live/shell/theme.js";

/** A window with a history that keeps its entries, as a browser does. */
function browserAt(href) {
  const entries = [href];
  const listeners = {};
  const window = {
    location: { href },
    addEventListener: (name, listener) => (listeners[name] = listener),
    history: {
      pushState(_state, _unused, url) {
        entries.push("");
        show(url);
      },
      replaceState: (_state, _unused, url) => show(url),
    },
  };
  function show(url) {
    window.location.href = new URL(url, window.location.href).href;
    entries[entries.length - 1] = window.location.href;
  }
  return { window, entries, listeners };
}

test("a page that completes its own address is one step, another page is the next", () => {
  const { window, entries, listeners } = browserAt("http://h/app/");
  let moves = 0;
  saveSteps(window, () => moves++);
  window.history.pushState({}, "", "/app/create");
  window.history.pushState({}, "", "/app/create?model=mnist-vae");
  window.history.pushState({}, "", "?model=mnist-vae&z=1,2");
  window.history.pushState({}, "", "/app/train?model=mnist-vae");
  assert.deepEqual(entries, [
    "http://h/app/",
    "http://h/app/create?model=mnist-vae&z=1,2",
    "http://h/app/train?model=mnist-vae",
  ]);
  assert.equal(moves, 4);
  listeners.popstate();
  assert.equal(moves, 5);
});

test("what goes along stays in the address, whoever writes it", () => {
  const { window, entries, listeners } = browserAt("http://h/?words=field&hide=near,Odd");
  const steps = saveSteps(window, () => {});
  const query = () => new URL(window.location.href).search;
  window.history.replaceState({}, "", "/?z=1");
  assert.equal(query(), "?z=1&words=field");
  steps.set("present", "1");
  window.history.pushState({}, "", "/create");
  assert.equal(query(), "?words=field&present=1");
  steps.set("words", "");
  window.history.pushState({}, "", "?model=a");
  assert.equal(query(), "?model=a&present=1");
  assert.equal(entries.length, 2, "neither a switch nor a page that completes its address is a step");
  window.location.href = "http://h/?words=field";
  listeners.popstate();
  window.history.replaceState({}, "", "/?z=2");
  assert.equal(query(), "?z=2&words=field", "an entry of the history brings its own");
});

test("a view that was told of what is over by now does not bring it back", () => {
  const { window } = browserAt("http://h/?lesson=holes&step=2&hide=near");
  const steps = saveSteps(window, () => {});
  const query = () => new URL(window.location.href).search;
  const written = "/?z=1&lesson=holes&step=2&hide=near"; // as the view's address, which knows the step of its beginning
  steps.set("hide", "");
  steps.set("step", "3");
  window.history.replaceState({}, "", written);
  assert.equal(query(), "?z=1&lesson=holes&step=3");
  for (const name of ["lesson", "step"]) steps.set(name, "");
  window.history.replaceState({}, "", written);
  assert.equal(query(), "?z=1");
});

test("another model of the same page is one step", () => {
  const { window, entries } = browserAt("http://h/app/?model=a");
  const steps = saveSteps(window, () => {});
  steps.step("?model=b");
  window.history.pushState({}, "", "?model=b&z=1");
  assert.deepEqual(entries, ["http://h/app/?model=a", "http://h/app/?model=b&z=1"]);
});

test("what makes no sense goes nowhere", () => {
  for (const lesson of ["holes", "own-abcdefgh", "1.aB-_9"])
    assert.deepEqual(readSticky(`?lesson=${lesson}`), { lesson });
  for (const lesson of ["Holes", "1.a+b", "../x", `1.${"a".repeat(2001)}`])
    assert.deepEqual(readSticky(`?lesson=${lesson}`), {});
  assert.deepEqual(readSticky("?words=simple&present=2&hide=a b&z=1"), {});
  assert.deepEqual(readSticky("?words=field&present=1&hide=tasks,near"), {
    words: "field",
    present: "1",
    hide: "tasks,near",
  });
  assert.equal(
    withSticky("./create?words=simple", { words: "field" }, "http://h/a/"),
    "http://h/a/create?words=simple",
  );
});

test("hidden controls are one rule, and nothing but letters gets into it", () => {
  assert.equal(hidingRule(undefined), "");
  assert.equal(hidingRule("tasks,near"), '[data-part="tasks"], [data-part="near"] { display: none !important; }');
  assert.equal(hidingRule(readSticky('?hide=x"]{}*{display:none}').hide), "");
});

const MODEL = { id: "a", data: "mnist", latentDim: 2, classes: ["0", "1"], family: "vae", title: "A" };
const FULL = "?model=a&tool=path&plane=1-2&z=1,2&a=0,0&b=1,1&point=3&class=1&without=0&words=field&epoch=2";
for (const [what, from, to, lost] of [
  ["a kind alone", MODEL, {}, ["epoch"]],
  ["more latents", MODEL, { latentDim: 8 }, ["epoch", "plane", "z", "a", "b"]],
  ["another data set of as many classes", MODEL, { data: "digits" }, ["epoch", "point"]],
  ["other classes", MODEL, { data: "fashion", classes: ["shirt"] }, ["epoch", "point", "class", "without"]],
  ["nothing known of the present one", undefined, {}, ["epoch", "plane", "z", "a", "b", "point", "class", "without"]],
])
  test(`a model that differs by ${what} drops only what can't fit`, () => {
    const query = new URLSearchParams(queryOfModel(FULL, from, { ...MODEL, id: "new", ...to }));
    const names = [...new URLSearchParams(FULL).keys()];
    assert.deepEqual(names.filter((name) => !query.has(name)).sort(), [...lost].sort());
    assert.equal(query.get("model"), "new");
  });

test("a shelf has a tile for each kind with its sizes, or for each model that has a name of its own", () => {
  const kinds = [
    { name: "vae", title: "VAE", sentence: "s" },
    { name: "cvae", title: "CVAE", sentence: "s" },
    { name: "mmd-vae", title: "MMD-VAE", sentence: "s" },
  ];
  const models = [MODEL, { ...MODEL, id: "c", family: "cvae" }, { ...MODEL, id: "b", latentDim: 8 }];
  const tiles = tilesOf(models, kinds).map((tile) => [tile.title, tile.models.map((model) => model.id)]);
  assert.deepEqual(tiles, [
    ["VAE", ["a", "b"]],
    ["CVAE", ["c"]],
  ]);
  const own = models.map((model) => ({ ...model, own: true, dataTitle: "MNIST", made: "2026-11-21" }));
  assert.deepEqual(
    tilesOf(own, kinds).map((tile) => [tile.title, tile.line, tile.models.length]),
    own.map(() => ["A", "MNIST · 2026-11-21", 1]),
  );
});

test("three presses lead through all themes and back", () => {
  assert.deepEqual(["system", NEXT.system, NEXT[NEXT.system]].sort(), ["dark", "light", "system"]);
  assert.equal(NEXT[NEXT[NEXT.system]], "system");
});

test("an address that means this computer only is known", () => {
  for (const name of ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"]) assert.ok(isHereOnly(name), name);
  for (const name of ["192.168.1.7", "school.example", "localhost.example", "127.example"])
    assert.ok(!isHereOnly(name), name);
});

test("the same place is the same path, whatever the query", () => {
  const here = "http://h/app/map?z=1";
  for (const url of ["?z=2", "/app/map", "http://h/app/map?model=a", "", null, undefined])
    assert.ok(isSamePlace(here, url));
  for (const url of ["/map", "./", "traverse?z=1", "http://other/app/map?z=1", "#stMain"])
    assert.ok(!isSamePlace(here, url));
});

test("only a plain click switches the page, not one that asks for a new tab", () => {
  const click = { button: 0, defaultPrevented: false };
  assert.ok(isPlain(click));
  for (const more of [
    { button: 1 },
    { ctrlKey: true },
    { metaKey: true },
    { shiftKey: true },
    { altKey: true },
    { defaultPrevented: true },
  ])
    assert.ok(!isPlain({ ...click, ...more }));
});

/** Streamlit's page as far as the watch sees it: `become` sets its states. */
function streamlitPage() {
  let attributes = null,
    tell = () => {};
  globalThis.MutationObserver = class {
    constructor(look) {
      tell = look;
    }
    observe() {}
    disconnect() {
      tell = () => {};
    }
  };
  const line = { textContent: "", dataset: { words: "away" } };
  const root = { querySelector: () => attributes && { getAttribute: (name) => attributes[name] } };
  const become = (connection, script = "running") => {
    attributes = { "data-test-connection-state": connection, "data-test-script-state": script };
    tell();
  };
  return { root, line, become };
}

test("the line comes a second after the server went, and goes when it is back", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { root, line, become } = streamlitPage();
  let returns = 0;
  const watch = watchConnection(root, line, () => returns++);
  become("PINGING_SERVER");
  context.mock.timers.tick(5000);
  assert.equal(line.textContent, "", "nothing was there yet that could be away");
  become("CONNECTED");
  become("PINGING_SERVER");
  context.mock.timers.tick(900);
  assert.equal(line.textContent, "");
  become("CONNECTING");
  context.mock.timers.tick(200);
  assert.equal(line.textContent, "away");
  assert.ok(watch.isAway());
  become("CONNECTED");
  assert.equal(line.textContent, "");
  assert.equal(returns, 1);
  become("PINGING_SERVER");
  become("CONNECTED");
  context.mock.timers.tick(5000);
  assert.equal(line.textContent, "", "a connection that is renewed at once needs no word");
  assert.equal(returns, 1);
  become("PINGING_SERVER");
  watch.close();
  context.mock.timers.tick(5000);
  assert.equal(line.textContent, "", "a closed watch says nothing");
});

test("links are followed by the browser until Streamlit knows its pages", () => {
  const { root, line, become } = streamlitPage();
  const watch = watchConnection(root, line, () => {});
  assert.ok(!watch.isReady() && !watch.isAway());
  become("CONNECTED", "initial");
  assert.ok(!watch.isReady());
  become("CONNECTED", "notRunning");
  assert.ok(watch.isReady());
  become("PINGING_SERVER");
  assert.ok(!watch.isReady() && watch.isAway());
});

test("a view is the same while what the server builds it by is", () => {
  const present = "http://h/app/compare?by=side&models=a,b&z=1,2&lesson=l";
  const cases = [
    ["./compare?by=side&models=a,b&cursor=place", true],
    ["./compare?by=side&models=a%2Cb", true],
    ["./compare?by=dial&models=a,b", false],
    ["./compare?by=side&models=a,c", false],
    ["./create?by=side&models=a,b", false],
  ];
  for (const [url, same] of cases) assert.equal(isSameView(present, url), same, url);
  assert.ok(isSameView("http://h/app/create?by=class&model=m", "./create?by=hand&model=m"), "a tool of the view");
});

test("an address of the same model stays in the plane that is shown, so that a lesson's next view is seen", () => {
  const present = "http://h/app/?model=faces&plane=7-10&tool=arithmetic";
  const next = inPresentPlane(present, "./?model=faces&tool=arithmetic&times=1");
  assert.equal(next, "./?model=faces&tool=arithmetic&times=1&plane=7-10");
  assert.ok(isSameView(present, next));
  for (const other of ["./?model=mnist-vae", "./?model=faces&plane=1-2", "./library"])
    assert.equal(inPresentPlane(present, other), other);
  assert.equal(inPresentPlane("http://h/app/?model=faces", "./?model=faces"), "./?model=faces");
});
