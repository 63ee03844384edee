// @ts-check
// The rate-distortion plane (Alemi et al. 2018): what is paid against what is lost, a dot that runs along the curve, its
// tangent, whose slope is the price, the lines of equal ELBO, and networks trained for one price alone.
// Knows canvases and a curve; knows no model.
import { bestOf, boxAround, equalElboLines, paidOf, roundStep, seenAt, tangentAt } from "../../engine/dial/curve.js";
import { atMost, number, t } from "../../words/words.js";
import { h } from "../dom.js";

const MARGIN = { left: 46, right: 10, top: 10, bottom: 34 },
  LINES = 12,
  TICK_PX = 56,
  NEAR_PX = 12, // two names would lie on each other
  EDGE_PX = 60; // a name in the middle would be cut

/**
 * @typedef {import("../../engine/dial/curve.js").Point} Point
 * @typedef {import("../../engine/dial/curve.js").Place} Place
 * @typedef {import("../../engine/dial/curve.js").Box} Box
 * @typedef {object} Dial
 * @property {import("../../contract.js").Axis} axis
 * @property {import("../../contract.js").DialStep[]} steps
 * @property {import("../../contract.js").Measured[]} alone
 * @property {boolean} oneNetwork whether one network is all values, so that a curve runs through the steps
 * @typedef {{accent: string, text: string, ground: string, font: string}} Look
 * @typedef {{context: CanvasRenderingContext2D, box: Box, width: number, height: number, look: Look,
 *   x: (paid: number) => number, y: (distortion: number) => number}} Pen
 */

export class CostChart {
  /** @param {Dial} dial */
  constructor(dial) {
    const { steps, axis } = dial;
    this.dial = dial;
    this.curve = steps.map((step) => placeOf(step, axis));
    const best = axis === "lambda" ? null : bestOf(steps);
    this.best = best && placeOf(best, axis);
    this.element = h("canvas", { class: "lv-cost", role: "img" });
    this.size = { width: 0, height: 0 };
    /** @type {Look | null} */
    this.look = null;
    /** @type {Point | null} */
    this.point = null;
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(this.element);
  }

  resize() {
    const { element } = this;
    const ratio = globalThis.devicePixelRatio || 1;
    this.size = { width: element.clientWidth, height: element.clientHeight };
    element.width = Math.round(this.size.width * ratio);
    element.height = Math.round(this.size.height * ratio);
    const style = getComputedStyle(element); // once: asked in each frame, it would cost a layout
    this.look = {
      accent: style.getPropertyValue("--accent").trim(),
      text: style.color,
      ground: style.getPropertyValue("--st-background-color").trim() || "Canvas",
      font: style.fontFamily,
    };
    this.draw();
  }

  /** @param {Point} point @param {string} said for a screen reader */
  show(point, said) {
    this.point = point;
    this.element.setAttribute("aria-label", said);
    this.draw();
  }

  /** All that was trained alone, each mark with its value; no hand moves. @param {string} said for a screen reader */
  showAll(said) {
    this.element.setAttribute("aria-label", said);
    this.draw();
  }

  draw() {
    const { point, look, dial, size } = this;
    if (!look || (!point && dial.steps.length) || size.width < 80 || size.height < 60) return;
    const context = /** @type {CanvasRenderingContext2D} */ (this.element.getContext("2d"));
    const ratio = this.element.width / size.width;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    const box = point ? seenAt(dial.steps, point, dial.axis, dial.alone) : boxAround(dial.alone, dial.axis);
    const pen = penOn(context, box, size, look);
    drawAxes(pen, dial.axis);
    context.save();
    context.beginPath();
    context.rect(...areaOf(size));
    context.clip();
    if (dial.axis !== "lambda") drawEqual(pen);
    drawCurve(pen, this.curve, dial.oneNetwork);
    for (const one of dial.alone) drawAlone(pen, one);
    if (!point) drawValues(pen, dial.alone);
    if (point && dial.axis !== "latent") drawTangent(pen, point); // a size is no price
    if (this.best) drawBest(pen, this.best);
    if (point) drawDot(pen, [point.paid, point.distortion]);
    context.restore();
  }

  close() {
    this.resizer.disconnect();
  }
}

/** Where a step lies in the plane. @param {import("../../contract.js").DialStep} step @param {Dial["axis"]} axis @returns {Place} */
function placeOf(step, axis) {
  return [paidOf(step, axis), step.distortion];
}

