// @ts-check
// The form of a question: what it asks, and what is true. Knows elements; knows no lesson's other steps.
import { h } from "../parts/dom.js";
import { number, t } from "../words/words.js";
import { linesOf } from "./editing.js";
import { plain } from "./lesson_parts.js";

/**
 * @typedef {import("./lesson_steps.js").Ask} Ask
 * @typedef {(changes: Record<string, unknown>, redraw?: boolean) => void} Change of the question as it is by then
 */

/** @param {Ask} ask @param {Change} change @param {() => number[] | null} point where the view's point is @returns {HTMLElement} */
export function questionForm(ask, change, point) {
  const text = field(
    t("editor.question"),
    area(ask.text, 2, (said) => change({ text: said })),
  );
  return h("div", { class: "lp-editor-question" }, text, ...truthOf(ask, change, point));
}

/** @param {Ask} ask @param {Change} change @param {() => number[] | null} point @returns {HTMLElement[]} */
function truthOf(ask, change, point) {
  switch (ask.kind) {
    case "choice":
      return choiceOf(ask, change);
    case "pin":
      return pinOf(ask, change, point);
    case "number":
      return [scaleOf(ask, change)];
    case "order":
      return [
        field(
          t("editor.items"),
          area(ask.items.join("\n"), 3, (said) => change({ items: linesOf(said) })),
        ),
      ];
    case "draw":
      return [
        field(
          t("editor.draw"),
          line(ask.truth, (truth) => change({ truth })),
        ),
      ];
  }
}

/** @param {import("./lesson_steps.js").Choice} ask @param {Change} change */
function choiceOf(ask, change) {
  const select = h("select", { onchange: () => change({ right: Number(select.value) }) });
  const fill = (/** @type {string[]} */ options, /** @type {number} */ right) =>
    select.replaceChildren(...options.map((option, i) => h("option", { value: i, selected: i === right }, option)));
  const said = area(ask.options.join("\n"), 3, (lines) => {
    const options = linesOf(lines),
      right = Math.max(0, Math.min(Number(select.value), options.length - 1));
    fill(options, right);
    change({ options, right });
  });
  fill(ask.options, ask.right);
  return [field(t("editor.options"), said), field(t("editor.right"), select)];
}

/** @param {import("./lesson_steps.js").Pin} ask @param {Change} change @param {() => number[] | null} point */
function pinOf(ask, change, point) {
  const place = ask.truth.map((v) => number(v, 2)).join(", ");
  const note = h("span", { role: "status" }, t("editor.truth", { place }));
  const take = () => {
    const truth = point();
    if (truth) change({ truth }, true);
    else note.textContent = t("editor.no_point");
  };
  const within = numberField(t("editor.within"), ask.within, (value) => change({ within: value }));
  return [h("div", { class: "lp-lesson-row" }, plain(t("editor.take_point"), take), note), within];
}

/** @param {import("./lesson_steps.js").Scale} ask @param {Change} change */
function scaleOf(ask, change) {
  const names = /** @type {const} */ (["low", "high", "step", "truth", "within"]);
  const fields = names.map((name) =>
    numberField(t(`editor.scale.${name}`), ask[name], (value) => change({ [name]: value })),
  );
  const unit = field(
    t("editor.scale.unit"),
    line(ask.unit, (said) => change({ unit: said })),
  );
  return h("div", { class: "lp-editor-scale" }, ...fields, unit);
}

/** @param {string} label @param {HTMLElement} input */
export const field = (label, input) => h("label", {}, label, input);

/** @param {string} value @param {number} rows @param {(text: string) => void} oninput */
export function area(value, rows, oninput) {
  const input = h("textarea", { rows, oninput: () => oninput(input.value) }, value);
  return input;
}

/** @param {string} value @param {(text: string) => void} oninput */
export function line(value, oninput) {
  const input = h("input", { type: "text", value, oninput: () => oninput(input.value) });
  return input;
}

/** @param {string} label @param {number} value @param {(value: number) => void} oninput */
export function numberField(label, value, oninput) {
  const attributes = { type: "number", step: "any", value };
  const input = h("input", {
    ...attributes,
    oninput: () => Number.isFinite(input.valueAsNumber) && oninput(input.valueAsNumber),
  });
  return field(label, input);
}
