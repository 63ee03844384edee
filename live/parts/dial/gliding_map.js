// @ts-check
// The map of a dial: each code on its way between two values at which it was measured, and one picked test image with
// the posterior's ellipse. Without a series it is empty. Knows a pane and a map; knows no dial on the screen.
import { between } from "../../engine/dial/axis.js";
import { glide, nearestPlace, ofImage } from "../../engine/dial/series.js";
import { ringsOf } from "../../engine/prior.js";
import { spanOf } from "../../maps/axes.js";
import { LatentMap } from "../../maps/latent_map.js";
import { placesOf } from "../../maps/model_map.js";
import { classMedians } from "../../maps/points_canvas.js";
import { t } from "../../words/words.js";

/** @typedef {import("../../engine/dial/series.js").Series} Series */

export class GlidingMap {
  /**
   * @param {import("../../pane.js").Pane} pane @param {Series | null} series @param {number[]} values of its steps, rising
   * @param {{onpick: (index: number, how: import("../../maps/gestures.js").How) => void, onleave: () => void}} hands
   */
  constructor(pane, series, values, { onpick, onleave }) {
    const { model, plane, palette } = pane;
    this.model = model;
    this.plane = plane;
    this.series = series;
    this.values = values;
    this.onpick = onpick;
    this.steps = (series?.mu ?? []).map((mu) => placesOf(plane, mu));
    this.places = new Float32Array(this.steps[0]?.length ?? 0);
    this.middles = this.steps.map((places) => middlesOf(places, series?.labels ?? null, model.info.classNames.length));
    this.byKeys = false;
    this.map = new LatentMap({
      label: t("dial.map", { title: model.info.title }),
      palette,
      classNames: model.info.classNames,
      titles: [plane.xTitle, plane.yTitle],
      span: widest([this.steps[0], this.steps[this.steps.length - 1]]),
      rings: ringsOf(model.info, plane.dims),
      onmove: (x, y, how) => this.pointed(x, y, how),
      onleave,
    });
    this.element = this.map.element;
  }

  /** @param {number} x @param {number} y @param {import("../../maps/gestures.js").How} how */
  pointed(x, y, how) {
    const index = nearestPlace(this.places, x, y);
    this.byKeys = how === "keys"; // the next arrow goes on from where this one came to, not from the image
    if (index >= 0) this.onpick(index, how);
  }

  /** The code of a test image at a value, `[latent]`; null without a series. @param {number} index @param {number} value */
  codeOf(index, value) {
    if (!this.series) return null;
    return ofImage(this.series.mu, between(this.values, value), index, this.model.info.latentDim);
  }

  /** @param {number} value of the axis @param {number} picked test image */
  show(value, picked) {
    const { map, series, steps, places, middles } = this;
    if (!series) return;
    const place = between(this.values, value);
    glide(steps, place, places);
    const size = middles[0].length;
    map.setPoints(places, series.labels, true, pairsOf(glide(middles, place, new Float32Array(size))));
    const at = /** @type {[number, number]} */ ([...places.subarray(2 * picked, 2 * picked + 2)]);
    map.mark("picked", { x: at[0], y: at[1] });
    if (!this.byKeys) map.at = at;
    this.showEllipse(place, picked, at);
  }

  /** @param {import("../../engine/dial/axis.js").Between} place @param {number} picked @param {[number, number]} at */
  showEllipse(place, picked, [x, y]) {
    const { dims } = this.plane,
      { latentDim } = this.model.info;
    if (!this.series?.logVar || !dims || latentDim < 2) return;
    const std = ofImage(this.series.logVar, place, picked, latentDim).map((v) => Math.exp(0.5 * v));
    this.map.mark("ellipse", { x, y, radii: dims.map((d) => std[d]) });
  }

  close() {
    this.map.close();
  }
}

/** The middles of all classes one behind the other, NaN for a class without points. @param {Float32Array} places @param {ArrayLike<number> | null} labels @param {number} classes */
function middlesOf(places, labels, classes) {
  if (!labels) return new Float32Array(0);
  return Float32Array.from(
    classMedians(places, labels, classes).flatMap((middle) => middle ?? [Number.NaN, Number.NaN]),
  );
}

/** @param {Float32Array} flat @returns {(number[] | null)[]} */
function pairsOf(flat) {
  return Array.from({ length: flat.length / 2 }, (_, label) =>
    Number.isNaN(flat[2 * label]) ? null : [flat[2 * label], flat[2 * label + 1]],
  );
}

/** The larger of the spans, so that the axes stay where they are. @param {(Float32Array | undefined)[]} ends */
function widest(ends) {
  const spans = ends.map((places) => spanOf(places ?? []));
  return spans.reduce((one, other) => (other.half > one.half ? other : one));
}
