// @ts-check
// A lesson that is being made: each change gives a new one. Pure; knows no element and no page.
import { t } from "../words/words.js";
import { FORMAT, LessonError, readLesson } from "./lesson_file.js";

/**
 * @typedef {import("./lesson_steps.js").Lesson} Lesson
 * @typedef {import("./lesson_steps.js").Step} Step
 * @typedef {import("./lesson_steps.js").Ask} Ask
 */

/** @type {{[Kind in Ask["kind"]]: Extract<Ask, {kind: Kind}>}} a question of each kind, to begin with */
const BLANK = {
  choice: { kind: "choice", text: "", options: ["", ""], right: 0 },
  pin: { kind: "pin", text: "", truth: [0, 0], within: 0.5 },
  number: { kind: "number", text: "", low: 0, high: 10, step: 1, unit: "", truth: 5, within: 1 },
  order: { kind: "order", text: "", items: ["", "", ""] },
  draw: { kind: "draw", text: "", truth: "" },
};
export const KINDS = /** @type {Ask["kind"][]} */ (Object.keys(BLANK));

/** @param {string} title @returns {Lesson} */
export const newLesson = (title) => ({ format: FORMAT, title, about: "", minutes: 10, steps: [] });

/** With one more step at its end. @param {Lesson} lesson @param {string} view @returns {Lesson} */
export function added(lesson, view) {
  return { ...lesson, steps: [...lesson.steps, { view, caption: "", hide: [], ask: null, reveal: null }] };
}

/** @param {Lesson} lesson @param {number} place @returns {Lesson} */
export const without = (lesson, place) => ({ ...lesson, steps: lesson.steps.filter((_, i) => i !== place) });

/** A step one place on or back; at an end it stays. @param {Lesson} lesson @param {number} place @param {1 | -1} by @returns {Lesson} */
export function moved(lesson, place, by) {
  const steps = [...lesson.steps];
  const [step] = steps.splice(place, 1);
  steps.splice(Math.max(0, place + by), 0, step);
  return { ...lesson, steps };
}

/** @param {Lesson} lesson @param {number} place @param {Partial<Step>} changes @returns {Lesson} */
export function changed(lesson, place, changes) {
  return { ...lesson, steps: lesson.steps.map((step, i) => (i === place ? { ...step, ...changes } : step)) };
}

/** A step that asks in another way, or not at all; the question's text and the reveal stay. @param {Step} step @param {string} kind @returns {Partial<Step>} */
export function asking({ ask, reveal }, kind) {
  const blank = KINDS.find((one) => one === kind);
  if (!blank) return { ask: null, reveal: null };
  return { ask: { ...BLANK[blank], text: ask?.text ?? "" }, reveal: reveal ?? { view: null, text: "" } };
}

/** The lines of a text that say something. @param {string} text */
export const linesOf = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** What keeps a lesson from being shown, in a sentence; "" for nothing. @param {Lesson} lesson @param {string[]} places */
export function problemOf(lesson, places) {
  const gap = lesson.steps.findIndex(({ ask }) => ask && isUnfinished(ask));
  if (gap >= 0) return t("editor.unfinished", { step: gap + 1 });
  try {
    readLesson(JSON.stringify(lesson), places);
    return "";
  } catch (error) {
    if (error instanceof LessonError) return error.message;
    throw error;
  }
}

/** @param {Ask} ask */
function isUnfinished(ask) {
  const texts = { choice: "options", order: "items", draw: "truth", pin: "text", number: "text" }[ask.kind];
  const said = [ask.text, /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (ask))[texts]].flat();
  return said.some((text) => !String(text).trim());
}

/** A view of the app as a lesson writes it: what goes along with a person is no part of it. @param {string} place "" or "create" @param {string} search */
export function viewOf(place, search) {
  const query = new URLSearchParams(search);
  for (const name of ["lesson", "step", "hide", "present", "words"]) query.delete(name);
  const text = query.toString().replaceAll("%2C", ",");
  return text ? `${place}?${text}` : place;
}

/** The bar's places as a lesson writes them, "" and "create", and which of them a path is. @param {string[]} paths of its links */
export function placesOf(paths) {
  const root = paths.reduce((a, b) => (b.length < a.length ? b : a), paths[0] ?? "");
  const placeOf = (/** @type {string} */ path) => path.slice(root.length).replace(/\/$/, "");
  const places = paths.map(placeOf);
  return { places, here: (/** @type {string} */ path) => places.find((place) => place === placeOf(path)) ?? "" };
}
