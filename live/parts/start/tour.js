// @ts-check
// What this is, in one sentence, and three things to try, ticked when they are done. Knows links and ticks; knows no map.
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { done, isDone } from "./tasks.js";

const CREATE = "./create?by=hand",
  BORDER = 0.3; // of the test images around: so many of both classes are a border

/** Whether both classes are around, each as a good part. @param {number[]} counts test images of each class @param {[number, number]} classes */
export function isBorder(counts, [from, to]) {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return all > 0 && Math.min(counts[from], counts[to]) >= BORDER * all;
}

/** The one sentence. @param {import("../../contract.js").ModelData} data */
export function sentenceOf({ things, trained, model }) {
  const { latentDim: count } = model;
  const numbers = count === 2 ? t("explore.numbers.two") : t("explore.numbers", { count });
  return t("explore.sentence", { count: trained, things, numbers });
}

/** The first task for two classes: of digits there are many, a style is a name. @param {string} from @param {string} to */
function borderOf(from, to) {
  const single = from.length === 1 && to.length === 1;
  return {
    text: t(single ? "task.border" : "task.border.named", { from, to }),
    hint: t(single ? "task.border.hint" : "task.border.named.hint", { from, to }),
  };
}

export class Tour {
  /** @param {import("../../pane.js").Pane} pane */
  constructor({ data, model }) {
    const { walk } = data.start;
    this.classes = walk?.classes;
    const names = model.info.classNames;
    const [from, to] = walk ? walk.classes.map((label) => names[label]) : ["", ""];
    /** @type {{name: string, text: string, hint?: string, link?: string}[]} */
    const tasks = [
      { name: "border", ...borderOf(from, to) },
      { name: "nobody", text: t("task.nobody"), hint: t("task.nobody.hint") },
      { name: "draw", text: t("task.draw"), link: CREATE },
    ].slice(walk ? 0 : 1);
    this.hint = h("p", { class: "lv-quiet lv-task-hint", role: "status" });
    this.at = -1;
    this.rows = tasks.map(({ name, text, hint, link }) => {
      const inner = [h("i", { class: "lv-tick", "aria-hidden": "true" }), h("span", {}, text)];
      const control = link
        ? h("a", { class: "lv-task lp-link", href: link }, ...inner)
        : h(
            "button",
            { type: "button", class: "lv-task", onclick: () => (this.hint.textContent = hint ?? "") },
            ...inner,
          );
      return { name, control, hint };
    });
    this.element = h(
      "section",
      { class: "lv-tour", "data-part": "tasks", "aria-label": t("task.title") },
      h("p", { class: "lv-label" }, t("task.title")),
      h("ul", {}, ...this.rows.map(({ control }) => h("li", {}, control))),
      this.hint,
    );
    this.told = () => this.show();
    document.addEventListener("lp-done", this.told);
    this.show();
  }

  /** A hand is at a code: ticks what it has found. @param {number[]} counts test images of each class around @param {string} word how near they are */
  found(counts, word) {
    if (this.classes && isBorder(counts, this.classes)) done("border");
    if (word === "nobody") done("nobody");
  }

  /** The next task, or the one before: it stands out, with what to do. @param {1 | -1} by */
  step(by) {
    this.at = Math.min(this.rows.length - 1, Math.max(0, this.at + by));
    for (const [i, { control }] of this.rows.entries()) control.classList.toggle("lv-now", i === this.at);
    this.hint.textContent = this.rows[this.at].hint ?? "";
  }

  show() {
    for (const { name, control } of this.rows) {
      control.classList.toggle("lv-done", isDone(name));
      control.setAttribute("aria-description", isDone(name) ? t("task.done") : "");
    }
  }

  close() {
    document.removeEventListener("lp-done", this.told);
  }
}
