// @ts-check
// The pad on which an image of a model is made by hand: strokes, or the cells of a piano roll. Knows both pads.
import { DrawPad } from "./draw_pad.js";
import { rollOf } from "./rolls.js";
import { StepPad } from "./step_pad.js";

/** Whether it is cells that are written, not strokes. @param {import("../../engine/model.js").ModelInfo} info */
export function hasCells({ kind }) {
  return kind !== "image";
}

/**
 * @param {import("../../engine/model.js").ModelInfo} info
 * @param {{width: () => number, onchange: (done: boolean) => void, say: (text: string) => void}} hands `width`: of a stroke
 */
export function padOf(info, { width, onchange, say }) {
  return hasCells(info)
    ? new StepPad(info.image, rollOf(info), { onchange, say })
    : new DrawPad(info.image, { width, onchange, say });
}
