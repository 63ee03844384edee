// @ts-check
// A lesson from outside, a file or a link: read as strictly as live/lessons/__init__.py reads those that ship, and held
// to addresses of this app. tests/cases/lessons.json holds both to the same. Knows lessons; knows no element.
import { t } from "../words/words.js";

/**
 * @typedef {import("./lesson_steps.js").Lesson} Lesson
 * @typedef {import("./lesson_steps.js").Step} Step
 * @typedef {(value: unknown, place: string) => void} Check refuses by throwing
 */

export const FORMAT = 1,
  MOST_BYTES = 64 * 1024,
  MOST_STEPS = 30;
const MOST_HIDDEN = 20,
  VIEW = /^[a-z]{0,20}(\?[A-Za-z0-9_.,=&%+~{}-]{0,1000})?$/,
  PART = /^[a-z]{1,20}$/,
  GUESS = "{guess}",
  OURS = ["lesson", "step", "hide"]; // of an address, which a lesson sets itself

/** Why a lesson can't be opened: a sentence, and its key. */
export class LessonError extends Error {
  /** @param {string} key @param {import("../words/words.js").Values} [values] */
  constructor(key, values = {}) {
    super(t(key, values));
    this.key = key;
  }
}

/** @param {(value: unknown) => boolean} fits @returns {Check} */
const only = (fits) => (value, place) => {
  if (!fits(value)) throw new LessonError("lesson.bad.field", { place });
};
const text = only((value) => typeof value === "string"),
  number = only(Number.isFinite),
  whole = only(Number.isInteger);

/** @param {Check} check @returns {Check} */
const orNull = (check) => (value, place) => value === null || check(value, place);

/** @param {Check} check @returns {Check} */
const listOf = (check) => (value, place) => {
  only(Array.isArray)(value, place);
  for (const [i, one] of /** @type {unknown[]} */ (value).entries()) check(one, `${place}.${i + 1}`);
};

/** An object with these fields and no others. @param {Record<string, Check>} fields @returns {Check} */
const object = (fields) => (value, place) => {
  only((one) => typeof one === "object" && one !== null && !Array.isArray(one))(value, place);
  const given = /** @type {Record<string, unknown>} */ (value);
  for (const name of Object.keys(given)) only(() => Object.hasOwn(fields, name))(name, inside(place, name));
  for (const [name, check] of Object.entries(fields)) {
    only(() => Object.hasOwn(given, name))(name, inside(place, name));
    check(given[name], inside(place, name));
  }
};

/** @param {string} place @param {string} name */
const inside = (place, name) => (place ? `${place}.${name}` : name);

const kind = text; // it has chosen the check
/** @type {Record<string, Check>} */
const ASKS = {
  choice: object({ kind, text, options: listOf(text), right: whole }),
  pin: object({ kind, text, truth: listOf(number), within: number }),
  number: object({
    ...{ kind, text, low: number, high: number, step: number },
    ...{ unit: text, truth: number, within: number },
  }),
  order: object({ kind, text, items: listOf(text) }),
  draw: object({ kind, text, truth: text }),
};

/** @type {Check} */
const ask = (value, place) => {
  const { kind: name } = /** @type {{kind?: unknown}} */ (value ?? {});
  if (typeof name !== "string" || !Object.hasOwn(ASKS, name)) throw new LessonError("lesson.bad.kind", { place });
  ASKS[name](value, place);
};

const LESSON = object({
  format: only((value) => value === FORMAT),
  title: text,
  about: text,
  minutes: whole,
  steps: listOf(
    object({
      view: text,
      caption: text,
      hide: listOf(text),
      ask: orNull(ask),
      reveal: orNull(object({ view: orNull(text), text })),
    }),
  ),
});

/**
 * The lesson in a text; throws a LessonError that says in a sentence what is wrong with it.
 * @param {string} content @param {string[]} places the addresses of this app's pages: "", "create", …
 * @returns {Lesson}
 */
export function readLesson(content, places) {
  if (new TextEncoder().encode(content).length > MOST_BYTES) throw new LessonError("lesson.bad.large");
  const found = parsed(content);
  LESSON(found, "");
  const lesson = /** @type {Lesson} */ (found);
  refuse(lesson.steps.length < 1 || lesson.steps.length > MOST_STEPS, "lesson.bad.steps", { most: MOST_STEPS });
  for (const [i, step] of lesson.steps.entries()) checkStep(step, i + 1, places);
  return lesson;
}

/** @param {string} content @returns {unknown} */
function parsed(content) {
  try {
    const found = JSON.parse(content);
    refuse(found?.format > FORMAT, "lesson.bad.newer");
    return found;
  } catch (error) {
    throw error instanceof LessonError ? error : new LessonError("lesson.bad.json");
  }
}

/** @param {boolean} wrong @param {string} key @param {import("../words/words.js").Values} [values] */
function refuse(wrong, key, values) {
  if (wrong) throw new LessonError(key, values);
}

/** @param {Step} step @param {number} number from 1 on @param {string[]} places */
function checkStep({ view, hide, ask: question, reveal }, number, places) {
  const step = { step: number };
  refuse((question === null) !== (reveal === null), "lesson.bad.together", step);
  for (const address of [view, reveal?.view ?? view]) refuse(!isOurs(address, places), "lesson.bad.view", step);
  refuse(view.includes(GUESS), "lesson.bad.guess", step);
  refuse(Boolean(reveal?.view?.includes(GUESS)) && question?.kind !== "pin", "lesson.bad.guess", step);
  refuse(hide.length > MOST_HIDDEN || !hide.every((part) => PART.test(part)), "lesson.bad.hide", step);
  if (question) checkQuestion(question, step);
}

/** @param {import("./lesson_steps.js").Ask} question @param {{step: number}} step */
function checkQuestion(question, step) {
  if (question.kind === "choice") {
    const { length } = question.options;
    refuse(length < 2 || length > 6, "lesson.bad.options", step);
    refuse(question.right < 0 || question.right >= length, "lesson.bad.right", step);
  } else if (question.kind === "order") {
    refuse(question.items.length < 3 || question.items.length > 6, "lesson.bad.items", step);
  } else if (question.kind === "number") {
    const { low, high, truth, step: size } = question;
    refuse(truth < low || truth > high || size <= 0 || size > high - low, "lesson.bad.scale", step);
  }
}

/** Whether an address is a view of this app, and leaves to the lesson what is the lesson's. @param {string} view @param {string[]} places */
function isOurs(view, places) {
  const [path, query = ""] = view.split("?");
  return VIEW.test(view) && places.includes(path) && !OURS.some((name) => new URLSearchParams(query).has(name));
}

/** The models that a step's views name. @param {Step} step @returns {string[]} */
export function modelsOf({ view, reveal }) {
  const named = [view, reveal?.view ?? ""].flatMap((address) => {
    const query = new URLSearchParams(address.split("?")[1] ?? "");
    return [query.get("model") ?? "", ...(query.get("models") ?? "").split(",")];
  });
  return [...new Set(named)].filter(Boolean);
}
