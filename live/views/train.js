// @ts-check
// Train: a training as it is now. It asks the server for its state twice a second; nothing here computes.
import { nearestPlace } from "../engine/plane.js";
import { Poll } from "../engine/poll.js";
import { serverSource } from "../engine/source.js";
import { Curve, termsOf } from "../maps/curve.js";
import { LatentMap } from "../maps/latent_map.js";
import { button, h } from "../parts/dom.js";
import { Frame } from "../parts/frame.js";
import {
  canResume,
  emptyOf,
  findingsOf,
  hasEnded,
  SETTINGS,
  sentenceOf,
  statusOf,
  twoDigits,
} from "../parts/training/job_text.js";
import { showKlBars } from "../parts/training/kl_bars.js";
import { MomentNumbers } from "../parts/training/moment_numbers.js";
import { NewestDecoder } from "../parts/training/newest_decoder.js";
import { Steering } from "../parts/training/steering.js";
import { t } from "../words/words.js";

const SAMPLES = 16;

/**
 * @typedef {import("../parts/training/job_text.js").Job} Job
 * @typedef {{data: import("../contract.js").TrainData, command: (command: import("../contract.js").Command) => void,
 *   fail: (error: unknown) => void, host: HTMLElement, ends?: HTMLElement}} TrainPane `ends`: what is offered at its end, where
 *   nothing takes its place
 * @typedef {import("../maps/gestures.js").How} How
 * @typedef {{places: Float32Array, labels: Uint8Array, levels: Uint8Array}} Pictures
 */

/** The charts of a training's two terms. @param {Job} job @returns {Parameters<Curve["show"]>[0][]} */
export function chartsOf({ history = [], recent = [], changes = [], second = "kl", epochs }) {
  const from = recent[0]?.[0] ?? Infinity;
  const marks = changes.map(([at, name, value]) => ({
    at,
    text: t("train.changed", { name: t(SETTINGS[name].name), value: twoDigits(value) }),
  }));
  return termsOf(second).map((term, i) => ({
    ...term,
    epochs,
    marks,
    // the last steps one by one, what came before an epoch at a time
    line: [
      ...history.filter(([epoch]) => (epoch ?? 0) < from).map((row) => [row[0], row[1 + 2 * i]]),
      ...recent.map((row) => [row[0], row[1 + i]]),
    ],
    dots: history.map((row) => [row[0], row[2 + 2 * i]]),
  }));
}

/** The parts of a block of pictures, see ui/job_assets.py. @param {ArrayBuffer} buffer @param {number} points @returns {Pictures} */
export function picturesOf(buffer, points) {
  return {
    places: new Float32Array(buffer, 0, 2 * points),
    labels: new Uint8Array(buffer, 8 * points, points),
    levels: new Uint8Array(buffer, 9 * points),
  };
}

/** @param {TrainPane} pane @returns {Promise<import("../contract.js").View>} */
export async function create(pane) {
  const watcher = new Watcher(pane);
  await watcher.poll.ask();
  return { element: watcher.element, close: () => watcher.close() };
}

/** Asks for the training's state and shows what came. */
class Watcher {
  /** @param {TrainPane} pane */
  constructor(pane) {
    const { data, command } = pane;
    this.pane = pane;
    this.source = data.source ?? serverSource("", t("train.state"));
    /** @type {Job | null} */
    this.job = null;
    this.shown = ""; // the pictures
    this.board = new Board((message) => {
      command(message);
      this.hurry();
    });
    /** @type {NewestDecoder | null} once the model's shape is known */
    this.decoder = null;
    /** @type {MomentNumbers | null} likewise */
    this.numbers = null;
    this.scene = new Scene(pane, {
      onmove: (x, y, how) => {
        this.decoder?.moveTo(x, y, how);
        if (how === "done") this.numbers?.pick(nearestPlace(this.scene.places, x, y));
      },
      onleave: () => this.decoder?.leave(),
    });
    this.side = h(
      "aside",
      { class: "lv-side", "aria-label": t("train.side") },
      ...this.board.parts,
      ...(pane.ends ? [pane.ends] : []),
      this.scene.samples,
      ...this.board.charts,
    );
    this.element = h("div", {}, h("div", { class: "lv-view lv-train" }, this.scene.element, this.side));
    this.poll = new Poll(this.source, data.job, {
      onnews: (news) => this.show(/** @type {Job} */ (news)),
      onlost: (lost) => this.board.lose(lost),
      onrefused: (error) => this.board.refuse(error),
      ended: () => hasEnded(this.job),
    });
    this.hurry = () => this.poll.hurry();
    document.addEventListener("visibilitychange", this.hurry);
  }

