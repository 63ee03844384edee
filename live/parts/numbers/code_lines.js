// @ts-check
// A function as it runs on the server, with the line that is meant marked. Knows elements.
import { t } from "../../words/words.js";
import { h } from "../dom.js";

/** @typedef {{file: string, lines: [number, string][], on: number[]}} Excerpt */

/** @param {Excerpt} excerpt @returns {HTMLElement} */
export function codeOf({ file, lines, on }) {
  const rows = lines.map(([number, text]) => {
    const row = [h("i", { "aria-hidden": "true" }, String(number)), `${text}\n`];
    return on.includes(number) ? h("mark", {}, ...row) : h("span", {}, ...row);
  });
  return h(
    "figure",
    { class: "lv-code" },
    h("figcaption", {}, t("numbers.code.from", { file, line: String(on[0]) })),
    h("pre", { tabindex: 0, role: "region", "aria-label": t("numbers.code.label", { file }) }, h("code", {}, ...rows)),
  );
}
