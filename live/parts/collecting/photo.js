// @ts-check
// A picture as an album holds it: its middle square, made small here, so that nothing else of it leaves the page.
// Knows files and canvases; knows no album.
import { SIDE } from "../../engine/album.js";
import { observationOf } from "../../engine/ink/drawing.js";
import { imageSize } from "../../engine/ink/image_size.js";
import { t } from "../../words/words.js";

const CHANNELS = 3,
  MOST_MEGABYTES = 32,
  MOST_SIDE = 12000,
  MOST_MEGAPIXELS = 64,
  HEADER_BYTES = 2 ** 18;

/** Channels, height and width. */
export const PHOTO = [CHANNELS, SIDE, SIDE];

/** The levels of an image file; throws a sentence. @param {File} file @returns {Promise<Uint8Array>} */
export async function photoOf(file) {
  const refusal = refusalOf(file, imageSize(new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer())));
  if (refusal) throw new Error(refusal);
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(t("draw.file.broken", { name: file.name }));
  });
  const levels = squareOf(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
  return levels;
}

/** Why a file is not taken, before it is unpacked; "" where it is. @param {{name: string, size: number}} file @param {[number, number] | null} size in pixels, where the file says it */
export function refusalOf({ name, size: bytes }, size) {
  if (bytes > MOST_MEGABYTES * 2 ** 20)
    return t("draw.file.heavy", { name, size: bytes / 2 ** 20, most: MOST_MEGABYTES });
  const [width, height] = size ?? [0, 0];
  if (Math.max(width, height) <= MOST_SIDE && width * height <= MOST_MEGAPIXELS * 1e6) return "";
  return t("draw.file.large", { name, width, height, side: MOST_SIDE, pixels: MOST_MEGAPIXELS });
}

/** The middle square of what a canvas can draw, `[3, SIDE, SIDE]`. @param {CanvasImageSource} source @param {number} width @param {number} height */
export function squareOf(source, width, height) {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const side = Math.min(width, height);
  context.fillStyle = "#fff"; // what is transparent is white paper, as the server has it
  context.fillRect(0, 0, SIDE, SIDE);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, SIDE, SIDE);
  const x = observationOf(context.getImageData(0, 0, SIDE, SIDE).data, CHANNELS);
  return Uint8Array.from(x, (level) => Math.round(255 * level));
}
