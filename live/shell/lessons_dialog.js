// @ts-check
// The dialog of a person's own lessons: add the present view, open a file, and those that are kept in this browser.
// Knows the page's frame and the store; knows no view.
import { h } from "../parts/dom.js";
import { loadWords, t } from "../words/words.js";
import { LessonError, MOST_BYTES } from "./lesson_file.js";
import { plain } from "./lesson_parts.js";
import { opened } from "./lesson_source.js";
import { addressOf } from "./lesson_steps.js";
import { DRAFT, dropLesson, keepLesson, ownLessons } from "./own_lessons.js";
import { readSticky } from "./sticky.js";

/**
 * What opens it.
 * @param {HTMLDialogElement} dialog @param {import("./editor.js").Editor} editor
 * @param {{places: string[], visit: (url: string) => void}} page
 */
export function lessonsDialog(dialog, editor, page) {
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
  const file = /** @type {HTMLInputElement} */ (part("input"));
  const [list, note] = [".lp-own-list", ".lp-note"].map(part);

  function fill() {
    const rows = Object.entries(ownLessons()).reverse();
    list.replaceChildren(...rows.map(([name, lesson]) => rowOf(name, lesson)));
  }

  /** @param {string} name @param {import("./lesson_steps.js").Lesson} lesson */
  function rowOf(name, lesson) {
    const edit = plain(t("lessons.edit"), () => {
      dialog.close();
      if (name === DRAFT) editor.open();
      else editor.replace(lesson);
    });
    const isDraft = name === DRAFT;
    const ways = isDraft
      ? [edit]
      : [plain(t("lessons.open"), () => go(name)), edit, classOf(name), plain(t("lessons.delete"), () => drop(name))];
    const title = isDraft ? t("lessons.draft", { title: lesson.title }) : lesson.title;
    return h("li", {}, h("span", {}, title), ...ways);
  }

  /** Begins a class in it: live/shell/classroom/follow.js hears the press. @param {string} name */
  function classOf(name) {
    const begin = plain(t("lessons.class"), () => {});
    begin.dataset.class = name;
    return begin;
  }

  /** @param {string} name */
  function go(name) {
    dialog.close();
    page.visit(addressOf(ownLessons()[name], name, 1, null));
  }

  /** @param {string} name */
  function drop(name) {
    const { [name]: lesson } = ownLessons();
    dropLesson(name);
    fill();
    const undo = plain(t("editor.undo"), () => {
      keepLesson(name, lesson);
      note.textContent = "";
      fill();
    });
    note.replaceChildren(t("lessons.deleted", { title: lesson.title }), " ", undo);
  }

  async function read() {
    const [chosen] = file.files ?? [];
    file.value = ""; // the same file may be chosen again
    if (!chosen) return;
    try {
      if (chosen.size > MOST_BYTES) throw new LessonError("lesson.bad.large");
      go(opened(await chosen.text(), page.places));
    } catch (error) {
      note.textContent = error instanceof LessonError ? error.message : t("lesson.bad.json");
    }
  }

  async function show() {
    const layer = "words" in readSticky(location.search) ? "field" : "simple";
    await loadWords(new URL("../words/en.json", import.meta.url), { locale: document.documentElement.lang, layer });
    for (const other of document.querySelectorAll("dialog")) other.close();
    note.textContent = "";
    fill();
    dialog.showModal();
  }

  part(".lp-add-view").addEventListener("click", () => {
    dialog.close();
    editor.add();
  });
  part(".lp-open-lesson").addEventListener("click", () => file.click());
  file.addEventListener("change", () => void read());
  return show;
}
