// @ts-check
// The pad: strokes of a finger, a pen, a mouse or keys, and its ink as grey levels. Knows canvases and events; what is
// drawn is a plain `Drawing`. Knows no model.
import { actionOf, blank, centreOf, drawn, gridOf, inChannels, isBlank, PAD } from "../../engine/ink/drawing.js";
import { centreLikeMnist } from "../../engine/ink/mnist_centre.js";
import { t } from "../../words/words.js";
import { h } from "../dom.js";

/** @typedef {import("../../engine/ink/drawing.js").Action} Action */

export class DrawPad {
  /**
   * @param {number[]} image channels, height, width
   * @param {{width: () => number, onchange: (done: boolean) => void, say: (text: string) => void}} hands `width`: of the
   *   next stroke; `onchange`: `done` when a stroke has ended
   */
  constructor(image, { width, onchange, say }) {
    this.image = image;
    this.grid = gridOf(image);
    this.drawing = blank(this.grid);
    /** @type {number | null} the pointer that draws */
    this.hand = null;
    this.width = width;
    this.onchange = onchange;
    this.say = say;
    this.canvas = h("canvas", {
      class: "lv-pad",
      width: PAD,
      height: PAD,
      role: "application",
      "aria-label": t("draw.pad", this.grid),
      tabindex: 0,
    });
    this.ink = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d", { willReadFrequently: true }));
    this.cell = h("i", { class: "lv-cell", "aria-hidden": "true" });
    this.element = h("div", { class: "lv-pad-box" }, this.canvas, this.cell);
    this.listen();
    this.paint();
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !event.isPrimary) return; // a second finger would draw lines from hand to hand
      this.hand = event.pointerId;
      canvas.setPointerCapture(event.pointerId);
      this.act({ do: "lift" });
      this.act({ do: "begin", at: this.place(event), width: this.width() });
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== this.hand) return;
      const parts = event.getCoalescedEvents?.() ?? [];
      this.act({ do: "extend", points: (parts.length ? parts : [event]).map((part) => this.place(part)) });
    });
    for (const end of ["pointerup", "pointercancel"])
      canvas.addEventListener(end, (event) => this.release(/** @type {PointerEvent} */ (event)));
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("focus", () => this.sayCell());
    canvas.addEventListener("blur", () => this.drawing.down && this.act({ do: "lift" }, true));
  }

  /** The end of a stroke, also of one that the system takes over. @param {PointerEvent} event */
  release(event) {
    if (event.pointerId !== this.hand) return;
    this.hand = null;
    this.onchange(true);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actionOf(event.key, this.grid, this.width());
    if (!action) return;
    event.preventDefault();
    if (action.do === "pen" && event.repeat) return; // a key that is held is one press
    const lifted = action.do === "pen" && this.drawing.down;
    this.act(action, lifted || action.do === "undo" || action.do === "clear");
    this.sayCell();
  }

  /** Changes the drawing. @param {Action} action @param {boolean} [done] */
  act(action, done = false) {
    this.drawing = drawn(this.drawing, action);
    this.paint();
    this.onchange(done);
  }

  sayCell() {
    const { row, column, down } = this.drawing;
    this.say(t(down ? "draw.cell.down" : "draw.cell.up", { row: row + 1, column: column + 1 }));
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * PAD, ((event.clientY - box.top) / box.height) * PAD];
  }

  paint() {
    const { ink, drawing, grid, cell } = this;
    ink.fillStyle = "#000";
    ink.fillRect(0, 0, PAD, PAD);
    if (drawing.picture) paintPicture(ink, drawing.picture, this.image);
    for (const stroke of drawing.strokes) paintStroke(ink, stroke);
    const [x, y] = centreOf(drawing, grid);
    Object.assign(cell.style, {
      left: `${(100 * x) / PAD}%`,
      top: `${(100 * y) / PAD}%`,
      width: `${100 / grid.columns}%`,
      height: `${100 / grid.rows}%`,
    });
    cell.classList.toggle("lv-cell-down", drawing.down);
  }

  /** What is drawn as an observation `[channels, height, width]` in [0, 1], centred as MNIST's are; null where nothing is. */
  observation() {
    const { drawing, image } = this;
    const [channels, height, width] = image;
    if (drawing.picture) return drawing.picture;
    const grey = isBlank(drawing) ? null : centreLikeMnist(this.levels(), PAD, PAD, width, height);
    return grey && inChannels(grey, channels);
  }

  /** The strokes' grey levels, `[PAD, PAD]` in [0, 1]. */
  levels() {
    const { data } = this.ink.getImageData(0, 0, PAD, PAD);
    const grey = new Float32Array(PAD * PAD);
    for (let i = 0; i < grey.length; i++) grey[i] = data[4 * i] / 255; // `from` takes ten times as long, in each frame
    return grey;
  }
}

/** @param {CanvasRenderingContext2D} ink @param {import("../../engine/ink/drawing.js").Stroke} stroke */
function paintStroke(ink, { width, points }) {
  ink.strokeStyle = "#fff";
  ink.lineCap = ink.lineJoin = "round";
  ink.lineWidth = width;
  ink.beginPath();
  points.forEach(([x, y], i) => (i ? ink.lineTo(x, y) : ink.moveTo(x, y)));
  if (points.length === 1) ink.lineTo(points[0][0], points[0][1] + 0.01);
  ink.stroke();
}

/** An observation as large as the pad. @param {CanvasRenderingContext2D} ink @param {Float32Array} x @param {number[]} image */
function paintPicture(ink, x, [channels, height, width]) {
  const plane = width * height;
  const pixels = new ImageData(width, height);
  for (let i = 0; i < plane; i++)
    pixels.data.set([0, 1, 2].map((c) => 255 * x[i + (c % channels) * plane]).concat(255), 4 * i);
  const small = new OffscreenCanvas(width, height);
  /** @type {OffscreenCanvasRenderingContext2D} */ (small.getContext("2d")).putImageData(pixels, 0, 0);
  ink.imageSmoothingEnabled = false;
  ink.drawImage(small, 0, 0, PAD, PAD);
}
