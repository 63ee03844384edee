// @ts-check
// Gives a file that the page has made to the page's own place for files, as if a hand had dropped it there: it goes the
// same way, and is checked alike. Knows the DOM; knows nothing of what is in the file.
import { t } from "../../words/words.js";

/** Throws a sentence where the place is gone. @param {File} file @param {string} place the selector of an `<input type=file>` */
export function handOver(file, place) {
  const input = /** @type {HTMLInputElement | null} */ (document.querySelector(place));
  if (!input) throw new Error(t("collect.away"));
  const dropped = new DataTransfer();
  dropped.items.add(file);
  input.files = dropped.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
