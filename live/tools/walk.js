// @ts-check
// The start: until somebody touches anything, a hand walks from one class into the next and the image follows. Who wants
// less motion sees the way drawn, and three images on it.
import { lerp, toPlane } from "../engine/plane.js";
import { h } from "../parts/dom.js";
import { Frame } from "../parts/frame.js";
import { Ghost } from "../parts/start/ghost.js";
import { t } from "../words/words.js";

const STEPS = 181, // places on the way: three seconds of frames
  STILLS = [0, (STEPS - 1) / 2, STEPS - 1];

export class Walk {
  /** @param {import("./place.js").Place} place */
  constructor(place) {
    this.place = place;
    const { walk } = place.pane.data.start;
    this.way = walk && lerp(Float32Array.from(walk.from), Float32Array.from(walk.to), STEPS);
    this.ghost = new Ghost((share) => this.step(share));
    this.element = h("div", { class: "lv-row lv-stills", hidden: true });
    this.shown = false;
  }

  get walks() {
    return this.ghost.walks;
  }

  start() {
    if (!this.way) return;
    this.shown = true;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.standStill(this.way);
    else this.ghost.start();
  }

  /** @param {number} share */
  step(share) {
    const { way, place } = this;
    if (!way) return;
    const z = way[Math.round(share * (STEPS - 1))];
    const [x, y] = toPlane(place.pane.plane, z);
    place.map.mark("ghost", { x, y, shape: "hand" });
    place.hover(z);
  }

  /** @param {Float32Array[]} way */
  standStill(way) {
    const { pane, map, state } = this.place;
    const line = [way[0], way[STEPS - 1]].map((z) => toPlane(pane.plane, z));
    map.mark("path", { line });
    const frames = STILLS.map((step) => {
      const frame = new Frame(pane.model.info.image, { size: "medium", caption: t("frame.generated") });
      pane.model.show(frame, way[step], state.label);
      return frame.element;
    });
    this.element.replaceChildren(...frames);
    this.element.hidden = false;
  }

  /** Somebody has touched. */
  stop() {
    if (!this.shown) return;
    this.shown = false;
    this.ghost.stop();
    this.element.hidden = true;
    for (const name of ["ghost", "path"]) this.place.map.mark(name, null);
  }
}
