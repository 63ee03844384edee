// @ts-check
// A word of the glossary inside a text: a dotted word that opens what it means (shell/terms.js). Knows words, no view.
import { pieces, t } from "../words/words.js";
import { h } from "./dom.js";

/**
 * A word that explains itself when it is touched: `term("kl")`.
 * @param {string} name of the glossary's entry `term.<name>` @param {string} [word] as it stands in its text
 */
export function term(name, word = t(`term.${name}`)) {
  return h("button", { type: "button", class: "lp-term", "data-term": name, "aria-haspopup": "dialog" }, word);
}

/**
 * A text of the catalogue as children for `h`, each `{kl:term}` of it a word that explains itself.
 * @param {string} key @param {import("../words/words.js").Values} [values] @returns {(string | HTMLElement)[]}
 */
export function terms(key, values) {
  return pieces(key, values).map((piece) => (typeof piece === "string" ? piece : term(piece.name, piece.word)));
}
