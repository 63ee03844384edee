// @ts-check
// A lesson's steps as addresses, and answers as right or wrong. Pure: knows no page and no element.

/**
 * @typedef {{kind: "choice", text: string, options: string[], right: number}} Choice
 * @typedef {{kind: "pin", text: string, truth: number[], within: number}} Pin
 * @typedef {{kind: "number", text: string, low: number, high: number, step: number, unit: string, truth: number,
 *   within: number}} Scale
 * @typedef {{kind: "order", text: string, items: string[]}} Order
 * @typedef {{kind: "draw", text: string, truth: string}} Draw `truth`: the class that the model is to take it for
 * @typedef {Choice | Pin | Scale | Order | Draw} Ask
 * @typedef {{view: string, caption: string, hide: string[], ask: Ask | null, reveal: {view: string | null, text: string} | null}} Step
 * @typedef {{format: number, title: string, about: string, minutes: number, steps: Step[]}} Lesson as live/lessons/__init__.py checks it
 * @typedef {import("../contract.js").Drawn} Drawn
 * @typedef {number | number[] | Drawn} Answer which option; a pin's code; a number; the items as they were put, by their
 *   right places; what was drawn
 */

export const GUESS = "{guess}"; // in a revealed view: the code of the pin
const MOST_PICTURE = 50_000, // characters
  PICTURE = /^data:image\/png;base64,[A-Za-z0-9+/=]+$/;

/** The step that an address names, from 1 on, within the lesson. @param {Lesson} lesson @param {string | undefined} text */
export function stepOf(lesson, text) {
  const number = Number(text);
  return Number.isInteger(number) ? Math.min(Math.max(number, 1), lesson.steps.length) : 1;
}

/**
 * The address of a step's view, before its answer or, with one, after it.
 * @param {Lesson} lesson @param {string} name @param {number} number from 1 on @param {Answer | null} answer
 */
export function addressOf(lesson, name, number, answer) {
  const { view, hide, reveal } = lesson.steps[number - 1];
  const shown = answer === null ? view : (reveal?.view ?? view).replace(GUESS, String(answer));
  const [path, query = ""] = shown.split("?");
  const asked = new URLSearchParams(query);
  if (answer === null && hide.length) asked.set("hide", hide.join(","));
  asked.set("lesson", name);
  asked.set("step", String(number));
  return `./${path}?${asked}`;
}

/** How far a pin is from the truth. @param {number[]} a @param {number[]} b */
export function distance(a, b) {
  return Math.hypot(...b.map((value, i) => value - (a[i] ?? 0)));
}

/** @param {Ask} ask @param {Answer} answer */
export function isRight(ask, answer) {
  switch (ask.kind) {
    case "choice":
      return answer === ask.right;
    case "pin":
      return distance(/** @type {number[]} */ (answer), ask.truth) <= ask.within;
    case "number":
      return Math.abs(Number(answer) - ask.truth) <= ask.within;
    case "order":
      return /** @type {number[]} */ (answer).every((place, i) => place === i);
    case "draw":
      return /** @type {Drawn} */ (answer).read === ask.truth;
  }
}

/** The order in which items are shown at first: another one than the right one, the same on every computer. @param {number} count */
export function shuffled(count) {
  const places = Array.from({ length: count }, (_, i) => i);
  return [...places.filter((i) => i % 2), ...places.filter((i) => i % 2 === 0)];
}

/** An answer that was kept, or null where it makes no sense for the question. @param {Ask} ask @param {unknown} kept @returns {Answer | null} */
export function keptAnswer(ask, kept) {
  const are = (/** @type {number} */ count) =>
    Array.isArray(kept) && kept.length === count && kept.every(Number.isFinite) ? kept : null;
  switch (ask.kind) {
    case "choice":
      return typeof kept === "number" && kept in ask.options ? kept : null;
    case "pin":
      return are(ask.truth.length);
    case "number":
      return typeof kept === "number" && kept >= ask.low && kept <= ask.high ? kept : null;
    case "order":
      return are(ask.items.length);
    case "draw":
      return isDrawn(kept) ? kept : null;
  }
}

/** Whether it is what a page has said of a drawing: pictures of its own making, and a class. @param {unknown} kept @returns {kept is Drawn} */
function isDrawn(kept) {
  const { read, picture, copy } = /** @type {Record<string, unknown>} */ (kept ?? {});
  const isPicture = (/** @type {unknown} */ one) =>
    typeof one === "string" && one.length < MOST_PICTURE && PICTURE.test(one);
  return typeof read === "string" && isPicture(picture) && isPicture(copy);
}
