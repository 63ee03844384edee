// @ts-check
// Generate: draw me a 7; the same z in every class; samples; a mixture of two classes.
import { ClassChoice, mixture } from "./conditions.js";
import { h, number, toggles, vectorText } from "./dom.js";
import { Frame } from "./frame.js";
import { Pace } from "./pace.js";
import { toLatent, toPlane } from "./plane.js";
import { LatentPlot } from "./plot.js";
import { parseNumbers, writeNumbers } from "./sync.js";
import { button, gaussian, seeded } from "./view_traverse.js";

const SAMPLES = 20, MAX_SEED = 999999;

/** @param {any} context */
export async function generateView(context) {
  const { root, data, model, sync, state, closers } = context;
  const { plane } = data;
  const { info } = model;
  const classes = info.classNames.length;
  const latents = model.loadLatents().catch(context.fail);
  let z = parseNumbers(state.z, info.latentDim) ?? Float32Array.from(data.start.z);
  let share = Math.min(1, Math.max(0, Number(state.mix ?? 0))), other = Number(state.with ?? (data.start.label + 1) % Math.max(1, classes));
  if (!(other >= 0 && other < classes)) other = 0;
  let seed = Math.min(MAX_SEED, Math.max(0, Math.floor(Number(state.seed ?? 0)) || 0));
  const from = { label: state.class === undefined ? -1 : Number(state.class) };
  const choice = info.conditional ? new ClassChoice(context, Number(state.class ?? data.start.label), () => { moved(); drawSamples(); }) : null;
  const live = new Frame(info.image, { caption: "generated" });
  const where = h("p", { class: "lv-z" });
  const ten = info.conditional
    ? info.classNames.map((name, i) => new Frame(info.image, { size: "tenth", caption: name, title: `Draw ${name}`, onclick: () => { choice.set(i); moved(); drawSamples(); } }))
    : [];
  const samples = Array.from({ length: SAMPLES }, () => {
    const sample = { z: new Float32Array(info.latentDim), frame: /** @type {any} */ (null) };
    sample.frame = new Frame(info.image, { size: "sample", title: "Take this z", onclick: () => { z = sample.z.slice(); moved(); } });
    return sample;
  });
  const seedInput = h("input", { type: "number", class: "lv-number", min: 0, max: MAX_SEED, value: seed, "aria-label": "Seed of the samples",
    onchange: () => setSeed(Number(seedInput.value)) });
  const sampleTitle = h("p", { class: "lv-label" });
  const plot = new LatentPlot({
    plotly: data.plotly, figure: data.figure, plane, label: `Latent map of ${info.title}. Arrow keys choose z.`,
    onmove: (x, y, how) => {
      if (how === "hover") return;
      z = toLatent(plane, x, y, z);
      moved();
    },
  });
  const aroundOn = new Set(from.label >= 0 ? [from.label] : []);
  const around = info.conditional ? null : toggles({
    label: "Draw which class", names: info.classNames, colours: data.colours, single: true,
    on: aroundOn,
    onchange: (on) => latents.then(() => { if (!model.labels) return; [from.label] = on; z = cloud(model, from.label, seeded(seed))(); moved(); drawSamples(); }),
  });
  const slider = h("input", { type: "range", min: 0, max: 1, step: 0.01, value: share, "aria-label": "Share of the second class",
    oninput: () => { share = Number(slider.value); moved(); } });
  const mixNames = h("select", { "aria-label": "Second class", onchange: () => { other = Number(mixNames.value); moved(); } },
    ...info.classNames.map((name, i) => h("option", { value: i, selected: i === other }, name)));
  const mixText = h("span", { class: "lv-quiet" });

  root.append(
    h("aside", { class: "lv-side" },
      h("p", { class: "lv-label" }, info.conditional ? "Draw me a …" : "Draw me a … (this model knows no classes: z is drawn around the codes of that class)"),
      choice ? choice.element : around.element,
      live.element, where,
      info.conditional ? h("div", { class: "lv-mix" }, h("span", {}, "mixed with"), mixNames, slider, mixText) : null),
    h("div", { class: "lv-stage" },
      info.conditional ? h("p", { class: "lv-label" }, "The same z in every class") : null,
      info.conditional ? h("div", { class: "lv-row lv-tens" }, ...ten.map((f) => f.element)) : null,
      h("div", { class: "lv-two" },
        h("div", {}, h("p", { class: "lv-label" }, "Drag to choose z"), plot.element),
        h("div", {}, h("div", { class: "lv-bar" }, button("Another draw from the prior", () => {
          if (around) { from.label = -1; aroundOn.clear(); around.show(); }
          setSeed(seed + 1);
        }), h("label", { class: "lv-label" }, "seed ", seedInput)), sampleTitle, h("div", { class: "lv-row lv-samples" }, ...samples.map((s) => s.frame.element))))),
  );

  /** New samples; the first of them becomes z. @param {number} to */
  function setSeed(to) {
    seed = Math.min(MAX_SEED, Math.max(0, Math.floor(to) || 0));
    seedInput.value = String(seed);
    drawSamples();
    z = samples[0].z.slice();
    moved();
  }

  /** What the decoder is told. */
  function condition() {
    if (!choice) return null;
    return share > 0 && other !== choice.label ? mixture(classes, choice.label, other, share) : choice.label;
  }

  const pace = new Pace(() => model.show(live, z, condition()), follow);
  const moved = () => pace.moved();

  function follow() {
    const mixed = choice !== null && share > 0 && other !== choice.label;
    live.mark("generated", mixed ? `generated, ${Math.round(100 * (1 - share))}% ${info.classNames[choice.label]}, ${Math.round(100 * share)}% ${info.classNames[other]}` : "generated");
    mixText.textContent = mixed ? "never seen in training" : "";
    where.textContent = `z = ${vectorText(z)}`;
    ten.forEach((f, i) => model.show(f, z, i));
    ten.forEach((f, i) => f.element.classList.toggle("lv-chosen", i === choice.label));
    plot.cursor(...toPlane(plane, z));
    sync.set({
      z: writeNumbers(z),
      ...(choice ? { class: String(choice.label) } : from.label >= 0 ? { class: String(from.label) } : {}),
      ...(seed ? { seed: String(seed) } : {}),
      ...(mixed ? { mix: number(share, 2), with: String(other) } : {}),
    });
  }

  function drawSamples() {
    const random = seeded(seed);
    const draw = !info.conditional && from.label >= 0 && model.labels ? cloud(model, from.label, random) : () => Float32Array.from(z, () => gaussian(random));
    sampleTitle.textContent = choice ? `Samples of ${info.classNames[choice.label]}, z from the prior`
      : from.label >= 0 ? `Samples around the codes of ${info.classNames[from.label]}` : "Samples, z from the prior";
    for (const sample of samples) {
      sample.z = draw();
      model.show(sample.frame, sample.z, choice ? choice.label : null);
    }
  }

  closers.push(() => pace.close(), () => plot.close());
  pace.moved();
  pace.all();
  if (!choice && from.label >= 0) await latents;
  drawSamples();
  await plot.draw().catch(context.fail);
  plot.cursor(...toPlane(plane, z));
  await latents;
}

