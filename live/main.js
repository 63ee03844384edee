// @ts-check
// Where Streamlit mounts a view: fetches words and model, builds the view, and takes it down again. The one place that
// knows Streamlit's component.

import { openPane, openPanes, problem } from "./pane.js";
import { h, painted } from "./parts/dom.js";
import { styled } from "./parts/styled.js";
import { loadWords, t } from "./words/words.js";

/**
 * @typedef {import("./contract.js").Data} Data
 * @typedef {import("./contract.js").View} View
 * @typedef {{data: Data, parentElement: HTMLElement, setStateValue: (name: string, value: unknown) => void,
 *   setTriggerValue: (name: string, value: unknown) => void}} Component
 * @typedef {{state: (state: unknown) => void, command: (command: unknown) => void}} Talk what a view tells the server
 * @typedef {{data: Data, key: string, root: HTMLElement, talk: Talk, update: (data: Data) => void, close: () => void,
 *   leave: () => HTMLElement, usable: Promise<void>, offers: () => Promise<import("./contract.js").Offer[]>,
 *   drawn: () => Promise<import("./contract.js").Drawn | null>}} Mounted
 *   `leave`: ends it, and gives what it has shown; `usable`: when its points are there and it decodes, or a sentence says
 *   why not
 */

/** @type {Record<string, () => Promise<{create: (pane: never) => View | Promise<View>}>>} */
const VIEWS = {
  compare: () => import("./views/compare.js"),
  explore: () => import("./views/explore.js"),
  create: () => import("./views/create.js"),
  dial: () => import("./views/dial.js"),
  series: () => import("./views/series.js"),
  film: () => import("./views/film.js"),
  nat: () => withRules("nat.css", import("./views/nat.js")),
  train: () => import("./views/train.js"),
  learn: () => withRules("collect.css", withRules("learn.css", import("./views/learn.js"))),
  claims: () => withRules("claims.css", import("./views/claims.js")),
  collect: () => withRules("collect.css", import("./views/collect.js")),
  sweep: () => withRules("sweep.css", import("./views/sweep.js")),
  gather: () => withRules("collect.css", import("./views/gather.js")),
};

/** A view and its own rules, which a page that is one file has already. @template T @param {string} name @param {Promise<T>} module @returns {Promise<T>} */
async function withRules(name, module) {
  if (!import.meta.url.startsWith("blob:")) await styled(new URL(`views/${name}`, import.meta.url));
  return module;
}

/** @type {Record<string, string>} what is said meanwhile, where it is no model that opens */
const OPENING = {
  train: "pane.opening_training",
  learn: "pane.opening_learn",
  claims: "pane.opening_claims",
  collect: "pane.opening_collect",
  gather: "pane.opening_collect",
  sweep: "pane.opening_sweep",
};
/** @type {Map<HTMLElement, Mounted>} what Streamlit has mounted and not yet cleaned up */
const mounted = new Map();

/** @type {{mounted: Mounted, host: HTMLElement, said: () => unknown} | null} the view that is shown before Streamlit */
let early = null;

/** Shows a view in the page's own HTML; what it has to say waits for the server. @param {Data} data @param {HTMLElement} host */
export function mountEarly(data, host) {
  let said = /** @type {unknown} */ (undefined);
  const talk = { state: (/** @type {unknown} */ state) => (said = state), command: () => {} };
  early = { mounted: start(data, host, talk, keyOf(data)), host, said: () => said };
  early.mounted.usable.then(painted).then(() => document.dispatchEvent(new Event("lp-first")));
}

/**
 * Mounts or updates a view; called by Streamlit at every change of `data`, without a cleanup between.
 * @param {Component} component @returns {() => void} the cleanup
 */
export function mount(component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  const key = keyOf(data);
  let present = mounted.get(parentElement);
  if (present?.key === key) present.update(data);
  else {
    const talk = {
      state: (/** @type {unknown} */ state) => setStateValue("state", state),
      command: (/** @type {unknown} */ command) => setTriggerValue("command", command),
    };
    present = takenOver(key, parentElement, talk) ?? start(data, parentElement, talk, key, present);
    mounted.set(parentElement, present);
  }
  const before = present;
  return () => {
    const last = mounted.get(parentElement);
    before.close();
    if (last?.key !== key) return; // another view stands there by now
    last.close();
    mounted.delete(parentElement);
  };
}

