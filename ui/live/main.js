// @ts-check
// Where Streamlit mounts a view: fetches the model, builds the view, and takes it down again.
// Knows the component's contract; the views know the rest.
import { h } from "./dom.js";
import { Model } from "./model.js";
import { Sync } from "./sync.js";
import { Thumbs } from "./thumbs.js";
import { drawView } from "./view_draw.js";
import { generateView } from "./view_generate.js";
import { interpolateView } from "./view_interpolate.js";
import { mapView } from "./view_map.js";
import { traverseView } from "./view_traverse.js";

const VIEWS = {
  map: mapView, traverse: traverseView, generate: generateView, interpolate: interpolateView, draw: drawView,
  // fetched when they are opened, so that the others do not wait for them
  film: (/** @type {any} */ context) => import("./view_film.js").then((module) => module.filmView(context)),
  train: (/** @type {any} */ context) => import("./view_train.js").then((module) => module.trainView(context)),
};
const mounted = new WeakMap();

/**
 * Mounts or updates a view; called by Streamlit at every change of `data`, without a cleanup between.
 * @param {{data: any, parentElement: HTMLElement, setStateValue: (name: string, value: any) => void,
 *   setTriggerValue: (name: string, value: any) => void}} component
 * @returns {() => void} the cleanup
 */
export function mount({ data, parentElement, setStateValue, setTriggerValue }) {
  const key = `${data.view} ${data.model?.base ?? data.job} ${data.plane?.name}`;
  let present = mounted.get(parentElement);
  if (present?.key !== key) {
    present?.close();
    present = start(data, parentElement, (state) => setStateValue("state", state), (wish) => setTriggerValue("act", wish));
    present.key = key;
    mounted.set(parentElement, present);
  }
  return () => {
    present.close();
    if (mounted.get(parentElement) === present) mounted.delete(parentElement);
  };
}

/** @param {any} data @param {HTMLElement} parentElement @param {(state: any) => void} send @param {(wish: any) => void} act */
function start(data, parentElement, send, act) {
  const host = parentElement.querySelector(".lv-host") ?? parentElement;
  const root = h("div", { class: `lv lv-${data.view}` }, h("p", { class: "lv-wait" }, data.model ? "Opening the model …" : "Opening the training …"));
  host.replaceChildren(root);
  const sync = new Sync(send);
  const region = h("p", { class: "lv-hidden", "aria-live": "polite" });
  /** @type {(() => void)[]} */
  const closers = [];
  let closed = false;
  const fail = (error) => {
    if (closed) return;
    console.warn(error);
    root.querySelector(".lv-wait")?.remove();
    root.prepend(h("p", { class: "lv-problem", role: "alert" }, error.message));
  };
  Promise.resolve(data.model ? Model.open(data.model) : null)
    .then(async (model) => {
      if (closed) return;
      const thumbs = model && new Thumbs(model, data.thumbs, data.colours);
      root.replaceChildren();
      if (model?.remote) root.append(h("p", { class: "lv-note" }, "This model is too large to decode in the browser at 60 images a second; the server decodes it."));
      const context = { root, data, model, thumbs, sync, region, state: data.state, closers, fail, act };
      await VIEWS[data.view](context);
      root.append(region);
      root.dataset.ready = "true";
    })
    .catch(fail);
  return {
    key: "",
    close() {
      closed = true;
      sync.close();
      for (const closer of closers) closer();
      root.remove();
    },
  };
}
