// @ts-check
// Several maps with one drawing context: the same part of the plane in each, at the same scale, zoomed and moved
// together. Knows planes and points; knows no model.
import { h } from "../parts/dom.js";
import { GROUNDS, themeOf } from "../parts/theme.js";
import { fitted, marginOf, plotSize, rangesAround, shifted, toData, toPixels, zoomed } from "./axes.js";
import { Gestures, isInside } from "./gestures.js";
import { Marks } from "./marks.js";
import { classMedians, drawAxes, drawNames, drawRings, Glide, prepared, within } from "./points_canvas.js";
import { pixelOf, splat } from "./splat.js";

const MARGINS = { l: 44, r: 6, t: 6, b: 34 },
  DOT = 3,
  OPACITY = 0.65,
  MAX_RATIO = 2; // finer pixels than this nobody sees, and they cost a frame

/**
 * @typedef {object} Content what one map shows
 * @property {Float32Array} places `[points, 2]`
 * @property {import("../engine/prior.js").Ring[]} prior its rings
 * @property {(context: CanvasRenderingContext2D, toPixels: (x: number, y: number) => [number, number]) => void} [over] what is drawn over the points
 *
 * @typedef {object} Options
 * @property {import("../parts/theme.js").Palette} palette
 * @property {string[]} classNames
 * @property {(map: number) => string[]} titles of the axes
 * @property {(map: number, x: number, y: number, how: import("./gestures.js").How) => void} onmove
 * @property {(map: number, indices: number[]) => void} onselect
 * @property {(view: number[] | null) => void} onview centre and half side; null: whole again
 */

export class SideMaps {
  /** @param {string[]} labels of the maps, for a screen reader @param {Options} options */
  constructor(labels, options) {
    this.options = options;
    this.canvas = h("canvas", { class: "lv-side-canvas", "aria-hidden": "true" });
    this.maps = labels.map((label, number) => new SideMap(this, number, label));
    this.span = { centre: [0, 0], half: 3 };
    this.view = /** @type {number[] | null} */ (null);
    this.hidden = /** @type {Set<number>} */ (new Set());
    /** @type {ArrayLike<number> | null} */
    this.labels = null;
    this.frame = 0;
    this.closed = false;
    this.resizer = new ResizeObserver(() => this.resize());
  }

  /** Takes its place behind the maps. @param {HTMLElement} element what holds all of them */
  attach(element) {
    this.element = element;
    element.prepend(this.canvas);
    this.resizer.observe(element);
    for (const map of this.maps) this.resizer.observe(map.element);
  }

  /**
   * @param {Content[]} contents one a map @param {ArrayLike<number> | null} labels
   * @param {{centre: number[], half: number}} span the square that all of them show where nobody zoomed
   */
  show(contents, labels, span) {
    this.span = span;
    this.labels = labels;
    contents.forEach((content, number) => {
      this.maps[number].fill(content);
    });
    this.move(this.view, false);
  }

  /** @param {number[] | null} view @param {boolean} [byHand] */
  move(view, byHand = true) {
    this.view = view;
    for (const map of this.maps) map.place();
    this.redraw();
    if (byHand) this.options.onview(view);
  }

  /** The part that is seen. @returns {number[]} */
  get seen() {
    return this.view ?? [...this.span.centre, this.span.half];
  }

  /** @param {Set<number>} hidden classes */
  hide(hidden) {
    this.hidden = hidden;
    this.redraw();
  }

  resize() {
    for (const map of this.maps) map.place();
    this.paint(); // at once: a canvas that changes its size is empty
  }

  redraw() {
    this.frame ||= requestAnimationFrame(() => this.paint());
  }

  paint() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { element } = this;
    if (this.closed || !element?.clientWidth) return;
    const size = { width: element.clientWidth, height: element.scrollHeight };
    const context = prepared(this.canvas, size, MAX_RATIO);
    context.clearRect(0, 0, size.width, size.height);
    const theme = themeOf(element, this.options.palette);
    const now = performance.now();
    const home = this.canvas.getBoundingClientRect();
    for (const map of this.maps) map.draw(context, theme, home, now);
    if (this.maps.some((map) => map.glides(now))) this.redraw();
  }

  close() {
    this.closed = true;
    cancelAnimationFrame(this.frame);
    this.resizer.disconnect();
  }
}

/** One of the maps: the hands on it, the marks over it, its part of the canvas. */
export class SideMap {
  /** @param {SideMaps} all @param {number} number @param {string} label */
  constructor(all, number, label) {
    this.all = all;
    this.number = number;
    this.marks = new Marks((x, y) => toPixels(this.ranges, this.size, x, y));
    this.element = h(
      "div",
      { class: "lv-plot lv-side-map", tabindex: 0, role: "application", "aria-label": label },
      this.marks.element,
    );
    this.size = { width: 0, height: 0, margin: MARGINS };
    this.ranges = rangesAround([0, 0], 3);
    /** @type {Content | null} */
    this.content = null;
    /** @type {Glide | null} */
    this.glide = null;
    /** @type {(number[] | null)[]} */
    this.medians = [];
    this.at = [0, 0];
    this.covered = false;
    /** @type {ImageData | null} */
    this.picture = null;
    this.gestures = new Gestures(this.element, this.handlers(), { points: true });
  }

