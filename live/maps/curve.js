// @ts-check
// A small chart of one term over the epochs: training as a line, test as dots. Knows canvases; knows no training.
import { h, number } from "../parts/dom.js";
import { t } from "../words/words.js";

const LEFT = 44,
  RIGHT = 10,
  TOP = 8,
  BOTTOM = 20,
  LOW = 0.06,
  HIGH = 0.97,
  FEW = 8;

/**
 * @typedef {[number, number]} Point epoch, value
 * @typedef {object} Chart
 * @property {string} title
 * @property {Point[]} line training
 * @property {Point[]} dots test set
 * @property {number} epochs where the axis ends
 * @property {number} [floor] a value that the term never falls below: the axis doesn't either
 * @property {{at: number, text: string}[]} [marks] vertical lines
 * @property {number} [now] the epoch whose value is written out, the last one unless it is given
 */

/** The two terms of a training's objective. @param {"kl" | "mmd"} second @returns {{title: string, floor?: number}[]} */
export function termsOf(second) {
  return [
    { title: t("curve.log_likelihood") },
    second === "kl" ? { title: t("curve.kl"), floor: 0 } : { title: t("curve.mmd") },
  ];
}

export class Curve {
  constructor() {
    this.canvas = h("canvas", { class: "lv-curve", role: "img" });
    this.caption = h("figcaption", {});
    this.element = h("figure", { class: "lv-curve-box", hidden: true }, this.caption, this.canvas);
    this.resizer = new ResizeObserver(() => this.draw());
    this.resizer.observe(this.canvas);
    /** @type {Chart | null} */
    this.chart = null;
  }

  /** Draws it anew; hidden while there is nothing to draw. @param {Omit<Chart, "line" | "dots"> & {line: (number | null)[][], dots: (number | null)[][]}} chart */
  show(chart) {
    const { title } = chart,
      line = known(chart.line),
      dots = known(chart.dots);
    this.chart = { ...chart, line, dots };
    this.element.hidden = !line.length && !dots.length;
    const last = dots.find(([epoch]) => epoch === chart.now) ?? dots[dots.length - 1] ?? line[line.length - 1];
    const value = last ? digits(last[1]) : "";
    const text = last ? t(dots.length ? "curve.test_now" : "curve.training_now", { value }) : "";
    this.caption.replaceChildren(h("b", {}, title), text && ` ${text}`);
    this.canvas.setAttribute("aria-label", t("curve.label", { title, value }));
    this.draw();
  }

  draw() {
    const { canvas, chart } = this;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!chart || !width || !height) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(ratio, ratio);
    const [low, high] = reach(chart);
    const place = {
      x: (/** @type {number} */ epoch) => LEFT + ((width - LEFT - RIGHT) * epoch) / Math.max(1, chart.epochs),
      y: (/** @type {number} */ value) => TOP + (height - TOP - BOTTOM) * (1 - (value - low) / (high - low)),
    };
    const style = getComputedStyle(canvas),
      accent = style.getPropertyValue("--accent").trim();
    const pen = { context, width, height, place, accent, text: style.color };
    context.font = `12px ${style.fontFamily}`;
    drawAxes(pen, chart, low, high);
    context.save();
    context.beginPath();
    context.rect(LEFT, TOP - 3, width - LEFT, height - TOP - BOTTOM + 6);
    context.clip();
    drawMarks(pen, chart);
    drawValues(pen, chart);
    context.restore();
  }

  close() {
    this.resizer.disconnect();
  }
}

/**
 * @typedef {{context: CanvasRenderingContext2D, width: number, height: number, accent: string, text: string,
 *   place: {x: (epoch: number) => number, y: (value: number) => number}}} Pen
 */

/** @param {Pen} pen @param {Chart} chart @param {number} low @param {number} high */
function drawAxes({ context, width, height, text }, { epochs }, low, high) {
  context.fillStyle = context.strokeStyle = text;
  context.globalAlpha = 0.8;
  context.textAlign = "right";
  context.fillText(digits(high), LEFT - 6, TOP + 9);
  context.fillText(digits(low), LEFT - 6, height - BOTTOM);
  context.textAlign = "left";
  context.fillText("0", LEFT, height - 5);
  context.textAlign = "right";
  context.fillText(t("curve.epochs", { count: epochs }), width - RIGHT, height - 5);
  context.globalAlpha = 0.25;
  context.strokeRect(LEFT, TOP, width - LEFT - RIGHT, height - TOP - BOTTOM);
  context.globalAlpha = 1;
}

/** @param {Pen} pen @param {Chart} chart */
function drawMarks({ context, width, height, accent, text: colour, place }, { marks = [] }) {
  for (const { at, text } of marks) {
    context.fillStyle = accent;
    context.fillRect(place.x(at) - 0.75, TOP, 1.5, height - TOP - BOTTOM);
    const left = place.x(at) > width / 2;
    context.textAlign = left ? "right" : "left";
    context.fillStyle = colour;
    context.fillText(text, place.x(at) + (left ? -4 : 4), TOP + 11);
  }
}

/** @param {Pen} pen @param {Chart} chart */
function drawValues({ context, accent, text, place }, { line, dots }) {
  context.strokeStyle = text;
  context.lineWidth = 2;
  context.beginPath();
  for (const [epoch, value] of line) context.lineTo(place.x(epoch), place.y(value));
  context.stroke();
  context.fillStyle = accent;
  for (const [epoch, value] of dots) {
    context.beginPath();
    context.arc(place.x(epoch), place.y(value), dots.length > 40 ? 2 : 3.5, 0, 2 * Math.PI);
    context.fill();
  }
}

/** @param {(number | null)[][]} points @returns {Point[]} */
function known(points) {
  return /** @type {Point[]} */ (points.filter((point) => point.every((value) => Number.isFinite(value))));
}

/** The values that the axis spans: not the first steps, which are off the scale of all others. @param {Pick<Chart, "line" | "dots" | "floor">} chart */
export function reach({ line, dots, floor = -Infinity }) {
  const values = [...line, ...dots].map(([, value]) => value).sort((a, b) => a - b);
  const ends = [line, dots].flatMap((points) => (points.length ? [points[points.length - 1][1]] : []));
  const at = (/** @type {number} */ share) => values[Math.round(share * (values.length - 1))];
  const low = Math.min(at(values.length < FEW ? 0 : LOW), ...ends),
    high = Math.max(at(values.length < FEW ? 1 : HIGH), ...ends);
  const room = Math.max((high - low) * 0.08, Math.abs(high) * 1e-3, 1e-5);
  return [Math.max(floor, low - room), high + room];
}

/** @param {number} value */
function digits(value) {
  const size = Math.abs(value);
  return number(value, size >= 10 ? 1 : size >= 0.1 ? 2 : 4);
}
