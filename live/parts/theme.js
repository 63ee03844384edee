// @ts-check
// The page's colours as they are now, light or dark, for what is drawn on canvases. Knows the DOM's styles; knows no view.

/**
 * @typedef {{light: string[], dark: string[]}} ByTheme
 * @typedef {{colours: ByTheme, textOn: ByTheme}} Palette as live/palette.py sends it: a colour a class, the text on it
 * @typedef {object} Theme
 * @property {boolean} dark
 * @property {string} text
 * @property {string} font
 * @property {string} ring
 * @property {(label: number) => string} colour of a class
 * @property {(label: number) => string} textOn what can be read on it
 */

/** What the page is drawn on, as live/palette.py has it. */
export const GROUNDS = { light: "#ffffff", dark: "#15161b" };
const RINGS = { light: "#6b6e7a", dark: "#9fa2b0" };

/** @param {Element} element @param {Palette} palette @returns {Theme} */
export function themeOf(element, palette) {
  const { color, fontFamily } = getComputedStyle(element);
  const name = isLight(color) ? "dark" : "light"; // light text is on a dark ground
  const { [name]: colours } = palette.colours,
    { [name]: texts } = palette.textOn;
  return {
    dark: name === "dark",
    text: color,
    font: fontFamily,
    ring: RINGS[name],
    colour: (label) => colours[label % colours.length],
    textOn: (label) => texts[label % texts.length],
  };
}

/** Whether an `rgb(…)` is nearer to white than to black. @param {string} color */
export function isLight(color) {
  const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 127;
}
