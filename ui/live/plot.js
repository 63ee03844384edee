// @ts-check
// The latent map: a Plotly figure from Python, with a cursor of our own over it and a picture of our own under it.
//
// The pointer is followed by our listeners, because Plotly's hover comes at 16 a second. Pixels become coordinates
// through what is public: the axis ranges after each relayout, and the figure's fixed margins.
import { arrowStep, h } from "./dom.js";
import { fetchOrSay } from "./model.js";
import { sketch } from "./sketch.js";

const SVG = "http://www.w3.org/2000/svg";

let plotlyPromise = null;

/** Plotly, fetched once a page. @param {string} url */
function loadPlotly(url) {
  const present = /** @type {any} */ (window).Plotly;
  if (present) return Promise.resolve(present);
  plotlyPromise ??= new Promise((resolve, reject) => {
    const script = h("script", { src: new URL(url, document.baseURI).href });
    script.onload = () => resolve(/** @type {any} */ (window).Plotly);
    script.onerror = () => {
      plotlyPromise = null;
      reject(new Error("The map's drawing library could not be fetched. Reload the page."));
    };
    document.head.append(script);
  });
  return plotlyPromise;
}

/** Whether WebGL works here. */
function hasWebgl() {
  try {
    const context = document.createElement("canvas").getContext("webgl");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}

/** Resolves when what is drawn by now is on the screen, or nobody looks. */
const shown = () =>
  new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 100);
  });

export class LatentPlot {
  /**
   * @param {{plotly: string, figure: string, plane: import("./plane.js").PlaneInfo, label: string,
   *   onmove: (x: number, y: number, how: "hover" | "drag" | "keys" | "done") => void,
   *   onleave?: () => void, onselect?: (indices: number[]) => void, onhover?: (index: number | null) => void}} options
   */
  constructor(options) {
    this.options = options;
    this.underlay = h("canvas", { class: "lv-underlay", hidden: true });
    this.figure = h("div", { class: "lv-figure" });
    this.early = h("canvas", { class: "lv-overlay" });
    this.overlay = document.createElementNS(SVG, "svg");
    this.overlay.setAttribute("class", "lv-overlay");
    this.overlay.setAttribute("aria-hidden", "true");
    this.element = h("div", { class: "lv-plot", tabindex: 0, role: "application", "aria-label": options.label },
      this.underlay, this.early, this.figure, this.overlay);
    const [x, y] = options.plane.centre;
    this.ranges = { x: [x - options.plane.half, x + options.plane.half], y: [y - options.plane.half, y + options.plane.half] };
    this.margin = { l: 44, r: 8, t: 8, b: 40 };
    this.size = [0, 0];
    this.marks = new Map();
    this.at = [0, 0];
    this.grabbed = false;
    this.listen();
  }

  /**
   * Draws the figure, once and as it shall be; resolves when its points are on the screen.
   * @param {{hidden?: Set<number>, rings?: () => boolean}} [shown] classes left out; whether the prior's rings are there
   */
  async draw({ hidden = new Set(), rings = () => true } = {}) {
    const figure = await (await fetchOrSay(this.options.figure, "The map")).json();
    if (this.closed) return;
    this.margin = figure.layout.margin;
    const hide = () => {
      for (const trace of figure.data) trace.visible = !(hidden.has(trace.meta?.label) || (trace.meta?.ring && !rings()));
      for (const note of figure.layout.annotations ?? []) note.visible = !hidden.has(Number(note.name));
    };
    this.sketch = () => {
      hide();
      sketch(this.early, figure, (x, y) => this.toPixels(x, y), this.size[0], this.size[1]);
    };
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(this.element);
    this.resize();
    this.element.dataset.usable = "true";
    await shown(); // starting Plotly takes the thread for half a second
    const plotly = await loadPlotly(this.options.plotly);
    if (this.closed) return;
    hide();
    if (!hasWebgl()) for (const trace of figure.data) if (trace.type === "scattergl") trace.type = "scatter";
    const size = this.size, [width, height] = size;
    const layout = { ...figure.layout, ...this.theme(), width, height, dragmode: false };
    layout.xaxis = { ...layout.xaxis, range: [...this.ranges.x] };
    layout.yaxis = { ...layout.yaxis, range: [...this.ranges.y], scaleanchor: undefined };
    await plotly.newPlot(this.figure, figure.data, layout, {
      displaylogo: false, scrollZoom: true, displayModeBar: matchMedia("(pointer: coarse)").matches ? false : "hover", doubleClick: false, responsive: false,
      modeBarButtonsToRemove: ["zoom2d", "select2d", "autoScale2d", "resetScale2d", "toImage"],
      modeBarButtonsToAdd: [this.handButton(plotly), this.resetButton(plotly)],
    });
    this.plotly = plotly;
    if (this.closed) {
      this.close();
      return;
    }
    this.early.remove();
    this.sketch = null;
    if (this.size !== size) this.applyRanges({ width: this.size[0], height: this.size[1] });
    this.figure.on("plotly_relayout", () => this.readRanges());
    this.figure.on("plotly_relayouting", () => this.readRanges());
    this.figure.on("plotly_selected", (event) => this.options.onselect?.((event?.points ?? []).map((p) => p.customdata)));
    this.figure.on("plotly_deselect", () => this.options.onselect?.([]));
    this.figure.on("plotly_hover", (event) => this.options.onhover?.(event.points[0]?.customdata ?? null));
    this.figure.on("plotly_unhover", () => this.options.onhover?.(null));
    this.place();
  }

