// @ts-check
// Two bells over one axis, with handles for mean and width, and under them the curve whose area is the number that is
// looked at. Knows SVG, pointers and keys; knows no model.
import { areasOf, bellCurve, curveOf, density } from "../../engine/nat/bells.js";
import { FARTHEST, held, NARROWEST, WIDEST } from "../../engine/nat/state.js";
import { number, t } from "../../words/words.js";
import { arrowStep, svg } from "../dom.js";

/**
 * @typedef {import("../../engine/nat/bells.js").Bell} Bell
 * @typedef {import("../../engine/nat/bells.js").Spot} Spot
 * @typedef {"q" | "p"} Name @typedef {"mean" | "std"} Side what of a bell a handle moves
 * @typedef {object} Shown
 * @property {Bell} q @property {Bell} p @property {import("../../engine/nat/bells.js").Area} area
 * @property {boolean} free whether a hand may move them
 */

const MARGIN = 14,
  UPPER = 0.54, // of the height, for the bells
  ASIDE = 18, // of a name from its handle, so that equal bells keep both
  LEAST = 0.05, // nats a unit that fill the lower picture: what is nearly nothing looks so
  TICKS = 22, // height of the axis' numbers
  NEAR = 0.5; // of what an arrow key does to a mean, to a width
/** @type {Name[]} */
const NAMES = ["p", "q"]; // the later one lies above
/** @type {Side[]} */
const SIDES = ["mean", "std"];

export class BellChart {
  /** @param {(name: Name, bell: Bell) => void} onmove */
  constructor(onmove) {
    this.onmove = onmove;
    this.size = { width: 0, height: 0 };
    this.zero = 0; // where the lower picture has its axis
    /** @type {Shown | null} */
    this.shown = null;
    this.axis = svg("g", { class: "lv-bells-axis", "aria-hidden": "true" });
    this.bells = { q: svg("path", { class: "lv-bell-q" }), p: svg("path", { class: "lv-bell-p" }) };
    this.names = { q: named("q"), p: named("p") };
    this.above = svg("path", { class: "lv-area-above" });
    this.below = svg("path", { class: "lv-area-below" });
    this.handles = NAMES.flatMap((name) => SIDES.map((side) => this.handle(name, side)));
    const { axis, bells, names, above, below, handles } = this;
    const drawn = [above, below, axis, bells.p, bells.q, names.p, names.q, ...handles.map(({ element }) => element)];
    this.element = svg("svg", { class: "lv-bells", role: "group" }, ...drawn);
    for (const name of NAMES) this.drag(bells[name], name, "mean");
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(this.element);
  }

  /** @param {Name} name @param {Side} side */
  handle(name, side) {
    const mark = side === "mean" ? svg("circle", { r: 8 }) : svg("rect", { x: -7, y: -7, width: 14, height: 14 });
    const attributes = { class: `lv-handle lv-handle-${name}`, role: "slider", tabindex: 0 };
    const element = svg("g", attributes, svg("circle", { r: 22, class: "lv-handle-room" }), mark);
    element.setAttribute("aria-label", t(`nat.handle.${side}`, { name }));
    const [low, high] = side === "mean" ? [-FARTHEST, FARTHEST] : [NARROWEST, WIDEST];
    element.setAttribute("aria-valuemin", String(low));
    element.setAttribute("aria-valuemax", String(high));
    this.drag(element, name, side);
    element.addEventListener("keydown", (event) => this.key(/** @type {KeyboardEvent} */ (event), name, side));
    return { element, name, side };
  }

  /** @param {Element} element @param {Name} name @param {Side} side */
  drag(element, name, side) {
    let hand = /** @type {number | null} */ (null),
      apart = 0; // of the hand from the mean, which it does not jump to
    element.addEventListener("pointerdown", (event) => {
      const { button, isPrimary, pointerId, clientX } = /** @type {PointerEvent} */ (event);
      if (button !== 0 || !isPrimary || !this.shown?.free) return;
      hand = pointerId;
      element.setPointerCapture(pointerId);
      apart = side === "mean" ? this.shown[name].mean - this.unitAt(clientX) : 0;
    });
    element.addEventListener("pointermove", (event) => {
      const { pointerId, clientX } = /** @type {PointerEvent} */ (event);
      if (pointerId === hand) this.move(name, side, this.unitAt(clientX) + apart);
    });
    for (const end of ["pointerup", "pointercancel"])
      element.addEventListener(end, (event) => {
        if (/** @type {PointerEvent} */ (event).pointerId === hand) hand = null;
      });
  }

  /** @param {Name} name @param {Side} side @param {number} x where the hand is */
  move(name, side, x) {
    if (!this.shown?.free) return;
    const { [name]: bell } = this.shown;
    this.onmove(name, held(side === "mean" ? { ...bell, mean: x } : { ...bell, std: Math.abs(x - bell.mean) }));
  }

