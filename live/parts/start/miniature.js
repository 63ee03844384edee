// @ts-check
// A small still map of the test codes with one code on it, and a close-up of where that code was drawn from.
// Knows a plane and canvases; knows no model and no gesture.
import { toPlane } from "../../engine/plane.js";
import { Marks } from "../../maps/marks.js";
import { atMost, t } from "../../words/words.js";
import { h } from "../dom.js";

const SIDE = 132,
  CIRCLE = 48, // points of an ellipse
  WIDTHS = [1, 2], // of the ellipses, in sigma
  DOT = 1, // of a test code, in pixels
  CLOSE_DOT = 3,
  LEAST = 0.09, // of the close-up's outline, as a share of the map
  ROOM = 2.6, // of the close-up, in sigma
  LEAST_TIMES = 2; // a close-up that shows no more is left out

/**
 * @typedef {{centre: number[], half: number}} Span a square of the plane
 * @typedef {object} Points
 * @property {Float32Array} places `[points, 2]`
 * @property {ArrayLike<number> | null} labels
 * @property {import("../theme.js").Theme} theme
 */

/**
 * Where a normal z falls in the plane at so many sigma, an ellipse as points: its covariance there is the axes' own
 * square under diag(std²). @param {import("../../engine/plane.js").PlaneInfo} plane @param {ArrayLike<number>} mu
 * @param {ArrayLike<number>} std @param {number} width in sigma @returns {[number, number][]}
 */
export function ellipseOf(plane, mu, std, width) {
  const [cx, cy] = toPlane(plane, mu);
  let [xx, xy, yy] = [0, 0, 0];
  plane.axes.forEach(([x, y], d) => {
    xx += (x * std[d]) ** 2;
    xy += x * y * std[d] ** 2;
    yy += (y * std[d]) ** 2;
  });
  const across = Math.sqrt(xx),
    lean = across ? xy / across : 0,
    up = Math.sqrt(Math.max(0, yy - lean ** 2));
  return Array.from({ length: CIRCLE + 1 }, (_, k) => {
    const [cos, sin] = [Math.cos((2 * Math.PI * k) / CIRCLE), Math.sin((2 * Math.PI * k) / CIRCLE)];
    return [cx + width * across * cos, cy + width * (lean * cos + up * sin)];
  });
}

/** The close-up around an ellipse of one sigma that also holds z. @param {[number, number]} centre @param {[number, number][]} ellipse @param {[number, number]} z @returns {Span} */
export function closeUpOf(centre, ellipse, z) {
  const far = (/** @type {[number, number]} */ [x, y]) => Math.max(Math.abs(x - centre[0]), Math.abs(y - centre[1]));
  return { centre, half: Math.max(ROOM * Math.max(...ellipse.map(far)), 1.15 * far(z)) };
}

/** The outline of a square as a closed line. @param {number[]} centre @param {number} half @returns {[number, number][]} */
function squareOf([x, y], half) {
  return [
    [x - half, y - half],
    [x + half, y - half],
    [x + half, y + half],
    [x - half, y + half],
    [x - half, y - half],
  ];
}

/** Still points of a square of the plane, and marks over them. */
class Still {
  constructor() {
    /** @type {Span} */
    this.span = { centre: [0, 0], half: 1 };
    this.canvas = h("canvas", {});
    this.marks = new Marks((x, y) => {
      const { centre, half } = this.span;
      return [((x - centre[0]) / half + 1) * (SIDE / 2), (1 - (y - centre[1]) / half) * (SIDE / 2)];
    });
    this.element = h("div", { class: "lv-flow-still" }, this.canvas, this.marks.element);
  }

  /** @param {Span} span @param {number} dot in pixels @param {Points} points */
  draw(span, dot, { places, labels, theme }) {
    this.span = span;
    const ratio = globalThis.devicePixelRatio || 1;
    this.canvas.width = this.canvas.height = Math.round(SIDE * ratio);
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    context.scale(ratio, ratio);
    let last = -1;
    for (let i = 0; i < places.length / 2; i++) {
      const [x, y] = this.marks.toPixels(places[2 * i], places[2 * i + 1]);
      if (x < -dot || y < -dot || x > SIDE + dot || y > SIDE + dot) continue;
      const label = labels ? labels[i] : 0;
      if (label !== last) context.fillStyle = theme.colour(label);
      last = label;
      context.fillRect(x - dot / 2, y - dot / 2, dot, dot);
    }
    this.marks.placeAll();
  }
}

export class Miniature {
  /** @param {import("../../engine/plane.js").PlaneInfo} plane @param {boolean} stochastic */
  constructor(plane, stochastic) {
    this.plane = plane;
    /** @type {Points | null} */
    this.points = null;
    this.whole = new Still();
    this.close = new Still();
    this.times = h("span", {}, "\u2007");
    this.magnified = h("div", { class: "lv-flow-close" }, this.close.element, this.times);
    this.element = h("div", { class: "lv-flow-map", "aria-hidden": "true" }, this.whole.element);
    if (stochastic) this.element.append(this.magnified);
  }

  /** The test codes. @param {Points} points */
  fill(points) {
    this.points = points;
    this.whole.draw(this.plane, DOT, points);
  }

  /** @param {import("./code_table.js").Code} code */
  show({ mu, std, z }) {
    const { plane, whole, close } = this;
    const [x, y] = toPlane(plane, z);
    whole.marks.set("walker", { x, y });
    if (!std) return;
    const centre = toPlane(plane, mu);
    const [one, ...wider] = WIDTHS.map((width) => ellipseOf(plane, mu, std, width));
    const span = closeUpOf(centre, one, [x, y]);
    const times = plane.half / span.half;
    const magnifies = times >= LEAST_TIMES;
    this.magnified.style.visibility = magnifies ? "" : "hidden";
    this.times.textContent = t("flow.close", { times: atMost(times, times < 10 ? 1 : 0) });
    if (this.points) close.draw(span, CLOSE_DOT, this.points);
    whole.marks.set("close", magnifies ? { line: squareOf(centre, Math.max(span.half, plane.half * LEAST)) } : null);
    for (const [i, line] of [one, ...wider].entries()) {
      whole.marks.set(`sigma:${i}`, magnifies ? null : { line });
      close.marks.set(`sigma:${i}`, { line });
    }
    close.marks.set("walker", { x, y });
  }
}
