// @ts-check
// Train: a running job as it is now. It asks the server for the job's state twice a second; nothing here computes.
import { h, number } from "./dom.js";
import { Frame } from "./frame.js";
import { fetchOrSay } from "./model.js";
import { MovingMap } from "./moving_map.js";
import { button } from "./view_traverse.js";

const POLL_MS = 500, SAMPLES = 16;
const ENDED = ["done", "failed", "cancelled", "interrupted"];
const WORDS = { queued: "waiting for its turn", running: "training", paused: "paused", done: "done", failed: "failed", cancelled: "cancelled", interrupted: "interrupted, goes on at the next start" };

/** @param {any} context `data.job`: its URL; `act(name, value)` sends a wish to Python */
export async function trainView(context) {
  const { root, data, act, closers } = context;
  const status = h("p", { class: "lv-z", role: "status" });
  const facts = h("p", { class: "lv-facts" });
  const bar = h("progress", { class: "lv-progress", max: 1, value: 0, "aria-label": "Progress of the training" });
  const buttons = {
    pause: button("Pause", () => act(paused() ? "resume" : "pause")),
    step: button("One step", () => act("step")),
    slow: button("Slow motion", () => act("slow")),
    keep: button("Keep this epoch", () => act("keep")),
    cancel: button("Cancel", () => act("cancel")),
  };
  const rate = knob("Learning rate", (value) => act("change", { name: "learning_rate", value }));
  const beta = knob("beta", (value) => act("change", { name: "beta", value }));
  const map = h("div", { class: "lv-stage" }, h("p", { class: "lv-wait" }, "The map appears with the first epoch …"));
  const curves = { likelihood: new Curve("log p(x|z), nats"), kl: new Curve("KL divergence, nats") };
  const kl = h("div", { class: "lv-bars" });
  const health = h("div", { class: "lv-health" });
  const samples = h("div", { class: "lv-row lv-samples" });
  root.append(map, h("aside", { class: "lv-side" }, status, bar, facts,
    h("div", { class: "lv-bar lv-tight" }, ...Object.values(buttons)), h("div", { class: "lv-bar lv-tight" }, rate.element, beta.element),
    health, h("div", { class: "lv-curves" }, curves.likelihood.element, curves.kl.element), kl,
    h("p", { class: "lv-label" }, "The same z of the prior, epoch by epoch"), samples));

  let job = /** @type {any} */ (null), shownEpoch = -1, moving = null, frames = /** @type {Frame[]} */ ([]), timer = 0, closed = false;
  const paused = () => job?.status === "paused";
  closers.push(() => {
    closed = true;
    clearTimeout(timer);
    moving?.close();
  });

  async function poll() {
    try {
      job = await (await fetchOrSay(data.job, "The training's state")).json();
      root.querySelector(".lv-problem")?.remove();
      await show();
    } catch (error) {
      if (!root.querySelector(".lv-problem")) root.prepend(h("p", { class: "lv-problem", role: "alert" }, error.message));
    }
    if (!closed && !ENDED.includes(job?.status)) timer = window.setTimeout(poll, POLL_MS);
  }

  async function show() {
    const ended = ENDED.includes(job.status);
    status.textContent = `Epoch ${Math.min(job.epoch + 1, job.epochs)} of ${job.epochs}: ${WORDS[job.status] ?? job.status}`;
    if (ended) status.textContent = WORDS[job.status][0].toUpperCase() + WORDS[job.status].slice(1);
    facts.textContent = job.reason || (ended ? "" : factsText(job));
    bar.value = job.steps ? job.step / job.steps : 0;
    for (const one of Object.values(buttons)) one.disabled = ended;
    buttons.pause.textContent = paused() ? "Go on" : "Pause";
    buttons.slow.setAttribute("aria-pressed", String(job.slow ?? false));
    rate.show(job.learning_rate, ended);
    beta.show(job.beta, ended);
    beta.element.hidden = job.beta === null;
    health.replaceChildren(...(job.health ?? []).map((text) => h("p", { class: "lv-warn" }, text)));
    const history = job.history ?? [];
    curves.likelihood.show(history.map((e) => [e.train.log_likelihood, e.test.log_likelihood]), job.changes ?? []);
    curves.kl.show(history.map((e) => [sum(e.train.kl), sum(e.test.kl)]), job.changes ?? []);
    const last = history[history.length - 1];
    showKl(last?.test.kl);
    if (job.pictures && job.pictures.epoch !== shownEpoch) await showEpoch(job.pictures);
    if (job.status === "done" && !root.querySelector(".lv-done")) {
      facts.replaceWith(h("p", { class: "lv-facts lv-done" }, job.summary ?? "", " ", button("Open it on the map", () => act("open"))));
    }
  }

  /** @param {any} pictures */
  async function showEpoch(pictures) {
    shownEpoch = pictures.epoch;
    const [places, levels] = await Promise.all([pictures.places, pictures.samples].map(async (url) => (await fetchOrSay(url, "The training's pictures")).arrayBuffer()));
    if (closed) return;
    if (!moving) {
      const labels = new Uint8Array(await (await fetchOrSay(pictures.labels, "The labels")).arrayBuffer());
      moving = new MovingMap({ labels, classNames: job.class_names, colours: data.colours, label: "The test set's latents, moving while the model learns" });
      map.replaceChildren(moving.element);
      frames = Array.from({ length: SAMPLES }, () => new Frame(job.image, { size: "sample" }));
      samples.replaceChildren(...frames.map((f) => f.element));
    }
    moving.moveTo(new Float32Array(places));
    const size = job.image.reduce((a, b) => a * b, 1);
    frames.forEach((f, i) => f.paint(new Uint8Array(levels, i * size, size)));
  }

  function showKl(values) {
    if (!values) return;
    const most = Math.max(0.1, ...values);
    kl.replaceChildren(...values.map((v, d) => h("div", { class: "lv-kl", title: `dimension ${d + 1}: ${number(v, 3)} nats` },
      h("span", {}, `z${d + 1}`), h("span", { class: "lv-kl-bar", style: `width:${(100 * Math.max(0, v)) / most}%` }), h("span", {}, `${number(v, 1)} nats`))));
  }

  await poll();
}

