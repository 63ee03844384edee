// @ts-check
// "Numbers and code" of a training that runs: the picked test image by the networks and the weights of the moment that the
// map shows. All of it is fetched while the drawer is open. Knows a source and a drawer; knows no map.
import { parsePart } from "../../engine/network.js";
import { t } from "../../words/words.js";
import { NumbersDrawer } from "../numbers/drawer.js";

/** @typedef {import("../../engine/network.js").Part} Part @typedef {import("./job_text.js").Job} Job */

/** The training has gone on: the numbers of the next moment come by themselves. */
class Gone extends Error {}

export class MomentNumbers {
  /** @param {{source: import("../../engine/source.js").Source, fail: (error: unknown) => void}} pane @param {Job} job */
  constructor({ source, fail }, { image, latent_dim: latentDim, conditional, stochastic, class_names: names }) {
    this.source = source;
    this.names = names;
    this.conditional = conditional;
    /** @type {import("../../engine/network.js").Manifest | null} */
    this.manifest = null;
    this.picked = 0;
    /** @type {{index: number, x: Promise<Float32Array>} | null} the test image that was fetched last */
    this.image = null;
    this.drawer = new NumbersDrawer(
      {
        data: { code: "" },
        model: {
          info: { image, latentDim, conditional, stochastic },
          mu: new Float32Array(0),
          nameOf: () => "",
          loadLatents: async () => {},
          parts: () => Promise.reject(new Gone()),
        },
        thumbs: { load: async () => {}, observation: () => new Float32Array(0), real: true },
        source,
        state: {},
        fail: (error) => error instanceof Gone || fail(error),
      },
      { onchange: () => this.again() },
    );
    /** @type {() => void} shows what was shown last */
    this.again = () => {};
  }

  /** The picked image at a moment. @param {string} decoder the file of its weights @param {Part} part what is in it @param {ArrayLike<number>} labels of the test images */
  show(decoder, part, labels) {
    this.again = () => {
      if (this.drawer.open) void this.fetch(decoder, part, labels);
    };
    this.again();
  }

  /** @param {string} decoder @param {Part} part @param {ArrayLike<number>} labels */
  async fetch(decoder, part, labels) {
    const { picked: index, source, drawer, names, conditional } = this;
    const folder = decoder.replace(/[^/]*$/, ""),
      step = decoder.replace(/-decoder\.bin$/, "");
    const x = await this.observation(folder, index).catch(drawer.pane.fail);
    if (!x || index !== this.picked) return;
    const label = labels[index] ?? 0;
    drawer.show({
      index,
      x,
      name: t("numbers.image", { index, name: names[label] ?? "" }),
      label: conditional ? label : null,
      epoch: {
        parts: async () => ({ encoder: await this.encoder(folder, step), decoder: part }),
        code: () => source.json(`${step}-code.json`),
      },
    });
  }

  /** @param {string} folder @param {number} index */
  observation(folder, index) {
    if (this.image?.index !== index) {
      const levels = this.source.bytes(`${folder}test-${index}.bin`);
      this.image = { index, x: levels.then((bytes) => Float32Array.from(new Uint8Array(bytes), (v) => v / 255)) };
      this.image.x.catch(() => (this.image = null)); // asked for again
    }
    return this.image.x;
  }

  /** @param {string} folder @param {string} step */
  async encoder(folder, step) {
    const weights = await this.source.bytes(`${step}-encoder.bin`);
    this.manifest ??= /** @type {import("../../engine/network.js").Manifest} */ (
      await this.source.json(`${folder}encoder.json`)
    );
    if (!weights.byteLength) throw new Gone();
    return parsePart(this.manifest, weights);
  }

  /** Another test image. @param {number} index */
  pick(index) {
    if (index < 0) return;
    this.picked = index;
    this.again();
  }

  close() {
    this.drawer.close();
  }
}