/** A draw from the normal distribution with mean and covariance of a class's latents. @param {any} model @param {number} label @param {() => number} random */
function cloud(model, label, random) {
  const { latentDim, count } = model.info;
  const mean = new Float64Array(latentDim), cov = Array.from({ length: latentDim }, () => new Float64Array(latentDim));
  let n = 0;
  for (let i = 0; i < count; i++) if (model.labels[i] === label) { n++; for (let d = 0; d < latentDim; d++) mean[d] += model.mu[i * latentDim + d]; }
  for (let d = 0; d < latentDim; d++) mean[d] /= Math.max(1, n);
  for (let i = 0; i < count; i++) {
    if (model.labels[i] !== label) continue;
    for (let a = 0; a < latentDim; a++) for (let b = 0; b <= a; b++)
      cov[a][b] += ((model.mu[i * latentDim + a] - mean[a]) * (model.mu[i * latentDim + b] - mean[b])) / Math.max(1, n - 1);
  }
  const root = cholesky(cov);
  return () => {
    const eps = Array.from({ length: latentDim }, () => gaussian(random));
    return Float32Array.from(mean, (m, a) => m + root[a].slice(0, a + 1).reduce((sum, v, b) => sum + v * eps[b], 0));
  };
}

/** The lower triangle whose square is the matrix. @param {Float64Array[]} matrix */
function cholesky(matrix) {
  const root = matrix.map((row) => new Float64Array(row.length));
  matrix.forEach((row, a) => {
    for (let b = 0; b <= a; b++) {
      let sum = row[b] + (a === b ? 1e-9 : 0);
      for (let k = 0; k < b; k++) sum -= root[a][k] * root[b][k];
      root[a][b] = a === b ? Math.sqrt(Math.max(sum, 0)) : sum / (root[b][b] || 1);
    }
  });
  return root;
}
