// @ts-check
// A pupil's drawing as the answer to a question. Knows canvases; knows no line.
import { packed } from "../../engine/ink/packed.js";
import { SKETCH } from "./votes.js";

/** @param {import("../../contract.js").Drawn} drawn @param {string} truth @returns {Promise<import("./goal.js").Sketch>} */
export async function sketchOf({ picture, read }, truth) {
  const image = Object.assign(new Image(), { src: picture });
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: SKETCH, height: SKETCH });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(image, 0, 0, SKETCH, SKETCH);
  const { data } = context.getImageData(0, 0, SKETCH, SKETCH);
  const grey = Array.from({ length: SKETCH * SKETCH }, (_, i) => (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3);
  return { right: read === truth, ink: packed(grey) };
}
