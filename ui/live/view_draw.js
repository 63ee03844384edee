// @ts-check
// Draw your own: what you draw is encoded here, lands on the map with its ellipse, and is drawn again by the model.
import { ClassChoice } from "./conditions.js";
import { h, toggles, vectorText } from "./dom.js";
import { Frame } from "./frame.js";
import { centreLikeMnist, inkOf } from "./ink.js";
import { Near } from "./near.js";
import { toPlane } from "./plane.js";
import { LatentPlot } from "./plot.js";
import { writeNumbers } from "./sync.js";
import { button } from "./view_traverse.js";

const PAD = 280, WIDTHS = [14, 20, 28], WIDTH_NAMES = ["thin", "medium", "thick"];
const MAX_MEGAPIXELS = 16, MAX_SIDE = 4096, MAX_MEGABYTES = 10;

/** @param {any} context */
export async function drawView(context) {
  const { root, data, model, thumbs, sync, closers } = context;
  const { plane } = data;
  const { info } = model;
  const [channels, height, width] = info.image;
  /** @type {{width: number, points: number[][]}[]} */
  const strokes = [];
  let lineWidth = WIDTHS[1];
  let picture = /** @type {Float32Array | null} */ (null);
  const pad = h("canvas", { class: "lv-pad", width: PAD, height: PAD, role: "img", "aria-label": "Drawing pad", tabindex: 0 });
  const ink = /** @type {CanvasRenderingContext2D} */ (pad.getContext("2d", { willReadFrequently: true }));
  const seen = new Frame(info.image, { size: "medium", kind: "real", caption: "what the encoder sees" });
  const again = new Frame(info.image, { size: "medium", caption: "reconstruction" });
  const where = h("p", { class: "lv-z" });
  const near = new Near(context, 5);
  const problem = h("p", { class: "lv-problem", role: "alert", hidden: true });
  let told = false;
  const choice = info.conditional ? new ClassChoice(context, data.start.label, () => { told = true; encode(true); }) : null;
  const ten = info.conditional ? info.classNames.map((name) => new Frame(info.image, { size: "tenth", caption: name })) : [];
  const file = h("input", { type: "file", accept: "image/png,image/jpeg", class: "lv-file", "aria-label": "An image to encode", onchange: () => upload(file.files[0]) });
  /** @type {Record<string, string>} */
  const taken = {};
  let landed = /** @type {Float32Array | null} */ (null);
  const note = h("span", { class: "lv-quiet", role: "status" });
  const ends = h("div", { class: "lv-bar", hidden: true }, button("Use as A", () => useAs("a")), button("Use as B", () => useAs("b")), note);
  const plot = new LatentPlot({ plotly: data.plotly, figure: data.figure, plane, label: `Latent map of ${info.title} with your drawing on it.`, onmove: () => {} });
  root.append(
    h("aside", { class: "lv-side" },
      h("p", { class: "lv-label" }, "Draw here with a finger, a pen or the mouse"), pad,
      h("div", { class: "lv-bar" }, button("Undo", () => { strokes.pop(); redraw(); encode(true); }), button("Clear", clear),
        toggles({ label: "Stroke", names: WIDTH_NAMES, single: true, on: new Set([1]), onchange: ([i]) => (lineWidth = WIDTHS[i]) }).element),
      h("label", { class: "lv-label" }, "or take an image (PNG or JPEG): ", file), problem,
      choice && h("p", { class: "lv-label" }, "The class that encoder and decoder are told: the likeliest, unless you choose"), choice?.element ?? null),
    h("div", { class: "lv-stage" }, plot.element),
    h("aside", { class: "lv-side" },
      h("div", { class: "lv-row lv-pair" }, seen.element, again.element), where, ends, near.sentence, near.element,
      ten.length ? h("p", { class: "lv-label" }, "All classes in your handwriting") : null,
      ten.length ? h("div", { class: "lv-row lv-tens lv-half" }, ...ten.map((f) => f.element)) : null),
  );

  /** Keeps the drawing's z as an end of the path on the Interpolate page. @param {"a" | "b"} end */
  function useAs(end) {
    if (!landed) return;
    taken[end] = writeNumbers(landed);
    note.textContent = `Kept as ${end.toUpperCase()}: see Interpolate.`;
    write();
  }

  function write() {
    sync.set({ ...(landed ? { z: writeNumbers(landed) } : {}), ...(choice ? { class: String(choice.label) } : {}), ...taken });
  }

  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    picture = null;
    strokes.push({ width: lineWidth, points: [place(event)] });
    redraw();
  });
  pad.addEventListener("pointermove", (event) => {
    if (!pad.hasPointerCapture(event.pointerId) || !strokes.length) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) strokes[strokes.length - 1].points.push(place(part));
    redraw();
  });
  pad.addEventListener("pointerup", () => encode(true));

  /** @param {PointerEvent} event */
  function place(event) {
    const box = pad.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * PAD, ((event.clientY - box.top) / box.height) * PAD];
  }

  function clear() {
    told = false;
    strokes.length = 0;
    picture = null;
    redraw();
    encode(true);
  }

  let frame = 0;
  near.element.hidden = true;
  function redraw() {
    ink.fillStyle = "#000";
    ink.fillRect(0, 0, PAD, PAD);
    ink.strokeStyle = ink.fillStyle = "#fff";
    ink.lineCap = ink.lineJoin = "round";
    for (const { width: thick, points } of strokes) {
      ink.lineWidth = thick;
      ink.beginPath();
      points.forEach(([x, y], i) => (i ? ink.lineTo(x, y) : ink.moveTo(x, y)));
      if (points.length === 1) ink.lineTo(points[0][0], points[0][1] + 0.01);
      ink.stroke();
    }
    if (!frame) frame = requestAnimationFrame(() => { frame = 0; encode(false); });
  }

  /** What is on the pad as an observation, or null. */
  function observation() {
    if (picture) return picture;
    const { data: rgba } = ink.getImageData(0, 0, PAD, PAD);
    const grey = Float32Array.from({ length: PAD * PAD }, (_, i) => rgba[4 * i] / 255);
    return centreLikeMnist(grey, PAD, PAD, width, height);
  }

  /** @param {boolean} done */
  async function encode(done) {
    const plain = observation();
    const present = plain !== null;
    plot.mark("ellipse", null);
    plot.mark("yours", null);
    if (!present) {
      near.element.hidden = ends.hidden = true;
      landed = null;
      near.sentence.textContent = "";
      where.textContent = "Draw something: it lands on the map.";
      seen.paint(new Uint8Array(channels * width * height));
      again.paint(new Uint8Array(channels * width * height));
      if (done) write();
      return;
    }
    const x = channels === 1 ? plain : Float32Array.from({ length: channels * plain.length }, (_, i) => plain[i % plain.length]);
    let encoder;
    try {
      encoder = await model.encoder();
    } catch (error) {
      context.fail(error);
      return;
    }
    if (choice && done && !told) choice.set(likeliest(encoder, x));
    const label = choice?.label ?? null;
    const posterior = encoder.encode(x, label);
    const z = posterior.mu.slice();
    const std = posterior.logVar ? Array.from(posterior.logVar, (v) => Math.exp(0.5 * v)) : null;
    seen.paint(Uint8Array.from(x, (v) => Math.round(255 * v)));
    model.show(again, z, label);
    ten.forEach((f, i) => model.show(f, z, i));
    const [px, py] = toPlane(plane, z);
    if (std && plane.dims && info.latentDim > 1) plot.mark("ellipse", { x: px, y: py, radii: plane.dims.map((d) => std[d]) });
    plot.mark("yours", { x: px, y: py, text: "yours" });
    plot.at = [px, py];
    where.textContent = `Your drawing: z = ${vectorText(z)}${std ? `, sigma ${vectorText(std)}` : ""}`;
    near.element.hidden = ends.hidden = false;
    landed = z;
    near.show(z);
    root.dataset.landed = writeNumbers(z);
    if (done) write();
  }

  /** The class under which the drawing has the highest ELBO, at the posterior's mean. @param {any} encoder @param {Float32Array} x */
  function likeliest(encoder, x) {
    const elbos = info.classNames.map((_, y) => {
      const { mu, logVar } = encoder.encode(x, y);
      let elbo = logVar ? -0.5 * mu.reduce((sum, m, d) => sum + m * m + Math.exp(logVar[d]) - 1 - logVar[d], 0) : 0;
      const logits = model.runner.run(Float32Array.from(mu), y);
      // log p = x * logit - softplus(logit), the Bernoulli likelihood in its stable form
      for (let i = 0; i < x.length; i++) elbo += x[i] * logits[i] - Math.max(logits[i], 0) - Math.log1p(Math.exp(-Math.abs(logits[i])));
      return elbo;
    });
    return elbos.indexOf(Math.max(...elbos));
  }

  /** @param {File | undefined} chosen */
  async function upload(chosen) {
    problem.hidden = true;
    if (!chosen) return;
    try {
      picture = await readImage(chosen, width, height, info);
      strokes.length = 0;
      await encode(true);
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    }
    file.value = "";
  }

  closers.push(() => cancelAnimationFrame(frame), () => plot.close());
  redraw();
  await plot.draw().catch(context.fail);
  await model.loadLatents().catch(context.fail);
  thumbs.load().then(() => landed && near.show(landed));
}