  /** Colours of the page as it is now, light or dark. */
  theme() {
    const style = getComputedStyle(this.element);
    const colour = style.color;
    return { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { color: colour, family: style.fontFamily, size: 14 },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: colour, activecolor: "#e0457b" } };
  }

  handButton(plotly) {
    return { name: "Explore: the pointer decodes", icon: HAND_ICON, click: () => plotly.relayout(this.figure, { dragmode: false }) };
  }

  resetButton(plotly) {
    return { name: "Show everything", icon: plotly.Icons.home, click: () => this.reset() };
  }

  /** Shows the whole map again. */
  reset() {
    const { plane } = this.options;
    const [x, y] = plane.centre;
    this.ranges = { x: [x - plane.half, x + plane.half], y: [y - plane.half, y + plane.half] };
    this.fit(this.element.clientWidth, this.element.clientHeight);
    this.applyRanges({});
  }

  /** Widens the shorter range, so that both axes have the same scale. @param {number} width @param {number} height */
  fit(width, height) {
    const plotWidth = Math.max(1, width - this.margin.l - this.margin.r);
    const plotHeight = Math.max(1, height - this.margin.t - this.margin.b);
    const { x, y } = this.ranges;
    const unit = Math.max((x[1] - x[0]) / plotWidth, (y[1] - y[0]) / plotHeight);
    widen(x, unit * plotWidth);
    widen(y, unit * plotHeight);
  }

  applyRanges(more) {
    this.plotly?.relayout(this.figure, { "xaxis.range": [...this.ranges.x], "yaxis.range": [...this.ranges.y], ...more });
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !height || (width === this.size[0] && height === this.size[1])) return;
    this.size = [width, height];
    const { x, y } = this.ranges;
    const half = Math.min(x[1] - x[0], y[1] - y[0]) / 2;
    const cx = (x[0] + x[1]) / 2, cy = (y[0] + y[1]) / 2;
    this.ranges = { x: [cx - half, cx + half], y: [cy - half, cy + half] };
    this.fit(width, height);
    if (this.plotly) {
      this.applyRanges({ width, height });
      return;
    }
    this.sketch?.();
    this.place();
  }

  readRanges() {
    const { xaxis, yaxis } = this.figure.layout;
    this.ranges = { x: xaxis.range.map(Number), y: yaxis.range.map(Number) };
    this.place();
  }

  /** Plot coordinates of a pointer event. @param {{clientX: number, clientY: number}} event */
  toData(event) {
    const box = this.element.getBoundingClientRect();
    const { l, r, t, b } = this.margin;
    const { x, y } = this.ranges;
    const across = (event.clientX - box.left - l) / (box.width - l - r);
    const up = 1 - (event.clientY - box.top - t) / (box.height - t - b);
    return { x: x[0] + across * (x[1] - x[0]), y: y[0] + up * (y[1] - y[0]), inside: across >= 0 && across <= 1 && up >= 0 && up <= 1 };
  }

  /** Pixels within the element. @param {number} x @param {number} y */
  toPixels(x, y) {
    const { l, r, t, b } = this.margin;
    const { clientWidth: width, clientHeight: height } = this.element;
    const [x0, x1] = this.ranges.x, [y0, y1] = this.ranges.y;
    return [l + ((x - x0) / (x1 - x0)) * (width - l - r), t + (1 - (y - y0) / (y1 - y0)) * (height - t - b)];
  }

  listen() {
    const { element } = this;
    element.addEventListener("pointermove", (event) => this.pointer(event, this.grabbed ? "drag" : "hover"));
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.exploring || event.target.closest?.(".modebar")) return;
      if (!this.toData(event).inside) return;
      this.grabbed = true;
      element.focus({ preventScroll: true });
      element.setPointerCapture(event.pointerId);
      this.options.onmove(this.toData(event).x, this.toData(event).y, "drag");
    });
    const release = (event) => {
      if (!this.grabbed) return;
      this.grabbed = false;
      this.pointer(event, "done");
    };
    element.addEventListener("pointerup", release);
    element.addEventListener("pointercancel", release);
    element.addEventListener("pointerleave", () => {
      if (!this.grabbed) this.options.onleave?.();
    });
    element.addEventListener("keydown", (event) => this.key(event));
  }

  /** Whether a drag moves the point; not while Plotly's pan or lasso is chosen. */
  get exploring() {
    return !this.figure.layout || this.figure.layout.dragmode === false;
  }

  pointer(event, how) {
    if (how === "hover" && (event.pointerType === "touch" || !this.exploring || event.target.closest?.(".modebar"))) return;
    const { x, y, inside } = this.toData(event);
    if (how !== "hover" || inside) this.options.onmove(x, y, how);
    else this.options.onleave?.();
  }

  key(event) {
    const step = arrowStep(event);
    if (!step) return;
    event.preventDefault();
    // at once, not with the next frame: two keys within one frame are two steps
    this.at = [this.at[0] + step[0], this.at[1] + step[1]];
    this.options.onmove(this.at[0], this.at[1], "keys");
  }

  /** Where the next arrow key starts from, and where the cross stands. @param {number} x @param {number} y */
  cursor(x, y) {
    this.at = [x, y];
    this.mark("cursor", { x, y });
  }

  /**
   * Puts a mark on the overlay or moves it; null takes it away.
   * @param {string} name
   * @param {null | {x?: number, y?: number, radii?: number[], line?: number[][], text?: string}} what
   *   `radii`: of an ellipse, in data units; `line`: points of a path
   */
  mark(name, what) {
    let entry = this.marks.get(name);
    if (!what) {
      entry?.node.remove();
      this.marks.delete(name);
      return;
    }
    if (!entry) {
      const node = what.line ? document.createElementNS(SVG, "polyline") : document.createElementNS(SVG, "g");
      node.setAttribute("class", `lv-mark lv-mark-${name.split(":")[0]}`);
      if (!what.line) node.innerHTML = what.radii ? "<ellipse/>" : '<circle r="9"/><path d="M-14 0H14M0 -14V14"/><text y="-16"></text>';
      this.overlay.append(node);
      entry = { node, what };
      this.marks.set(name, entry);
    }
    entry.what = what;
    this.placeMark(entry);
  }

  placeMark({ node, what }) {
    if (!this.element.clientWidth) return; // not on the screen (any more): the next relayout places it
    if (what.line) {
      node.setAttribute("points", what.line.map(([x, y]) => this.toPixels(x, y).map((v) => v.toFixed(1)).join(",")).join(" "));
      return;
    }
    const [px, py] = this.toPixels(what.x, what.y);
    node.setAttribute("transform", `translate(${px.toFixed(1)} ${py.toFixed(1)})`);
    if (what.radii) {
      const [cx] = this.toPixels(0, 0), [ux] = this.toPixels(1, 0);
      const ellipse = node.firstChild;
      ellipse.setAttribute("rx", (what.radii[0] * (ux - cx)).toFixed(2));
      ellipse.setAttribute("ry", (what.radii[1] * (ux - cx)).toFixed(2));
    }
    if (what.text !== undefined) node.lastChild.textContent = what.text;
  }

  /** Moves marks and underlay to where the ranges now put them. */
  place() {
    for (const entry of this.marks.values()) this.placeMark(entry);
    if (this.extent) {
      const [left, right, bottom, top] = this.extent;
      const [x0, y0] = this.toPixels(left, top), [x1, y1] = this.toPixels(right, bottom);
      Object.assign(this.underlay.style, { left: `${x0}px`, top: `${y0}px`, width: `${x1 - x0}px`, height: `${y1 - y0}px` });
      const { l, r, t, b } = this.margin;
      const { clientWidth: width, clientHeight: height } = this.element;
      this.underlay.style.clipPath = `inset(${Math.max(0, t - y0)}px ${Math.max(0, x1 - (width - r))}px ${Math.max(0, y1 - (height - b))}px ${Math.max(0, l - x0)}px)`;
    }
  }

  /** Room for a picture under the points. @param {number[] | null} extent left, right, bottom, top in data units @param {number} [width] @param {number} [height] */
  under(extent, width = 0, height = 0) {
    this.extent = extent;
    this.underlay.hidden = !extent;
    this.element.classList.toggle("lv-has-underlay", Boolean(extent));
    if (!extent) return null;
    this.underlay.width = width;
    this.underlay.height = height;
    this.place();
    return this.underlay.getContext("2d");
  }

  /** Shows only some classes. @param {Set<number>} hidden @param {string[]} names */
  hide(hidden, names) {
    if (!this.plotly) {
      this.sketch?.();
      return;
    }
    const traces = [], visible = [];
    this.figure.data.forEach((trace, i) => {
      const label = trace.meta?.label;
      if (label === undefined) return;
      traces.push(i);
      visible.push(!hidden.has(label));
    });
    const annotations = {};
    (this.figure.layout.annotations ?? []).forEach((note, i) => {
      annotations[`annotations[${i}].visible`] = !hidden.has(Number(note.name));
    });
    this.plotly.update(this.figure, { visible }, annotations, traces);
  }

  close() {
    this.closed = true;
    this.resizer?.disconnect();
    this.plotly?.purge(this.figure);
  }
}

const HAND_ICON = { width: 24, height: 24, path: "M12 2v20M2 12h20M12 7a5 5 0 1 0 0 10 5 5 0 1 0 0-10M12 9a3 3 0 1 1 0 6 3 3 0 1 1 0-6" };

/** @param {number[]} range @param {number} length */
function widen(range, length) {
  const centre = (range[0] + range[1]) / 2;
  range[0] = centre - length / 2;
  range[1] = centre + length / 2;
}
