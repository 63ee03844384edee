// @ts-check
// What a hand does on a map: point, drag, pinch, turn the wheel, encircle a group, press keys. Knows events and pixels;
// knows no scale and no model.
import { arrowStep } from "../parts/dom.js";

const WHEEL_STEP = 0.0015,
  KEY_ZOOM = 1.25;

/**
 * @typedef {"hover" | "drag" | "keys" | "done"} How
 * @typedef {[number, number]} Point pixels within the element
 * @typedef {object} Handlers
 * @property {(at: Point, how: How) => void} onpoint
 * @property {() => void} onleave
 * @property {(dx: number, dy: number) => void} onstep an arrow key, in data units
 * @property {(at: Point, factor: number) => void} onzoom below 1 is nearer
 * @property {(dx: number, dy: number) => void} onpan pixels
 * @property {() => void} onreset
 * @property {(line: Point[], closed: boolean) => void} onlasso
 */

export class Gestures {
  /** @param {HTMLElement} element @param {Handlers} handlers @param {{points: boolean}} options whether a hand moves a point here */
  constructor(element, handlers, { points }) {
    this.element = element;
    this.handlers = handlers;
    this.points = points;
    this.grouping = false;
    /** @type {Map<number, Point>} the pointers that are down */
    this.down = new Map();
    /** @type {Point[] | null} */
    this.lasso = null;
    this.panning = false;
    element.addEventListener("pointerdown", (event) => this.press(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    element.addEventListener("pointerup", (event) => this.release(event));
    element.addEventListener("pointercancel", (event) => this.release(event));
    element.addEventListener("pointerleave", () => this.down.size || this.handlers.onleave());
    element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    element.addEventListener("keydown", (event) => this.key(event));
  }

  /** Whether the next drag draws a line; a line that is being drawn is given up with it. @param {boolean} on */
  group(on) {
    this.grouping = on;
    if (on || !this.lasso) return;
    this.lasso = null;
    this.down.clear(); // the hand that drew it now points, it does not drag
  }

  /** @param {{clientX: number, clientY: number}} event @returns {Point} */
  at(event) {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button !== 0 || onControl(event)) return;
    const at = this.at(event);
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    this.down.set(event.pointerId, at);
    this.panning = event.shiftKey && !this.grouping;
    if (this.down.size > 1) this.dropLine();
    else if (this.grouping) this.lasso = [at];
    else if (this.points && !this.panning) this.handlers.onpoint(at, "drag");
  }

  /** @param {PointerEvent} event */
  move(event) {
    const at = this.at(event),
      before = this.down.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch" && this.points && !this.grouping && !onControl(event))
        this.handlers.onpoint(at, "hover");
      return;
    }
    if (this.down.size === 2) this.pinch(event.pointerId, before, at);
    else if (this.lasso) this.draw(at);
    else if (this.panning) this.handlers.onpan(at[0] - before[0], at[1] - before[1]);
    else if (this.points && !this.grouping) this.handlers.onpoint(at, "drag");
    this.down.set(event.pointerId, at);
  }

  /** @param {PointerEvent} event */
  release(event) {
    if (!this.down.delete(event.pointerId)) return;
    const at = this.at(event);
    if (this.lasso) {
      this.handlers.onlasso([...this.lasso, at], true);
      this.lasso = null;
    } else if (this.points && !this.grouping && !this.panning && this.down.size === 0)
      this.handlers.onpoint(at, "done");
  }

  /** A second finger zooms: the first one's line was none. */
  dropLine() {
    if (this.lasso) this.handlers.onlasso([], false);
    this.lasso = null;
  }

  /** @param {Point} at */
  draw(at) {
    this.lasso?.push(at);
    this.handlers.onlasso(this.lasso ?? [], false);
  }

  /** @param {number} moving @param {Point} before @param {Point} now */
  pinch(moving, before, now) {
    const [other] = [...this.down].filter(([id]) => id !== moving).map(([, at]) => at);
    const apart = Math.hypot(now[0] - other[0], now[1] - other[1]);
    if (apart > 8)
      this.handlers.onzoom(middleOf(now, other), Math.hypot(before[0] - other[0], before[1] - other[1]) / apart);
    this.handlers.onpan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    event.preventDefault();
    this.handlers.onzoom(this.at(event), Math.exp(event.deltaY * (event.deltaMode ? 20 : 1) * WHEEL_STEP));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.target !== this.element) return;
    const step = arrowStep(event);
    const { clientWidth, clientHeight } = this.element;
    if (step && this.points) this.handlers.onstep(step[0], step[1]);
    else if (event.key === "+" || event.key === "=")
      this.handlers.onzoom([clientWidth / 2, clientHeight / 2], 1 / KEY_ZOOM);
    else if (event.key === "-") this.handlers.onzoom([clientWidth / 2, clientHeight / 2], KEY_ZOOM);
    else if (event.key === "0" || event.key === "Home") this.handlers.onreset();
    else return;
    event.preventDefault();
  }
}

/** @param {Event} event */
function onControl(event) {
  return event.target instanceof Element && event.target.closest("button") !== null;
}

/** @param {Point} a @param {Point} b @returns {Point} */
function middleOf(a, b) {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** Whether a point lies inside of a closed line, by the crossings of a ray. @param {number[]} point @param {number[][]} line */
export function isInside([x, y], line) {
  let inside = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [xi, yi] = line[i],
      [xj, yj] = line[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
