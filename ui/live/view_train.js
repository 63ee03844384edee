// @ts-check
// Train: a training as it is now. It asks the server for its state twice a second; nothing here computes.
import { Curve, LEGEND, titlesOf } from "./curve.js";
import { h, latentName, number } from "./dom.js";
import { Frame } from "./frame.js";
import { fetchOrSay } from "./model.js";
import { MovingMap } from "./moving_map.js";
import { button } from "./view_traverse.js";

const POLL_MS = 500, HIDDEN_POLL_MS = 5000, SAMPLES = 16;
const ENDED = ["done", "failed", "cancelled"];
const WORDS = { queued: "waiting for its turn", running: "training", paused: "paused", done: "finished", failed: "stopped by a problem",
  cancelled: "cancelled", interrupted: "interrupted; it goes on when the server is back" };
const EMPTY = { queued: "The map appears when its turn has come.", running: "The map appears in a moment …",
  done: "It was trained before the server was last started. Its film shows how its map came to be.",
  failed: "There is no map to show.", cancelled: "There is no map to show." };
const KNOBS = { learning_rate: "learning rate", beta: "beta", mmd_weight: "lambda" };

/** @param {any} context `data.job`: its URL; `data.mine`: whether it can be steered from here; `act(wish)` sends a wish to Python */
export async function trainView(context) {
  const { root, data, act, closers, region } = context;
  const status = h("p", { class: "lv-z", role: "status" });
  const bar = h("progress", { class: "lv-progress", max: 1, value: 0, "aria-label": "Progress of the training" });
  const facts = h("p", { class: "lv-facts" });
  const wish = (/** @type {string} */ name) => () => {
    act({ name });
    hurry();
  };
  const buttons = {
    pause: button("Pause", () => wish(job?.status === "paused" ? "resume" : "pause")()),
    step: button("One step", wish("step")),
    slow: button("Slow motion", wish("slow")),
    keep: button("Keep this epoch", wish("keep")),
    cancel: button("Cancel", wish("cancel")),
  };
  const turn = (/** @type {string} */ setting) => (/** @type {number} */ value) => {
    act({ name: "change", setting, value });
    hurry();
  };
  const knobs = [knob(turn), knob(turn)];
  const controls = h("div", { class: "lv-controls", hidden: !data.mine },
    h("div", { class: "lv-bar lv-tight" }, ...Object.values(buttons)), h("div", { class: "lv-bar lv-tight" }, ...knobs.map((k) => k.element)));
  const resume = h("div", { class: "lv-bar lv-tight", hidden: true }, button("Go on from its last good state", wish("resume")));
  const done = h("div", { class: "lv-bar lv-tight", hidden: true },
    button("Explore it on the map", wish("map")), button("See the film of its training", wish("film")));
  const health = h("div", { class: "lv-health" });
  const curves = [new Curve(), new Curve()];
  const bars = h("div", { class: "lv-bars", hidden: true });
  const samples = h("div", { class: "lv-row lv-samples" });
  const stage = h("div", { class: "lv-stage" }, h("p", { class: "lv-wait" }, "The map appears in a moment …"));
  const watching = h("p", { class: "lv-label" }, "You are watching: only the browser that started this training can steer it.");
  root.append(stage, h("aside", { class: "lv-side" }, status, bar, facts, controls, done, resume, watching, health, h("div", { class: "lv-curves" }, ...curves.map((c) => c.element), h("p", { class: "lv-label lv-legend" }, LEGEND)), bars, samples));


  let job = /** @type {any} */ (null), asking = false, again = false, since = "", shown = "", axes = "", timer = 0, closed = false;
  let moving = /** @type {MovingMap | null} */ (null), frames = /** @type {Frame[]} */ ([]);
  closers.push(() => {
    closed = true;
    clearTimeout(timer);
    moving?.close();
    for (const curve of curves) curve.close();
    document.removeEventListener("visibilitychange", hurry);
  });
  document.addEventListener("visibilitychange", hurry);

  /** Asks soon, for something has probably changed. */
  function hurry() {
    clearTimeout(timer);
    again = asking;
    if (!closed && !asking) timer = window.setTimeout(poll, 60);
  }

  async function poll() {
    clearTimeout(timer);
    asking = true;
    try {
      const response = await fetchOrSay(`${data.job}?since=${since}`, "The training's state");
      if (closed) return;
      root.querySelector(".lv-problem")?.remove();
      if (response.status !== 204) {
        job = await response.json();
        since = job.since;
        show();
        await showPictures();
      }
    } catch (error) {
      if (!root.querySelector(".lv-problem")) root.prepend(h("p", { class: "lv-problem", role: "alert" }, error.message));
    }
    asking = false;
    clearTimeout(timer);
    const slow = document.hidden || (job && ENDED.includes(job.status)); // one that failed may be resumed elsewhere
    if (!closed) timer = window.setTimeout(poll, again ? 60 : slow ? HIDDEN_POLL_MS : POLL_MS);
    again = false;
  }

  function show() {
    const ended = ENDED.includes(job.status), finished = job.status === "done";
    const epoch = job.epoch === undefined ? "" : `Epoch ${Math.min(job.epoch + 1, job.epochs)} of ${job.epochs}, `;
    const word = job.phase === "finishing" && job.status === "running" ? "measuring the finished model" : WORDS[job.status] ?? job.status;
    status.textContent = ended || job.status === "queued" ? `${job.title}: ${word}` : `${epoch}${word}`;
    facts.textContent = sentence(job, ended);
    bar.value = finished ? 1 : job.steps ? job.step / job.steps : 0;
    bar.hidden = ended && !finished;
    controls.hidden = !data.mine || ended;
    done.hidden = !finished;
    resume.hidden = !data.mine || job.status !== "failed";
    watching.hidden = data.mine || ended;
    if (!moving) stage.firstChild.textContent = EMPTY[job.status] ?? EMPTY.running;
    buttons.pause.textContent = job.status === "paused" ? "Go on" : "Pause";
    buttons.slow.setAttribute("aria-pressed", String(job.slow));
    buttons.keep.disabled = job.epoch === undefined;
    buttons.keep.title = job.kept?.length ? `Kept for the film: ${job.kept.join(", ")}` : "";
    knobs[0].show("learning_rate", job.learning_rate);
    knobs[1].show(job.weight?.name, job.weight?.value);
    health.replaceChildren(...[...(job.notes ?? []), ...(job.health ?? [])].map((text) => h("p", { class: "lv-warn" }, text)));
    showCurves();
    showKl();
    region.textContent = status.textContent;
  }

  function showCurves() {
    const history = job.history ?? [], recent = job.recent ?? [];
    const from = recent.length ? recent[0][0] : Infinity;
    const marks = (job.changes ?? []).map(([at, name, value]) => ({ at, text: `${KNOBS[name]} ${twoDigits(value)}` }));
    titlesOf(job.second).forEach((title, term) => curves[term].show({
      title, epochs: job.epochs, marks,
      // the last steps one by one, what came before an epoch at a time
      line: [...history.filter(([epoch]) => epoch < from).map((row) => [row[0], row[1 + 2 * term]]), ...recent.map((row) => [row[0], row[1 + term]])],
      dots: history.map((row) => [row[0], row[2 + 2 * term]]),
    }));
  }

  function showKl() {
    const values = job.kl ?? [];
    bars.hidden = values.length < 1;
    const most = Math.max(1, ...values);
    bars.replaceChildren(h("p", { class: "lv-label" }, "KL divergence of each dimension, nats"), h("div", { class: "lv-columns" }, ...values.map((v, d) =>
      h("div", { class: "lv-column", title: `${latentName(d)}: ${number(v ?? 0, 3)} nats` },
        values.length > 16 ? null : h("span", {}, number(v ?? 0, values.length > 8 ? 0 : 1)),
        h("i", { style: `height:${Math.round(26 * Math.max(0.03, (v ?? 0) / most))}px` }),
        values.length > 16 ? null : h("span", {}, latentName(d))))));
  }

  async function showPictures() {
    if (!job.pictures || job.pictures === shown) return;
    const response = await fetch(new URL(job.pictures, document.baseURI));
    if (!response.ok || closed) return; // the training has gone on since: the next poll names newer ones
    const buffer = await response.arrayBuffer();
    shown = job.pictures;
    const { points } = job;
    const places = new Float32Array(buffer, 0, 2 * points), levels = new Uint8Array(buffer, 9 * points);
    if (!moving) {
      moving = new MovingMap({ labels: new Uint8Array(buffer.slice(8 * points, 9 * points)), classNames: job.class_names, colours: data.colours,
        label: "Where the test images lie in latent space, moving while the model learns" });
      stage.replaceChildren(moving.element);
      frames = Array.from({ length: SAMPLES }, () => new Frame(job.image, { size: "sample" }));
      samples.replaceChildren(h("p", { class: "lv-label" }, "Drawn from the prior, the same z all the time"), ...frames.map((f) => f.element));
    }
    moving.axes(job.axes);
    moving.moveTo(places, axes !== job.axes.join());
    axes = job.axes.join();
    const size = job.image.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
    frames.forEach((frame, i) => frame.paint(levels.subarray(i * size, (i + 1) * size)));
  }

  await poll();
}

