// @ts-check
// A map's points, rings, class names and axes on a canvas: what is there before Plotly, where points move, and where
// there is no Plotly at all. Knows canvases; knows no model and no pointer.
import { number } from "../parts/dom.js";
import { marginOf, plotSize, ticks, toPixels } from "./axes.js";

const TWEEN_MS = 450,
  DOT = 3.4,
  OPACITY = 0.65,
  TICK_PX = 90;

/**
 * @typedef {import("./svg_pen.js").Pen} Pen
 * @typedef {object} Scene what a map shows
 * @property {import("./axes.js").Ranges} ranges
 * @property {import("./axes.js").Size} size
 * @property {ArrayLike<number> | null} places `[points, 2]`
 * @property {ArrayLike<number> | null} labels `[points]`
 * @property {(number[] | null)[] | null} [middles] where the classes' names stand; without them, at the medians
 * @property {string[]} classNames
 * @property {Set<number>} hidden classes
 * @property {boolean} plain whether classes have no names
 * @property {import("../engine/prior.js").Ring[]} rings of the prior
 * @property {string[]} titles of the axes
 * @property {import("../parts/theme.js").Theme} theme
 */

/** Draws the scene. @param {HTMLCanvasElement} canvas @param {Scene} scene */
export function drawScene(canvas, scene) {
  const { width, height } = scene.size;
  if (!width || !height) return;
  const context = prepared(canvas, scene.size);
  context.clearRect(0, 0, width, height);
  paintScene(context, scene);
}

/** Axes, rings, points and names, by whatever pen. @param {Pen} context @param {Scene} scene */
export function paintScene(context, scene) {
  drawAxes(context, scene);
  within(context, scene.size, () => {
    drawRings(context, scene);
    if (!scene.places) return;
    drawDots(context, scene, scene.places);
    if (!scene.plain && scene.labels)
      drawNames(context, scene, scene.middles ?? classMedians(scene.places, scene.labels, scene.classNames.length));
  });
}

/** Draws inside of the axes. @param {Pen} context @param {import("./axes.js").Size} size @param {() => void} draw */
export function within(context, size, draw) {
  const { l, t } = marginOf(size),
    { across, up } = plotSize(size);
  context.save();
  context.beginPath();
  context.rect(l, t, across, up);
  context.clip();
  draw();
  context.restore();
}