/** @param {any} job */
function factsText(job) {
  const left = job.seconds_left === null ? "" : `, about ${seconds(job.seconds_left)} left`;
  const loss = job.loss === null ? "" : `loss ${number(job.loss, 1)} nats, `;
  return `${loss}${Math.round(job.images_per_second).toLocaleString("en")} images/s${left}`;
}

/** @param {number} value */
function seconds(value) {
  return value < 90 ? `${Math.ceil(value)} s` : `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

/** @param {number[] | null} values */
function sum(values) {
  return values ? values.reduce((a, b) => a + b, 0) : NaN;
}

/** A number that can be halved and doubled while the training runs. @param {string} label @param {(value: number) => void} onchange */
function knob(label, onchange) {
  let value = 0;
  const shown = h("b", {});
  const less = h("button", { type: "button", class: "lv-chip", "aria-label": `halve the ${label}`, onclick: () => onchange(value / 2) }, "÷2");
  const more = h("button", { type: "button", class: "lv-chip", "aria-label": `double the ${label}`, onclick: () => onchange(value * 2) }, "×2");
  return {
    element: h("span", { class: "lv-knob" }, `${label} `, shown, less, more),
    /** @param {number | null} now @param {boolean} ended */
    show(now, ended) {
      value = now ?? 0;
      shown.textContent = value.toPrecision(2).replace(/\.?0+(e|$)/, "$1");
      less.disabled = more.disabled = ended;
    },
  };
}

/** A small line chart: training as a line, test as dots, changes of a setting as marks. */
export class Curve {
  /** @param {string} title */
  constructor(title) {
    this.canvas = h("canvas", { class: "lv-curve", role: "img", "aria-label": title });
    this.title = title;
    this.element = h("figure", { class: "lv-curve-box" }, h("figcaption", {}, title), this.canvas);
  }

  /** @param {number[][]} pairs training and test, an epoch a row @param {{epoch: number}[]} changes */
  show(pairs, changes) {
    const { canvas } = this;
    this.element.hidden = pairs.length > 0 && pairs.every((pair) => pair.every(Number.isNaN));
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(ratio, ratio);
    const style = getComputedStyle(canvas);
    context.font = `12px ${style.fontFamily}`;
    // the first epoch is off the scale of all others
    const values = pairs.slice(pairs.length > 4 ? 1 : 0).flat().filter(Number.isFinite);
    if (!values.length) return;
    const low = Math.min(...values), high = Math.max(...values), reach = Math.max(high - low, 0.5);
    const x = (i) => 46 + ((width - 56) * i) / Math.max(1, pairs.length - 1);
    const y = (v) => 8 + (height - 18) * (1 - (Math.min(Math.max(v, low), high) - low) / reach);
    context.fillStyle = style.color;
    context.fillText(number(high, 1), 0, y(high) + 8);
    context.fillText(number(low, 1), 0, y(low) + 2);
    context.globalAlpha = 0.5;
    for (const change of changes) context.fillRect(x(change.epoch), 0, 1, height);
    context.globalAlpha = 1;
    context.strokeStyle = style.color;
    context.lineWidth = 2;
    context.beginPath();
    pairs.forEach(([train], i) => (i ? context.lineTo(x(i), y(train)) : context.moveTo(x(i), y(train))));
    context.stroke();
    context.fillStyle = "#e0457b";
    pairs.forEach(([, test], i) => Number.isFinite(test) && context.fillRect(x(i) - 2.5, y(test) - 2.5, 5, 5));
    context.fillText(`test ${number(pairs[pairs.length - 1][1], 1)}`, width - 84, 12);
  }
}
