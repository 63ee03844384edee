// @ts-check
// Pictures under the map's points: what the decoder draws on an even grid of the plane, made by Workers while the hand
// goes on. Knows the engine and a map; knows no view.
import { Manifold } from "../engine/manifold.js";
import { toLatent } from "../engine/plane.js";
import { momentsOf } from "../engine/prior.js";

const SIDE = 15,
  EDGE = 3;

export class Underlay {
  /** @param {import("../pane.js").Pane} pane @param {import("./latent_map.js").LatentMap} map */
  constructor({ model, plane }, map) {
    this.model = model;
    this.plane = plane;
    this.map = map;
    /** @type {Manifold | null} */
    this.manifold = null;
    this.closed = false;
    this.turn = 0; // of what is asked for: a grid that is cleared while it waits is not drawn
  }

  /** Workers take a moment to start: begin before anybody asks. */
  warm() {
    const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ start) => setTimeout(start, 1500));
    idle(() => this.closed || this.started().catch(console.warn));
  }

  /** The workers, which get the model as it is, not its draft; where it can't be fetched the draft has to do. */
  async started() {
    await this.model.whole.catch(() => {});
    if (this.closed) return null;
    this.manifold ??= new Manifold(this.model.decoder.manifest, this.model.weights);
    return this.manifold;
  }

  /** Draws it for the plane through `base`. @param {Float32Array} base @param {number | null} label */
  async draw(base, label) {
    const [channels, height, width] = this.model.info.image;
    const { centre, reach } = this.room();
    const [cx, cy] = centre;
    const [rx, ry] = reach.map((edge) => edge + edge / (SIDE - 1));
    const canvas = this.map.under([cx - rx, cx + rx, cy - ry, cy + ry], SIDE * width, SIDE * height);
    const zs = gridLatents(this.plane, centre, base, reach);
    const turn = ++this.turn,
      manifold = await this.started();
    if (turn !== this.turn) return;
    await manifold?.draw({ rows: SIDE, columns: SIDE, zs, y: label }, (row, pixels) =>
      canvas?.putImageData(rowImage(pixels, SIDE * width, height, channels), 0, row * height),
    );
  }

  /** Where the grid lies: three sigma of the prior to each side. */
  room() {
    const { dims, centre } = this.plane;
    if (!dims) return { centre, reach: [EDGE, EDGE] };
    const along = [dims[0], dims[1] ?? dims[0]].map((dim) => momentsOf(this.model.info, dim));
    return { centre: along.map(({ mean }) => mean), reach: along.map(({ std }) => EDGE * std) };
  }

  clear() {
    this.turn++;
    this.manifold?.cancel();
    this.map.under(null);
  }

  close() {
    this.closed = true;
    this.manifold?.close();
  }
}

/**
 * Latents of an even grid around a centre of the plane, row by row from the top: `[side * side, latent]`.
 * @param {import("../engine/plane.js").PlaneInfo} plane @param {number[]} centre @param {Float32Array} base
 * @param {number[]} [reach] to each side
 */
export function gridLatents(plane, [cx, cy], base, [rx, ry] = [EDGE, EDGE]) {
  const zs = new Float32Array(SIDE * SIDE * base.length),
    share = 2 / (SIDE - 1);
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++)
      zs.set(
        toLatent(plane, cx + rx * (column * share - 1), cy + ry * (1 - row * share), base),
        (row * SIDE + column) * base.length,
      );
  return zs;
}

/** @param {Uint8Array} pixels @param {number} width @param {number} height @param {number} channels */
function rowImage(pixels, width, height, channels) {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = pixels[i * channels + (channels === 3 ? c : 0)];
    image.data[4 * i + 3] = 255;
  }
  return image;
}
