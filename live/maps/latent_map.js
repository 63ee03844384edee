// @ts-check
// The map of a latent space: points on a canvas at once, Plotly's figure over it where there is one, our own cursor,
// marks and gestures above both, and room for a picture below. Knows planes and points; knows no model.
import { ROUND } from "../engine/prior.js";
import { button, h, painted } from "../parts/dom.js";
import { themeOf } from "../parts/theme.js";
import { t } from "../words/words.js";
import { fitted, rangesAround, refitted, shifted, spanOf, steadySpan, toData, toPixels, zoomed } from "./axes.js";
import { Gestures, isInside } from "./gestures.js";
import { Marks } from "./marks.js";
import { PlotlyFigure } from "./plotly_figure.js";
import { drawScene, Glide } from "./points_canvas.js";

/**
 * @typedef {object} Options
 * @property {string} label for a screen reader
 * @property {import("../parts/theme.js").Palette} palette
 * @property {string[]} classNames
 * @property {string[]} titles of the axes
 * @property {{centre: number[], half: number}} [span] how far the axes go; without one, as far as the points
 * @property {import("../engine/prior.js").Ring[]} [rings] of the prior in this plane; those of N(0, I) if nobody says
 * @property {boolean} [plain] whether the points show no class, by colour or name
 * @property {(x: number, y: number, how: import("./gestures.js").How) => void} [onmove]
 * @property {() => void} [onleave]
 * @property {(indices: number[]) => void} [onselect] the points of a group
 * @property {number[] | null} [view] centre and half side of the part that is seen at first; without one, the whole
 * @property {(view: number[] | null) => void} [onview] a hand has zoomed or moved the map; null: it is whole again
 */