  /** @returns {import("./gestures.js").Handlers} */
  handlers() {
    const { all, number } = this;
    const data = (/** @type {[number, number]} */ [px, py]) => toData(this.ranges, this.size, px, py);
    return {
      onpoint: (at, how) => {
        const { x, y, inside } = data(at);
        this.at = [x, y];
        if (inside || how !== "hover") all.options.onmove(number, x, y, how);
      },
      onleave: () => {},
      onstep: (dx, dy) => {
        this.at = [this.at[0] + dx, this.at[1] + dy];
        all.options.onmove(number, this.at[0], this.at[1], "keys");
      },
      onzoom: (at, factor) => {
        const { x, y } = data(at);
        all.move(viewOf(zoomed(this.ranges, [x, y], factor)));
      },
      onpan: (dx, dy) => {
        const unit = (this.ranges.x[1] - this.ranges.x[0]) / plotSize(this.size).across;
        all.move(viewOf(shifted(this.ranges, -dx * unit, dy * unit)));
      },
      onreset: () => all.move(null),
      onlasso: (line, closed) => this.encircle(line.map(data), closed),
    };
  }

  /** @param {{x: number, y: number}[]} line @param {boolean} closed */
  encircle(line, closed) {
    const inData = line.map(({ x, y }) => [x, y]);
    this.marks.set("lasso", closed ? null : { line: inData });
    if (closed) this.all.options.onselect(this.number, this.inside(inData));
  }

  /** The points inside of a line, hidden classes left out. @param {number[][]} line */
  inside(line) {
    const { places } = this.content ?? { places: [] };
    const { labels, hidden } = this.all;
    const found = [];
    for (let i = 0; i < places.length / 2; i++)
      if (!hidden.has(labels?.[i] ?? -1) && isInside([places[2 * i], places[2 * i + 1]], line)) found.push(i);
    return found;
  }

  /** @param {Content} content */
  fill(content) {
    const now = performance.now();
    const before = this.glide?.at(now);
    const still = before?.length !== content.places.length || matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (content.places !== this.content?.places) {
      this.glide = new Glide(still || !before ? content.places : before, content.places, now);
      this.medians = this.all.labels
        ? classMedians(content.places, this.all.labels, this.all.options.classNames.length)
        : [];
    }
    this.content = content;
  }

  /** @param {number} now */
  glides(now) {
    return this.glide !== null && !this.glide.done(now);
  }

  /** Whether nothing of the points is shown yet. @param {boolean} on */
  cover(on) {
    this.covered = on;
    this.element.classList.toggle("lv-covered", on);
    this.all.redraw();
  }

  /** Fits the part that is seen into the map as large as it is now. */
  place() {
    const { clientWidth: width, clientHeight: height } = this.element;
    this.size = { width, height, margin: MARGINS };
    const [x, y, half] = this.all.seen;
    this.ranges = fitted(rangesAround([x, y], half), this.size);
    this.marks.placeAll();
  }

  /** @param {CanvasRenderingContext2D} context @param {import("../parts/theme.js").Theme} theme @param {DOMRect} home of the canvas @param {number} now */
  draw(context, theme, home, now) {
    const { width, height } = this.size;
    if (!width || !height || !this.content) return;
    const box = this.element.getBoundingClientRect();
    const { hidden, options } = this.all;
    context.save();
    context.translate(box.left - home.left, box.top - home.top);
    if (!this.covered) this.dots(context, theme, this.glide?.at(now) ?? this.content.places);
    const scene = { ranges: this.ranges, size: this.size, hidden, theme, titles: options.titles(this.number) };
    drawAxes(context, scene);
    within(context, this.size, () => {
      const { prior, over } = /** @type {Content} */ (this.content);
      drawRings(context, { ...scene, rings: prior });
      if (this.covered) return;
      over?.(context, (x, y) => toPixels(this.ranges, this.size, x, y));
      if (!this.glides(now)) drawNames(context, { ...scene, classNames: options.classNames }, this.medians);
    });
    context.restore();
  }

  /** @param {CanvasRenderingContext2D} context @param {import("../parts/theme.js").Theme} theme @param {Float32Array} places */
  dots(context, theme, places) {
    const { a: ratio, e, f } = context.getTransform();
    const { l, t } = marginOf(this.size),
      { across, up } = plotSize(this.size);
    const [wide, tall] = [Math.round(across * ratio), Math.round(up * ratio)];
    if (this.picture?.width !== wide || this.picture.height !== tall)
      this.picture = context.createImageData(wide, tall);
    const { labels, hidden, options } = this.all;
    const classes = Math.max(1, options.classNames.length);
    const colours = Uint32Array.from({ length: classes }, (_, label) => pixelOf(theme.colour(label)));
    const [x0, y0] = toPixels(this.ranges, this.size, 0, 0);
    const unit = (across / (this.ranges.x[1] - this.ranges.x[0])) * ratio;
    const ground = pixelOf(theme.dark ? GROUNDS.dark : GROUNDS.light);
    splat(
      new Uint32Array(this.picture.data.buffer),
      wide,
      { ground, colours, opacity: OPACITY, size: Math.round(DOT * ratio) },
      { places, labels, hidden, x0: (x0 - l) * ratio, y0: (y0 - t) * ratio, unit },
    );
    context.putImageData(this.picture, Math.round(e + l * ratio), Math.round(f + t * ratio));
  }
}

/** Centre and half side of the square in the middle of the ranges. @param {import("./axes.js").Ranges} ranges */
function viewOf({ x, y }) {
  return [(x[0] + x[1]) / 2, (y[0] + y[1]) / 2, Math.min(x[1] - x[0], y[1] - y[0]) / 2];
}
