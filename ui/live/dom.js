// @ts-check
// Small helpers for elements. Knows the DOM; knows no model and no view.

/**
 * An element with attributes, listeners (`onclick: f`) and children; null children are left out.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.startsWith("aria-")) element.setAttribute(name, String(value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/**
 * A row of toggle buttons; one or several may be on.
 * @param {{label: string, names: string[], on: Set<number>, colours?: string[], single?: boolean,
 *   onchange: (on: Set<number>) => void}} options
 */
export function toggles({ label, names, on, colours, single = false, onchange }) {
  const buttons = names.map((name, i) => {
    const button = h("button", { type: "button", class: "lv-chip", "aria-pressed": on.has(i), onclick: () => press(i) }, name);
    if (colours) button.style.setProperty("--class", colours[i % colours.length]);
    return button;
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
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(on.has(i))));
  }
  const element = h("div", { class: "lv-chips", role: "group", "aria-label": label }, ...buttons);
  return { element, show };
}

/**
 * `(0.42, −1.30)`; long vectors are cut after six numbers.
 * @param {ArrayLike<number>} z
 */
export function vectorText(z) {
  const shown = Array.from(z).slice(0, 6).map((v) => number(v, 2)).join(", ");
  return `(${shown}${z.length > 6 ? ", …" : ""})`;
}

/** @param {number} value @param {number} digits */
export function number(value, digits) {
  const text = value.toFixed(digits).replace("-", "−");
  return /^−0(\.0*)?$/.test(text) ? text.slice(1) : text;
}

/** `z₁` for dimension 0. @param {number} dim */
export function latentName(dim) {
  return "z" + String(dim + 1).replace(/\d/g, (d) => "₀₁₂₃₄₅₆₇₈₉"[Number(d)]);
}

const STEP = 0.1, LARGE_STEP = 0.5;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** How far an arrow key moves a point of a map, with Shift in larger steps; null for any other key. @param {KeyboardEvent} event */
export function arrowStep(event) {
  const arrow = ARROWS[event.key];
  if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return null;
  const step = event.shiftKey ? LARGE_STEP : STEP;
  return arrow.map((/** @type {number} */ direction) => step * direction);
}

/** Says something to a screen reader, once the hand rests. @param {HTMLElement} region */
export function announcer(region) {
  let timer = 0;
  return (/** @type {string} */ text) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => (region.textContent = text), 600);
  };
}
