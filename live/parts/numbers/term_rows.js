// @ts-check
// An objective term by term: what it asks, its value, its formula with this image's figures, and the line that computes it.
// Knows elements and an image's numbers; knows no model.
import { objectiveOf, termOf } from "../../engine/numbers.js";
import { number, speaksField, t } from "../../words/words.js";
import { h, latentName } from "../dom.js";
import { terms as withTerms } from "../term.js";
import { codeOf } from "./code_lines.js";
import { figuresOf, sumText } from "./figures.js";

/** @typedef {import("../../engine/numbers.js").Numbers} Numbers @typedef {import("../../engine/numbers.js").Objective} Objective @typedef {import("../../engine/numbers.js").TermName} TermName */
/** @typedef {Record<string, import("./code_lines.js").Excerpt[]>} Code */

/** @type {Record<TermName, {title: string, line: string, formula: string}>} */
const WORDS = {
  log_likelihood: {
    title: "numbers.term.likelihood",
    line: "numbers.term.likelihood.line",
    formula: "numbers.formula.bernoulli",
  },
  kl: { title: "numbers.term.kl", line: "numbers.term.kl.line", formula: "numbers.formula.kl" },
  kl_draw: { title: "numbers.term.draw", line: "numbers.term.draw.line", formula: "numbers.formula.draw" },
  kl_off_capacity: {
    title: "numbers.term.capacity",
    line: "numbers.term.capacity.line",
    formula: "numbers.formula.capacity",
  },
  mmd: { title: "numbers.term.mmd", line: "numbers.term.mmd.line", formula: "numbers.formula.mmd" },
};

/** @type {Record<import("../../engine/likelihood.js").Likelihood["name"], string>} */
const FORMULAS = {
  bernoulli: "numbers.formula.bernoulli",
  gaussian: "numbers.formula.gaussian",
  categorical: "numbers.formula.categorical",
};

/** The formula of a term, in the field's letters. @param {TermName} name @param {Objective} objective */
export function formulaOf(name, { likelihood }) {
  return t(name === "log_likelihood" ? FORMULAS[likelihood.name] : WORDS[name].formula);
}

/** The rows of an objective; one that has no form for a single image says so. */
export class TermRows {
  /** @param {Objective} objective @param {Code} code */
  constructor(objective, code) {
    this.objective = objective;
    this.rows = (objective.terms ?? []).map(({ name }) => this.row(name, code[name]));
    this.total = section(withTerms("numbers.total"), [h("p", {}, t("numbers.total.line"))], code.objective);
    const none = objective.terms
      ? null
      : h("p", { class: "lv-note" }, t(objective.learnt ? "numbers.learnt" : "numbers.no_form"));
    this.element = h(
      "div",
      { class: "lv-terms" },
      ...this.rows.map(({ element }) => element),
      this.total.element,
      none,
    );
  }

  /** @param {TermName} name @param {import("./code_lines.js").Excerpt[]} code */
  row(name, code) {
    const { title, line } = WORDS[name];
    const formula = speaksField() && h("p", { class: "lv-formula" }, formulaOf(name, this.objective));
    const dims = h("tbody", {});
    const table =
      name.startsWith("kl") &&
      h("div", { class: "lv-kl", tabindex: 0, role: "region", "aria-label": t("numbers.kl.table") }, klTable(dims));
    const made = section(withTerms(title), [h("p", {}, t(line)), formula, table], code);
    return { ...made, name, dims };
  }

  /** @param {Numbers} numbers */
  show(numbers) {
    const { objective } = this;
    for (const { name, value, figures, dims } of this.rows) {
      value.textContent = valueText(termOf(name, numbers, objective), name === "mmd");
      figures.textContent = figuresOf(name, numbers, objective);
      dims.replaceChildren(...klRows(numbers));
    }
    this.total.value.textContent = valueText(objectiveOf(numbers, objective), false);
    this.total.figures.textContent = sumText(numbers, objective);
  }
}

/** @param {number | null} value @param {boolean} bare without a unit, as an MMD is */
export function valueText(value, bare) {
  if (value === null) return t("numbers.none");
  return bare ? number(value, 4) : t("numbers.nats", { value });
}

/** @param {(string | HTMLElement)[]} title @param {import("../dom.js").Child[]} lines @param {import("./code_lines.js").Excerpt[]} code */
function section(title, lines, code) {
  const value = h("output", {}, ""),
    figures = h("p", { class: "lv-figures" });
  const head = h("div", { class: "lv-term-head" }, h("h3", {}, ...title), value);
  return { element: h("section", {}, head, ...lines, figures, ...code.map(codeOf)), value, figures };
}

/** @param {HTMLElement} body */
function klTable(body) {
  const heads = ["", "μ", "σ", t("numbers.kl.column")];
  const row = h("tr", {}, ...heads.map((head) => (head ? h("th", { scope: "col" }, head) : h("td", {}))));
  return h("table", {}, h("thead", {}, row), body);
}

/** A row a dimension: mean, spread and price. @param {Numbers} numbers */
function klRows({ mu, logVar, kl }) {
  if (!kl || !logVar) return [];
  const most = Math.max(...kl, 1e-9);
  return Array.from(kl, (nats, d) => {
    const bar = h("i", {});
    bar.style.setProperty("--share", String(nats / most));
    const cells = [number(mu[d], 2), number(Math.exp(0.5 * logVar[d]), 3)].map((text) => h("td", {}, text));
    return h("tr", {}, h("th", { scope: "row" }, latentName(d)), ...cells, h("td", {}, bar, number(nats, 3)));
  });
}
