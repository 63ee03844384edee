// @ts-check
// The pins of a class over a map: a soft disc for each, so that many of them make a heat map (a sum of kernels), and the
// truth drawn over it. Knows a map and its plane; knows no class.
import { toPlane } from "../engine/plane.js";
import { follow } from "../parts/led.js";
import { t } from "../words/words.js";

const DARKEST = 0.7,
  TOGETHER = 6; // so many of all pins in one place are as dark as it gets

/** How much one of several pins covers what is below. @param {number} count */
export const opacityOf = (count) => Math.min(DARKEST, TOGETHER / Math.max(1, count));

/**
 * Shows them on a map as they come; `lead`: goes where a teacher's hand is.
 * @param {import("./latent_map.js").LatentMap} map @param {import("../engine/plane.js").PlaneInfo} plane
 * @param {(z: number[]) => void} lead
 */
export function showLed(map, plane, lead) {
  const latentDim = plane.mean.length;
  let shown = 0;
  const fits = (/** @type {number[]} */ z) => z.length === latentDim;
  return follow({
    lead: (z) => fits(z) && lead(z),
    pins({ pins, truth }) {
      const places = pins.filter(fits).map((z) => toPlane(plane, Float32Array.from(z)));
      map.marks.element.style.setProperty("--pin", String(opacityOf(places.length)));
      for (let i = 0; i < Math.max(shown, places.length); i++) {
        const [x, y] = places[i] ?? [];
        map.mark(`pin:${i}`, places[i] ? { x, y, shape: "pin" } : null);
      }
      shown = places.length;
      map.element.classList.toggle("lv-pinned", shown > 0);
      const [x, y] = truth && fits(truth.z) ? toPlane(plane, Float32Array.from(truth.z)) : [];
      map.mark("within", truth && x !== undefined ? { x, y, radii: [truth.within, truth.within] } : null);
      map.mark("truth", x === undefined ? null : { x, y, text: t("classroom.truth") });
    },
  });
}
