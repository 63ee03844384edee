// @ts-check
// Film: a training looked back at: map, samples, curves and the decoder under the pointer are of one epoch.
import { ClassChoice } from "./conditions.js";
import { Curve, LEGEND, titlesOf } from "./curve.js";
import { announcer, h, number, vectorText } from "./dom.js";
import { Frame } from "./frame.js";
import { fetchOrSay, Model } from "./model.js";
import { MovingMap } from "./moving_map.js";
import { parsePart } from "./network.js";
import { toLatent, toPlane } from "./plane.js";
import { parseNumbers, writeNumbers } from "./sync.js";
import { button, gaussian, seeded } from "./view_traverse.js";

const SAMPLES = 16, FILM_MS = 900, SAMPLE_SEED = 7;

/** @param {any} context `data.epochs`: the kept epochs, rising; `data.history`: a row an epoch */
export async function filmView(context) {
  const { root, data, model, sync, state, closers } = context;
  const { plane } = data;
  const { info } = model;
  const say = announcer(context.region);
  const epochs = /** @type {number[]} */ (data.epochs);
  const asked = epochs.indexOf(Number(state.epoch));
  let at = asked < 0 || state.epoch === undefined ? epochs.length - 1 : asked;
  let z = parseNumbers(state.z, info.latentDim) ?? Float32Array.from(data.start.z);
  let pinned = z;
  let then = /** @type {Model | null} */ (null);
  await model.loadLatents();
  const choice = info.conditional ? new ClassChoice(context, Number(state.class ?? data.start.label), () => { showSamples(); moved("done"); }) : null;
  const map = new MovingMap({ labels: model.labels, classNames: info.classNames, colours: data.colours,
    label: `Latent map of ${info.title} at the chosen epoch. Arrow keys move the point that is decoded, with Shift in larger steps.`,
    onmove: (x, y, how) => {
      z = toLatent(plane, x, y, pinned);
      moved(how);
    },
    onleave: () => {
      z = pinned;
      moved("hover");
    } });
  map.axes([plane.xTitle, plane.yTitle]);
  const live = new Frame(info.image, { caption: "generated" });
  const where = h("p", { class: "lv-label" });
  const title = h("p", { class: "lv-z", role: "status" });
  const slider = h("input", { type: "range", min: 0, max: epochs.length - 1, step: 1, value: at, "aria-label": "Epoch",
    oninput: () => { stop(); go(Number(slider.value)).catch(context.fail); } });
  const play = button("Play", () => (playing ? stop() : start()));
  const frames = Array.from({ length: SAMPLES }, () => new Frame(info.image, { size: "sample" }));
  const uniform = seeded(SAMPLE_SEED);
  const prior = frames.map(() => Float32Array.from({ length: info.latentDim }, () => gaussian(uniform)));
  const curves = [new Curve(), new Curve()];
  root.append(
    h("div", { class: "lv-stage" }, map.element, h("div", { class: "lv-play" }, play, slider)),
    h("aside", { class: "lv-side" }, title, choice?.element ?? null,
      h("div", { class: "lv-beside" }, live.element, h("div", { class: "lv-live-text" }, where,
        h("p", {}, "The decoder of this epoch draws the point under the pointer."))),
      h("div", { class: "lv-row lv-samples" }, h("p", { class: "lv-label" }, "Drawn from the prior, the same z in every epoch"), ...frames.map((f) => f.element)),
      h("div", { class: "lv-curves" }, ...curves.map((c) => c.element), h("p", { class: "lv-label lv-legend" }, LEGEND))));

  const loaded = new Map();
  /** The model and the places of an epoch, fetched once. @param {number} epoch */
  function load(epoch) {
    if (!loaded.has(epoch)) {
      const parts = ["decoder", "mu"].map((what) => fetchOrSay(`${info.base}epoch-${epoch}-${what}.bin`, `Epoch ${epoch}`).then((r) => r.arrayBuffer()));
      const both = Promise.all(parts).then(([weights, mu]) => ({
        model: new Model(info, parsePart(model.decoder.manifest, weights), weights), places: project(new Float32Array(mu)) }));
      both.catch(() => loaded.delete(epoch)); // to be asked for again
      loaded.set(epoch, both);
    }
    return loaded.get(epoch);
  }

  /** @param {Float32Array} mu `[images, latent]` */
  function project(mu) {
    const places = new Float32Array(2 * info.count);
    for (let i = 0; i < info.count; i++) places.set(toPlane(plane, mu.subarray(i * info.latentDim, (i + 1) * info.latentDim)), 2 * i);
    return places;
  }

  let wanted = at, playing = 0, frame = 0, closed = false;
  /** @param {number} place */
  async function go(place) {
    wanted = place;
    const { model: found, places } = await load(epochs[place]);
    if (wanted !== place || closed) return;
    const first = then === null;
    at = place;
    then = found;
    map.moveTo(places, first);
    slider.value = String(at);
    slider.setAttribute("aria-valuetext", `epoch ${epochs[at]}`);
    showTitle();
    showSamples();
    moved(first ? "hover" : "done");
    if (at + 1 < epochs.length) load(epochs[at + 1]).catch(() => {});
  }

  function showTitle() {
    const epoch = epochs[at], last = data.history[data.history.length - 1]?.[0] ?? epoch;
    const row = data.history.find((/** @type {any[]} */ e) => e[0] === epoch);
    const elbo = row && data.second !== "MMD²" ? `: test ELBO ${number(row[2] - row[4], 1)} nats` : row ? `: test log p(x|z) ${number(row[2], 1)} nats` : "";
    title.textContent = epoch === 0 ? "Before the training" : `After epoch ${epoch} of ${last}${elbo}`;
    titlesOf(data.second).forEach((name, term) => curves[term].show({
      title: name, epochs: last, now: epoch, marks: [{ at: epoch, text: "" }],
      line: data.history.map((/** @type {any[]} */ e) => [e[0], e[1 + 2 * term]]), dots: data.history.map((/** @type {any[]} */ e) => [e[0], e[2 + 2 * term]]) }));
  }

  function showSamples() {
    frames.forEach((f, i) => then?.show(f, prior[i], choice?.label));
  }

  /** @param {string} how */
  function moved(how) {
    if (how !== "hover") pinned = z;
    if (!frame) frame = requestAnimationFrame(paint);
    if (how === "hover") return;
    sync.set({ epoch: String(epochs[at]), z: writeNumbers(pinned), ...(choice ? { class: String(choice.label) } : {}) });
    say(`${title.textContent}; z = ${vectorText(z)}; generated image`);
  }

  function paint() {
    frame = 0;
    then?.show(live, z, choice?.label);
    map.point(...toPlane(plane, z));
    where.textContent = `z = ${vectorText(z)}`;
  }

  async function start() {
    play.textContent = "Pause";
    const mine = ++runs;
    playing = mine;
    for (let place = at === epochs.length - 1 ? 0 : at + 1; place < epochs.length && playing === mine && !closed; place++) {
      await go(place).catch((error) => { stop(); context.fail(error); });
      await new Promise((resolve) => setTimeout(resolve, FILM_MS));
    }
    if (playing === mine) stop();
  }
  let runs = 0;

  function stop() {
    playing = 0;
    play.textContent = "Play";
  }

  closers.push(() => { closed = true; }, () => cancelAnimationFrame(frame), () => map.close(), () => curves.forEach((c) => c.close()));
  await go(at);
}