export class LatentMap {
  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    this.titles = options.titles;
    this.underlay = h("canvas", { class: "lv-underlay", hidden: true });
    this.figure = h("div", { class: "lv-figure" });
    this.canvas = h("canvas", { class: "lv-points", "aria-hidden": "true" });
    this.marks = new Marks((x, y) => this.toPixels(x, y));
    this.element = h(
      "div",
      {
        class: `lv-plot${options.onmove ? "" : " lv-still"}`,
        tabindex: 0,
        role: options.onmove ? "application" : "img",
        "aria-label": options.label,
      },
      this.underlay,
      this.canvas,
      this.figure,
      this.marks.element,
    );
    this.span = options.span ?? { centre: [0, 0], half: 3 };
    const [x, y, half] = options.view ?? [...this.span.centre, this.span.half];
    this.ranges = rangesAround([x, y], half);
    this.size = { width: 0, height: 0 };
    /** @type {number[]} */
    this.at = [0, 0];
    /** @type {Set<number>} */
    this.hidden = new Set();
    this.rings = options.rings ?? ROUND;
    this.showsRings = true;
    /** @type {Glide | null} */
    this.glide = null;
    /** @type {ArrayLike<number> | null} */
    this.labels = null;
    /** @type {(number[] | null)[] | null} */
    this.middles = null;
    /** @type {PlotlyFigure | null} */
    this.plotly = null;
    /** @type {number[] | null} left, right, bottom, top of the picture below */
    this.extent = null;
    this.frame = 0;
    this.closed = false;
    this.gestures = new Gestures(this.element, this.handlers(), { points: Boolean(options.onmove) });
    this.element.append(this.tools());
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(this.element);
  }

  /** @returns {import("./gestures.js").Handlers} */
  handlers() {
    const { onmove, onleave } = this.options;
    return {
      onpoint: ([px, py], how) => {
        const { x, y, inside } = toData(this.ranges, this.size, px, py);
        if (how === "hover" && !inside) onleave?.();
        else onmove?.(x, y, how);
      },
      onleave: () => onleave?.(),
      onstep: (dx, dy) => {
        this.at = [this.at[0] + dx, this.at[1] + dy]; // at once: two keys within one frame are two steps
        onmove?.(this.at[0], this.at[1], "keys");
      },
      onzoom: ([px, py], factor) => {
        const { x, y } = toData(this.ranges, this.size, px, py);
        this.show(zoomed(this.ranges, [x, y], factor));
        this.options.onview?.(this.view());
      },
      onpan: (dx, dy) => {
        const unit =
          (this.ranges.x[1] - this.ranges.x[0]) /
          (this.toPixels(this.ranges.x[1], 0)[0] - this.toPixels(this.ranges.x[0], 0)[0]);
        this.show(shifted(this.ranges, -dx * unit, dy * unit));
        this.options.onview?.(this.view());
      },
      onreset: () => this.whole(),
      onlasso: (line, closed) => this.encircle(line, closed),
    };
  }

  /** The two buttons in the corner. */
  tools() {
    this.groupButton = button(t("map.group"), () => this.group(!this.gestures.grouping), {
      "aria-pressed": false,
      title: t("map.group.hint"),
    });
    const whole = button(t("map.whole"), () => this.whole());
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.group(false));
    return h("div", { class: "lv-tools" }, this.options.onselect ? this.groupButton : null, whole);
  }

  /** Whether the next drag encircles a group. @param {boolean} on */
  group(on) {
    this.gestures.group(on);
    this.groupButton?.setAttribute("aria-pressed", String(on));
    this.element.classList.toggle("lv-grouping", on);
    if (!on) this.marks.set("lasso", null);
  }

  /** @param {[number, number][]} line in pixels @param {boolean} closed */
  encircle(line, closed) {
    const inData = line.map(([px, py]) => toData(this.ranges, this.size, px, py)).map(({ x, y }) => [x, y]);
    this.marks.set("lasso", { line: inData });
    if (!closed) return;
    this.group(false);
    this.options.onselect?.(this.inside(inData));
  }

  /** The points inside of a line, hidden classes left out. @param {number[][]} line */
  inside(line) {
    const places = this.glide?.to ?? [];
    const found = [];
    for (let i = 0; i < places.length / 2; i++)
      if (!this.hidden.has(this.labels?.[i] ?? -1) && isInside([places[2 * i], places[2 * i + 1]], line)) found.push(i);
    return found;
  }

  /**
   * The points, which glide from where they were. @param {Float32Array} places `[points, 2]`
   * @param {ArrayLike<number> | null} labels `[points]` @param {boolean} [jump]
   * @param {(number[] | null)[] | null} [middles] of the classes, from who knows them already
   */
  setPoints(places, labels, jump = false, middles = null) {
    const now = performance.now(),
      before = this.glide?.at(now);
    const still =
      jump || !before || before.length !== places.length || matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.glide = new Glide(still ? places : before, places, now);
    this.labels = labels;
    this.middles = middles;
    if (!this.options.span) this.follow(spanOf(places));
    this.element.dataset.usable = "true";
    this.redraw();
  }

  /** @param {{centre: number[], half: number}} span */
  follow(span) {
    const steady = steadySpan(this.span, span);
    if (steady === this.span) return;
    this.span = steady;
    this.reset();
  }

  /** What the two axes are called. @param {string[]} titles */
  axes(titles) {
    this.titles = titles;
    this.redraw();
  }

  /** Lets Plotly draw points and axes from now on; rejects where it can't be fetched, and the canvas goes on. @param {string} url @param {Promise<unknown>} figure */
  async upgrade(url, figure) {
    const drawing = /** @type {import("./plotly_figure.js").Figure} */ (await figure);
    await painted(); // starting Plotly takes the thread for half a second
    if (this.closed) return;
    const plotly = await PlotlyFigure.draw(url, this.figure, drawing, () => this.look());
    if (this.closed) {
      plotly.close();
      return;
    }
    this.plotly = plotly;
    this.canvas.hidden = true;
    this.element.dataset.plotly = "true";
    plotly.move(this.look());
  }

  /** Leaves classes out. @param {Set<number>} hidden */
  hide(hidden) {
    this.hidden = hidden;
    this.redress();
  }

  /** @param {boolean} on */
  showRings(on) {
    this.showsRings = on;
    this.redress();
  }

  /** Where the next arrow key starts from, and where the cross stands. @param {number} x @param {number} y */
  cursor(x, y) {
    this.at = [x, y];
    this.marks.set("cursor", { x, y });
  }

  /** @param {string} name @param {import("./marks.js").Mark | null} mark */
  mark(name, mark) {
    this.marks.set(name, mark);
  }

  /** Room for a picture under the points. @param {number[] | null} extent left, right, bottom, top in data units @param {number} [width] @param {number} [height] */
  under(extent, width = 0, height = 0) {
    this.extent = extent;
    this.underlay.hidden = !extent;
    this.element.classList.toggle("lv-has-underlay", Boolean(extent));
    if (!extent) return null;
    this.underlay.width = width;
    this.underlay.height = height;
    this.placeUnderlay();
    return this.underlay.getContext("2d");
  }

  /** Centre and half side of the square in the middle of what is seen. */
  view() {
    const { x, y } = this.ranges;
    return [(x[0] + x[1]) / 2, (y[0] + y[1]) / 2, Math.min(x[1] - x[0], y[1] - y[0]) / 2];
  }

  /** A hand asks for the whole map. */
  whole() {
    this.reset();
    this.options.onview?.(null);
  }

  /** Another name for a screen reader, which says what the keys do. @param {string} name */
  call(name) {
    this.element.setAttribute("aria-label", name);
  }

  /** Shows the whole map again. */
  reset() {
    this.show(fitted(rangesAround(this.span.centre, this.span.half), this.size));
  }

  /** @param {import("./axes.js").Ranges} ranges */
  show(ranges) {
    this.ranges = ranges;
    this.marks.placeAll();
    this.placeUnderlay();
    this.redraw();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !height || (width === this.size.width && height === this.size.height)) return;
    this.size = { width, height };
    this.show(refitted(this.ranges, this.size));
  }

  redraw() {
    this.frame ||= requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = 0;
    if (this.closed || !this.size.width) return;
    if (this.plotly) {
      this.plotly.move(this.look());
      return;
    }
    const now = performance.now();
    drawScene(this.canvas, this.scene(now));
    if (this.glide && !this.glide.done(now)) this.redraw();
  }

  /** What is seen of it, for whoever draws it elsewhere. @param {number} [now] @returns {import("./points_canvas.js").Scene} */
  scene(now = performance.now()) {
    return {
      ...this.look(),
      places: this.glide?.at(now) ?? null,
      labels: this.labels,
      middles: this.middles,
      classNames: this.options.classNames,
      titles: this.titles,
    };
  }

  redress() {
    if (this.plotly) this.plotly.redress(this.look());
    else this.redraw();
  }

  look() {
    const { ranges, size, hidden } = this;
    const { plain = false, palette } = this.options;
    const theme = themeOf(this.element, palette);
    return {
      ranges,
      size,
      hidden,
      plain,
      rings: this.showsRings ? this.rings : [],
      theme: plain ? { ...theme, colour: () => theme.ring } : theme,
    };
  }

  /** Pixels within the element. @param {number} x @param {number} y */
  toPixels(x, y) {
    return toPixels(this.ranges, this.size, x, y);
  }

  placeUnderlay() {
    if (!this.extent) return;
    const [left, right, bottom, top] = this.extent;
    const [x0, y0] = this.toPixels(left, top),
      [x1, y1] = this.toPixels(right, bottom);
    Object.assign(this.underlay.style, {
      left: `${x0}px`,
      top: `${y0}px`,
      width: `${x1 - x0}px`,
      height: `${y1 - y0}px`,
    });
    const [l, t0] = this.toPixels(this.ranges.x[0], this.ranges.y[1]),
      [r, b] = this.toPixels(this.ranges.x[1], this.ranges.y[0]);
    const cut = [t0 - y0, x1 - r, y1 - b, l - x0].map((v) => `${Math.max(0, v)}px`).join(" ");
    this.underlay.style.clipPath = `inset(${cut})`;
  }

  close() {
    this.closed = true;
    cancelAnimationFrame(this.frame);
    this.resizer.disconnect();
    this.plotly?.close();
  }
}
