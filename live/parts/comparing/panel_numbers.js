// @ts-check
// "Numbers and code" of each model beside the others: a drawer a panel, of which one is open at most, all of the same
// image. Knows panes and drawers; knows no map and no cursor.
import { t } from "../../words/words.js";
import { NumbersDrawer } from "../numbers/drawer.js";

/** @typedef {import("../numbers/drawer.js").Subject} Subject */

export class PanelNumbers {
  /**
   * @param {import("../../pane.js").Panes} all @param {string[]} titles of its panes
   * @param {{subjectOf: (k: number) => Subject | null, onchange: () => void}} hands the image at hand, as a model is told it
   */
  constructor({ panes, places, state }, titles, { subjectOf, onchange }) {
    const { thumbs } = panes[0]; // one image for all, and one sheet
    this.places = places;
    this.state = state;
    this.subjectOf = subjectOf;
    this.drawers = panes.map(
      (pane, k) =>
        new NumbersDrawer(
          { ...pane, thumbs, state: {} },
          { title: titles[k], onchange: () => this.changed(k, onchange) },
        ),
    );
    /** @type {(Subject | null)[]} what each drawer shows */
    this.shown = panes.map(() => null);
  }

  get elements() {
    return this.drawers.map(({ element }) => element);
  }

  /** Opens the one that the link names, where it may be seen. @param {(k: number) => boolean} may */
  start(may) {
    const k = this.places.findIndex((place) => String(place + 1) === this.state.whose);
    if (k >= 0 && may(k)) this.drawers[k].set(true, false);
    this.follow();
  }

  /** @param {number} k @param {() => void} onchange */
  changed(k, onchange) {
    if (this.drawers[k].open) for (const other of this.drawers) if (other !== this.drawers[k]) other.set(false, false);
    this.follow();
    onchange();
  }

  /** The hand has moved. */
  follow() {
    for (const [k, drawer] of this.drawers.entries()) {
      if (!drawer.open) continue;
      const subject = this.subjectOf(k);
      if (isSame(subject, this.shown[k])) continue;
      this.shown[k] = subject;
      drawer.show(subject);
    }
  }

  /** A model of which nothing may be told yet. @param {number} k */
  hide(k) {
    this.drawers[k].set(false, false);
  }

  /** @returns {Record<string, string>} */
  written() {
    const k = this.drawers.findIndex(({ open }) => open);
    return k < 0 ? {} : { whose: String(this.places[k] + 1) };
  }

  close() {
    for (const drawer of this.drawers) drawer.close();
  }
}

/** The image at hand, for a drawer: a test image, or a drawing once there is one. @param {{cursor: string, point: number, label: number}} chosen @param {Float32Array | null} drawn @param {import("../../engine/model.js").Model} model @returns {Subject | null} */
export function subjectOf({ cursor, point, label }, drawn, model) {
  const { conditional } = model.info;
  if (cursor === "image") return { index: point, label: conditional ? (model.labels?.[point] ?? 0) : null };
  if (cursor === "place" || !drawn) return null;
  return { index: -1, x: drawn, name: t("numbers.drawing"), label: conditional ? label : null };
}

/** @param {Subject | null} one @param {Subject | null} other */
function isSame(one, other) {
  return one?.index === other?.index && one?.x === other?.x && one?.label === other?.label;
}
