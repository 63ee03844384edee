// @ts-check
// Film: a training looked back at: map, samples, curves and the decoder under the pointer are of one epoch.
import { nearestPlace, toLatent, toPlane } from "../engine/plane.js";
import { drawPrior, ringsOf } from "../engine/prior.js";
import { seeded } from "../engine/random.js";
import { parseIndex, writeNumbers } from "../engine/state_text.js";
import { Curve, termsOf } from "../maps/curve.js";
import { LatentMap } from "../maps/latent_map.js";
import { firstClass, firstPoint } from "../pane.js";
import { ClassChoice } from "../parts/codes/class_choice.js";
import { h, vectorText } from "../parts/dom.js";
import { Frame } from "../parts/frame.js";
import { NumbersDrawer } from "../parts/numbers/drawer.js";
import { Pace } from "../parts/pace.js";
import { Player } from "../parts/training/film_player.js";
import { KeptEpochs } from "../parts/training/kept_epochs.js";
import { t } from "../words/words.js";

const SAMPLES = 16,
  FEW = 3,
  SAMPLE_SEED = 7; // the film's own codes: Python's of the running training are another generator's

/**
 * @typedef {import("../contract.js").FilmData} FilmData
 * @typedef {import("../pane.js").Pane & {data: FilmData}} FilmPane
 * @typedef {object} FilmState
 * @property {number} at the place of the epoch among the kept ones
 * @property {Float32Array} z what is decoded now
 * @property {Float32Array} pinned where it goes back to when the pointer leaves
 * @property {number} picked the test image that was picked last
 */

/** It opens on the last kept epoch, unless the link names another. @param {FilmPane} pane @returns {FilmState} */
export function firstState(pane) {
  const { epochs } = pane.data,
    { epoch, point } = pane.state;
  const named = epoch === undefined ? -1 : epochs.indexOf(Number(epoch));
  const z = firstPoint(pane);
  const picked = parseIndex(point, pane.model.info.count, pane.data.start.point);
  return { at: named < 0 ? epochs.length - 1 : named, z, pinned: z, picked };
}

/** The hand is at z; only a hover leaves the pin where it is. @param {FilmState} state @param {Float32Array} z @param {import("../maps/gestures.js").How} how @returns {FilmState} */
export function moved(state, z, how) {
  return { ...state, z, pinned: how === "hover" ? state.pinned : z };
}

/** The state as the address writes it. @param {FilmState} state @param {number[]} epochs @param {number | null} label @returns {Record<string, string>} */
export function written({ at, pinned }, epochs, label) {
  return {
    epoch: String(epochs[at]),
    z: writeNumbers(pinned),
    ...(label === null ? {} : { class: String(label) }),
  };
}

/** Which epoch it is and how good the model was. @param {number} epoch @param {Pick<FilmData, "history" | "second">} data */
export function titleOf(epoch, { history, second }) {
  const epochs = lastOf(history, epoch);
  const row = history.find((one) => one[0] === epoch);
  if (epoch === 0) return t("film.start");
  if (!Number.isInteger(epoch)) return t("film.part", { epoch, epochs });
  if (!row) return t("film.after", { epoch, epochs });
  if (second === "mmd") return t("film.after.copy", { epoch, epochs, value: row[2] });
  return t("film.after.elbo", { epoch, epochs, value: row[2] - row[4] });
}

/** The charts of the two terms with a line at the epoch. @param {number} epoch @param {Pick<FilmData, "history" | "second">} data */
export function chartsOf(epoch, { history, second }) {
  const epochs = history.length < FEW ? [] : history; // a chart of two dots says nothing that the title does not
  return termsOf(second).map((term, i) => ({
    ...term,
    epochs: lastOf(history, epoch),
    now: epoch,
    marks: [{ at: epoch, text: "" }],
    line: epochs.map((row) => [row[0], row[1 + 2 * i]]),
    dots: epochs.map((row) => [row[0], row[2 + 2 * i]]),
  }));
}

/** @param {number[][]} history @param {number} otherwise */
function lastOf(history, otherwise) {
  return history[history.length - 1]?.[0] ?? otherwise;
}

/** The codes that every epoch draws. @param {import("../engine/prior.js").Owner} info */
export function priorCodes(info) {
  const uniform = seeded(SAMPLE_SEED);
  return Array.from({ length: SAMPLES }, () => drawPrior(info, null, uniform));
}

/** @param {FilmPane} pane @returns {Promise<import("../contract.js").View>} */
export async function create(pane) {
  await pane.model.loadLatents();
  const film = new Film(pane);
  await film.go(film.state.at);
  return { element: film.layout(), close: () => film.close() };
}

/** One training, at one of its epochs. */
class Film {
  /** @param {FilmPane} pane */
  constructor(pane) {
    const { info } = pane.model;
    this.pane = pane;
    this.kept = new KeptEpochs(pane);
    this.state = firstState(pane);
    this.wanted = this.state.at;
    /** @type {import("../engine/model.js").Model | null} the model of the epoch that is shown */
    this.model = null;
    this.places = this.mu = /** @type {Float32Array} */ (new Float32Array(0));
    this.choice = info.conditional ? new ClassChoice(pane, firstClass(pane), () => this.reclass()) : null;
    this.map = this.mapOf();
    this.live = new Frame(info.image, { caption: t("frame.generated") });
    this.where = h("p", { class: "lv-label" });
    this.title = h("p", { class: "lv-z", role: "status" });
    this.frames = sampleFrames(info.image);
    this.codes = priorCodes(info);
    this.curves = [new Curve(), new Curve()];
    this.numbers = new NumbersDrawer(pane, { onchange: () => this.write() });
    this.pace = new Pace(
      () => this.model?.show(this.live, this.state.z, this.label),
      () => this.follow(),
    );
    this.player = new Player(pane.data.epochs, this.state.at, (place) => this.go(place), pane.fail);
  }

