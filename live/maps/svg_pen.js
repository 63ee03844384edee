// @ts-check
// A pen that writes SVG, with those strokes of a canvas that a map uses: what draws the map draws the file too. Pure text;
// knows no DOM.

/**
 * @typedef {Pick<CanvasRenderingContext2D, "fillStyle" | "strokeStyle" | "lineWidth" | "font" | "textAlign" |
 *   "textBaseline" | "globalAlpha" | "fillRect" | "fillText" | "save" | "restore" | "beginPath" | "rect" | "clip" |
 *   "ellipse" | "stroke" | "setLineDash" | "translate" | "rotate"> &
 *   {measureText: (text: string) => {width: number}}} Pen
 */

const WIDE = 0.56, // of a letter, in its height: there is nothing to measure with
  ANCHORS = /** @type {Record<string, string>} */ ({ center: "middle", right: "end" });

/** A number with at most two decimals. @param {number} value */
const short = (value) => String(Number(value.toFixed(2)));

/** @type {Record<string, string>} */
const ENTITIES = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };
const SPECIAL = new RegExp(`[${Object.keys(ENTITIES).join("")}]`, "g");

/** @param {string} text */
const escaped = (text) => text.replace(SPECIAL, (sign) => `&${ENTITIES[sign]};`);

/** @implements {Pen} */
export class SvgPen {
  constructor() {
    this.fillStyle = this.strokeStyle = "#000";
    this.lineWidth = this.globalAlpha = 1;
    this.font = "10px sans-serif";
    this.textAlign = /** @type {CanvasTextAlign} */ ("left");
    this.textBaseline = /** @type {CanvasTextBaseline} */ ("alphabetic");
    this.dash = "";
    this.shape = "";
    /** @type {number[]} */
    this.box = [];
    /** @type {string[]} */
    this.parts = [];
    /** @type {string[][]} what ends the groups of each `save` */
    this.groups = [];
    this.clips = 0;
    this.run = ""; // the look of the rectangles that the last path holds
  }

  /** @param {string} part */
  put(part) {
    this.parts.push(part);
    this.run = "";
  }

  /** A rectangle; those of one look that follow each other share a path. @param {number} x @param {number} y @param {number} width @param {number} height */
  fillRect(x, y, width, height) {
    const look = `fill="${this.fillStyle}" fill-opacity="${this.globalAlpha}"`;
    const path = `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}z`;
    if (this.run === look) this.parts.splice(-1, 0, path);
    else this.parts.push(`<path ${look} d="`, path, `"/>`);
    this.run = look;
  }

  /** @param {string} text @param {number} x @param {number} y */
  fillText(text, x, y) {
    const middle = this.textBaseline === "middle" ? ' dominant-baseline="middle"' : "";
    const [, weight = "", size, family] = /^(bold )?([\d.]+)px (.*)$/.exec(this.font) ?? [];
    this.put(
      `<text x="${short(x)}" y="${short(y)}" fill="${this.fillStyle}" font-family="${escaped(family)}" font-size="${size}"` +
        `${weight && ' font-weight="bold"'} text-anchor="${ANCHORS[this.textAlign] ?? "start"}"${middle}>${escaped(text)}</text>`,
    );
  }

  /** About as wide as the text will be. @param {string} text */
  measureText(text) {
    return { width: text.length * WIDE * Number(/([\d.]+)px/.exec(this.font)?.[1]) };
  }

  save() {
    this.groups.push([]);
  }

  restore() {
    for (const end of this.groups.pop() ?? []) this.put(end);
  }

  /** @param {string} attribute of all that follows, up to `restore` */
  group(attribute) {
    this.put(`<g ${attribute}>`);
    this.groups.at(-1)?.push("</g>");
  }

  /** @param {number} x @param {number} y */
  translate(x, y) {
    this.group(`transform="translate(${short(x)} ${short(y)})"`);
  }

  /** @param {number} angle in radians */
  rotate(angle) {
    this.group(`transform="rotate(${short((angle * 180) / Math.PI)})"`);
  }

  beginPath() {
    this.shape = "";
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  rect(x, y, width, height) {
    this.box = [x, y, width, height];
  }

  clip() {
    const [x, y, width, height] = this.box.map(short);
    const id = `clip-${++this.clips}`;
    this.put(`<clipPath id="${id}"><rect x="${x}" y="${y}" width="${width}" height="${height}"/></clipPath>`);
    this.group(`clip-path="url(#${id})"`);
  }

  /** @param {number} cx @param {number} cy @param {number} rx @param {number} ry */
  ellipse(cx, cy, rx, ry) {
    this.shape = `<ellipse cx="${short(cx)}" cy="${short(cy)}" rx="${short(rx)}" ry="${short(ry)}"`;
  }

  stroke() {
    const dash = this.dash && ` stroke-dasharray="${this.dash}"`;
    this.put(`${this.shape} fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}"${dash}/>`);
  }

  /** @param {number[]} lengths */
  setLineDash(lengths) {
    this.dash = lengths.join(" ");
  }

  /** The whole file. @param {{width: number, height: number}} size @param {string} ground @param {string} title */
  file({ width, height }, ground, title) {
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
      `<title>${escaped(title)}</title><rect width="100%" height="100%" fill="${ground}"/>${this.parts.join("")}</svg>\n`
    );
  }
}
