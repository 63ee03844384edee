// @ts-check
// The map: the image under the pointer, wherever it is.
import { ClassChoice } from "./conditions.js";
import { announcer, h, number, toggles, vectorText } from "./dom.js";
import { Frame } from "./frame.js";
import { Manifold } from "./manifold.js";
import { Near } from "./near.js";
import { Pace } from "./pace.js";
import { toLatent, toPlane } from "./plane.js";
import { LatentPlot } from "./plot.js";
import { parseIndices, parseNumbers, writeNumbers } from "./sync.js";

const GRID = 15, GRID_EDGE = 3;
const LAYERS = ["prior, 1 and 2 sigma", "decoded grid", "posterior of the picked image"];
const GROUP = 12;

/** @param {any} context */
export async function mapView(context) {
  const { root, data, model, thumbs, sync, state, closers } = context;
  const { plane } = data;
  const { info } = model;
  const say = announcer(context.region);
  let z = parseNumbers(state.z, info.latentDim) ?? Float32Array.from(data.start.z);
  let pinned = z;
  let picked = state.point ? Number(state.point) : data.start.point;
  const hidden = parseIndices(state.hide, info.classNames.length);
  const layers = parseIndices(state.layers ?? "0,2", LAYERS.length);
  const choice = info.conditional ? new ClassChoice(context, Number(state.class ?? data.start.label), () => moved("done")) : null;

  const live = new Frame(info.image, { caption: "generated" });
  const where = h("p", { class: "lv-z" });
  const near = new Near(context, 6, goTo);
  const real = new Frame(info.image, { size: "medium" });
  const rebuilt = new Frame(info.image, { size: "medium" });
  const pair = h("div", { class: "lv-row lv-pair" }, real.element, rebuilt.element);
  const group = h("div", { class: "lv-group", hidden: true });
  const plot = new LatentPlot({
    plotly: data.plotly, figure: data.figure, plane,
    label: `Latent map of ${info.title}. Arrow keys move the point that is decoded, with Shift in larger steps.`,
    onmove: (x, y, how) => {
      z = toLatent(plane, x, y, pinned);
      moved(how);
    },
    onleave: () => {
      z = pinned;
      moved("hover");
    },
    onselect: showGroup,
  });
  const chips = toggles({
    label: "Classes on the map", names: info.classNames, colours: data.colours,
    on: new Set(info.classNames.map((_, i) => i).filter((i) => !hidden.has(i))),
    onchange: (on) => {
      hidden.clear();
      info.classNames.forEach((_, i) => on.has(i) || hidden.add(i));
      plot.hide(hidden, info.classNames);
      write();
    },
  });
  const layerChips = toggles({
    label: "What the map shows", names: LAYERS, on: layers,
    onchange: () => {
      showLayers();
      write();
    },
  });
  root.append(
    h("div", { class: "lv-stage" }, plot.element,
      h("div", { class: "lv-bar" }, info.classNames.length ? chips.element : null, layerChips.element)),
    h("aside", { class: "lv-side" },
      choice && h("div", {}, h("p", { class: "lv-label" }, "Class to draw"), choice.element),
      h("div", { class: "lv-live" }, live.element,
        h("div", { class: "lv-live-text" }, where, near.sentence, h("p", { class: "lv-label lv-gap" }, "The test image nearest to your last click, and what the model makes of it"), pair)),
      near.element, group),
  );

  let changed = false;
  const pace = new Pace(() => model.show(live, z, choice?.label), follow);
  /** @param {string} kind */
  function moved(kind) {
    if (kind !== "hover") {
      pinned = z;
      changed = true;
    }
    if (kind === "done") pickNearest();
    pace.moved();
  }

  function follow() {
    const [x, y] = toPlane(plane, z);
    plot.cursor(x, y);
    where.textContent = `z = ${vectorText(z)}`;
    const nearest = near.show(z);
    if (!changed) return;
    changed = false;
    write();
    say(`z = ${vectorText(z)}; nearest test image: ${nearest}; generated image`);
  }

  function write() {
    sync.set({
      z: writeNumbers(pinned), point: String(picked),
      ...(hidden.size ? { hide: [...hidden].join(",") } : {}),
      layers: [...layers].sort().join(",") || "none",
      ...(choice ? { class: String(choice.label) } : {}),
    });
  }

  function pickNearest() {
    if (!model.labels) return;
    [picked] = model.near(z, 1, 0).indices;
    showPicked();
  }

  /** @param {number} index */
  function goTo(index) {
    z = model.muOf(index);
    picked = index;
    showPicked();
    moved("keys");
  }

  function showPicked() {
    if (!model.labels) return;
    const label = model.labels[picked];
    real.element.hidden = !thumbs.real;
    if (thumbs.real) thumbs.show(real, picked, `real: ${thumbs.label(picked)}`);
    model.show(rebuilt, model.muOf(picked), label);
    rebuilt.mark("generated", thumbs.real ? "reconstruction" : `reconstruction of ${thumbs.label(picked)}`);
    showEllipse();
  }

  function showEllipse() {
    if (!model.logVar || !plane.dims || info.latentDim < 2) return;
    const mu = model.muOf(picked);
    const [i, j] = plane.dims;
    const at = picked * info.latentDim;
    const radii = [i, j].map((d) => Math.exp(0.5 * model.logVar[at + d]));
    plot.mark("ellipse", layers.has(2) ? { x: mu[i], y: mu[j], radii } : null);
  }

  function showLayers() {
    if (plot.plotly) plot.plotly.restyle(plot.figure, { visible: layers.has(0) }, plot.ringTraces);
    else plot.sketch?.();
    if (model.labels) showEllipse();
    showGrid();
  }

  let manifold = null;
  closers.push(() => manifold?.close(), () => plot.close(), () => pace.close());
  function showGrid() {
    if (!layers.has(1)) {
      manifold?.cancel();
      plot.under(null);
      return;
    }
    const [channels, height, width] = info.image;
    const edge = GRID_EDGE + GRID_EDGE / (GRID - 1);
    const [cx, cy] = plane.dims ? [0, 0] : plane.centre;
    const canvas = plot.under([cx - edge, cx + edge, cy - edge, cy + edge], GRID * width, GRID * height);
    const zs = new Float32Array(GRID * GRID * info.latentDim);
    for (let row = 0; row < GRID; row++)
      for (let column = 0; column < GRID; column++) {
        const x = cx - GRID_EDGE + (2 * GRID_EDGE * column) / (GRID - 1), y = cy + GRID_EDGE - (2 * GRID_EDGE * row) / (GRID - 1);
        zs.set(toLatent(plane, x, y, pinned), (row * GRID + column) * info.latentDim);
      }
    manifold ??= new Manifold(model.decoder.manifest, model.weights);
    manifold.draw({ rows: GRID, columns: GRID, zs, y: choice ? choice.label : null }, (row, pixels) =>
      canvas.putImageData(rowImage(pixels, GRID * width, height, channels), 0, row * height)).catch(context.fail);
  }

  /** @param {number[]} indices */
  function showGroup(indices) {
    group.hidden = !indices.length || !model.labels;
    if (group.hidden) return;
    const mean = new Float32Array(info.latentDim);
    for (const index of indices) model.muOf(index).forEach((v, d) => (mean[d] += v / indices.length));
    const center = new Frame(info.image, { size: "thumb", caption: "at the mean" });
    model.show(center, mean, choice?.label);
    const every = Math.max(1, Math.floor(indices.length / GROUP));
    const members = indices.filter((_, i) => i % every === 0).slice(0, GROUP).map((index) => {
      const member = new Frame(info.image, { size: "thumb", onclick: () => goTo(index), title: "Go there" });
      thumbs.show(member, index);
      return member.element;
    });
    group.replaceChildren(
      h("p", { class: "lv-label" }, `Your group: ${indices.length.toLocaleString("en")} test images, mean z = ${vectorText(mean)}`),
      h("div", { class: "lv-row" }, center.element, ...members));
    plot.mark("mean", { x: toPlane(plane, mean)[0], y: toPlane(plane, mean)[1], text: "mean" });
  }

  pace.moved();
  pace.all();
  // workers take a moment to warm up: begin before anybody asks for the grid
  const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ f) => setTimeout(f, 1500));
  const warm = () => !root.isConnected || (manifold ??= new Manifold(model.decoder.manifest, model.weights));
  const latents = model.loadLatents().then(() => {
    pace.all();
    showPicked();
  }).catch(context.fail);
  await plot.draw({ hidden, rings: () => layers.has(0) }).catch(context.fail);
  plot.ringTraces = (plot.figure.data ?? []).flatMap((trace, i) => (trace.meta?.ring ? [i] : []));
  if (model.labels) showEllipse();
  showGrid();
  pace.all();
  await latents;
  idle(warm);
  thumbs.load().then(() => {
    showPicked();
    near.show(z);
    if (!thumbs.real) near.title.textContent = "Nearest test images, shown as reconstructions: the originals are not on the server";
  });
}

/** @param {Uint8Array} pixels @param {number} width @param {number} height @param {number} channels */
function rowImage(pixels, width, height, channels) {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = pixels[i * channels + (channels === 3 ? c : 0)];
    image.data[4 * i + 3] = 255;
  }
  return image;
}
