// @ts-check
// The drawings of a class as tiles, the newest first, each a button that takes it away. Only those that can be seen are on
// the page: a class draws thousands. Knows frames; knows no class.
import { SIDE } from "../../engine/album.js";
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { Frame } from "../frame.js";

/**
 * @typedef {import("../gathered.js").Drawing} Drawing
 * @typedef {{width: number, height: number, top: number, tile: number}} Seen pixels: what can be seen of the wall, how far
 *   it is scrolled, and the side of a tile
 */

const [LEAST, MOST] = [44, 72], // pixels of a tile
  SHARE = 0.05, // of the window's width
  HIGH = 0.6, // of the window's height, as collect.css has it
  GAP = 4,
  BEYOND = 1; // rows above and below what is seen

/** How large tiles are in a window of this width. @param {number} width pixels */
export const tileIn = (width) => Math.round(Math.min(MOST, Math.max(LEAST, SHARE * width)));

/**
 * Which tiles of so many are on the page, from one on up to another, and what the rows take that are not.
 * @param {number} count @param {Seen} seen
 */
export function partOf(count, { width, height, top, tile }) {
  const row = tile + GAP,
    columns = Math.max(1, Math.floor((width + GAP) / row)),
    rows = Math.ceil(count / columns),
    shown = Math.ceil(height / row) + 1 + 2 * BEYOND;
  const first = Math.max(0, Math.min(Math.floor(top / row) - BEYOND, rows - shown)),
    last = Math.min(rows, first + shown);
  return { from: first * columns, to: Math.min(count, last * columns), above: first * row, below: (rows - last) * row };
}

export class Wall {
  /** @param {{colour: (label: number) => string, remove: (place: number) => void}} hands */
  constructor({ colour, remove }) {
    this.colour = colour;
    this.remove = remove;
    /** @type {Map<number, Drawing>} by their place, the oldest first */
    this.drawings = new Map();
    /** @type {Map<number, Frame>} those on the page */
    this.frames = new Map();
    this.element = h("div", { class: "lv-row lv-class-wall", role: "group", "aria-label": t("collect.tiles") });
    this.element.addEventListener("scroll", () => this.draw(), { passive: true });
    this.resizer = new ResizeObserver(() => this.draw());
    this.resizer.observe(this.element);
  }

  /** @param {Map<number, Drawing>} drawings */
  show(drawings) {
    this.drawings = drawings;
    this.draw();
  }

  /** Puts those on the page that are to be seen; what is there stays where it is. */
  draw() {
    const { element, drawings, frames } = this;
    const places = [...drawings.keys()].reverse(),
      tile = tileIn(innerWidth);
    const seen = { width: element.clientWidth, height: HIGH * innerHeight, top: element.scrollTop, tile };
    const { from, to, above, below } = partOf(places.length, seen);
    element.style.setProperty("--tile", `${tile}px`);
    element.style.paddingTop = `${above}px`;
    element.style.paddingBottom = `${below}px`;
    const wanted = places.slice(from, to),
      [newest = 0, oldest = 0] = [wanted[0], wanted.at(-1)];
    for (const [place, frame] of frames)
      if (place > newest || place < oldest || !drawings.has(place)) {
        frame.element.remove();
        frames.delete(place);
      }
    const [before, after] = [Math.min(...frames.keys()), Math.max(...frames.keys())];
    for (const place of wanted) if (place < before) element.append(this.add(place));
    for (const place of wanted.reverse()) if (place > after && !frames.has(place)) element.prepend(this.add(place));
  }

  /** @param {number} place */
  add(place) {
    const { label, levels } = /** @type {Drawing} */ (this.drawings.get(place));
    const frame = new Frame([1, SIDE, SIDE], {
      kind: "real",
      size: "thumb",
      onclick: () => this.remove(place),
      title: t("gather.remove"),
    });
    frame.mark("real", "", this.colour(label));
    frame.paint(levels);
    this.frames.set(place, frame);
    return frame.element;
  }

  close() {
    this.resizer.disconnect();
  }
}
