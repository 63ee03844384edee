// @ts-check
// Lessons that came from outside or are being made, kept in this browser alone. Knows the browser's store; knows no
// element.

const STORE = "lp-own-lessons",
  MOST = 20, // opened ones; the oldest goes
  LETTERS = 8,
  OWN = /^own-[a-z]+$/;
/** The name of the one that is being made. */
export const DRAFT = "own-draft";

/** @typedef {import("./lesson_steps.js").Lesson} Lesson @typedef {Record<string, Lesson>} Shelf by name, the oldest first */

/** @type {Shelf | null} for a browser that keeps nothing, as long as the page is there */
let memory = null;

/** Whether a lesson of this name is kept here and not shipped. @param {string} name */
export const isOwn = (name) => OWN.test(name);

/** @returns {Shelf} */
export function ownLessons() {
  if (memory) return memory;
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "{}") ?? {};
  } catch {
    return {}; // damaged
  }
}

/** Keeps a lesson, as the newest. @param {string} name @param {Lesson} lesson @returns {boolean} whether this browser does */
export function keepLesson(name, lesson) {
  const { [name]: _, ...others } = ownLessons();
  const opened = Object.keys(others).filter((other) => other !== DRAFT);
  for (const oldest of opened.slice(0, Math.max(0, opened.length - MOST + 1))) delete others[oldest];
  return write({ ...others, [name]: lesson });
}

/** @param {string} name */
export function dropLesson(name) {
  const { [name]: _, ...others } = ownLessons();
  write(others);
}

/** @param {Shelf} shelf */
function write(shelf) {
  try {
    localStorage.setItem(STORE, JSON.stringify(shelf));
    memory = null;
    return true;
  } catch {
    memory = shelf;
    return false;
  }
}

/** The same name for the same lesson, so that answers are found again: FNV-1a in letters. @param {string} content */
export function nameOf(content) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(content))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  const letters = Array.from({ length: LETTERS }, () => {
    const letter = Number(hash % 26n);
    hash /= 26n;
    return String.fromCharCode(97 + letter);
  });
  return `own-${letters.join("")}`;
}
