// @ts-check
// Which models stand side by side: sets that are ready, by one click, or two to four of one data set, ticked by hand.
// Knows the list of models at the server; knows no map.
import { t } from "../../words/words.js";
import { button, h } from "../dom.js";
import { themeOf } from "../theme.js";

const FEWEST = 2,
  MOST = 4;

/**
 * @typedef {{id: string, title: string, data: string, dataTitle: string, size: string, codes: {light: string, dark: string}}} Listed
 * @typedef {{sets: import("../../contract.js").ReadySet[], chosen: string, models: string[], dark: () => boolean,
 *   list: () => Promise<Listed[]>, go: (changes: Record<string, string>) => void, fail: (error: unknown) => void}} Options
 */

export class Choice {
  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    /** @type {Set<string>} */
    this.ticked = new Set(options.models);
    /** @type {Listed[]} */
    this.listed = [];
    this.own = h("div", { class: "lv-choice-models" });
    this.note = h("p", { class: "lv-facts", role: "status" });
    this.take = button(t("side.choose.take"), () => this.goTo([...this.ticked]), { class: "lv-button lv-primary" });
    this.dialog = h("dialog", { class: "lv-choice", "aria-label": t("side.choose") });
    this.button = button(t("side.choose"), () => this.open(), { "aria-haspopup": "dialog" });
    this.element = h("div", { class: "lv-choice-box" }, this.button, this.dialog);
  }

  open() {
    const { sets, list, fail } = this.options;
    this.dialog.replaceChildren(
      h(
        "div",
        { class: "lv-choice-head" },
        h("h2", {}, t("side.choose")),
        button(t("side.choose.close"), () => this.dialog.close()),
      ),
      h("div", { class: "lv-choice-sets" }, ...sets.map((set) => this.setCard(set))),
      h("h3", {}, t("side.choose.own")),
      this.own,
      h("div", { class: "lv-bar" }, this.take, this.note),
    );
    this.tick();
    this.dialog.showModal();
    list().then((listed) => {
      this.listed = listed;
      this.drawOwn();
    }, fail);
  }

  /** @param {import("../../contract.js").ReadySet} set */
  setCard({ name, title, about, models, pictures }) {
    const shown = pictures.map((picture) => this.image(picture));
    return h(
      "button",
      {
        type: "button",
        class: "lv-set",
        ...(name === this.options.chosen ? { "aria-current": "true" } : {}),
        onclick: () => {
          this.dialog.close();
          this.options.go({ models, set: name, guess: "ask", z: "", tell: "", zoom: "", cursor: "" });
        },
      },
      h("span", { class: "lv-set-pictures" }, ...shown),
      h("b", {}, title),
      h("span", {}, about),
    );
  }

  /** @param {{light: string, dark: string}} picture */
  image(picture) {
    const src = this.options.dark() ? picture.dark : picture.light;
    return h("img", { src, alt: "", loading: "lazy", width: 96, height: 96 });
  }

  drawOwn() {
    this.own.replaceChildren(
      ...this.listed.map((model) =>
        h(
          "label",
          { class: "lv-tick-model" },
          this.image(model.codes),
          h(
            "span",
            {},
            h("input", {
              type: "checkbox",
              checked: this.ticked.has(model.id),
              onchange: () => {
                if (!this.ticked.delete(model.id)) this.ticked.add(model.id);
                this.tick();
              },
            }),
            model.title,
          ),
        ),
      ),
    );
  }

  /** Says what is missing yet. */
  tick() {
    const problem = problemOf([...this.ticked], this.listed);
    this.note.textContent = problem ? t(problem) : t("side.choose.count", { count: this.ticked.size });
    this.take.disabled = problem !== null;
  }

  /** @param {string[]} models */
  goTo(models) {
    this.dialog.close();
    this.options.go({ models: models.join(","), set: "", guess: "", z: "", tell: "", zoom: "" });
  }
}

/** The choice beside models that are shown. @param {import("../../contract.js").ComparePanes} all */
export function choiceOf({ data, panes, host, visit, fail }) {
  return new Choice({
    sets: data.sets,
    chosen: data.chosen,
    models: panes.map(({ model }) => model.info.id),
    dark: () => themeOf(host, data.palette).dark,
    list: async () => (await (await fetch(new URL("assets/models.json", document.baseURI))).json()).models,
    go: visit,
    fail,
  });
}

/**
 * Why these models can't be compared, as a key of the words; null where they can.
 * @param {string[]} ticked @param {{id: string, data: string}[]} listed
 */
export function problemOf(ticked, listed) {
  if (ticked.length < FEWEST) return "side.choose.few";
  if (ticked.length > MOST) return "side.choose.many";
  const data = new Set(listed.filter(({ id }) => ticked.includes(id)).map((model) => model.data));
  return data.size > 1 ? "side.choose.data" : null;
}