/** @param {{width: number, height: number}} size @returns {[number, number, number, number]} */
function areaOf({ width, height }) {
  return [MARGIN.left, MARGIN.top, width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
}

/** @param {CanvasRenderingContext2D} context @param {Box} box @param {{width: number, height: number}} size @param {Look} look @returns {Pen} */
function penOn(context, box, size, look) {
  const [left, top, across, up] = areaOf(size);
  return {
    context,
    box,
    ...size,
    look,
    x: (paid) => left + (across * (paid - box.left)) / (box.right - box.left),
    y: (distortion) => top + up * (1 - (distortion - box.low) / (box.high - box.low)),
  };
}

/** @param {Pen} pen @param {Dial["axis"]} axis */
function drawAxes({ context, box, width, height, look, x, y }, axis) {
  const [left, top, across, up] = areaOf({ width, height });
  context.fillStyle = context.strokeStyle = look.text;
  context.font = `12px ${look.font}`;
  context.textAlign = "center";
  for (const { value, digits } of ticksOf(box.left, box.right, across / TICK_PX))
    context.fillText(number(value, digits), x(value), top + up + 14);
  context.textAlign = "right";
  for (const { value, digits } of ticksOf(box.low, box.high, up / TICK_PX))
    context.fillText(number(value, digits), left - 5, y(value) + 4);
  context.font = `bold 12px ${look.font}`;
  context.fillText(t(axis === "lambda" ? "dial.paid.mmd" : "dial.paid"), left + across, height - 4);
  context.textAlign = "center";
  context.save();
  context.translate(11, top + up / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(t("dial.lost"), 0, 0);
  context.restore();
  context.font = `12px ${look.font}`;
  context.globalAlpha = 0.3;
  context.lineWidth = 1;
  context.strokeRect(left, top, across, up);
  context.globalAlpha = 1;
}

/** The lines of equal ELBO, each with its number where it goes out. @param {Pen} pen */
function drawEqual({ context, box, look, x, y }) {
  context.strokeStyle = context.fillStyle = look.text;
  context.lineWidth = 1;
  context.textAlign = "right";
  for (const { elbo, ends } of equalElboLines(box, LINES)) {
    const [[fromX, fromY], [toX, toY]] = ends;
    context.globalAlpha = 0.28;
    line(context, [x(fromX), y(fromY)], [x(toX), y(toY)]);
    context.globalAlpha = 0.75;
    if (y(toY) > MARGIN.top + 16) context.fillText(number(elbo, elbo % 1 ? 1 : 0), x(toX) - 5, y(toY) - 4);
  }
  context.globalAlpha = 1;
}

/** @param {Pen} pen @param {Place[]} curve @param {boolean} joined */
function drawCurve({ context, look, x, y }, curve, joined) {
  context.strokeStyle = context.fillStyle = look.text;
  context.lineWidth = 2;
  if (joined) {
    context.beginPath();
    for (const [paid, lost] of curve) context.lineTo(x(paid), y(lost));
    context.stroke();
  }
  for (const [paid, lost] of curve) disc(context, x(paid), y(lost), joined ? 2.5 : 4);
}

/** A hollow mark, with its standard errors as a cross. @param {Pen} pen @param {import("../../contract.js").Measured} alone */
function drawAlone({ context, look, x, y }, { rate, rateError, distortion, distortionError }) {
  context.strokeStyle = look.text;
  context.lineWidth = 1.5;
  line(context, [x(rate - rateError), y(distortion)], [x(rate + rateError), y(distortion)]);
  line(context, [x(rate), y(distortion - distortionError)], [x(rate), y(distortion + distortionError)]);
  context.fillStyle = look.ground;
  disc(context, x(rate), y(distortion), 4.5);
  context.stroke();
}

/** The value beside its mark; marks of one place share a name. @param {Pen} pen @param {import("../../contract.js").Measured[]} marks */
function drawValues({ context, look, width, x, y }, marks) {
  context.strokeStyle = look.ground; // a line's number may stand there
  context.fillStyle = look.text;
  context.lineWidth = 4;
  /** @type {Map<string, import("../../contract.js").Measured[]>} */
  const places = new Map();
  for (const mark of marks) {
    const near = [x(mark.rate), y(mark.distortion)].map((at) => Math.round(at / NEAR_PX)).join();
    places.set(near, [...(places.get(near) ?? []), mark]);
  }
  for (const some of places.values()) {
    const [left, top] = [x(some[0].rate), y(some[0].distortion)];
    const isAtEdge = left > width - EDGE_PX;
    const name = some.map(({ value }) => atMost(value, 3)).join(", ");
    context.textAlign = isAtEdge ? "right" : "left";
    const place = /** @type {const} */ ([left + (isAtEdge ? -9 : 9), top - 8]);
    context.strokeText(name, ...place);
    context.fillText(name, ...place);
  }
}

/** @param {Pen} pen @param {Point} point */
function drawTangent({ context, box, look, x, y }, { value, paid, distortion }) {
  const ends = tangentAt([paid, distortion], value, box);
  if (!ends) return;
  context.strokeStyle = look.accent;
  context.lineWidth = 2;
  context.setLineDash([7, 4]);
  line(context, [x(ends[0][0]), y(ends[0][1])], [x(ends[1][0]), y(ends[1][1])]);
  context.setLineDash([]);
}

/** A ring around the step with the best ELBO. @param {Pen} pen @param {Place} at */
function drawBest({ context, width, look, x, y }, [paid, lost]) {
  context.strokeStyle = context.fillStyle = look.text;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x(paid), y(lost), 11, 0, 2 * Math.PI);
  context.stroke();
  const isAtEdge = x(paid) > width - EDGE_PX;
  context.textAlign = isAtEdge ? "right" : "center";
  context.strokeStyle = look.ground; // a line's number may stand there
  context.lineWidth = 4;
  const place = /** @type {const} */ ([isAtEdge ? x(paid) - 16 : x(paid), y(lost) - (isAtEdge ? -4 : 16)]);
  context.strokeText(t("dial.best"), ...place);
  context.fillText(t("dial.best"), ...place);
}

/** @param {Pen} pen @param {Place} at */
function drawDot({ context, look, x, y }, [paid, lost]) {
  context.fillStyle = look.accent;
  context.strokeStyle = look.ground;
  context.lineWidth = 2;
  disc(context, x(paid), y(lost), 7);
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius */
function disc(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} from @param {[number, number]} to */
function line(context, from, to) {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

/** Round numbers within a range. @param {number} low @param {number} high @param {number} most */
function ticksOf(low, high, most) {
  const step = roundStep((high - low) / Math.max(1, most));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, k) => ({ value: (first + k) * step, digits }));
}
