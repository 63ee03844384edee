// @ts-check
// A pane: one model in one plane with one state, and what a view of it may use. A page may hold several.
// Knows the contract with Python; knows no view and nothing of Streamlit.
import { Address, visit } from "./address.js";
import { Model } from "./engine/model.js";
import { planeAlong } from "./engine/plane.js";
import { serverSource } from "./engine/source.js";
import { parseIndex, parseNumbers } from "./engine/state_text.js";
import { announcer, h } from "./parts/dom.js";
import { themeOf } from "./parts/theme.js";
import { Thumbs } from "./parts/thumbs.js";
import { t } from "./words/words.js";

/**
 * @typedef {import("./contract.js").ModelData} ModelData
 * @typedef {object} Pane
 * @property {ModelData} data
 * @property {Model} model
 * @property {import("./engine/plane.js").PlaneInfo} plane
 * @property {import("./engine/source.js").Source} source
 * @property {Thumbs} thumbs
 * @property {import("./parts/theme.js").Palette} palette
 * @property {Record<string, string>} state as the address named it
 * @property {(state: Record<string, string>) => void} write the view's state, for the address
 * @property {(changes: Record<string, string>) => void} visit another model or plane: the server builds the view anew
 * @property {(text: string) => void} say to a screen reader, once the hand rests
 * @property {(error: unknown) => void} fail shows a sentence; what works goes on
 * @property {HTMLElement} host where the page's colours can be read
 *
 * @typedef {import("./contract.js").PanesData} PanesData
 * @typedef {object} Panes several models of one data set, and what their view may use
 * @property {PanesData} data
 * @property {Pane[]} panes those that could be fetched
 * @property {number[]} places which of the data's panes each of them is
 * @property {HTMLElement} host
 * @property {Record<string, string>} state
 * @property {(state: Record<string, string>) => void} write
 * @property {(changes: Record<string, string>) => void} visit
 * @property {(text: string) => void} say
 * @property {(error: unknown) => void} fail
 */

/** @type {import("./engine/model.js").Kept} for all panes of this page, so that a place or a model seen before is there at once */
const KEPT = new Map();

/**
 * Fetches the model and makes its pane. @param {ModelData} data @param {HTMLElement} host
 * @param {{send: (state: Record<string, string>) => void, fail: (error: unknown) => void, region: HTMLElement,
 *   source?: import("./engine/source.js").Source}} hooks
 * @returns {Promise<{pane: Pane, close: () => void}>}
 */
export async function openPane(
  data,
  host,
  { send, fail, region, source = data.source ?? serverSource(data.model.base, t("pane.files")) },
) {
  const isDial = "oneNetwork" in data && data.oneNetwork;
  const model = await (isDial ? Model.openDial(data.model, source) : Model.open(data.model, source, KEPT));
  const outside = outsideOf(data.names, { send, fail, region });
  const pane = paneOf(data, host, model, source, outside.hooks);
  const close = () => {
    outside.close();
    model.close();
  };
  return { pane, close };
}

/**
 * Fetches several models and makes their panes, which share one address. A model that can't be fetched is left out,
 * and a sentence says so; without any, it rejects.
 * @param {PanesData} data @param {HTMLElement} host
 * @param {{send: (state: Record<string, string>) => void, fail: (error: unknown) => void, region: HTMLElement}} hooks
 * @returns {Promise<{pane: Panes, close: () => void}>}
 */
export async function openPanes(data, host, { send, fail, region }) {
  const opened = await Promise.allSettled(
    data.panes.map(async (one) => {
      const source = one.source ?? serverSource(one.model.base, t("pane.files"));
      return { one, source, model: await Model.open(one.model, source, KEPT) };
    }),
  );
  const outside = outsideOf(data.names, { send, fail, region });
  /** @type {Pane[]} */
  const panes = [];
  /** @type {number[]} */
  const places = [];
  for (const [place, result] of opened.entries()) {
    if (result.status === "rejected") {
      fail(result.reason);
      continue;
    }
    const { one, model, source } = result.value;
    panes.push(paneOf(one, host, model, source, outside.hooks));
    places.push(place);
  }
  const close = () => {
    outside.close();
    for (const { model } of panes) model.close();
  };
  if (!panes.length) {
    close();
    throw /** @type {PromiseRejectedResult} */ (opened[0]).reason;
  }
  return { pane: { data, panes, places, host, state: data.state, ...outside.hooks }, close };
}

/**
 * What a pane has of the page around it: the address and the screen reader's ear.
 * @param {Record<string, string>} names @param {{send: (state: Record<string, string>) => void, fail: (error: unknown) => void, region: HTMLElement}} hooks
 */
function outsideOf(names, { send, fail, region }) {
  const address = new Address(names, send);
  const announce = announcer(region);
  const hooks = {
    fail,
    write: (/** @type {Record<string, string>} */ state) => address.set(state),
    visit: (/** @type {Record<string, string>} */ changes) => {
      address.flush();
      visit(changes);
    },
    say: announce.say,
  };
  const close = () => {
    address.close();
    announce.close();
  };
  return { hooks, close };
}

/**
 * @param {ModelData} data @param {HTMLElement} host @param {Model} model @param {import("./engine/source.js").Source} source
 * @param {Pick<Pane, "fail" | "write" | "visit" | "say">} hooks @returns {Pane}
 */
function paneOf(data, host, model, source, hooks) {
  /** @type {import("./parts/theme.js").Theme | undefined} a view is built anew when it changes */
  let theme;
  const colour = (/** @type {number} */ label) => {
    theme ??= themeOf(host, data.palette); // to ask costs a third of a frame, and a frame shows eight thumbnails
    return theme.colour(label);
  };
  return {
    ...hooks,
    data,
    model,
    source,
    host,
    plane: data.plane ?? planeAlong(data.model.latentDim, [0, 1]),
    thumbs: new Thumbs(model, data.thumbs, colour),
    palette: data.palette,
    state: data.state,
  };
}

/** Where a pane opens: what its address names, or where Python would begin. @param {Pane} pane */
export function firstPoint({ state, data, model }) {
  return parseNumbers(state.z, model.info.latentDim) ?? Float32Array.from(data.start.z);
}

/** The class that a pane opens on. @param {Pane} pane */
export function firstClass({ state, data, model }) {
  return parseIndex(state.class, model.info.classNames.length, data.start.label);
}

/** A message in the place of a picture, or beside it. @param {unknown} error */
export function problem(error) {
  return h("p", { class: "lv-problem", role: "alert" }, error instanceof Error ? error.message : String(error));
}
