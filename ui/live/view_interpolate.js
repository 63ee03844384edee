// @ts-check
// Interpolate: the way from A to B, live while either end is dragged.
import { ClassChoice } from "./conditions.js";
import { h, toggles, vectorText } from "./dom.js";
import { Frame } from "./frame.js";
import { nearText, RADIUS } from "./near.js";
import { Pace } from "./pace.js";
import { lerp, slerp, toLatent, toPlane } from "./plane.js";
import { LatentPlot } from "./plot.js";
import { parseNumbers, writeNumbers } from "./sync.js";
import { button } from "./view_traverse.js";

const STEPS = 11, PLAY_MS = 4000, GRAB_PX = 40;
const KINDS = ["lerp", "slerp"], KIND_NAMES = ["straight line", "great circle"];

/** @param {any} context */
export async function interpolateView(context) {
  const { root, data, model, thumbs, sync, state, closers } = context;
  const { plane } = data;
  const { info } = model;
  const ends = {
    a: parseNumbers(state.a, info.latentDim) ?? Float32Array.from(data.start.a),
    b: parseNumbers(state.b, info.latentDim) ?? Float32Array.from(data.start.b),
  };
  const labels = { a: "A", b: "B" };
  let kind = Math.max(0, KINDS.indexOf(state.path));
  let held = /** @type {"a" | "b"} */ ("a");
  let t = 0.5;
  const choice = info.conditional ? new ClassChoice(context, Number(state.class ?? data.start.label), moved) : null;
  const strip = Array.from({ length: STEPS }, (_, k) => new Frame(info.image, { size: "strip", title: "Show this step", onclick: () => { stop(); t = k / (STEPS - 1); moved(); } }));
  const fade = Array.from({ length: STEPS }, () => new Frame(info.image, { size: "strip" }));
  const live = new Frame(info.image, { caption: "generated" });
  const where = h("p", { class: "lv-z" });
  const scrub = h("input", { type: "range", min: 0, max: 1, step: 0.005, value: t, "aria-label": "Place on the path from A to B",
    oninput: () => { stop(); t = Number(scrub.value); moved(); } });
  const play = button("Play", () => (playing ? stop() : start()));
  const kinds = toggles({ label: "Path", names: KIND_NAMES, single: true, on: new Set([kind]), onchange: (on) => { [kind] = on; moved(); } });
  const plot = new LatentPlot({
    plotly: data.plotly, figure: data.figure, plane,
    label: `Latent map of ${info.title} with the ends A and B. Arrow keys move the end that was touched last.`,
    onmove: (x, y, how) => {
      if (how === "hover") return;
      if (how === "drag" && !dragging) held = nearerEnd(x, y);
      dragging = how === "drag";
      ends[held] = toLatent(plane, x, y, ends[held]);
      plot.at = [x, y];
      moved();
    },
  });
  let dragging = false;
  root.append(
    h("div", { class: "lv-stage" }, plot.element),
    h("aside", { class: "lv-side" }, choice?.element ?? null,
      h("div", { class: "lv-beside" }, live.element,
        h("div", { class: "lv-live-text" }, where, kinds.element,
          button("Two test images", twoImages), button("Swap A and B", () => { [ends.a, ends.b] = [ends.b, ends.a]; moved(); }))),
      h("div", { class: "lv-play" }, play, scrub)),
    h("div", { class: "lv-filmstrip" },
      h("p", { class: "lv-label" }, `Decoded on the way from A to B, and how many test images lie within ${RADIUS} of each step`),
      h("div", { class: "lv-row lv-strips" }, ...strip.map((f) => f.element)),
      h("p", { class: "lv-label" }, "For comparison: the pixels of the two ends mixed, without a model"),
      h("div", { class: "lv-row lv-strips" }, ...fade.map((f) => f.element))),
  );

  /** @param {number} x @param {number} y */
  function nearerEnd(x, y) {
    const distance = (/** @type {"a" | "b"} */ end) => {
      const [ex, ey] = toPlane(plane, ends[end]);
      return Math.hypot(ex - x, ey - y);
    };
    return distance("a") <= distance("b") ? "a" : "b";
  }

  function twoImages() {
    if (!model.labels) return;
    for (const end of /** @type {("a" | "b")[]} */ (["a", "b"])) ends[end] = model.muOf(Math.floor(Math.random() * info.count));
    moved();
  }

  const path = (/** @type {number} */ steps) => (kind === 0 ? lerp : slerp)(ends.a, ends.b, steps);

  let stale = 0, line = path(STEPS), playing = 0;
  const pace = new Pace(() => model.show(live, onPath(t), choice?.label), follow);
  function moved() {
    stale = STEPS;
    pace.moved();
  }

  /** Each frame: the marks, then as many steps as fit; whether some are left. */
  function follow() {
    const began = performance.now();
    const fresh = stale === STEPS;
    if (fresh) {
      line = path(STEPS);
      const at = onPath(t);
      where.textContent = `z = ${vectorText(at)}`;
      scrub.value = String(t);
      plot.mark("path", { line: path(33).map((z) => toPlane(plane, z)) });
      for (const end of /** @type {("a" | "b")[]} */ (["a", "b"])) {
        const [x, y] = toPlane(plane, ends[end]);
        plot.mark(`end:${end}`, { x, y, text: labels[end] });
      }
      const [x, y] = toPlane(plane, at);
      plot.mark("walker", { x, y });
      sync.set({ a: writeNumbers(ends.a), b: writeNumbers(ends.b), path: KINDS[kind], ...(choice ? { class: String(choice.label) } : {}) });
    }
    // at least one step a frame, so that none is left out where the frame is already late
    do paintStep(STEPS - stale--);
    while (stale > 0 && performance.now() - began + pace.spent < 9);
    if (stale === 0) paintFade();
    return stale > 0;
  }

  /** @param {number} k */
  function paintStep(k) {
    model.show(strip[k], line[k], choice?.label);
    const within = model.labels ? model.near(line[k], 1, RADIUS).within : null;
    strip[k].mark("generated", within === null ? "" : `${within.toLocaleString("en")} near`);
    strip[k].canvas.title = within === null ? "" : nearText(within);
    strip[k].element.classList.toggle("lv-chosen", Math.round(t * (STEPS - 1)) === k);
  }

  /** The decoded ends mixed pixel by pixel: the control that a decoder has to beat. */
  function paintFade() {
    const first = Uint8Array.from(model.decode(line[0], choice?.label ?? null));
    const last = Uint8Array.from(model.decode(line[STEPS - 1], choice?.label ?? null));
    const mixed = new Uint8Array(first.length);
    fade.forEach((f, k) => {
      const s = k / (STEPS - 1);
      for (let i = 0; i < mixed.length; i++) mixed[i] = (1 - s) * first[i] + s * last[i] + 0.5;
      f.paint(mixed);
    });
  }

  /** @param {number} share */
  function onPath(share) {
    const fine = path(201);
    return fine[Math.round(share * 200)];
  }

  function start() {
    play.textContent = "Pause";
    const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (t >= 1) t = 0;
    let last = performance.now();
    const tick = (now) => {
      const step = (now - last) / PLAY_MS;
      if (!quiet || step > 0.1) {
        t = Math.min(1, t + step);
        last = now;
        const at = onPath(t);
        model.show(live, at, choice?.label);
        where.textContent = `z = ${vectorText(at)}`;
        scrub.value = String(t);
        const [x, y] = toPlane(plane, at);
        plot.mark("walker", { x, y });
        strip.forEach((f, k) => f.element.classList.toggle("lv-chosen", Math.round(t * (STEPS - 1)) === k));
      }
      if (t >= 1) stop();
      else playing = requestAnimationFrame(tick);
    };
    playing = requestAnimationFrame(tick);
  }

  function stop() {
    cancelAnimationFrame(playing);
    playing = 0;
    play.textContent = "Play";
  }

  closers.push(stop, () => pace.close(), () => plot.close());
  moved();
  await plot.draw().catch(context.fail);
  plot.place();
  await model.loadLatents().catch(context.fail);
  moved();
  thumbs.load();
}