  /** @param {KeyboardEvent} event @param {Name} name @param {Side} side */
  key(event, name, side) {
    const step = arrowStep(event);
    if (!step || !this.shown?.free) return;
    event.preventDefault();
    const { [name]: bell } = this.shown;
    const by = step[0] + step[1];
    this.onmove(
      name,
      held(side === "mean" ? { ...bell, mean: bell.mean + by } : { ...bell, std: bell.std + NEAR * by }),
    );
  }

  /** How far the axis goes to each side. */
  get reach() {
    const { q, p } = /** @type {Shown} */ (this.shown);
    return Math.ceil(Math.max(FARTHEST, Math.abs(q.mean) + 0.5, Math.abs(p.mean) + 0.5));
  }

  /** @param {number} x in units of the axis */
  pixel(x) {
    return MARGIN + ((x + this.reach) / (2 * this.reach)) * (this.size.width - 2 * MARGIN);
  }

  /** @param {number} clientX */
  unitAt(clientX) {
    const across = clientX - this.element.getBoundingClientRect().left - MARGIN;
    return (across / (this.size.width - 2 * MARGIN)) * 2 * this.reach - this.reach;
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.element;
    this.size = { width, height };
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.draw();
  }

  /** @param {Shown} shown @param {string} said for a screen reader */
  show(shown, said) {
    this.shown = shown;
    this.element.setAttribute("aria-label", said);
    this.draw();
  }

  draw() {
    if (!this.shown || this.size.width < 80) return;
    const { q, p, area } = this.shown;
    const { height } = this.size;
    const floor = height * UPPER;
    const peak = Math.max(density(q, q.mean), density(p, p.mean));
    const up = (/** @type {number} */ y) => floor - (y / peak) * (floor - 30);
    this.bells.q.setAttribute("d", this.path(bellCurve(q, p), up));
    this.bells.p.setAttribute("d", this.path(bellCurve(p, q), up));
    for (const name of NAMES) this.place(name, this.shown[name], up);
    this.drawArea(curveOf(area, q, p), floor + TICKS + 6);
    this.drawAxis(floor);
  }

  /** The lower picture: what each place adds. @param {Spot[]} curve @param {number} top */
  drawArea(curve, top) {
    const bottom = this.size.height - 8;
    const low = Math.min(0, ...curve.map(({ y }) => y)),
      high = Math.max(0, low + LEAST, ...curve.map(({ y }) => y));
    const down = (/** @type {number} */ y) => top + ((high - y) / (high - low)) * (bottom - top);
    this.zero = down(0);
    this.above.setAttribute(
      "d",
      this.path(
        curve.map(({ x, y }) => ({ x, y: Math.max(0, y) })),
        down,
      ),
    );
    this.below.setAttribute(
      "d",
      this.path(
        curve.map(({ x, y }) => ({ x, y: Math.min(0, y) })),
        down,
      ),
    );
  }

  /** @param {Spot[]} curve @param {(y: number) => number} pixel */
  path(curve, pixel) {
    const edge = this.reach + 1;
    const seen = curve.filter(({ x }) => Math.abs(x) <= edge);
    return `M${seen.map(({ x, y }) => `${this.pixel(x).toFixed(1)} ${pixel(y).toFixed(1)}`).join("L")}`;
  }

  /** Its name and its handles. @param {Name} name @param {Bell} bell @param {(y: number) => number} up */
  place(name, bell, up) {
    const top = up(density(bell, bell.mean));
    put(this.names[name], this.pixel(bell.mean) + (name === "q" ? ASIDE : -ASIDE), top - 6);
    for (const { element, name: own, side } of this.handles) {
      if (own !== name) continue;
      const x = side === "mean" ? bell.mean : bell.mean + bell.std * (bell.mean + bell.std > this.reach ? -1 : 1);
      put(element, this.pixel(x), side === "mean" ? top : up(density(bell, x)));
      element.setAttribute("aria-valuenow", bell[side].toFixed(2));
      element.setAttribute("aria-valuetext", number(bell[side], 2));
      element.setAttribute("visibility", this.shown?.free ? "visible" : "hidden");
    }
  }

  /** @param {number} floor of the bells */
  drawAxis(floor) {
    const { width } = this.size;
    const line = (/** @type {number} */ y) => svg("path", { d: `M0 ${y.toFixed(1)}H${width}` });
    const ticks = Array.from({ length: 2 * this.reach + 1 }, (_, i) => i - this.reach).map((x) => {
      const text = svg("text", { x: this.pixel(x), y: floor + 16 });
      text.textContent = number(x, 0);
      return text;
    });
    this.axis.replaceChildren(line(floor), line(this.zero), ...ticks);
  }

  /** The areas that are drawn. */
  get areas() {
    const { q, p, area } = /** @type {Shown} */ (this.shown);
    return areasOf(curveOf(area, q, p));
  }

  close() {
    this.resizer.disconnect();
  }
}

/** @param {string} text */
function named(text) {
  const element = svg("text", { class: `lv-bell-name lv-bell-name-${text}`, "aria-hidden": "true" });
  element.textContent = text;
  return element;
}

/** @param {Element} element @param {number} x @param {number} y */
function put(element, x, y) {
  element.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
}