  /** The class that the decoder is told. */
  get label() {
    return this.choice?.label ?? null;
  }

  mapOf() {
    const { model, plane, palette } = this.pane;
    return new LatentMap({
      label: t("film.map", { title: model.info.title }),
      palette,
      classNames: model.info.classNames,
      titles: [plane.xTitle, plane.yTitle],
      rings: model.info.prior ? [] : ringsOf(model.info, plane.dims), // a learnt prior moved with the epochs
      onmove: (x, y, how) => {
        if (how === "done") this.pick(nearestPlace(this.places, x, y));
        this.handAt(toLatent(plane, x, y, this.state.pinned), how);
      },
      onleave: () => this.handAt(this.state.pinned, "hover"),
    });
  }

  /** Shows a kept epoch, unless another one is wanted by the time it is there. @param {number} place */
  async go(place) {
    const { kept, pane, player } = this,
      { epochs } = pane.data;
    this.wanted = place;
    const { model, places, mu } = await kept.load(epochs[place]);
    if (this.wanted !== place || player.closed) return;
    const first = this.model === null;
    this.state = { ...this.state, at: place };
    this.model = model;
    this.places = places;
    this.mu = mu;
    this.count();
    this.map.setPoints(places, pane.model.labels, first);
    player.show(place);
    this.showEpoch();
    this.handAt(this.state.z, first ? "hover" : "done");
    if (place + 1 < epochs.length) kept.load(epochs[place + 1]).catch(() => {}); // asked for again when it is its turn
  }

  showEpoch() {
    const { data } = this.pane,
      epoch = data.epochs[this.state.at];
    this.title.textContent = titleOf(epoch, data);
    for (const [i, chart] of chartsOf(epoch, data).entries()) this.curves[i].show(chart);
    this.showSamples();
  }

  showSamples() {
    for (const [i, frame] of this.frames.entries()) this.model?.show(frame, this.codes[i], this.label);
  }

  /** The decoder is told another class. */
  reclass() {
    this.showSamples();
    this.handAt(this.state.z, "done");
  }

  /** @param {Float32Array} z @param {import("../maps/gestures.js").How} how */
  handAt(z, how) {
    this.state = moved(this.state, z, how);
    this.pace.moved();
    if (how === "hover") return;
    this.write();
    this.pane.say(t("film.spoken", { title: this.title.textContent ?? "", z: vectorText(z) }));
  }

  write() {
    const { state, pane, label, numbers } = this;
    const looked = numbers.open ? { point: String(state.picked), ...numbers.written() } : {};
    pane.write({ ...written(state, pane.data.epochs, label), ...looked });
  }

  /** A test image, whose numbers can be seen. @param {number} picked */
  pick(picked) {
    this.state = { ...this.state, picked };
    this.count();
  }

  /** What is said in numbers of the picked image at this epoch. */
  count() {
    const { kept, mu, pane } = this,
      { at: place, picked: index } = this.state;
    const label = /** @type {number | null} */ (pane.model.conditionOf(index));
    this.numbers.show({ index, label, epoch: { place, mu, parts: () => kept.parts(pane.data.epochs[place]) } });
  }

  follow() {
    this.map.cursor(...toPlane(this.pane.plane, this.state.z));
    this.where.textContent = t("film.where", { z: vectorText(this.state.z) });
  }

  layout() {
    const samples = this.frames.map((frame) => frame.element),
      charts = this.curves.map((curve) => curve.element);
    const beside = h("div", { class: "lv-live-text" }, this.where, h("p", {}, t("film.then")), this.numbers.button);
    const view = h(
      "div",
      { class: "lv-view lv-film" },
      h("div", { class: "lv-stage" }, this.map.element, this.player.element),
      h(
        "aside",
        { class: "lv-side", "aria-label": t("film.side") },
        this.title,
        this.choice?.element ?? null,
        h("div", { class: "lv-beside" }, this.live.element, beside),
        h("div", { class: "lv-row lv-samples" }, h("p", { class: "lv-label" }, t("film.samples")), ...samples),
        h("div", { class: "lv-curves" }, ...charts, h("p", { class: "lv-label lv-legend" }, t("curve.legend"))),
      ),
    );
    return h("div", {}, view, this.numbers.element);
  }

  close() {
    this.player.close();
    this.numbers.close();
    this.pace.close();
    this.map.close();
    for (const curve of this.curves) curve.close();
  }
}

/** @param {number[]} image */
function sampleFrames(image) {
  const name = (/** @type {number} */ i) => t("sample.name", { count: i + 1, all: SAMPLES });
  return Array.from({ length: SAMPLES }, (_, i) => new Frame(image, { size: "sample", name: name(i) }));
}
