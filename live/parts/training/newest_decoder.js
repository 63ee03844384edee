// @ts-check
// A training's decoder as it is now, and the point that it draws: fetched anew with each map. Knows the engine, a source
// and elements; knows no map.
import { greyLevels, makeRunner, parsePart } from "../../engine/network.js";
import { planeAlong, toLatent, toPlane } from "../../engine/plane.js";
import { t } from "../../words/words.js";
import { ClassChoice } from "../codes/class_choice.js";
import { h, vectorText } from "../dom.js";
import { Frame } from "../frame.js";
import { Pace } from "../pace.js";

/** @typedef {import("./job_text.js").Job} Job @typedef {import("../../maps/gestures.js").How} How */

export class NewestDecoder {
  /**
   * @param {{source: import("../../engine/source.js").Source, palette: import("../theme.js").Palette, host: HTMLElement,
   *   oncursor: (x: number, y: number) => void}} pane `oncursor`: where the point lies on the map
   * @param {Job} job
   */
  constructor({ source, palette, host, oncursor }, { image, latent_dim: latentDim, conditional, class_names: names }) {
    this.source = source;
    this.oncursor = oncursor;
    /** @type {Float32Array} what is decoded now */
    this.z = new Float32Array(latentDim);
    this.pinned = this.z; // where it goes back to when the pointer leaves
    this.plane = planeAlong(latentDim, [0, 1]);
    /** @type {import("../../engine/network.js").Manifest | null} */
    this.manifest = null;
    /** @type {import("../../engine/network.js").Part | null} */
    this.part = null;
    /** @type {ReturnType<typeof makeRunner> | null} */
    this.runner = null;
    this.loaded = "";
    this.levels = new Uint8Array(image.reduce((a, b) => a * b, 1));
    this.live = new Frame(image, { caption: t("frame.generated") });
    this.where = h("p", { class: "lv-label" });
    const pane = { model: { info: { classNames: names } }, palette, host };
    this.choice = conditional ? new ClassChoice(pane, 0, () => this.pace.moved()) : null;
    this.pace = new Pace(
      () => this.paint(),
      () => this.follow(),
    );
  }

  /** The decoder that belongs to the map that is shown; one that is gone already is left out. @param {Job} job */
  async load({ decoder, dims }) {
    if (dims) this.plane = planeAlong(this.z.length, dims);
    if (decoder && decoder !== this.loaded) {
      this.manifest ??= /** @type {import("../../engine/network.js").Manifest} */ (
        await this.source.json(decoder.replace(/[^/]*$/, "decoder.json"))
      );
      const weights = await this.source.bytes(decoder);
      if (!this.manifest || !weights.byteLength) return;
      this.part = parsePart(this.manifest, weights);
      this.runner = makeRunner(this.part);
      this.loaded = decoder;
    }
    this.pace.moved();
  }

  /** The hand is at a place of the map; only a hover leaves the pin where it is. @param {number} x @param {number} y @param {How} how */
  moveTo(x, y, how) {
    this.z = toLatent(this.plane, x, y, this.pinned);
    if (how !== "hover") this.pinned = this.z;
    this.pace.moved();
  }

  /** The pointer has left the map. */
  leave() {
    this.z = this.pinned;
    this.pace.moved();
  }

  paint() {
    if (!this.runner) return;
    greyLevels(this.runner.run(this.z, this.choice?.label ?? null), this.levels);
    this.live.paint(this.levels);
  }

  follow() {
    this.oncursor(...toPlane(this.plane, this.z));
    this.where.textContent = t("film.where", { z: vectorText(this.z) });
  }

  close() {
    this.pace.close();
  }
}
