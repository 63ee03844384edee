// @ts-check
// An image that somebody brings as an observation like those of the training set, or a sentence on why not.
// Knows files and canvases; knows no model.
import { PAD } from "../../engine/ink/drawing.js";
import { imageSize } from "../../engine/ink/image_size.js";
import { centreLikeMnist, inkOf } from "../../engine/ink/mnist_centre.js";
import { t } from "../../words/words.js";

const MAX_MEGAPIXELS = 16,
  MAX_SIDE = 4096,
  MAX_MEGABYTES = 10,
  HEADER_BYTES = 2 ** 18;

/** The observation `[height, width]`, grey; throws a sentence. @param {File} file @param {number[]} image channels, height, width */
export async function readImage(file, [, height, width]) {
  const refusal = refusalOf(file, imageSize(new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer())));
  if (refusal) throw new Error(refusal);
  const observation = centreLikeMnist(await inkIn(file), PAD, PAD, width, height);
  if (!observation) throw new Error(t("draw.file.even", { name: file.name }));
  return observation;
}

/** Why a file is not taken, before it is unpacked; "" where it is. @param {{name: string, type: string, size: number}} file @param {[number, number] | null} size in pixels */
export function refusalOf({ name, type, size: bytes }, size) {
  if (!/^image\/(png|jpeg)$/.test(type)) return t("draw.file.kind", { name });
  if (bytes > MAX_MEGABYTES * 2 ** 20)
    return t("draw.file.heavy", { name, size: bytes / 2 ** 20, most: MAX_MEGABYTES });
  if (!size) return "";
  const [width, height] = size;
  const fits = Math.max(width, height) <= MAX_SIDE && width * height <= MAX_MEGAPIXELS * 1e6;
  return fits ? "" : t("draw.file.large", { name, width, height, side: MAX_SIDE, pixels: MAX_MEGAPIXELS });
}

/** @param {File} file @returns {Promise<Float32Array>} its ink, `[PAD, PAD]` */
async function inkIn(file) {
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: PAD, resizeHeight: PAD, resizeQuality: "high" });
    const canvas = new OffscreenCanvas(PAD, PAD);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.drawImage(bitmap, 0, 0);
    return inkOf(context.getImageData(0, 0, PAD, PAD).data, PAD, PAD);
  } catch {
    throw new Error(t("draw.file.broken", { name: file.name }));
  }
}
