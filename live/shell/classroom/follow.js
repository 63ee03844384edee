// @ts-check
// The class that the address names, if any: begins one, joins one, and ends the visit when the address says so. Knows the
// page's address.
import { loadWords, t } from "../../words/words.js";
import { isOwn, ownLessons } from "../own_lessons.js";
import { readSticky } from "../sticky.js";
import { askForCode } from "./dialogs.js";
import { remember } from "./memory.js";
import { Visit } from "./visit.js";

/**
 * @typedef {{visit: (url: string) => void, isReady: () => boolean, unhide: () => void,
 *   set: (name: string, text: string) => void, arrived: string}} Page `arrived`: the fragment that the page came with
 */

/** @typedef {import("./visit.js").Begun} Begun */

const KEYS = { PageDown: 1, PageUp: -1 };
const TYPES = "code"; // in the place of a code: it is still to be typed
const MOST_BYTES = 56 * 1024; // as ui/limits.py has it
const START = "./"; // of a class without a lesson
/** @type {Record<string, Begun>} classes without a lesson */
const BARE = {
  free: { wall: START, says: null },
  draw: { wall: null, says: { kind: "gather", labels: ["", ""] } },
};

/**
 * Makes the page follow the class in its address: `moved` is to be called when that changes, `press` with a button that
 * begins a class or leads into one.
 * @param {HTMLElement} section @param {Page} page
 */
export function followClass(section, page) {
  /** @type {Visit | null} */
  let present = null;
  let asked = "",
    brought = page.arrived;
  /** @type {{code: string, lesson: string}} */
  let begun = { code: "", lesson: "" };
  const join = (/** @type {string} */ code) => page.set("join", code);
  const ways = { ...page, leave: () => join(""), retype: () => join(TYPES) };
  /** @param {HTMLElement} button */
  const press = async (button) => {
    const { class: lesson = "" } = button.dataset;
    if (lesson === TYPES) return join(TYPES);
    const { code = "", refused = "" } = await begin(lesson);
    if (!code) {
      await speak();
      button.textContent = t(`classroom.refused.${refused}`, { code });
      return;
    }
    begun = { code, lesson };
    join(code);
  };
  window.addEventListener(
    "keydown",
    (event) => {
      const way = /** @type {Record<string, number>} */ (KEYS)[event.key];
      if (!present || !way || event.ctrlKey || event.metaKey || event.altKey || !present.turn(way)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  const moved = () => {
    keepKey(location.hash || brought);
    brought = "";
    const { join: code = "", lesson } = readSticky(location.search);
    if (code !== asked) {
      asked = code;
      present?.close();
      present =
        code && code !== TYPES
          ? new Visit(section, code, ways, code === begun.code ? (BARE[begun.lesson] ?? BARE.free) : null)
          : null;
      if (code === TYPES) void speak().then(() => askForCode(join, ways.leave));
    }
    if (present && lesson) for (const name of ["step", "lesson", "hide"]) page.set(name, ""); // one lesson at a time
    present?.moved();
  };
  return { moved, press };
}

/** A new class, in a lesson of this browser's own if it is one. @param {string} lesson @returns {Promise<{code?: string, refused?: string}>} */
async function begin(lesson) {
  const own = isOwn(lesson) ? ownLessons()[lesson] : null;
  const body = JSON.stringify({ lesson: own || lesson in BARE ? "" : lesson, own });
  if (new Blob([body]).size > MOST_BYTES) return { refused: "long" };
  const answer = await fetch("class", { method: "POST", body }).catch(() => null);
  if (!answer?.headers.get("content-type")?.startsWith("application/json")) return { refused: "away" };
  const { code, key, refused } = await answer.json();
  if (code) remember(code, { key });
  return { code, refused };
}

/** A teacher's second device brings the key in the link's fragment, which no server sees; it leaves the address at once. @param {string} fragment */
function keepKey(fragment) {
  const key = /^#key=([\w-]{10,64})$/.exec(fragment)?.[1];
  const { join } = readSticky(location.search);
  if (!key || !join) return;
  remember(join, { key, remote: true });
  history.replaceState(history.state, "", location.pathname + location.search);
}

async function speak() {
  const layer = readSticky(location.search).words === "field" ? "field" : "simple";
  await loadWords(new URL("../../words/en.json", import.meta.url), { locale: document.documentElement.lang, layer });
}
