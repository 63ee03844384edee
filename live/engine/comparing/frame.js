// @ts-check
// The frame that several maps share: the first model's axes, the others turned into them where that means something,
// and beyond two latents one plane for all. Pure arithmetic; knows no DOM.

import { ringsOf } from "../prior.js";
import { align, corresponds, fromFrame, toFrame, untouched } from "./align.js";
import { eigen } from "./matrix.js";

/** @typedef {"off" | "turn" | "scale"} Mode */

/** How far the prior's rings are, in standard deviations. */
const RINGS = [1, 2];

/**
 * @typedef {import("./align.js").Codes} Codes
 * @typedef {import("./align.js").Alignment} Alignment
 * @typedef {"first" | "off" | "turned" | "refused"} Standing of a model: what was done to its map
 * @typedef {object} Frame
 * @property {number} size latents of the frame
 * @property {number[][]} axes of the plane, `[2][size]`
 * @property {{alignment: Alignment, standing: Standing, explained: number, latent: number}[]} models `explained`: R² of
 *   the turn, also where it was refused
 * @property {Float32Array[]} places of each model's codes, `[images, 2]`
 */

/** @param {Codes[]} codes of the models, the first one's axes are the frame's @param {Mode} mode @returns {Frame} */
export function sharedFrame(codes, mode) {
  const size = Math.max(2, ...codes.map(({ latent }) => latent));
  const models = codes.map((one, k) => ({ ...placed(codes[0], one, k, mode, size), latent: one.latent }));
  const axes =
    size === 2
      ? [
          [1, 0],
          [0, 1],
        ]
      : principalAxes(
          codes,
          models.map(({ alignment }) => alignment),
          size,
        );
  const places = codes.map((one, k) => placesOf(one, models[k].alignment, axes));
  return { size, axes, models, places };
}

/** @param {Codes} first @param {Codes} codes @param {number} k @param {Mode} mode @param {number} size @returns {{alignment: Alignment, standing: Standing, explained: number}} */
function placed(first, codes, k, mode, size) {
  if (k === 0 || mode === "off")
    return { alignment: untouched(size), standing: k === 0 ? "first" : "off", explained: 1 };
  const found = align(first, codes, mode === "scale", size);
  if (corresponds(found)) return { alignment: found, standing: "turned", explained: found.explained };
  return { alignment: untouched(size), standing: "refused", explained: found.explained };
}

/** Where a code falls on the plane. @param {Frame} frame @param {number} k of the model @param {ArrayLike<number>} z @returns {[number, number]} */
export function onPlane({ models, axes }, k, z) {
  return along(axes, toFrame(models[k].alignment, z));
}

/** A code in the frame. @param {Frame} frame @param {number} k @param {ArrayLike<number>} z */
export function inFrame({ models }, k, z) {
  return toFrame(models[k].alignment, z);
}

/** A model's code at a place of the frame. @param {Frame} frame @param {number} k @param {ArrayLike<number>} at `[size]` @returns {Float32Array} */
export function codeAt({ models }, k, at) {
  return fromFrame(models[k].alignment, at, models[k].latent);
}

/** The place of the frame at a point of the plane that keeps what the plane does not see of `base`. @param {Frame} frame @param {number} x @param {number} y @param {ArrayLike<number>} base @returns {Float64Array} */
export function lifted({ axes, size }, x, y, base) {
  const [bx, by] = along(axes, base);
  return Float64Array.from({ length: size }, (_, d) => base[d] + (x - bx) * axes[0][d] + (y - by) * axes[1][d]);
}

/**
 * The rings of a model's prior in the plane: N(0, I) stays round however its map is turned; a learnt one is shown only in
 * its own axes. @param {Frame} frame @param {number} k @param {import("../prior.js").Owner} owner
 * @returns {import("../prior.js").Ring[]}
 */
export function priorOf(frame, k, owner) {
  const { alignment, latent, standing } = frame.models[k];
  if (owner.prior) return frame.size === 2 && standing !== "turned" ? ringsOf(owner, [0, 1]) : [];
  const [x, y] = onPlane(frame, k, new Float64Array(latent));
  return RINGS.map((sigma) => ({ x, y, rx: sigma * alignment.scale, ry: sigma * alignment.scale }));
}

/**
 * The ellipse of one standard deviation of a posterior in the plane, turned with the map.
 * @param {Frame} frame @param {number} k @param {ArrayLike<number>} std of each latent
 * @returns {{radii: number[], turn: number}} `turn`: counterclockwise, in degrees
 */
export function ellipseOf({ models, axes, size }, k, std) {
  const { rotation, scale } = models[k].alignment;
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < std.length; i++) {
    const [x, y] = along(axes, rotation.subarray(i * size, (i + 1) * size)).map((part) => part * std[i] * scale);
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  const middle = (xx + yy) / 2,
    apart = Math.hypot((xx - yy) / 2, xy);
  const radii = [middle + apart, middle - apart].map((square) => Math.sqrt(Math.max(0, square)));
  return { radii, turn: (Math.atan2(xy, (xx - yy) / 2) * 90) / Math.PI };
}

/** @param {number[][]} axes @param {ArrayLike<number>} at @returns {[number, number]} */
function along(axes, at) {
  let [x, y] = [0, 0];
  for (let d = 0; d < at.length; d++) {
    x += axes[0][d] * at[d];
    y += axes[1][d] * at[d];
  }
  return [x, y];
}

/** @param {Codes} codes @param {Alignment} alignment @param {number[][]} axes */
function placesOf({ mu, latent }, alignment, axes) {
  const count = mu.length / latent;
  const { size, rotation, mean, otherMean, scale } = alignment;
  const origin = along(
    axes,
    otherMean.map((value, j) => {
      let moved = 0;
      for (let i = 0; i < size; i++) moved += mean[i] * rotation[i * size + j];
      return value - scale * moved;
    }),
  );
  const ways = Array.from({ length: latent }, (_, i) =>
    along(axes, rotation.subarray(i * size, (i + 1) * size)).map((part) => part * scale),
  );
  const places = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    let [x, y] = origin;
    for (let d = 0; d < latent; d++) {
      x += mu[i * latent + d] * ways[d][0];
      y += mu[i * latent + d] * ways[d][1];
    }
    places[2 * i] = x;
    places[2 * i + 1] = y;
  }
  return places;
}

/** The two directions in which all codes together spread most, through 0, so that the prior stays round. @param {Codes[]} codes @param {Alignment[]} alignments @param {number} size @returns {number[][]} */
function principalAxes(codes, alignments, size) {
  const square = new Float64Array(size * size),
    mean = new Float64Array(size);
  let count = 0;
  for (const [k, { mu, latent }] of codes.entries())
    for (let at = 0; at < mu.length; at += latent, count++) {
      const z = toFrame(alignments[k], mu.subarray(at, at + latent));
      for (let i = 0; i < size; i++) {
        mean[i] += z[i];
        for (let j = 0; j < size; j++) square[i * size + j] += z[i] * z[j];
      }
    }
  const covariance = square.map(
    (sum, at) => sum / count - (mean[Math.floor(at / size)] / count) * (mean[at % size] / count),
  );
  return eigen(covariance, size).vectors.slice(0, 2);
}
