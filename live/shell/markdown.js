// @ts-check
// The little Markdown that a lesson may hold: paragraphs, lists, **strong**, *emphasis* and `code`. Elements are built
// one by one, so that what looks like HTML is text. Knows elements; knows no lesson.
import { h } from "../parts/dom.js";

const ITEM = /^[-*] /,
  INLINE = /(\*\*[^*]+\*\*|\*[^*\s][^*]*\*|`[^`]+`)/;

/** @param {string} text @returns {HTMLElement[]} paragraphs and lists */
export function markdown(text) {
  return text
    .split(/\n\s*\n/)
    .filter((part) => part.trim())
    .map((part) => {
      const lines = part.trim().split("\n");
      return lines.every((line) => ITEM.test(line))
        ? h("ul", {}, ...lines.map((line) => h("li", {}, ...inline(line.replace(ITEM, "")))))
        : h("p", {}, ...inline(lines.join(" ")));
    });
}

/** The text of one paragraph. @param {string} text @returns {(HTMLElement | string)[]} */
export function inline(text) {
  return text.split(INLINE).map((piece) => {
    if (piece.length > 4 && piece.startsWith("**") && piece.endsWith("**")) return h("strong", {}, piece.slice(2, -2));
    if (piece.length > 2 && piece.startsWith("*") && piece.endsWith("*")) return h("em", {}, piece.slice(1, -1));
    if (piece.length > 2 && piece.startsWith("`") && piece.endsWith("`")) return h("code", {}, piece.slice(1, -1));
    return piece;
  });
}
