// @ts-check
// The map as Plotly's figure, made by Python: points, rings, names and axes, under our own cursor and gestures.
// Knows Plotly; knows no model. Nothing of it may talk to another server: no toolbar, no address for uploads.
import { h } from "../parts/dom.js";

const PICTURE = {
  displayModeBar: false,
  displaylogo: false,
  scrollZoom: false,
  doubleClick: false,
  responsive: false,
  plotlyServerURL: "",
  editable: false,
};

/**
 * @typedef {{type: string, visible?: boolean, marker?: {color: string}, line?: {color: string}, meta?: {label?: number, ring?: number}}} Trace
 * @typedef {{name?: string, visible?: boolean, bgcolor?: string, font: {color: string}}} Note
 * @typedef {{data: Trace[], layout: {annotations?: Note[], xaxis: object, yaxis: object, [name: string]: unknown}}} Figure
 * @typedef {object} Plotly
 * @property {(host: HTMLElement, data: Trace[], layout: object, options: object) => Promise<void>} newPlot
 * @property {(host: HTMLElement, change: object) => void} relayout
 * @property {(host: HTMLElement, traces: object, layout: object, which?: number[]) => void} update
 * @property {(host: HTMLElement) => void} purge
 * @typedef {{ranges: import("./axes.js").Ranges, size: import("./axes.js").Size, hidden: Set<number>, plain: boolean, rings: unknown[], theme: import("../parts/theme.js").Theme}} Look
 */

/** @type {Promise<Plotly> | null} */
let fetched = null;

/** Plotly, fetched once a page. @param {string} url @returns {Promise<Plotly>} */
function loadPlotly(url) {
  const scope = /** @type {{Plotly?: Plotly}} */ (/** @type {unknown} */ (window));
  if (scope.Plotly) return Promise.resolve(scope.Plotly);
  fetched ??= new Promise((resolve, reject) => {
    const script = h("script", { src: new URL(url, document.baseURI).href });
    script.onload = () => (scope.Plotly ? resolve(scope.Plotly) : reject(new Error(url)));
    script.onerror = () => {
      fetched = null;
      script.remove();
      reject(new Error(url));
    };
    document.head.append(script);
  });
  return fetched;
}

export class PlotlyFigure {
  /** @param {Plotly} plotly @param {HTMLElement} host @param {Figure} figure */
  constructor(plotly, host, figure) {
    this.plotly = plotly;
    this.host = host;
    this.figure = figure;
  }

  /**
   * Draws the figure, once and as it shall be. @param {string} url of Plotly @param {HTMLElement} host @param {Figure} figure
   * @param {() => Look} look asked when Plotly is there
   */
  static async draw(url, host, figure, look) {
    const plotly = await loadPlotly(url);
    const drawn = new PlotlyFigure(plotly, host, figure);
    if (!hasWebgl()) for (const trace of figure.data) if (trace.type === "scattergl") trace.type = "scatter";
    const now = look();
    drawn.dress(now);
    /** @type {Record<string, unknown>} */
    const layout = {
      ...figure.layout,
      ...now.size,
      dragmode: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: now.theme.text, family: now.theme.font, size: 14 },
    };
    layout.xaxis = { ...figure.layout.xaxis, range: [...now.ranges.x] };
    layout.yaxis = { ...figure.layout.yaxis, range: [...now.ranges.y], scaleanchor: undefined };
    await plotly.newPlot(host, figure.data, layout, PICTURE);
    return drawn;
  }

  /** Colours and visibility of every trace and name, by the theme of the page. @param {Look} look */
  dress({ hidden, plain, rings, theme }) {
    for (const trace of this.figure.data) {
      const { meta, marker, line } = trace;
      if (meta?.label !== undefined && marker) marker.color = theme.colour(meta.label);
      if (meta?.ring && line) line.color = theme.ring;
      trace.visible = meta?.ring ? rings.length > 0 : !hidden.has(meta?.label ?? -1);
    }
    for (const note of this.figure.layout.annotations ?? []) {
      note.visible = !plain && !hidden.has(Number(note.name));
      note.bgcolor = theme.colour(Number(note.name));
      note.font.color = theme.textOn(Number(note.name));
    }
  }

  /** @param {Look} look */
  move(look) {
    const { xaxis, yaxis, ...size } = this.rangesOf(look);
    this.plotly.relayout(this.host, { "xaxis.range": xaxis.range, "yaxis.range": yaxis.range, ...size });
  }

  /** @param {Look} look */
  rangesOf({ ranges, size }) {
    return { ...size, xaxis: { range: [...ranges.x] }, yaxis: { range: [...ranges.y] } };
  }

  /** Other classes, rings or colours. @param {Look} look */
  redress(look) {
    this.dress(look);
    const data = this.figure.data;
    /** @type {Record<string, unknown>} */
    const layout = { "font.color": look.theme.text };
    (this.figure.layout.annotations ?? []).forEach((note, i) => {
      layout[`annotations[${i}].visible`] = note.visible;
      layout[`annotations[${i}].bgcolor`] = note.bgcolor;
      layout[`annotations[${i}].font.color`] = note.font.color;
    });
    const visible = data.map((trace) => trace.visible);
    this.plotly.update(
      this.host,
      { visible, "marker.color": data.map((trace) => trace.marker?.color ?? null) },
      layout,
    );
  }

  close() {
    this.plotly.purge(this.host);
  }
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
