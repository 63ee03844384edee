// @ts-check
// A pupil's own drawings on a map: each is encoded here by the model that is shown, and marked where it falls. Knows a
// pane and its map; knows no class.
import { SIDE } from "../engine/album.js";
import { inChannels } from "../engine/ink/drawing.js";
import { shrunk } from "../engine/ink/packed.js";
import { toPlane } from "../engine/plane.js";
import { follow } from "../parts/led.js";
import { t } from "../words/words.js";

/** @typedef {import("../parts/led.js").Sketch} Sketch */

const WHITE = 255;

/** Marks them as they are asked for. @param {import("./latent_map.js").LatentMap} map @param {import("../pane.js").Pane} pane */
export function showOwnDrawings(map, pane) {
  let shown = 0,
    turn = 0;
  return follow({
    async mine(drawings) {
      const asked = ++turn;
      const codes = drawings.length ? await codesOf(pane.model, drawings).catch(() => []) : [];
      if (asked !== turn) return;
      for (let i = 0; i < Math.max(shown, codes.length); i++) {
        const [x, y] = codes[i] ? toPlane(pane.plane, codes[i]) : [];
        map.mark(`mine:${i}`, x === undefined ? null : { x, y, text: i ? "" : t("classroom.mine") });
      }
      shown = codes.length;
    },
  });
}

/** Their codes; none of what this model has no class for. @param {import("../engine/model.js").Model} model @param {Sketch[]} drawings */
async function codesOf(model, drawings) {
  const { image, kind, conditional, classNames } = model.info;
  const [channels, height, width] = image;
  if (kind !== "image") return [];
  const encoder = await model.encoder();
  return drawings.flatMap(({ levels, name }) => {
    const label = conditional ? classNames.indexOf(name) : null;
    if (label !== null && label < 0) return [];
    const grey = shrunk(levels, SIDE, height, width).map((level) => level / WHITE);
    return [encoder.encode(inChannels(grey, channels), label).mu.slice()];
  });
}
