// @ts-check
// Traverse: a slider for each latent dimension; the image follows while it is dragged.
import { ClassChoice } from "./conditions.js";
import { announcer, h, latentName, number, vectorText } from "./dom.js";
import { Frame } from "./frame.js";
import { Near } from "./near.js";
import { Pace } from "./pace.js";
import { parseNumbers, writeNumbers } from "./sync.js";

const EDGE = 3.1, IMAGES = 5;
// the prior's quantiles at five evenly spaced probabilities from 0.01 to 0.99, as analysis/grids.py's traversal
const QUANTILES = [-2.3263479, -0.6589, 0, 0.6589, 2.3263479];

/** @param {any} context */
export async function traverseView(context) {
  const { root, data, model, thumbs, sync, state, closers } = context;
  const { info } = model;
  const say = announcer(context.region);
  const z = parseNumbers(state.z, info.latentDim) ?? Float32Array.from(data.start.z);
  const choice = info.conditional ? new ClassChoice(context, Number(state.class ?? data.start.label), () => moved()) : null;
  const live = new Frame(info.image, { caption: "generated" });
  const where = h("p", { class: "lv-z" });
  const near = new Near(context, 5, (index) => setZ(model.muOf(index)));
  const order = info.kl ? [...info.kl.keys()].sort((a, b) => info.kl[b] - info.kl[a]) : [...Array(info.latentDim).keys()];
  const rows = order.map((dim) => sliderRow(dim));
  root.append(
    h("aside", { class: "lv-side" }, choice?.element ?? null,
      h("div", { class: "lv-live" }, live.element, h("div", { class: "lv-live-text" }, where, near.sentence, near.element))),
    h("div", { class: "lv-stage" },
      h("div", { class: "lv-bar" },
        button("All to 0", () => setZ(new Float32Array(z.length))),
        button("Draw from the prior", () => setZ(Float32Array.from(z, () => gaussian()))),
        button("Take a test image", () => model.labels && setZ(model.muOf(Math.floor(Math.random() * info.count))))),
      h("div", { class: `lv-sliders${rows.length <= 4 ? " lv-few" : ""}` }, ...rows.map((row) => row.element))),
  );

  /** @param {number} dim */
  function sliderRow(dim) {
    const dead = info.dead.includes(dim);
    const nats = info.kl ? (dead ? `collapsed: ${number(info.kl[dim], 3)} nats` : `${number(info.kl[dim], 1)} nats`) : "";
    const input = h("input", { type: "range", min: -EDGE, max: EDGE, step: 0.01, value: z[dim], "aria-label": `${latentName(dim)}, in sigma of the prior`,
      oninput: () => {
        z[dim] = Number(input.value);
        moved();
      },
      ondblclick: () => {
        z[dim] = 0;
        moved();
      } });
    const value = h("output", {});
    const frames = Array.from({ length: IMAGES }, (_, k) => new Frame(info.image, { size: "mini", title: `Set ${latentName(dim)} here`,
      onclick: () => {
        z[dim] = QUANTILES[k];
        moved();
      } }));
    const element = h("div", { class: `lv-slider${dead ? " lv-dead" : ""}` },
      h("div", { class: "lv-slider-head" }, h("span", {}, latentName(dim)), value, h("span", { class: "lv-quiet" }, nats)),
      h("div", { class: "lv-track" }, h("div", { class: "lv-row lv-five" }, ...frames.map((f) => f.element)), input));
    const scratch = new Float32Array(z.length);
    const painters = frames.map((frame, k) => () => {
      scratch.set(z);
      scratch[dim] = QUANTILES[k];
      model.show(frame, scratch, choice?.label);
    });
    return { dim, input, value, element, painters };
  }

  const small = rows.flatMap((row) => row.painters);
  let stale = small.length, next = -1;
  const pace = new Pace(() => model.show(live, z, choice?.label), follow);
  function moved() {
    stale = small.length;
    pace.moved();
  }

  /** Each frame: the texts, then as many of the small images as fit; whether some are left. */
  function follow() {
    const start = performance.now();
    if (stale === small.length) {
      for (const { dim, input, value } of rows) {
        if (Number(input.value) !== z[dim]) input.value = String(z[dim]);
        value.textContent = `${number(z[dim], 2)} σ`;
      }
      where.textContent = `z = ${vectorText(z)}`;
      const nearest = near.show(z);
      sync.set({ z: writeNumbers(z), ...(choice ? { class: String(choice.label) } : {}) });
      say(`z = ${vectorText(z)}; nearest test image: ${nearest}; generated image`);
    }
    // at least one a frame, so that none is left out where the frame is already late
    do {
      next = (next + 1) % small.length;
      small[next]();
      stale--;
    } while (stale > 0 && performance.now() - start + pace.spent < 6);
    return stale > 0;
  }

  /** @param {Float32Array} to */
  function setZ(to) {
    z.set(to);
    moved();
  }

  closers.push(() => pace.close());
  moved();
  await model.loadLatents().catch(context.fail);
  moved();
  thumbs.load().then(moved);
}

/** @param {string} text @param {() => void} onclick */
export function button(text, onclick) {
  return h("button", { type: "button", class: "lv-button", onclick }, text);
}

/** One draw from N(0, 1), by Box and Muller. @param {() => number} [uniform] in [0, 1) */
export function gaussian(uniform = Math.random) {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Uniform numbers in [0, 1), the same for the same seed. Source: mulberry32 (T. Ettinger, public domain). @param {number} seed */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
