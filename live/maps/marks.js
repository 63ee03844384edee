// @ts-check
// The marks over a map: cross, ellipse, path, ends. SVG, because they are few, and forced colours reach them.
// Knows pixels; knows no model.

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = {
  ellipse: "<ellipse/>",
  // its finger's tip is the place
  hand: '<path d="M0 0c-2 0-3 1.600-3 3.200V16l-3.500-2.300c-2-1.300-4.600 1-3.300 3.100L-3 27c1.300 2.200 3 3 5.500 3H9c4 0 6.500-2.600 6.500-6.500V14c0-3.800-4.600-4-5-1.300.2-3.400-4.900-3.700-5-.6-.1-2.800-2.500-3.300-2.500-3.300V3.200C3 1.600 2 0 0 0z"/>',
  pin: '<circle r="30"/>',
  point: '<circle r="9"/><path d="M-14 0H14M0 -14V14"/><text y="-16"></text>',
};

/**
 * @typedef {object} Mark in data units
 * @property {number} [x] @property {number} [y]
 * @property {ArrayLike<number>} [radii] of an ellipse
 * @property {number} [turn] of it, counterclockwise, in degrees
 * @property {ArrayLike<number>[]} [line] points of a path
 * @property {string} [text]
 * @property {"hand" | "pin"} [shape]
 */

export class Marks {
  /** @param {(x: number, y: number) => [number, number]} toPixels */
  constructor(toPixels) {
    this.toPixels = toPixels;
    this.element = document.createElementNS(SVG, "svg");
    this.element.setAttribute("class", "lv-overlay");
    this.element.setAttribute("aria-hidden", "true");
    /** @type {Map<string, {node: SVGElement, mark: Mark}>} */
    this.entries = new Map();
  }

  /** Puts a mark or moves it; null takes it away. @param {string} name `end:a` has the style of `end` @param {Mark | null} mark */
  set(name, mark) {
    const entry = this.entries.get(name);
    if (!mark) {
      entry?.node.remove();
      this.entries.delete(name);
      return;
    }
    const node = entry?.node ?? this.add(name, mark);
    this.entries.set(name, { node, mark });
    this.place(node, mark);
  }

  /** @param {string} name @param {Mark} mark */
  add(name, mark) {
    const node = document.createElementNS(SVG, mark.line ? "polyline" : "g");
    node.setAttribute("class", `lv-mark lv-mark-${name.split(":")[0]}`);
    if (!mark.line) node.innerHTML = SHAPES[mark.shape ?? (mark.radii ? "ellipse" : "point")];
    this.element.append(node);
    return node;
  }

  placeAll() {
    for (const { node, mark } of this.entries.values()) this.place(node, mark);
  }

  /** @param {SVGElement} node @param {Mark} mark */
  place(node, { x = 0, y = 0, radii, turn = 0, line, text }) {
    if (line) {
      node.setAttribute(
        "points",
        line
          .map((at) =>
            this.toPixels(at[0], at[1])
              .map((v) => v.toFixed(1))
              .join(","),
          )
          .join(" "),
      );
      return;
    }
    const [px, py] = this.toPixels(x, y);
    node.setAttribute("transform", `translate(${px.toFixed(1)} ${py.toFixed(1)})`);
    if (radii) {
      if (turn) node.firstElementChild?.setAttribute("transform", `rotate(${(-turn).toFixed(2)})`);
      else node.firstElementChild?.removeAttribute("transform");
      const unit = this.toPixels(1, 0)[0] - this.toPixels(0, 0)[0];
      ["rx", "ry"].forEach((name, axis) => node.firstElementChild?.setAttribute(name, (radii[axis] * unit).toFixed(2)));
    }
    if (text !== undefined && node.lastElementChild) node.lastElementChild.textContent = text;
  }
}