/**
 * The early view, if it is the one that is meant: it moves here as it is, with all that a hand has done to it.
 * @param {string} key @param {HTMLElement} parent @param {Talk} talk @returns {Mounted | null}
 */
function takenOver(key, parent, talk) {
  if (!early) return null;
  const { mounted: found, host, said } = early;
  early = null;
  const isMeant = found.key === key;
  if (isMeant) {
    move(found.root, hostOf(parent));
    Object.assign(found.talk, talk);
    if (said() !== undefined) talk.state(said());
  } else found.close();
  host.remove();
  return isMeant ? found : null;
}

/** The page's colours have changed, or the address has: each view is built anew, as the address says that it is. */
const anew = () => {
  for (const [parent, before] of mounted) {
    const { data, talk, key } = before;
    const state = Object.fromEntries(new URLSearchParams(location.search));
    mounted.set(parent, start("state" in data ? { ...data, state } : data, parent, talk, key, before));
  }
};
for (const name of ["lp-theme", "lp-anew"]) globalThis.document?.addEventListener(name, anew);

/** The bar asks what can be taken away; the answer is put into its question. */
globalThis.document?.addEventListener("lp-take", (event) => {
  const shown = [...mounted.values()].at(-1) ?? early?.mounted;
  if (!shown) return;
  const { detail } = /** @type {CustomEvent<import("./contract.js").Taking>} */ (event);
  detail.what = nameOf(shown.data);
  detail.offers = shown.offers();
});

/** @type {Record<string, string>} what stands before the name of a model that is turned, or looked back at */
const NAMED_WITH = { dial: "dial:", film: "film:" };

/** What is shown, as live/shell/take.js reads it; "" for what no file is made of. @param {Data} data */
function nameOf(data) {
  if ("series" in data) return `series:${data.series}`;
  if ("panes" in data) return data.panes.map(({ model }) => model.id).join(",");
  if ("model" in data) return `${NAMED_WITH[data.view] ?? ""}${data.model.id}`;
  return "";
}
/** A lesson asks what a person has drawn. */
globalThis.document?.addEventListener("lp-drawn", (event) => {
  const shown = [...mounted.values()].at(-1) ?? early?.mounted;
  if (shown) /** @type {CustomEvent<import("./contract.js").Drawing>} */ (event).detail.drawn = shown.drawn();
});

/** Moves an element as it is: the keys still reach it, and, where browsers can, the hand that holds it. @param {HTMLElement} root @param {HTMLElement} place */
function move(root, place) {
  const focused = /** @type {HTMLElement | null} */ (
    root.contains(document.activeElement) ? document.activeElement : null
  );
  place.replaceChildren();
  if (place.moveBefore) place.moveBefore(root, null);
  else place.append(root);
  focused?.focus({ preventScroll: true });
}

/** @param {HTMLElement} parent @returns {HTMLElement} */
function hostOf(parent) {
  return parent.querySelector(".lv-host") ?? parent;
}

/** What makes another view of it. @param {Data} data */
export function keyOf(data) {
  const { layer, locale } = data.words;
  return [data.view, whatOf(data), layer, locale, "notice" in data ? data.notice : ""].join(" ");
}

/** @param {Data} data */
function whatOf(data) {
  if ("panes" in data) return basesOf(data);
  if ("model" in data) return `${data.model.base} ${data.plane?.name}`;
  if ("plans" in data) return [...data.trained.map(({ id }) => id), data.unfinished, data.problem].join(" ");
  if ("sweep" in data) return data.sweep;
  if ("door" in data) return data.door;
  if ("begin" in data) return `here ${data.begin?.plan.run_id ?? ""}`;
  return "job" in data ? data.job : "";
}

/** @param {import("./contract.js").PanesData} data */
const basesOf = ({ panes }) => panes.map(({ model }) => model.base).join(" ");

/**
 * Builds a view; the one `before` it in the same place stays to be seen, without a hand on it, until this one is there.
 * @param {Data} data @param {HTMLElement} parent @param {Talk} talk @param {string} key @param {Mounted} [before]
 * @returns {Mounted}
 */
