// @ts-check
// A copy less its original as colours: where the copy is brighter, where it is darker. Pure arithmetic; knows no DOM.

/** Orange where the copy is brighter, blue where it is darker: apart for every colour vision, and in grey by sign's rim. */
const BRIGHTER = [255, 150, 40],
  DARKER = [70, 150, 255];

/**
 * Pixels of the signed difference, black where there is none; the mean over the channels.
 * @param {Uint32Array} pixels `[height, width]` as a canvas has them @param {ArrayLike<number>} copy grey levels 0 to 255
 * @param {ArrayLike<number>} original in [0, 1] @param {number} channels
 */
export function paintDifference(pixels, copy, original, channels) {
  const size = pixels.length;
  for (let i = 0; i < size; i++) {
    let apart = 0;
    for (let c = 0; c < channels; c++) apart += copy[c * size + i] / 255 - original[c * size + i];
    apart /= channels;
    const [r, g, b] = (apart > 0 ? BRIGHTER : DARKER).map((part) => Math.round(part * Math.min(1, Math.abs(apart))));
    pixels[i] = 0xff000000 | (b << 16) | (g << 8) | r;
  }
}
