// @ts-check
// Small helpers for elements. Knows the DOM; knows no model and no view.
import { number } from "../words/words.js";

export { number };

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An element with attributes, listeners (`onclick: f`) and children; null children are left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (name.startsWith("aria-")) element.setAttribute(name, String(value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/** An element of SVG. @param {string} tag @param {Record<string, string | number>} attributes @param {...Node} children */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** @param {string} text @param {() => void} onclick @param {Record<string, unknown>} [attributes] */
export function button(text, onclick, attributes = {}) {
  return h("button", { type: "button", class: "lv-button", onclick, ...attributes }, text);
}

/** Puts words into an element, unless they are there: no layout for what is the same. @param {HTMLElement} element @param {string} words */
export function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/**
 * A row of toggle buttons; one or several may be on.
 * @param {{label: string, names: string[], on: Set<number>, colour?: (label: number) => string, single?: boolean,
 *   onchange: (on: Set<number>) => void}} options
 */
export function toggles({ label, names, on, colour, single = false, onchange }) {
  const buttons = names.map((name, i) => {
    const chip = h(
      "button",
      { type: "button", class: "lv-chip", "aria-pressed": on.has(i), onclick: () => press(i) },
      name,
    );
    if (colour) chip.style.setProperty("--class", colour(i));
    return chip;
  });
  /** @param {number} i */
  function press(i) {
    if (single) on.clear();
    if (!single && on.has(i)) on.delete(i);
    else on.add(i);
    show();
    onchange(on);
  }
  function show() {
    for (const [i, chip] of buttons.entries()) chip.setAttribute("aria-pressed", String(on.has(i)));
  }
  const element = h("div", { class: "lv-chips", role: "group", "aria-label": label }, ...buttons);
  return { element, show };
}

/**
 * `(0.42, −1.30)`; long vectors are cut after six numbers.
 * @param {ArrayLike<number>} z
 */
export function vectorText(z) {
  const shown = Array.from(z)
    .slice(0, 6)
    .map((v) => number(v, 2))
    .join(", ");
  return `(${shown}${z.length > 6 ? ", …" : ""})`;
}

/** `z₁` for dimension 0. @param {number} dim */
export function latentName(dim) {
  return `z${String(dim + 1).replace(/\d/g, (d) => "₀₁₂₃₄₅₆₇₈₉"[Number(d)])}`;
}

const STEP = 0.1,
  LARGE_STEP = 0.5;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** How far an arrow key moves a point of a map, with Shift in larger steps; null for any other key. @param {KeyboardEvent} event */
export function arrowStep(event) {
  const arrow = ARROWS[event.key];
  if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return null;
  const step = event.shiftKey ? LARGE_STEP : STEP;
  return arrow.map((direction) => step * direction);
}

/** Says something to a screen reader, once the hand rests. @param {HTMLElement} region */
export function announcer(region) {
  let timer = 0;
  return {
    say(/** @type {string} */ text) {
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        region.textContent = text;
      }, 600);
    },
    close: () => clearTimeout(timer),
  };
}

/** Resolves when what is drawn by now is on the screen, or nobody looks. */
export const painted = () =>
  new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 100);
  });