  /** @param {Job} job */
  async show(job) {
    const before = this.job?.status;
    this.job = job;
    this.board.show(job, this.pane.data.mine);
    this.scene.empty(emptyOf(job));
    this.decoder ??= this.beginDecoder(job);
    this.board.room.hidden = hasEnded(job) && !job.pictures;
    await this.showPictures(job);
    // the page becomes the film of it
    if (job.status !== "done" || before === "done" || this.poll.closed) return;
    if (!this.pane.ends) this.scene.element.classList.add("lv-becoming"); // seen until the film is there: see live.css
    this.pane.command({ command: "done" });
  }

  /** Room for what the decoder draws, before there is anything to draw. @param {Job} job */
  beginDecoder(job) {
    const oncursor = (/** @type {number} */ x, /** @type {number} */ y) => this.scene.map?.cursor(x, y);
    const decoder = new NewestDecoder({ source: this.source, oncursor, ...this.pane, ...this.pane.data }, job);
    this.board.room.prepend(decoder.live.element);
    this.board.said.append(decoder.where, h("p", { class: "lv-quiet" }, t("train.then")));
    if (job.numbers) {
      this.numbers = new MomentNumbers({ source: this.source, fail: this.pane.fail }, job);
      this.element.append(this.numbers.drawer.element);
      this.board.said.append(this.numbers.drawer.button);
    }
    if (decoder.choice) this.board.room.after(decoder.choice.element);
    return decoder;
  }

  /** @param {Job} job */
  async showPictures(job) {
    const { pictures, points = 0, axes = [], image, class_names: names } = job;
    if (!pictures || pictures === this.shown) return;
    const buffer = await this.source.bytes(pictures).catch(() => null);
    if (!buffer?.byteLength || this.poll.closed) return; // it has gone on since: the next state names newer ones
    this.shown = pictures;
    this.scene.show(picturesOf(buffer, points), axes, image, names);
    this.scene.map?.showRings(job.round ?? true);
    await this.decoder?.load(job).catch(() => {}); // it has gone on since, or the connection is lost: the poll says so
    const { loaded = "", part = null } = this.decoder ?? {};
    if (part && loaded === job.decoder) this.numbers?.show(loaded, part, this.scene.labels);
  }

  close() {
    this.poll.close();
    document.removeEventListener("visibilitychange", this.hurry);
    this.board.close();
    this.scene.close();
    this.decoder?.close();
    this.numbers?.close();
  }
}

/** The map and the samples, once there are pictures. */
class Scene {
  /** @param {TrainPane} pane @param {{onmove: (x: number, y: number, how: How) => void, onleave: () => void}} hand */
  constructor({ data }, hand) {
    this.hand = hand;
    this.palette = data.palette;
    this.wait = h("p", { class: "lv-wait" });
    this.element = h("div", { class: "lv-stage" }, this.wait);
    this.samples = h("div", { class: "lv-row lv-samples" });
    /** @type {LatentMap | null} */
    this.map = null;
    /** @type {Frame[]} */
    this.frames = [];
    this.axes = "";
    this.places = new Float32Array(0);
    this.labels = new Uint8Array(0);
  }

  /** @param {string} text */
  empty(text) {
    this.wait.textContent = text;
  }

  /** @param {Pictures} pictures @param {string[]} axes @param {number[]} image @param {string[]} classNames */
  show({ places, labels, levels }, axes, image, classNames) {
    this.map ??= this.begin(axes, image, classNames);
    const others = this.axes !== axes.join();
    if (others) this.map.axes(axes);
    this.map.setPoints(places, labels, others);
    this.axes = axes.join();
    Object.assign(this, { places, labels });
    const size = image.reduce((a, b) => a * b, 1);
    for (const [i, frame] of this.frames.entries()) frame.paint(levels.subarray(i * size, (i + 1) * size));
  }

