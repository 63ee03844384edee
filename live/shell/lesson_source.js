// @ts-check
// Where a lesson comes from: the app's own files, a link that holds it whole, or what this browser keeps of lessons that
// were opened or are being made. Nothing of those leaves the page. Knows the network and the store; knows no element.
import { LessonError, MOST_BYTES, modelsOf, readLesson } from "./lesson_file.js";
import { isOwn, keepLesson, nameOf, ownLessons } from "./own_lessons.js";
import { unpack } from "./packing.js";

const PACKED = /^([0-9]+)\./,
  PACKING = "1";

/** @typedef {import("./lesson_steps.js").Lesson} Lesson */

/** Whether an address holds a whole lesson in the place of a name. @param {string} name */
export const isPacked = (name) => PACKED.test(name);

/** Keeps the lesson of a link in this browser, and gives it a name. @param {string} packed @param {string[]} places @returns {Promise<string>} */
export async function receive(packed, places) {
  if (PACKED.exec(packed)?.[1] !== PACKING) throw new LessonError("lesson.bad.link_newer");
  const content = await unpack(packed, MOST_BYTES).catch(() => {
    throw new LessonError("lesson.bad.link");
  });
  return opened(content, places);
}

/** The same for the text of a file. @param {string} content @param {string[]} places @returns {string} its name */
export function opened(content, places) {
  const lesson = readLesson(content, places);
  const name = nameOf(JSON.stringify(lesson));
  keepLesson(name, lesson);
  return name;
}

/** @param {string} name @param {string[]} places @returns {Promise<Lesson>} */
export async function lessonOf(name, places) {
  if (!isOwn(name)) return shipped(name);
  const { [name]: kept } = ownLessons();
  if (!kept) throw new LessonError("lesson.gone");
  return readLesson(JSON.stringify(kept), places); // the store may be damaged too
}

/** @param {string} name @returns {Promise<Lesson>} */
async function shipped(name) {
  const answer = await fetch(new URL(`../lessons/en/${name}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** The models of a lesson's views that aren't here; none where the list can't be had. @param {Lesson} lesson @returns {Promise<Set<string>>} */
export async function missingModels({ steps }) {
  const answer = await fetch("assets/models.json").catch(() => null);
  if (!answer?.ok) return new Set();
  const { models } = /** @type {{models: {id: string}[]}} */ (await answer.json());
  const here = new Set(models.map(({ id }) => id));
  return new Set(steps.flatMap(modelsOf).filter((id) => !here.has(id)));
}
