// @ts-check
// What is told below the maps, worked out from the models' files: paired differences with their errors, trails of the
// images that changed neighbours most, and the three kernel means of each cloud. Knows models; knows no map.
import { cloudOf, kernelMeans, mmdOf } from "../../engine/comparing/kernel_means.js";
import { klOfImages, mostChanged, overlaps, paired, verdictOf } from "../../engine/comparing/pairs.js";
import { h } from "../dom.js";
import { inSlices } from "../slices.js";
import { cloudsTold, differencesTold } from "./told.js";

const NEAR = 10,
  TRAILS = 200;

/** @typedef {import("../../pane.js").Pane} Pane @typedef {{from: number, indices: number[]}} Trails `from`: which map's places they begin at */

/** The place below the maps: one of the two tellings, worked out when somebody asks for it, or nothing. */
export class Telling {
  /** @param {Pane[]} panes @param {string[]} titles @param {Pick<import("../../contract.js").ComparePanes, "data" | "places" | "fail">} all @param {() => void} onchange the trails are other ones, or what is told */
  constructor(panes, titles, { data, places, fail }, onchange) {
    this.panes = panes;
    this.titles = titles;
    this.seeds = data.seeds;
    this.bandwidths = places.map((place) => data.facts[place].bandwidth);
    this.fail = fail;
    this.onchange = onchange;
    this.element = h("div", { class: "lv-below" });
    /** @type {(Trails | null)[]} of each map */
    this.trails = [];
    this.turn = 0;
  }

  /** @param {"trails" | "clouds" | null} tell */
  show(tell) {
    const turn = ++this.turn;
    const stale = () => turn !== this.turn;
    this.tell([], null);
    const { panes, titles, seeds, bandwidths } = this;
    if (tell === "trails")
      differencesOf(panes, titles, seeds).then(
        ({ element, trails }) => !stale() && this.tell(trails, element),
        this.fail,
      );
    if (tell === "clouds")
      cloudsOf(panes, titles, bandwidths, stale).then((element) => !stale() && this.tell([], element), this.fail);
  }

  /** @param {(Trails | null)[]} trails @param {HTMLElement | null} element */
  tell(trails, element) {
    this.trails = trails;
    this.element.replaceChildren(...(element ? [element] : []));
    this.onchange();
  }

  close() {
    this.turn++;
  }
}

/**
 * The other models against the first.
 * @param {Pane[]} panes @param {string[]} titles @param {number | null} seeds
 * @returns {Promise<{element: HTMLElement, trails: (Trails | null)[]}>}
 */
async function differencesOf(panes, titles, seeds) {
  const [near, scores] = await Promise.all([
    Promise.all(panes.map(async ({ source }) => new Uint16Array(await source.bytes("neighbours.bin")))),
    Promise.all(panes.map(({ source }) => source.bytes("scores.bin").then((bytes) => new Float32Array(bytes)))).catch(
      () => null, // models that were trained before scores were kept
    ),
  ]);
  const kept = near.slice(1).map((other) => overlaps(near[0], other, NEAR));
  const others = kept.map((shares, i) => ({
    title: titles[i + 1],
    kept: shares.reduce((sum, value) => sum + value, 0) / shares.length,
    rows: scores ? rowsOf(panes[0], panes[i + 1], [scores[0], scores[i + 1]], seeds) : [],
  }));
  return { element: differencesTold(titles[0], others, seeds), trails: trailsOf(kept) };
}

/** In each map but the first those that begin in the first; of two maps in the first those from the second. @param {Float32Array[]} kept of each other model @returns {(Trails | null)[]} */
function trailsOf(kept) {
  const changed = kept.map((shares) => mostChanged(shares, TRAILS));
  const first = changed.length === 1 ? { from: 1, indices: changed[0] } : null;
  return [first, ...changed.map((indices) => ({ from: 0, indices }))];
}

/** @param {Pane} a @param {Pane} b @param {Float32Array[]} scores @param {number | null} seeds @returns {import("./told.js").Difference[]} */
function rowsOf(a, b, [first, second], seeds) {
  const kls = [a, b].map(({ model }) =>
    model.logVar && !model.info.prior ? klOfImages(model.mu, model.logVar, model.info.latentDim) : null,
  );
  const alike = JSON.stringify(a.model.info.likelihood) === JSON.stringify(b.model.info.likelihood);
  /** @type {import("./told.js").Difference[]} */
  const rows = [];
  /** @param {"reconstruction" | "kl" | "elbo"} name @param {ArrayLike<number>} from @param {ArrayLike<number>} to */
  const add = (name, from, to) => {
    const found = paired(to, from);
    rows.push({ name, ...found, images: from.length, verdict: verdictOf(found, name === "elbo" ? seeds : null) });
  };
  if (alike) add("reconstruction", first, second);
  const [klA, klB] = kls;
  if (!klA || !klB) return rows;
  add("kl", klA, klB);
  if (alike)
    add(
      "elbo",
      Float64Array.from(first, (value, i) => value - klA[i]),
      Float64Array.from(second, (value, i) => value - klB[i]),
    );
  return rows;
}

/** @param {Pane[]} panes @param {string[]} titles @param {string[]} bandwidths @param {() => boolean} stale @returns {Promise<HTMLElement | null>} */
async function cloudsOf(panes, titles, bandwidths, stale) {
  /** @type {import("./told.js").Cloud[]} */
  const clouds = [];
  for (const [k, { model }] of panes.entries()) {
    if (model.info.prior) continue; // its goal is its own
    const { latentDim } = model.info;
    const codes = cloudOf(model.mu, model.logVar, latentDim);
    const means = await inSlices(kernelMeans(codes, latentDim, bandwidths[k]), stale);
    if (!means) return null;
    clouds.push({ title: titles[k], ...means, mmd: mmdOf(means), images: codes.length / latentDim });
  }
  const own = titles.filter((_, k) => panes[k].model.info.prior);
  return cloudsTold(clouds, own, panes[0].model.info.count);
}