/** @param {any} job @param {boolean} ended */
function sentence(job, ended) {
  if (job.status === "queued" && job.position > 0) return `${job.position === 1 ? "One training comes" : `${job.position} trainings come`} first.`;
  if (ended || job.status === "interrupted") return job.reason;
  if (job.images_per_second === null || job.images_per_second === undefined) return "";
  const left = job.seconds_left === null || job.phase === "finishing" ? "" : `, about ${seconds(job.seconds_left)} left`;
  return `${Math.round(job.images_per_second).toLocaleString("en")} images a second${left}`;
}

/** @param {number} value */
function seconds(value) {
  return value < 90 ? `${Math.ceil(value)} s` : `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

/** @param {number} value */
function twoDigits(value) {
  return String(Number(value.toPrecision(2)));
}

/** A setting that can be halved and doubled while the training runs. @param {(setting: string) => (value: number) => void} turn */
function knob(turn) {
  let setting = "", value = 0;
  const name = h("span", {}), shown = h("b", {});
  const less = h("button", { type: "button", class: "lv-chip", onclick: () => turn(setting)(value / 2) }, "÷2");
  const more = h("button", { type: "button", class: "lv-chip", onclick: () => turn(setting)(value * 2) }, "×2");
  const element = h("span", { class: "lv-knob", hidden: true }, name, shown, less, more);
  return {
    element,
    /** @param {string | undefined} now @param {number | undefined} number */
    show(now, number) {
      element.hidden = now === undefined || number === undefined;
      if (element.hidden) return;
      [setting, value] = [now, number];
      name.textContent = KNOBS[setting];
      shown.textContent = twoDigits(value);
      less.setAttribute("aria-label", `halve the ${KNOBS[setting]}`);
      more.setAttribute("aria-label", `double the ${KNOBS[setting]}`);
    },
  };
}
