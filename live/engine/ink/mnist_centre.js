// @ts-check
// From a drawing or a photograph to an image like those of the training set: MNIST's own recipe.
// Pure arithmetic on grey levels; knows no DOM.

/**
 * Centres and scales ink as MNIST was made: its box fits 20 of 28 pixels, its centre of mass lies in the middle.
 * Source: LeCun, Cortes and Burges, "The MNIST database"; for other sizes in the same proportion.
 * @param {Float32Array} ink `[height, width]` in [0, 1], 0 is paper
 * @param {number} width @param {number} height @param {number} outWidth @param {number} outHeight
 * @returns {Float32Array | null} `[outHeight, outWidth]`, or null where there is no ink
 */
export function centreLikeMnist(ink, width, height, outWidth, outHeight) {
  let left = width,
    right = -1,
    top = height,
    bottom = -1;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (ink[y * width + x] > 0.05) {
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
  if (right < 0) return null;
  const box = Math.max(right - left + 1, bottom - top + 1);
  const scale = box / (Math.min(outWidth, outHeight) * (20 / 28));
  let mass = 0,
    mx = 0,
    my = 0;
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const v = ink[y * width + x];
      mass += v;
      mx += v * (x + 0.5);
      my += v * (y + 0.5);
    }
  return resample(
    ink,
    width,
    height,
    mx / mass - (outWidth / 2) * scale,
    my / mass - (outHeight / 2) * scale,
    scale,
    outWidth,
    outHeight,
  );
}

/**
 * Mean of the source over each output pixel's square, 0 outside: an area filter, so that thin lines stay grey.
 * @param {Float32Array} source @param {number} width @param {number} height @param {number} x0 @param {number} y0
 * @param {number} scale source pixels an output pixel @param {number} outWidth @param {number} outHeight
 */
export function resample(source, width, height, x0, y0, scale, outWidth, outHeight) {
  const out = new Float32Array(outWidth * outHeight);
  for (let oy = 0; oy < outHeight; oy++)
    for (let ox = 0; ox < outWidth; ox++) {
      const xa = x0 + ox * scale,
        xb = xa + scale,
        ya = y0 + oy * scale,
        yb = ya + scale;
      let sum = 0;
      for (let y = Math.max(0, Math.floor(ya)); y < Math.min(height, yb); y++) {
        const tall = Math.min(yb, y + 1) - Math.max(ya, y);
        for (let x = Math.max(0, Math.floor(xa)); x < Math.min(width, xb); x++)
          sum += source[y * width + x] * tall * (Math.min(xb, x + 1) - Math.max(xa, x));
      }
      out[oy * outWidth + ox] = sum / (scale * scale);
    }
  return out;
}

/**
 * Grey levels with the paper dark, whichever way the picture was: the border tells what is paper.
 * @param {Uint8ClampedArray} rgba @param {number} width @param {number} height
 * @returns {Float32Array} in [0, 1]
 */
export function inkOf(rgba, width, height) {
  const grey = new Float32Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    const alpha = rgba[4 * i + 3] / 255;
    grey[i] = ((0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2]) / 255) * alpha + (1 - alpha);
  }
  const border = [];
  for (let x = 0; x < width; x++) border.push(grey[x], grey[(height - 1) * width + x]);
  for (let y = 0; y < height; y++) border.push(grey[y * width], grey[y * width + width - 1]);
  border.sort((a, b) => a - b);
  const paper = border[border.length >> 1];
  const reach = Math.max(paper, 1 - paper);
  for (let i = 0; i < grey.length; i++) grey[i] = Math.max(0, Math.min(1, Math.abs(grey[i] - paper) / reach));
  return grey;
}
