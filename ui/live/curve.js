// @ts-check
// A small chart of one term over the epochs: training as a line, test as dots. Knows canvases; knows no training.
import { h, number } from "./dom.js";

export const LEGEND = "Line: training images. Dots: test images, after each epoch.";
/** What the two curves of a training are called. @param {string} second the term beside log p(x|z) */
export const titlesOf = (second) => ["log p(x|z), nats", `${second}${second === "MMD²" ? " to the prior" : ", nats"}`];
const LEFT = 44, RIGHT = 10, TOP = 8, BOTTOM = 20, LOW = 0.06, HIGH = 0.97;

export class Curve {
  constructor() {
    this.canvas = h("canvas", { class: "lv-curve", role: "img" });
    this.caption = h("figcaption", {});
    this.element = h("figure", { class: "lv-curve-box", hidden: true }, this.caption, this.canvas);
    this.resizer = new ResizeObserver(() => this.draw());
    this.resizer.observe(this.canvas);
    this.what = /** @type {any} */ (null);
  }

  /**
   * Draws it anew; hidden while there is nothing to draw.
   * @param {{title: string, line: (number | null)[][], dots: (number | null)[][], epochs: number,
   *   marks?: {at: number, text: string}[], now?: number}} what `line`, `dots`: `[epoch, value]`; `epochs`: where the axis ends;
   *   `marks`: vertical lines; `now`: the epoch whose value is written out, the last one unless it is given
   */
  show(what) {
    this.what = { ...what, line: known(what.line), dots: known(what.dots) };
    this.element.hidden = !this.what.line.length && !this.what.dots.length;
    const { dots, line } = this.what;
    const last = dots.find(([epoch]) => epoch === what.now) ?? dots[dots.length - 1] ?? line[line.length - 1];
    this.caption.replaceChildren(h("b", {}, what.title), last ? ` ${digits(last[1])} on the ${dots.length ? "test set" : "training set"}` : "");
    this.canvas.setAttribute("aria-label", `${what.title} over the epochs${last ? `, now ${digits(last[1])}` : ""}`);
    this.draw();
  }

  draw() {
    const { canvas, what } = this;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!what || !width || !height) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(ratio, ratio);
    const style = getComputedStyle(canvas), accent = style.getPropertyValue("--accent").trim() || "#e0457b";
    context.font = `12px ${style.fontFamily}`;
    const [low, high] = reach(what);
    const x = (/** @type {number} */ epoch) => LEFT + ((width - LEFT - RIGHT) * epoch) / Math.max(1, what.epochs);
    const y = (/** @type {number} */ value) => TOP + (height - TOP - BOTTOM) * (1 - (value - low) / (high - low));
    context.fillStyle = context.strokeStyle = style.color;
    context.globalAlpha = 0.75;
    context.textAlign = "right";
    context.fillText(digits(high), LEFT - 6, TOP + 9);
    context.fillText(digits(low), LEFT - 6, height - BOTTOM);
    context.textAlign = "left";
    context.fillText("0", LEFT, height - 5);
    context.textAlign = "right";
    context.fillText(`epoch ${what.epochs}`, width - RIGHT, height - 5);
    context.globalAlpha = 0.25;
    context.strokeRect(LEFT, TOP, width - LEFT - RIGHT, height - TOP - BOTTOM);
    context.globalAlpha = 1;
    context.save();
    context.beginPath();
    context.rect(LEFT, TOP - 3, width - LEFT, height - TOP - BOTTOM + 6);
    context.clip();
    for (const { at, text } of what.marks ?? []) {
      context.fillStyle = accent;
      context.globalAlpha = 0.7;
      context.fillRect(x(at) - 0.75, TOP, 1.5, height - TOP - BOTTOM);
      context.globalAlpha = 1;
      const left = x(at) > width / 2;
      context.textAlign = left ? "right" : "left";
      context.fillText(text, x(at) + (left ? -4 : 4), TOP + 11);
    }
    context.strokeStyle = style.color;
    context.lineWidth = 2;
    context.beginPath();
    what.line.forEach(([epoch, value], i) => (i ? context.lineTo(x(epoch), y(value)) : context.moveTo(x(epoch), y(value))));
    context.stroke();
    context.fillStyle = accent;
    for (const [epoch, value] of what.dots) {
      context.beginPath();
      context.arc(x(epoch), y(value), what.dots.length > 40 ? 2 : 3.5, 0, 2 * Math.PI);
      context.fill();
    }
    context.restore();
  }

  close() {
    this.resizer.disconnect();
  }
}

/** @param {(number | null)[][]} points */
function known(points) {
  return points.filter((point) => point.every((value) => Number.isFinite(value)));
}

/** The values that the axis spans: not the first steps, which are off the scale of all others. */
function reach({ line, dots }) {
  const values = [...line, ...dots].map(([, value]) => value).sort((a, b) => a - b);
  const ends = [line, dots].flatMap((points) => (points.length ? [points[points.length - 1][1]] : []));
  const at = (share) => values[Math.round(share * (values.length - 1))];
  const few = values.length < 8;
  const low = Math.min(at(few ? 0 : LOW), ...ends), high = Math.max(at(few ? 1 : HIGH), ...ends);
  const room = Math.max((high - low) * 0.08, Math.abs(high) * 1e-3, 1e-5);
  return [low - room, high + room];
}

/** @param {number} value */
function digits(value) {
  const size = Math.abs(value);
  return number(value, size >= 10 ? 1 : size >= 0.1 ? 2 : 4);
}
