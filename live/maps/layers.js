// @ts-check
// What a model's map shows beside its points: where codes should lie, pictures under the map, how sure the encoder is
// of the picked image; and the classes that are left out. Knows a pane and its map; knows no view.
import { toPlane } from "../engine/plane.js";
import { parseIndices, writeIndices } from "../engine/state_text.js";
import { h, toggles } from "../parts/dom.js";
import { terms } from "../parts/term.js";
import { themeOf } from "../parts/theme.js";
import { t } from "../words/words.js";
import { Underlay } from "./grid_underlay.js";

const RINGS = 0,
  GRID = 1,
  ELLIPSE = 2;
const NAMES = ["map.layer.rings", "map.layer.grid", "map.layer.ellipse"],
  AT_FIRST = "0,2";

/** @typedef {{pinned: Float32Array, picked: number, label: number | null}} Present the code, the picked image, the class told */

export class Layers {
  /**
   * @param {import("../pane.js").Pane} pane @param {import("./latent_map.js").LatentMap} map
   * @param {{present: () => Present, onchange: () => void}} hooks
   */
  constructor(pane, map, { present, onchange }) {
    const { state, model } = pane;
    this.pane = pane;
    this.map = map;
    this.present = present;
    this.hidden = parseIndices(state.without, model.info.classNames.length);
    this.on = parseIndices(state.layers ?? AT_FIRST, NAMES.length);
    this.underlay = new Underlay(pane, map);
    this.chips = this.classChips(onchange);
    this.menu = toggles({
      label: t("map.layers"),
      names: NAMES.map((key, i) => t(i === RINGS && model.info.prior ? "map.layer.rings.learnt" : key)),
      on: this.on,
      onchange: () => {
        this.show();
        onchange();
      },
    }).element;
    this.menu.append(h("p", { class: "lv-label" }, ...terms("map.words")));
    this.element = h(
      "div",
      { class: "lv-bar lv-layers" },
      this.chips && h("div", { "data-part": "classes" }, this.chips),
      h(
        "details",
        { class: "lv-menu", "data-part": "layers" },
        h("summary", { class: "lv-button" }, t("map.layers")),
        this.menu,
      ),
    );
    map.hide(this.hidden);
  }

  /** Which classes are on the map. @param {() => void} onchange */
  classChips(onchange) {
    const { model, palette, host } = this.pane;
    const names = model.info.classNames;
    if (!names.length) return null;
    return toggles({
      label: t("map.classes"),
      names,
      colour: themeOf(host, palette).colour,
      on: new Set(names.map((_, label) => label).filter((label) => !this.hidden.has(label))),
      onchange: (on) => {
        this.hidden = new Set([...names.keys()].filter((label) => !on.has(label)));
        this.map.hide(this.hidden);
        onchange();
      },
    }).element;
  }

  /** All of them, as the state is now. */
  show() {
    const { pinned, label } = this.present();
    this.map.showRings(this.on.has(RINGS));
    this.showEllipse();
    if (this.on.has(GRID)) this.underlay.draw(pinned, label).catch(this.pane.fail);
    else this.underlay.clear();
  }

  /** The posterior of the picked image. */
  showEllipse() {
    const { model, plane } = this.pane;
    const { picked } = this.present();
    const std = model.ready ? model.stdOf(picked) : null;
    const { dims } = plane;
    if (!std || !dims || model.info.latentDim < 2) return;
    const [x, y] = toPlane(plane, model.muOf(picked));
    this.map.mark("ellipse", this.on.has(ELLIPSE) ? { x, y, radii: dims.map((d) => std[d]) } : null);
  }

  /** What the address says of it. @returns {Record<string, string>} */
  written() {
    const layers = writeIndices(this.on);
    return {
      ...(this.hidden.size ? { without: writeIndices(this.hidden) } : {}),
      ...(layers === AT_FIRST ? {} : { layers }),
    };
  }

  close() {
    this.underlay.close();
  }
}