/** An uploaded image as an observation; throws a sentence. @param {File} file @param {number} width @param {number} height @param {any} info */
export async function readImage(file, width, height, info) {
  if (!/^image\/(png|jpeg)$/.test(file.type)) throw new Error(`“${file.name}” is not a PNG or JPEG image.`);
  if (file.size > MAX_MEGABYTES * 2 ** 20) throw new Error(`“${file.name}” has ${(file.size / 2 ** 20).toFixed(0)} MB; at most ${MAX_MEGABYTES} MB.`);
  const head = await sizeOf(file);
  if (head && (head[0] > MAX_SIDE || head[1] > MAX_SIDE || head[0] * head[1] > MAX_MEGAPIXELS * 1e6)) {
    throw new Error(`“${file.name}” has ${head[0]} x ${head[1]} pixels; at most ${MAX_SIDE} a side and ${MAX_MEGAPIXELS} megapixels. Make it smaller first.`);
  }
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { resizeWidth: PAD, resizeHeight: PAD, resizeQuality: "high" });
  } catch {
    throw new Error(`“${file.name}” can't be read: it is broken or not an image.`);
  }
  const canvas = new OffscreenCanvas(PAD, PAD);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(bitmap, 0, 0);
  const ink = inkOf(context.getImageData(0, 0, PAD, PAD).data, PAD, PAD);
  const observation = centreLikeMnist(ink, PAD, PAD, width, height);
  if (!observation) throw new Error(`“${file.name}” is one even colour: there is nothing to encode for ${info.title}.`);
  return observation;
}

/** Width and height from a PNG's or JPEG's header, before anything is unpacked; null where there is none. @param {File} file */
async function sizeOf(file) {
  const bytes = new DataView(await file.slice(0, 2 ** 18).arrayBuffer());
  if (bytes.byteLength > 24 && bytes.getUint32(0) === 0x89504e47) return [bytes.getUint32(16), bytes.getUint32(20)];
  for (let at = 2; at + 9 < bytes.byteLength && bytes.getUint8(at) === 0xff; ) {
    const marker = bytes.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return [bytes.getUint16(at + 7), bytes.getUint16(at + 5)];
    at += 2 + bytes.getUint16(at + 2);
  }
  return null;
}
