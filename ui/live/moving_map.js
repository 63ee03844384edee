// @ts-check
// A map whose points move from one epoch's place to the next: a plain canvas, for Plotly can't redraw 10,000 points
// sixty times a second. Knows canvases and pointers; knows no model.
import { arrowStep, h, number } from "./dom.js";

const TWEEN_MS = 450, MARGIN = { left: 40, right: 8, top: 8, bottom: 30 };

export class MovingMap {
  /**
   * @param {{labels: Uint8Array, classNames: string[], colours: string[], label: string,
   *   onmove?: (x: number, y: number, how: "hover" | "drag" | "keys" | "done") => void, onleave?: () => void}} options
   */
  constructor(options) {
    this.options = options;
    this.canvas = h("canvas", { class: "lv-moving", role: "img", "aria-label": options.label });
    this.element = h("div", { class: `lv-plot${options.onmove ? "" : " lv-still"}` }, this.canvas);
    this.titles = ["z₁", "z₂"];
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    /** @type {Float32Array | null} */
    this.from = this.to = null;
    this.began = 0;
    this.half = 3;
    this.cursor = null;
    this.frame = 0;
    this.order = [...options.labels.keys()].sort((a, b) => options.labels[a] - options.labels[b]);
    this.resizer = new ResizeObserver(() => this.draw());
    this.resizer.observe(this.element);
    if (options.onmove) this.listen();
  }

  /** What the two axes are called. @param {string[]} titles */
  axes([x, y = ""]) {
    this.titles = [x, y];
  }

  /** The points' new places, `[points, 2]`; they walk there. @param {Float32Array} places @param {boolean} [jump] */
  moveTo(places, jump = false) {
    const still = jump || !this.to || matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.from = still ? places : this.present();
    this.to = places;
    this.began = performance.now();
    this.grow(places);
    if (!this.frame) this.frame = requestAnimationFrame(() => this.tick());
  }

  /** Widens the window, never narrows it by little, so that the view does not breathe. @param {Float32Array} places */
  grow(places) {
    const reach = [];
    for (let i = 0; i < places.length; i += 20) reach.push(Math.max(Math.abs(places[i]), Math.abs(places[i + 1])));
    reach.sort((a, b) => a - b);
    const wanted = Math.max(3, 1.15 * (reach[Math.floor(reach.length * 0.99)] ?? 3));
    if (wanted > this.half || wanted < 0.6 * this.half) this.half = wanted;
  }

  /** Where the points are at this moment. */
  present() {
    const share = Math.min(1, (performance.now() - this.began) / TWEEN_MS);
    const ease = share * share * (3 - 2 * share);
    const { from, to } = this;
    if (!from || !to || share >= 1) return to;
    return Float32Array.from(to, (v, i) => from[i] + ease * (v - from[i]));
  }

  tick() {
    this.frame = 0;
    this.draw();
    if (performance.now() - this.began < TWEEN_MS && this.from !== this.to) this.frame = requestAnimationFrame(() => this.tick());
  }

  /** Pixels that a unit takes, and the middle of the plot. */
  scale() {
    const { clientWidth: width, clientHeight: height } = this.element;
    const across = width - MARGIN.left - MARGIN.right, up = height - MARGIN.top - MARGIN.bottom;
    return { unit: Math.min(across, up) / 2 / this.half, cx: MARGIN.left + across / 2, cy: MARGIN.top + up / 2, width, height };
  }

  draw() {
    const { unit, cx, cy, width, height } = this.scale();
    if (!width || !height) return;
    const ratio = window.devicePixelRatio || 1;
    const { canvas, context } = this;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const colour = getComputedStyle(this.element).color;
    this.frameOf(colour, unit, cx, cy, width, height);
    const places = this.present();
    if (!places) return;
    const { labels, colours } = this.options;
    context.globalAlpha = 0.65;
    let last = -1;
    for (const i of this.order) {
      if (labels[i] !== last) context.fillStyle = colours[(last = labels[i]) % colours.length];
      context.fillRect(cx + unit * places[2 * i] - 1.6, cy - unit * places[2 * i + 1] - 1.6, 3.2, 3.2);
    }
    context.globalAlpha = 1;
    this.names(places, unit, cx, cy);
    if (this.cursor) this.cross(unit, cx, cy);
  }