function start(data, parent, talk, key, before) {
  const wait = h("p", { class: "lv-wait" });
  const root = h("div", { class: `lv lv-${data.view}` }, wait);
  const old = before?.leave();
  if (old) root.hidden = true;
  hostOf(parent).replaceChildren(...(old ? [old] : []), root);
  const appear = () => {
    old?.remove();
    root.hidden = false;
  };
  /** @type {(() => void)[]} */
  const closers = [];
  let closed = false;
  let update = (/** @type {Data} */ _next) => {};
  /** @type {Mounted["offers"]} */
  let offers = async () => [];
  /** @type {Mounted["drawn"]} */
  let drawn = async () => null;
  const fail = (/** @type {unknown} */ error) => {
    if (closed) return;
    appear();
    console.warn(error);
    wait.remove();
    const shown = problem(error); // of several requests that fail for one reason one is told
    const told = [...root.querySelectorAll(":scope > .lv-problem")].some(
      (other) => other.textContent === shown.textContent,
    );
    if (!told) root.prepend(shown);
  };
  const hooks = {
    root,
    fail,
    region: h("p", { class: "lv-hidden", "aria-live": "polite" }),
    send: (/** @type {unknown} */ state) => talk.state(state),
    command: (/** @type {unknown} */ command) => talk.command(command),
    keep: (/** @type {() => void} */ closer) => {
      if (closed) closer();
      else closers.push(closer);
    },
  };
  const usable = build(data, hooks, wait)
    .then(({ view, points }) => {
      appear();
      update = (next) => view.update?.(next);
      offers = async () => view.offers?.() ?? [];
      drawn = async () => view.drawn?.() ?? null;
      return points;
    })
    .catch(fail);
  const leave = () => {
    closed = true;
    for (const closer of closers.splice(0)) closer();
    old?.remove();
    root.inert = true;
    delete root.dataset.ready;
    return root;
  };
  const close = () => leave().remove();
  const asked = { offers: () => offers(), drawn: () => drawn() };
  return { data, key, root, talk, update: (next) => update(next), leave, usable, ...asked, close };
}

/** The bar names the model that is shown. @param {{id: string, title: string}} model */
function announce({ id, title }) {
  document.dispatchEvent(new CustomEvent("lp-model", { detail: { id, title } }));
}

/** A training that the page does itself. @param {import("./contract.js").HereData} data @param {{fail: (error: unknown) => void, region: HTMLElement, host: HTMLElement}} hooks */
async function openHere(data, hooks) {
  const { here } = await import("./parts/training/here.js");
  return { pane: { ...hooks, ...(await here(data)) }, close: () => {} };
}

/**
 * @param {Data} data
 * @param {{root: HTMLElement, region: HTMLElement, fail: (error: unknown) => void, send: (state: unknown) => void,
 *   command: (command: unknown) => void, keep: (closer: () => void) => void}} hooks
 * @param {HTMLElement} wait
 * @returns {Promise<{view: import("./contract.js").View, points: Promise<void>}>} `points`: when the map has them
 */
async function build(data, { root, region, fail, send, command, keep }, wait) {
  const module = VIEWS[data.view]();
  await loadWords(new URL("./words/en.json", import.meta.url), data.words);
  wait.textContent = t(OPENING[data.view] ?? "pane.opening_model");
  const opening =
    "panes" in data
      ? openPanes(data, root, { send, fail, region })
      : "model" in data
        ? openPane(data, root, { send, fail, region })
        : "begin" in data
          ? openHere(data, { fail, region, host: root })
          : { pane: { data, command, fail, region, host: root }, close: () => {} };
  const [{ pane, close }, { create }] = await Promise.all([opening, module]);
  keep(close);
  if ("model" in data) announce(data.model);
  const view = await create(/** @type {never} */ (pane));
  keep(() => view.close());
  const models = "panes" in pane ? pane.panes.map((one) => one.model) : "model" in pane ? [pane.model] : [];
  const remote = models.some((model) => model.remote) ? h("p", { class: "lv-note" }, t("pane.remote")) : null;
  const notice = "notice" in data && data.notice ? h("p", { class: "lv-problem", role: "status" }, data.notice) : null;
  root.replaceChildren(...[notice, remote, view.element, region].filter((part) => part !== null));
  const done = () => (root.dataset.ready = "true"); // also where something is missing: a sentence says what
  Promise.resolve(view.ready).catch(fail).then(done);
  return { view, points: "model" in pane ? pane.model.loadLatents() : Promise.resolve() };
}
