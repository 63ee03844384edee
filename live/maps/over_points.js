// @ts-check
// What lies over the points of a map beside others: draws from the prior, trails to where an image is in the other map,
// circles around a group. Pure functions of a drawing context; knows places, no model.
import { gaussian, seeded } from "../engine/random.js";

const CLOUD_POINTS = 1000,
  CLOUD_SEED = 11,
  CIRCLE = 5; // pixels, around an image of a group

/**
 * @typedef {(x: number, y: number) => [number, number]} ToPixels
 * @typedef {object} Over
 * @property {import("../engine/prior.js").Ring | null} cloud the ring of one standard deviation of the prior, if its draws are shown
 * @property {{from: Float32Array, to: Float32Array, indices: number[], labels: ArrayLike<number> | null} | null} trails
 *   `from`, `to`: places, `[points, 2]`
 * @property {{places: Float32Array, indices: number[]}} group
 */

/** @param {CanvasRenderingContext2D} context @param {ToPixels} to @param {Over} over @param {import("../parts/theme.js").Theme} theme */
export function drawOver(context, to, { cloud, trails, group }, theme) {
  if (cloud) drawCloud(context, to, cloud, theme.text);
  if (trails) drawTrails(context, to, trails, theme.colour);
  drawCircles(context, to, group, theme.text);
}

/** @type {Float32Array | null} draws from N(0, I), `[points, 2]` */
let draws = null;

/** @param {CanvasRenderingContext2D} context @param {ToPixels} to @param {import("../engine/prior.js").Ring} ring @param {string} colour */
function drawCloud(context, to, { x, y, rx, ry }, colour) {
  draws ??= normalDraws();
  context.fillStyle = colour;
  context.globalAlpha = 0.45;
  for (let i = 0; i < CLOUD_POINTS; i++) {
    const [px, py] = to(x + rx * draws[2 * i], y + ry * draws[2 * i + 1]);
    context.fillRect(px - 1, py - 1, 2, 2);
  }
  context.globalAlpha = 1;
}

function normalDraws() {
  const uniform = seeded(CLOUD_SEED);
  return Float32Array.from({ length: 2 * CLOUD_POINTS }, () => gaussian(uniform));
}

/** Lines that widen from where an image was to where it is. @param {CanvasRenderingContext2D} context @param {ToPixels} to @param {NonNullable<Over["trails"]>} trails @param {(label: number) => string} colour */
function drawTrails(context, to, trails, colour) {
  context.globalAlpha = 0.6;
  for (const index of trails.indices) {
    const [x0, y0] = to(trails.from[2 * index], trails.from[2 * index + 1]);
    const [x1, y1] = to(trails.to[2 * index], trails.to[2 * index + 1]);
    const long = Math.hypot(x1 - x0, y1 - y0) || 1;
    const [ux, uy] = [(-(y1 - y0) / long) * 2, ((x1 - x0) / long) * 2];
    context.fillStyle = colour(trails.labels?.[index] ?? 0);
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1 + ux, y1 + uy);
    context.lineTo(x1 - ux, y1 - uy);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {ToPixels} to @param {Over["group"]} group @param {string} colour */
function drawCircles(context, to, { places, indices }, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  for (const index of indices) {
    const [px, py] = to(places[2 * index], places[2 * index + 1]);
    context.beginPath();
    context.arc(px, py, CIRCLE, 0, 2 * Math.PI);
    context.stroke();
  }
}
