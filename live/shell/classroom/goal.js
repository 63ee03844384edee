// @ts-check
// Where a page of a class belongs: the step of the lesson, or where its teacher looks. Pure: knows addresses and what
// ui/classroom/room.py tells; knows no page and no element.
import { addressOf, GUESS } from "../lesson_steps.js";
import { isSameView } from "../navigation.js";
import { readSticky } from "../sticky.js";

/**
 * @typedef {import("../lesson_steps.js").Lesson} Lesson
 * @typedef {import("../lesson_steps.js").Ask} Ask
 * @typedef {{right: boolean, ink: string}} Sketch a drawing, and whether the model took it for what was asked
 * @typedef {number | number[] | Sketch} Answer
 * @typedef {Answer[] | [Answer, number][]} Tally all pins, or each answer with how many gave it
 * @typedef {object} State as ui/classroom/room.py tells it
 * @property {string} lesson its name, "" for free exploration
 * @property {number} step from 1 on
 * @property {boolean} asks
 * @property {"follow" | "free"} pacing
 * @property {boolean} eyes
 * @property {string} view the teacher's address, "" for the step's own
 * @property {number} round
 * @property {boolean} shown
 * @property {boolean} revealed
 * @property {Tally[]} [rounds] once they are shown
 * @property {string[]} [labels] while the class draws: what there is to draw
 * @property {number} [members] these for the teacher alone
 * @property {number} [votes]
 * @property {string[]} [sketches] the drawings that answer, once they are shown
 * @property {boolean} [kept] whether the class is on disk
 * @typedef {{teaches: boolean, token?: string, colour?: number, animal?: number, answer?: Answer | null, drawn?: number}} Me
 */

const CODE = /^[A-Z]{5}$/;
const OWN = ["words", "present", "join", "lesson", "step"]; // of each screen, whoever leads

/** The code in what somebody typed, "" where it is none. @param {string} text */
export function codeOf(text) {
  const code = text.replace(/[^A-Za-z]/g, "").toUpperCase();
  return CODE.test(code) ? code : "";
}

/** Whether a question waits for answers. @param {State} state */
export const isOpen = ({ asks, revealed }) => asks && !revealed;

/** What a question is answered by that is right. @param {Ask} ask @returns {Answer} */
export function truthOf(ask) {
  if (ask.kind === "choice") return ask.right;
  if (ask.kind === "draw") return { right: true, ink: "" };
  return ask.kind === "order" ? ask.items.map((_, i) => i) : ask.truth;
}

/** The question of the present step. @param {State} state @param {Lesson | null} lesson @returns {Ask | null} */
export function askOf(state, lesson) {
  return lesson?.steps[state.step - 1]?.ask ?? null;
}

/** The step's own view, before the truth or with it. @param {State} state @param {Lesson} lesson @param {Answer | null} answer */
export function addressOfStep(state, lesson, answer) {
  const ask = askOf(state, lesson);
  const url = new URL(
    addressOf(lesson, "", state.step, ask && state.revealed ? pinOf(answer ?? truthOf(ask)) : null),
    "http://h",
  );
  for (const name of OWN) url.searchParams.delete(name);
  return `.${url.pathname}${url.search}`;
}

/** What an address can hold of an answer: the code of a pin. @param {Answer} answer */
const pinOf = (answer) => (Array.isArray(answer) ? answer : 0);

/**
 * Where a pupil's page belongs; null for where it is: a question is answered in its own view, whatever the teacher's hand does.
 * @param {State} state @param {Lesson | null} lesson @param {Answer | null} answer
 */
export function goalOf(state, lesson, answer) {
  if (state.pacing === "free" || state.labels) return null;
  if (isOpen(state)) return lesson && addressOfStep(state, lesson, answer);
  if (state.view && !isOwnTruth(state, lesson)) return `./${state.view}`;
  return lesson && addressOfStep(state, lesson, answer);
}

/**
 * Whether the wall shows the truth at the true pin, where the same is to be seen from each pupil's own.
 * @param {State} state @param {Lesson | null} lesson
 */
function isOwnTruth(state, lesson) {
  const { ask, reveal } = lesson?.steps[state.step - 1] ?? {};
  if (!lesson || !ask || !state.revealed || !reveal?.view?.includes(GUESS)) return false;
  const [there, wall] = [addressOfStep(state, lesson, truthOf(ask)), `./${state.view}`];
  return wayTo(new URL(there, "http://h").href, wall) === "here";
}

/** The code that an address names, or null. @param {string} href */
export function pointOf(href) {
  const z = new URL(href).searchParams.get("z")?.split(",").map(Number);
  return z?.every(Number.isFinite) ? z : null;
}

/** Where a page is, as a class is told: without what is each screen's own. @param {string} href */
export function viewOf(href) {
  const url = new URL(href);
  for (const name of OWN) url.searchParams.delete(name);
  const query = url.searchParams.toString();
  return `${url.pathname.split("/").at(-1)}${query ? `?${query}` : ""}`;
}

/** An address with what is this screen's own. @param {string} goal @param {string} href where it is now */
export function addressIn(goal, href) {
  const url = new URL(goal, href);
  const { words, present, join } = readSticky(new URL(href).search);
  for (const [name, text] of Object.entries({ words, present, join })) if (text) url.searchParams.set(name, text);
  return url.href;
}

/** How far it is from one address to another: nothing, the point alone, or another view. @param {string} href @param {string} goal @returns {"here" | "point" | "view"} */
export function wayTo(href, goal) {
  const [from, to] = [href, new URL(goal, href).href].map((each) => new URLSearchParams(viewOf(each).split("?")[1]));
  const names = new Set([...from.keys(), ...to.keys()]);
  const other = [...names].filter((name) => from.get(name) !== to.get(name));
  if (!isSameView(href, goal)) return "view";
  if (!other.length) return "here";
  return other.every((name) => name === "z") && to.get("z") ? "point" : "view";
}
