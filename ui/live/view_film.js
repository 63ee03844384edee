// @ts-check
// Film: a training again, epoch by epoch: map, samples, curves and the decoder under the pointer are of one epoch.
import { ClassChoice } from "./conditions.js";
import { h, number, vectorText } from "./dom.js";
import { Frame } from "./frame.js";
import { fetchOrSay, Model } from "./model.js";
import { MovingMap } from "./moving_map.js";
import { parsePart } from "./network.js";
import { parseNumbers, writeNumbers } from "./sync.js";
import { button } from "./view_traverse.js";
import { Curve } from "./view_train.js";

const SAMPLES = 16, FILM_MS = 900;

/** @param {any} context `data.epochs`: the kept epochs, rising; `data.history`: a row an epoch */
export async function filmView(context) {
  const { root, data, model, sync, state, closers } = context;
  const { info } = model;
  const epochs = /** @type {number[]} */ (data.epochs);
  let at = Math.max(0, epochs.indexOf(Number(state.epoch ?? epochs[epochs.length - 1])));
  let z = parseNumbers(state.z, info.latentDim) ?? Float32Array.from(data.start.z);
  let shown = /** @type {Model | null} */ (null);
  await model.loadLatents();
  const choice = info.conditional ? new ClassChoice(context, Number(state.class ?? data.start.label), moved) : null;
  const map = new MovingMap({ labels: model.labels, classNames: info.classNames, colours: data.colours,
    label: `Latent map of ${info.title} at the chosen epoch`,
    onmove: (x, y, how) => {
      z = Float32Array.from(z);
      z[0] = x;
      if (z.length > 1) z[1] = y;
      moved(how);
    } });
  const live = new Frame(info.image, { caption: "generated" });
  const where = h("p", { class: "lv-z" });
  const title = h("p", { class: "lv-z", role: "status" });
  const slider = h("input", { type: "range", min: 0, max: epochs.length - 1, step: 1, value: at, "aria-label": "Epoch",
    oninput: () => { stop(); go(Number(slider.value)); } });
  const play = button("Play", () => (timer ? stop() : start()));
  const samples = Array.from({ length: SAMPLES }, () => new Frame(info.image, { size: "sample" }));
  const draw = seeded();
  const prior = samples.map(() => Float32Array.from({ length: info.latentDim }, draw));
  const curves = [new Curve("log p(x|z), nats"), new Curve("KL divergence, nats")];
  root.append(h("div", { class: "lv-stage" }, map.element, h("div", { class: "lv-play" }, play, slider)),
    h("aside", { class: "lv-side" }, title, choice?.element ?? null,
      h("div", { class: "lv-beside" }, live.element, h("div", { class: "lv-live-text" }, where,
        h("p", { class: "lv-label" }, "Drawn by the decoder of this epoch. Move over the map."))),
      h("p", { class: "lv-label" }, "The same z of the prior in every epoch"),
      h("div", { class: "lv-row lv-samples" }, ...samples.map((f) => f.element)),
      h("div", { class: "lv-curves" }, ...curves.map((c) => c.element))));

  const loaded = new Map();
  /** The model and the places of an epoch, fetched once. @param {number} epoch */
  function load(epoch) {
    if (!loaded.has(epoch)) {
      loaded.set(epoch, Promise.all(["decoder", "mu"].map((what) => fetchOrSay(`${info.base}epoch-${epoch}-${what}.bin`, `Epoch ${epoch}`).then((r) => r.arrayBuffer())))
        .then(([weights, mu]) => ({ model: new Model(info, parsePart(model.decoder.manifest, weights), weights), mu: new Float32Array(mu) })));
    }
    return loaded.get(epoch);
  }

  let wanted = at, timer = 0, frame = 0;
  /** @param {number} place */
  async function go(place) {
    wanted = place;
    const { model: then, mu } = await load(epochs[place]);
    if (wanted !== place) return;
    at = place;
    shown = then;
    map.moveTo(mu, shown === null);
    slider.value = String(at);
    const epoch = epochs[at];
    const row = data.history.find((e) => e.epoch === epoch);
    title.textContent = epoch === 0 ? "Before the training" : `After epoch ${epoch}${row ? `: ${row.elbo === null ? `log p(x|z) ${number(row.test, 1)}` : `ELBO ${number(row.elbo, 1)}`} nats` : ""}`;
    samples.forEach((f, i) => then.show(f, prior[i], choice?.label));
    curves[0].show(data.history.map((e) => [e.train, e.test]), [{ epoch: Math.max(0, epoch - 1) }]);
    curves[1].show(data.history.map((e) => [e.kl_train ?? NaN, e.kl_test ?? NaN]), [{ epoch: Math.max(0, epoch - 1) }]);
    moved();
    if (at + 1 < epochs.length) load(epochs[at + 1]).catch(() => {});
  }

  function moved(how = "done") {
    if (!frame) frame = requestAnimationFrame(() => {
      frame = 0;
      shown?.show(live, z, choice?.label);
      map.point(z[0], z[1] ?? 0);
      where.textContent = `z = ${vectorText(z)}`;
    });
    if (how !== "hover") sync.set({ epoch: String(epochs[at]), z: writeNumbers(z), ...(choice ? { class: String(choice.label) } : {}) });
  }

  function start() {
    play.textContent = "Pause";
    const next = async () => {
      await go((at + 1) % epochs.length);
      timer = at === epochs.length - 1 ? (stop(), 0) : window.setTimeout(next, FILM_MS);
    };
    timer = window.setTimeout(next, 0);
    if (at === epochs.length - 1) at = -1;
  }

  function stop() {
    clearTimeout(timer);
    timer = 0;
    play.textContent = "Play";
  }

  closers.push(stop, () => cancelAnimationFrame(frame), () => map.close());
  await go(at);
}

/** The same normal draws at every visit, so that samples can be compared between epochs. */
function seeded() {
  let seed = 12345;
  const uniform = () => ((seed = (seed * 1103515245 + 12345) % 2147483648) + 0.5) / 2147483648;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