  /** @param {string[]} titles @param {number[]} image @param {string[]} classNames */
  begin(titles, image, classNames) {
    const map = new LatentMap({ label: t("train.map"), palette: this.palette, classNames, titles, ...this.hand });
    this.element.replaceChildren(map.element);
    this.frames = Array.from(
      { length: SAMPLES },
      (_, i) => new Frame(image, { size: "sample", name: t("sample.name", { count: i + 1, all: SAMPLES }) }),
    );
    const label = h("p", { class: "lv-label" }, t("train.samples"));
    this.samples.replaceChildren(label, ...this.frames.map((frame) => frame.element));
    return map;
  }

  close() {
    this.map?.close();
  }
}

/** What is said beside the map, and the hands. */
class Board {
  /** @param {import("../parts/training/steering.js").Send} send */
  constructor(send) {
    const offer = (/** @type {HTMLElement[]} */ ...buttons) =>
      h("div", { class: "lv-bar lv-tight", hidden: true }, ...buttons);
    const command = (/** @type {string} */ text, /** @type {string} */ name) =>
      button(t(text), () => send({ command: name }));
    this.status = h("p", { class: "lv-z", role: "status" });
    this.bar = h("progress", { class: "lv-progress", max: 1, value: 0, "aria-label": t("train.progress") });
    this.facts = h("p", { class: "lv-facts" });
    this.lost = h("p", { class: "lv-quiet lv-lost", role: "status" });
    this.problem = h("p", { class: "lv-problem", role: "alert", hidden: true });
    this.steering = new Steering(send);
    this.resume = offer(command("train.resume", "resume"));
    this.watching = h("p", { class: "lv-label", hidden: true }, t("train.watching"));
    this.health = h("div", { class: "lv-health" });
    this.curves = [new Curve(), new Curve()];
    this.bars = h("div", { class: "lv-bars", hidden: true });
    const charts = this.curves.map((curve) => curve.element);
    const legend = h("p", { class: "lv-label lv-legend" }, t("curve.legend"));
    this.more = h("div", { class: "lv-facts" });
    this.said = h("div", { class: "lv-live-text" }, this.status, this.bar, this.facts, this.more, this.lost);
    /** the live image stands in it, beside what is said */
    this.room = h("div", { class: "lv-beside" }, this.said);
    this.parts = [this.problem, this.room, this.steering.element, this.resume, this.watching, this.health];
    /** what stands under the pictures */
    this.charts = [h("div", { class: "lv-curves" }, ...charts, legend), this.bars];
  }

  /** @param {Job} job @param {boolean} mine */
  show(job, mine) {
    const ended = hasEnded(job),
      finished = job.status === "done";
    const status = statusOf(job);
    if (this.status.textContent !== status) this.status.textContent = status;
    this.facts.textContent = sentenceOf(job);
    this.more.replaceChildren(...(job.said ?? []).map((text) => h("p", {}, text)));
    this.bar.value = finished ? 1 : job.steps ? (job.step ?? 0) / job.steps : 0;
    this.bar.hidden = ended && !finished;
    this.problem.hidden = true;
    this.resume.hidden = !mine || !canResume(job);
    this.watching.hidden = mine || ended;
    this.steering.show(job, mine);
    const findings = findingsOf(job).map(({ text, firm }) => h("p", { class: firm ? "lv-warn" : "lv-quiet" }, text));
    this.health.replaceChildren(...findings);
    for (const [i, chart] of chartsOf(job).entries()) this.curves[i].show(chart);
    showKlBars(this.bars, job.kl ?? []);
  }

  /** One quiet line while the connection is lost; what is shown stays. @param {boolean} lost */
  lose(lost) {
    const text = lost ? t("train.lost") : "";
    if (this.lost.textContent !== text) this.lost.textContent = text;
  }

  /** @param {unknown} error */
  refuse(error) {
    this.problem.textContent = error instanceof Error ? error.message : String(error);
    this.problem.hidden = false;
  }

  close() {
    this.steering.close();
    for (const curve of this.curves) curve.close();
  }
}