  frameOf(colour, unit, cx, cy, width, height) {
    const { context } = this;
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = 1;
    context.globalAlpha = 0.45;
    context.setLineDash([3, 3]);
    for (const sigma of [1, 2]) {
      context.beginPath();
      context.arc(cx, cy, sigma * unit, 0, 2 * Math.PI);
      context.stroke();
    }
    context.setLineDash([]);
    context.globalAlpha = 0.8;
    context.font = `13px ${getComputedStyle(this.element).fontFamily}`;
    const step = this.half > 12 ? 5 : this.half > 5 ? 2 : 1;
    for (let v = -Math.floor(this.half / step) * step; v <= this.half; v += step) {
      context.textAlign = "center";
      context.fillText(number(v, 0), cx + v * unit, height - 10);
      context.textAlign = "right";
      context.fillText(number(v, 0), MARGIN.left - 8, cy - v * unit + 4);
    }
    context.font = `bold 14px ${getComputedStyle(this.element).fontFamily}`;
    context.globalAlpha = 1;
    context.fillText(this.titles[0], width - MARGIN.right, height - 26);
    context.textAlign = "left";
    context.fillText(this.titles[1], MARGIN.left + 4, 20);
    context.globalAlpha = 1;
  }

  names(places, unit, cx, cy) {
    const { labels, classNames, colours } = this.options;
    const sums = classNames.map(() => [0, 0, 0]);
    labels.forEach((label, i) => {
      const sum = sums[label];
      if (sum) (sum[0] += places[2 * i]), (sum[1] += places[2 * i + 1]), sum[2]++;
    });
    const { context } = this;
    context.font = `bold 13px ${getComputedStyle(this.element).fontFamily}`;
    context.textAlign = "center";
    sums.forEach(([x, y, n], label) => {
      if (!n) return;
      const px = cx + (unit * x) / n, py = cy - (unit * y) / n;
      const wide = context.measureText(classNames[label]).width + 8;
      context.fillStyle = colours[label % colours.length];
      context.fillRect(px - wide / 2, py - 9, wide, 18);
      context.fillStyle = "#fff";
      context.fillText(classNames[label], px, py + 5);
    });
  }

  cross(unit, cx, cy) {
    const [x, y] = this.cursor;
    const { context } = this;
    context.strokeStyle = "#e0457b";
    context.lineWidth = 3;
    context.beginPath();
    context.arc(cx + unit * x, cy - unit * y, 9, 0, 2 * Math.PI);
    context.stroke();
  }

  /** @param {number} x @param {number} y */
  point(x, y) {
    this.cursor = [x, y];
    if (!this.frame) this.frame = requestAnimationFrame(() => this.tick());
  }

  listen() {
    const send = (event, how) => {
      const box = this.element.getBoundingClientRect();
      const { unit, cx, cy } = this.scale();
      this.options.onmove?.((event.clientX - box.left - cx) / unit, (cy - (event.clientY - box.top)) / unit, how);
    };
    let held = false;
    this.element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      held = true;
      this.element.focus({ preventScroll: true });
      this.element.setPointerCapture(event.pointerId);
      send(event, "drag");
    });
    this.element.addEventListener("pointermove", (event) => {
      if (held || event.pointerType !== "touch") send(event, held ? "drag" : "hover");
    });
    for (const name of ["pointerup", "pointercancel"])
      this.element.addEventListener(name, (event) => {
        if (held) send(event, "done");
        held = false;
      });
    this.element.addEventListener("pointerleave", () => held || this.options.onleave?.());
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "application");
    this.element.setAttribute("aria-label", this.options.label);
    this.element.addEventListener("keydown", (event) => {
      const step = arrowStep(event);
      if (!step) return;
      event.preventDefault();
      const [x, y] = this.cursor ?? [0, 0];
      this.cursor = [x + step[0], y + step[1]]; // two keys within one frame are two steps
      this.options.onmove?.(this.cursor[0], this.cursor[1], "keys");
    });
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.resizer.disconnect();
  }
}
