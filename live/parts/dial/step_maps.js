// @ts-check
// The maps of separate models, one at a time, each in its own plane with its own axes: no point glides from one to another.
// Knows panes and maps; knows no slider.
import { nearestPlace } from "../../engine/plane.js";
import { mapOf, placesOf } from "../../maps/model_map.js";
import { t } from "../../words/words.js";
import { h } from "../dom.js";

/** @typedef {import("../../maps/latent_map.js").LatentMap} LatentMap */

export class StepMaps {
  /**
   * @param {import("../../pane.js").Pane[]} panes
   * @param {{onpick: (index: number, how: import("../../maps/gestures.js").How) => void, onleave: () => void}} hands
   */
  constructor(panes, { onpick, onleave }) {
    this.panes = panes;
    this.onpick = onpick;
    this.onleave = onleave;
    /** @type {(LatentMap | undefined)[]} each is made when it is first shown */
    this.maps = [];
    /** @type {(Float32Array | undefined)[]} */
    this.places = [];
    this.byKeys = false;
    this.element = h("div", { class: "lv-stage" });
  }

  /** @param {number} k of the model @returns {LatentMap} */
  mapOf(k) {
    const pane = this.panes[k];
    const data = { ...pane.data, figure: null }; // the canvas is enough for a look in passing
    const made =
      this.maps[k] ??
      mapOf({ ...pane, data }, t("series.map", { title: pane.model.info.title }), {
        onmove: (x, y, how) => this.pointed(k, x, y, how),
        onleave: this.onleave,
      });
    this.maps[k] = made;
    return made;
  }

  /** @param {number} k @param {number} x @param {number} y @param {import("../../maps/gestures.js").How} how */
  pointed(k, x, y, how) {
    const places = this.places[k];
    this.byKeys = how === "keys"; // the next arrow goes on from where this one came to, not from the image
    if (places?.length) this.onpick(nearestPlace(places, x, y), how);
  }

  /** @param {number} k @param {number} picked test image */
  show(k, picked) {
    const map = this.mapOf(k);
    const { model, plane } = this.panes[k];
    if (map.element.parentElement !== this.element) this.element.replaceChildren(map.element);
    if (!model.ready) return;
    this.places[k] ??= placesOf(plane, model.mu);
    const [x, y] = this.places[k].subarray(2 * picked, 2 * picked + 2);
    map.mark("picked", { x, y });
    if (!this.byKeys) map.at = [x, y];
    const std = model.stdOf(picked);
    if (std && plane.dims && model.info.latentDim > 1)
      map.mark("ellipse", { x, y, radii: plane.dims.map((d) => std[d]) });
  }

  close() {
    for (const map of this.maps) map?.close();
  }
}
