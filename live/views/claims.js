// @ts-check
// Claims: what published programs say, one at a time: its models are seen, then one guesses, then the verdict is told. In
// the app a page of Streamlit's does the same (ui/parts/claims.py); this is the static site's.
import { Address } from "../address.js";
import { button, h } from "../parts/dom.js";
import { themeOf } from "../parts/theme.js";
import { waysRow } from "../parts/ways.js";
import { t } from "../words/words.js";

/**
 * @typedef {import("../contract.js").ClaimsData} ClaimsData
 * @typedef {import("../contract.js").Claim} Claim
 * @typedef {"right" | "wrong" | "not_counted"} Mark
 */

const VERDICTS = ["holds", "in_part", "fails", "too_close"],
  BETWEEN = "too_close"; // where the numbers can't tell, no guess is wrong
const SIGNS = { right: "✓", wrong: "✗", not_counted: "≈" };

/** Whether a guess is right. @param {string} guess @param {string} verdict @returns {Mark} */
export function markOf(guess, verdict) {
  if (guess === verdict) return "right";
  return verdict === BETWEEN ? "not_counted" : "wrong";
}

/** How many guesses count, and how many of them are right. @param {Map<string, string>} guesses by claim @param {Claim[]} claims */
export function scoreOf(guesses, claims) {
  const marks = claims.flatMap(({ key, verdict }) => {
    const guess = guesses.get(key);
    return guess ? [markOf(guess, verdict)] : [];
  });
  const counted = marks.filter((mark) => mark !== "not_counted");
  return { right: counted.filter((mark) => mark === "right").length, count: counted.length };
}

/** Guesses of this visit, kept while one looks at other places of it. @type {Map<string, string>} */
const GUESSES = new Map();

/** @param {{data: ClaimsData, host: HTMLElement}} pane @returns {import("../contract.js").View} */
export function create(pane) {
  const view = new Claims(pane);
  return { element: view.element, close: () => view.address.close() };
}

class Claims {
  /** @param {{data: ClaimsData, host: HTMLElement}} pane */
  constructor({ data, host }) {
    const { claims, state } = data;
    this.data = data;
    this.dark = themeOf(host, data.palette).dark;
    this.at = Math.max(
      0,
      claims.findIndex(({ key }) => key === state.claim),
    );
    this.address = new Address(data.names, () => {});
    this.body = h("div", { class: "lv-claim" });
    this.steps = h("nav", { class: "lv-claim-steps", "aria-label": t("compare.claims") });
    const about = h("p", { class: "lv-label" }, t("site.claims.about", { images: data.images }));
    this.element = h("div", { class: "lv-claims" }, waysRow("claims"), this.body, this.steps, about);
    this.show();
  }

  /** @param {number} at */
  go(at) {
    this.at = at;
    this.address.set({ claim: this.data.claims[at].key });
    this.show();
    this.body.querySelector("h2")?.focus();
  }

  /** @param {string} verdict */
  guess(verdict) {
    GUESSES.set(this.data.claims[this.at].key, verdict);
    this.show();
    /** @type {HTMLElement | null} */ (this.body.querySelector("[role=status]"))?.focus();
  }

  show() {
    const { claims } = this.data,
      claim = claims[this.at];
    this.body.replaceChildren(
      h("h2", { tabindex: -1 }, claim.text),
      h("p", { class: "lv-label" }, claim.source),
      h("div", { class: "lv-claim-shown" }, this.models(claim), this.said(claim)),
    );
    this.steps.replaceChildren(...this.stepped());
  }

  /** @param {Claim} claim */
  models({ models, ofCodes, colours }) {
    const shown = models.map(({ id, title, light, dark, shows, below }) =>
      h(
        "a",
        { href: `./?model=${id}` },
        h("img", { src: this.dark ? dark : light, alt: shows, class: ofCodes ? "lv-claim-codes" : "" }),
        h("span", {}, h("b", {}, title), h("br"), below),
      ),
    );
    const key = colours.map(([light, dark, name]) =>
      h("span", { style: `--class: ${this.dark ? dark : light}` }, name),
    );
    return h(
      "div",
      {},
      h("div", { class: "lv-claim-models" }, ...shown),
      h("p", { class: "lv-claim-key", hidden: !key.length }, ...key),
    );
  }

  /** The guess, or what is true. @param {Claim} claim */
  said({ key, verdict, measured }) {
    const guess = GUESSES.get(key);
    if (!guess) {
      const choices = VERDICTS.map((one) => button(t(`compare.verdict.${one}`), () => this.guess(one)));
      return h("div", { class: "lv-claim-said" }, h("b", {}, t("compare.guess")), ...choices);
    }
    const told = t(`compare.${markOf(guess, verdict)}`, { guess: t(`compare.verdict.${guess}`) });
    const name = t(`compare.verdict.${verdict}`);
    return h(
      "div",
      { class: "lv-claim-said", role: "status", tabindex: -1 },
      h("b", {}, told),
      h("p", {}, h("span", { class: `lv-claim-verdict lv-claim-${verdict}` }, name), " ", measured),
    );
  }

  /** The way to every claim, with what was guessed so far. */
  stepped() {
    const { claims } = this.data,
      { right, count } = scoreOf(GUESSES, claims);
    const to = (/** @type {string} */ words, /** @type {number} */ at) =>
      button(words, () => this.go(at), { disabled: !claims[at] });
    const each = claims.map(({ key, text, verdict }, i) => {
      const guess = GUESSES.get(key);
      const name = guess ? `${i + 1} ${SIGNS[markOf(guess, verdict)]}` : String(i + 1);
      return button(name, () => this.go(i), {
        class: "lv-chip",
        title: text,
        ...(i === this.at ? { "aria-current": "step" } : {}),
      });
    });
    return [
      to(t("compare.previous"), this.at - 1),
      ...each,
      to(t("compare.next"), this.at + 1),
      count ? h("span", { class: "lv-label" }, t("compare.score", { right, count })) : null,
    ].filter((part) => part !== null);
  }
}
