// @ts-check
// What Compare's view has chosen, as the link writes it: plain functions; knows no DOM.
import { parseIndex, parseIndices, parseNumbers, writeIndices, writeNumbers } from "../state_text.js";

/**
 * @typedef {"image" | "place" | "drawing"} Cursor
 * @typedef {"ask" | number | number[] | null} Guess the question is open, an option, a place; null: nobody asks
 * @typedef {object} Chosen
 * @property {Cursor} cursor what the pointer means
 * @property {number} point the test image
 * @property {number[] | null} z a place of the frame; null for the test image's
 * @property {import("./frame.js").Mode} align
 * @property {number} label that models which are told one are told
 * @property {Set<number>} hidden classes
 * @property {"copy" | "difference"} shows
 * @property {"trails" | "clouds" | null} tell
 * @property {Guess} guess
 */

/** @template {string} T @param {string | undefined} text @param {T[]} options @returns {T} the first where it is none */
const oneOf = (text, options) => options.find((option) => option === text) ?? options[0];

/**
 * @param {Record<string, string>} state as the link says it
 * @param {{count: number, classes: number, size: number, point: number, labelOf: (point: number) => number}} about `size`: latents of the frame
 * @returns {Chosen}
 */
export function chosenOf(state, { count, classes, size, point, labelOf }) {
  const picked = parseIndex(state.point, count, point);
  const z = parseNumbers(state.z, size);
  return {
    cursor: oneOf(state.cursor, ["image", "place", "drawing"]),
    point: picked,
    z: z && [...z],
    align: oneOf(state.align, ["turn", "off", "scale"]),
    label: parseIndex(state.class, classes, labelOf(picked)),
    hidden: parseIndices(state.without, classes),
    shows: oneOf(state.shows, ["copy", "difference"]),
    tell: state.tell === "trails" || state.tell === "clouds" ? state.tell : null,
    guess: guessOf(state.guess),
  };
}

/** @param {string | undefined} text @returns {Guess} */
export function guessOf(text) {
  if (!text) return null;
  if (text === "ask") return "ask";
  const place = parseNumbers(text, 2);
  return place ? [...place] : parseIndex(text, 10, 0);
}

/** The part of the plane that is seen: its centre and half its side. @param {string | undefined} text @returns {number[] | null} */
export function zoomOf(text) {
  const numbers = parseNumbers(text, 3);
  return numbers && numbers[2] > 0 ? [...numbers] : null;
}

/** @param {Guess} guess @returns {string} */
function guessText(guess) {
  if (guess === null || guess === "ask") return guess ?? "";
  return typeof guess === "number" ? String(guess) : writeNumbers(guess);
}

/** What the link says; what is as it opens is left out. @param {Chosen} chosen @returns {Record<string, string>} */
export function written({ cursor, point, z, align, label, hidden, shows, tell, guess }) {
  const said = {
    cursor: cursor === "image" ? "" : cursor,
    point: String(point),
    z: cursor === "place" && z ? writeNumbers(z) : "",
    align: align === "turn" ? "" : align,
    class: cursor === "image" ? "" : String(label),
    without: hidden.size ? writeIndices(hidden) : "",
    shows: shows === "copy" ? "" : shows,
    tell: tell ?? "",
    guess: guessText(guess),
  };
  return Object.fromEntries(Object.entries(said).filter(([, text]) => text));
}
