// @ts-check
// Codes on a way as a moving picture: there and back, for ever. Knows a model and the file's format; knows no view.
import { gifOf } from "../../engine/gif.js";
import { greys, paletteOf } from "../../engine/gif_palette.js";

const SIDE = 224, // pixels of the longer side, about
  HUNDREDTHS = 5; // of a second a frame

export const FRAME_MS = 10 * HUNDREDTHS;

/** How many codes on a way are enough: with the way back at most 60 frames. */
export const STEPS = 31;

/**
 * @param {Pick<import("../../engine/model.js").Model, "info" | "decode">} model @param {Float32Array[]} codes
 * @param {import("../../engine/network.js").Condition} label
 */
export function movingPicture(model, codes, label) {
  const [channels, height, width] = model.info.image;
  const images = codes.map((z) => model.decode(z, label).slice()),
    palette = channels === 1 ? greys() : paletteOf(images);
  const scale = scaleOf(model.info.image);
  const there = images.map((levels) => enlarged(indicesOf(levels, palette, channels), width, scale));
  const frames = [...there, ...there.slice(1, -1).reverse()];
  return new Blob([gifOf(frames, width * scale, height * scale, palette.colours, HUNDREDTHS)], { type: "image/gif" });
}

/** How many pixels of the file one of an image is wide. @param {number[]} image channels, height, width */
export function scaleOf([, height, width]) {
  return Math.max(1, Math.round(SIDE / Math.max(height, width)));
}

/** Where the pixels of an image are in a palette, `[height, width]`. @param {ArrayLike<number>} levels `[channels, height, width]` @param {import("../../engine/gif_palette.js").Palette} palette @param {number} channels */
export function indicesOf(levels, { indexOf }, channels) {
  const plane = levels.length / channels,
    [green, blue] = channels === 1 ? [0, 0] : [plane, 2 * plane];
  return Uint8Array.from({ length: plane }, (_, i) => indexOf(levels[i], levels[green + i], levels[blue + i]));
}

/** Each pixel as a square of pixels. @param {Uint8Array} indices `[height, width]` @param {number} width @param {number} scale */
export function enlarged(indices, width, scale) {
  const wide = width * scale,
    large = new Uint8Array(indices.length * scale * scale);
  for (let at = 0; at < large.length; at++) {
    const row = Math.floor(at / wide / scale),
      column = Math.floor((at % wide) / scale);
    large[at] = indices[row * width + column];
  }
  return large;
}