/** The canvas's context in CSS pixels, at the screen's own resolution. @param {HTMLCanvasElement} canvas @param {import("./axes.js").Size} size @param {number} [most] pixels a CSS pixel */
export function prepared(canvas, { width, height }, most = Infinity) {
  const ratio = Math.min(globalThis.devicePixelRatio || 1, most);
  const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== tall) {
    canvas.width = wide;
    canvas.height = tall;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** Ticks and titles. @param {Pen} context @param {Pick<Scene, "ranges" | "size" | "titles" | "theme">} scene */
export function drawAxes(context, { ranges, size, titles, theme }) {
  const { width, height } = size,
    margin = marginOf(size);
  context.fillStyle = theme.text;
  context.font = `13px ${theme.font}`;
  const across = ticks(ranges.x, width / TICK_PX),
    up = ticks(ranges.y, height / TICK_PX);
  context.textAlign = "center";
  for (const value of across.values)
    context.fillText(number(value, across.digits), toPixels(ranges, size, value, 0)[0], height - margin.b + 16);
  context.textAlign = "right";
  for (const value of up.values)
    context.fillText(number(value, up.digits), margin.l - 6, toPixels(ranges, size, 0, value)[1] + 4);
  context.font = `bold 14px ${theme.font}`;
  context.textAlign = "center";
  context.fillText(titles[0], margin.l + (width - margin.l - margin.r) / 2, height - 6, width - margin.l);
  context.save();
  context.translate(13, margin.t + (height - margin.t - margin.b) / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(titles[1] ?? "", 0, 0, height);
  context.restore();
}

/** @param {Pen} context @param {Pick<Scene, "ranges" | "size" | "rings" | "theme">} scene */
export function drawRings(context, { ranges, size, rings, theme }) {
  context.strokeStyle = theme.ring;
  context.lineWidth = 1.5;
  context.setLineDash([2, 2]);
  const unit = toPixels(ranges, size, 1, 0)[0] - toPixels(ranges, size, 0, 0)[0];
  for (const { x, y, rx, ry } of rings) {
    const [cx, cy] = toPixels(ranges, size, x, y);
    context.beginPath();
    context.ellipse(cx, cy, rx * unit, ry * unit, 0, 0, 2 * Math.PI);
    context.stroke();
  }
  context.setLineDash([]);
}

/**
 * A class after the other, as Plotly's traces lie, and since another colour for each point takes as long as the points.
 * @param {Pen} context @param {Scene} scene @param {ArrayLike<number>} places
 */
function drawDots(context, { ranges, size, labels, classNames, hidden, theme }, places) {
  const [x0, y0] = toPixels(ranges, size, 0, 0),
    unit = toPixels(ranges, size, 1, 0)[0] - x0;
  context.globalAlpha = OPACITY;
  for (let label = 0; label < (labels ? classNames.length : 1); label++) {
    if (hidden.has(label)) continue;
    context.fillStyle = theme.colour(label);
    for (let i = 0; i < places.length / 2; i++)
      if (!labels || labels[i] === label)
        context.fillRect(x0 + unit * places[2 * i] - DOT / 2, y0 - unit * places[2 * i + 1] - DOT / 2, DOT, DOT);
  }
  context.globalAlpha = 1;
}

/**
 * Each class's name at its median, so that nobody needs the colours.
 * @param {Pen} context @param {Pick<Scene, "ranges" | "size" | "classNames" | "hidden" | "theme">} scene
 * @param {(number[] | null)[]} medians
 */
export function drawNames(context, { ranges, size, classNames, hidden, theme }, medians) {
  context.font = `bold 13px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  medians.forEach((median, label) => {
    if (!median || hidden.has(label)) return;
    const [px, py] = toPixels(ranges, size, median[0], median[1]);
    const wide = context.measureText(classNames[label]).width + 8;
    context.fillStyle = theme.colour(label);
    context.fillRect(px - wide / 2, py - 10, wide, 20);
    context.fillStyle = theme.textOn(label);
    context.fillText(classNames[label], px, py + 1);
  });
  context.textBaseline = "alphabetic";
}

/** The middle of each class, null for one without points. @param {ArrayLike<number>} places @param {ArrayLike<number>} labels @param {number} classes */
export function classMedians(places, labels, classes) {
  /** @type {number[][][]} */
  const values = Array.from({ length: classes }, () => [[], []]);
  for (let i = 0; i < labels.length; i++)
    for (const axis of [0, 1]) values[labels[i]]?.[axis].push(places[2 * i + axis]);
  return values.map(([xs, ys]) => (xs.length ? [middle(xs), middle(ys)] : null));
}

/** @param {number[]} values */
function middle(values) {
  const sorted = Float64Array.from(values).sort(),
    half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Points on their way from one place to the next. */
export class Glide {
  /** @param {Float32Array} from @param {Float32Array} to @param {number} began ms */
  constructor(from, to, began) {
    this.from = from;
    this.to = to;
    this.began = began;
  }

  /** @param {number} now ms */
  done(now) {
    return this.from === this.to || now - this.began >= TWEEN_MS;
  }

  /** Where the points are: they start and end slowly. @param {number} now ms */
  at(now) {
    if (this.done(now)) return this.to;
    const share = Math.max(0, now - this.began) / TWEEN_MS;
    const ease = share * share * (3 - 2 * share);
    const at = new Float32Array(this.to.length);
    for (let i = 0; i < at.length; i++) at[i] = this.from[i] + ease * (this.to[i] - this.from[i]);
    return at;
  }
}
