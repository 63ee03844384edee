// @ts-check
// The latent map until Plotly has started: the figure's points, rings and class names on a canvas, each where Plotly
// will have it. Knows Plotly's JSON; knows no model.

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{data: any[], layout: any}} figure
 * @param {(x: number, y: number) => number[]} toPixels
 * @param {number} width @param {number} height in CSS pixels
 */
export function sketch(canvas, figure, toPixels, width, height) {
  const ratio = devicePixelRatio;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(ratio, ratio);
  const { l, r, t, b } = figure.layout.margin;
  context.beginPath();
  context.rect(l, t, width - l - r, height - t - b);
  context.clip();
  for (const trace of figure.data) {
    if (trace.visible === false) continue;
    const xs = numbers(trace.x), ys = numbers(trace.y);
    if (trace.mode === "lines") line(context, xs, ys, toPixels, trace.line);
    else dots(context, xs, ys, toPixels, trace.marker);
  }
  context.globalAlpha = 1;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const note of figure.layout.annotations ?? []) if (note.visible !== false) label(context, note, toPixels(note.x, note.y));
}

/** An array, or Plotly's base64 of a Float32Array. @param {any} values @returns {ArrayLike<number>} */
function numbers(values) {
  if (values.dtype !== "f4") return values;
  return new Float32Array(Uint8Array.from(atob(values.bdata), (c) => c.charCodeAt(0)).buffer);
}

/** @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys @param {(x: number, y: number) => number[]} toPixels @param {any} style */
function line(context, xs, ys, toPixels, style) {
  context.globalAlpha = 1;
  context.strokeStyle = style.color;
  context.lineWidth = style.width;
  context.setLineDash(style.dash === "dot" ? [style.width, style.width] : []);
  context.beginPath();
  for (let i = 0; i < xs.length; i++) context.lineTo(...toPixels(xs[i], ys[i]));
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys @param {(x: number, y: number) => number[]} toPixels @param {any} style */
function dots(context, xs, ys, toPixels, style) {
  context.globalAlpha = style.opacity;
  context.fillStyle = style.color;
  for (let i = 0; i < xs.length; i++) {
    const [x, y] = toPixels(xs[i], ys[i]);
    context.beginPath();
    context.arc(x, y, style.size / 2, 0, 7);
    context.fill();
  }
}

/** @param {CanvasRenderingContext2D} context @param {any} note @param {number[]} at */
function label(context, note, [x, y]) {
  const text = note.text.replace(/<[^>]*>/g, "");
  context.font = `bold ${note.font.size}px sans-serif`;
  const width = context.measureText(text).width + 2 * note.borderpad + 2, height = note.font.size + 2 * note.borderpad + 4;
  context.fillStyle = note.bgcolor;
  context.fillRect(x - width / 2, y - height / 2, width, height);
  context.fillStyle = note.font.color;
  context.fillText(text, x, y);
}
