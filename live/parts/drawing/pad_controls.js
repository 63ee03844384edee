// @ts-check
// What stands under the pad: undo, clear, an example, a file, the stroke's width. Knows buttons; knows no drawing.
import { t } from "../../words/words.js";
import { button, h, toggles } from "../dom.js";

const WIDTHS = [14, 20, 28],
  WIDTH_NAMES = ["draw.width.thin", "draw.width.medium", "draw.width.thick"];

export class PadControls {
  /**
   * @param {{undo: () => void, clear: () => void, example?: () => void, upload?: (file: File | undefined) => Promise<void>,
   *   strokes?: boolean}} hands `strokes`: whether they have a width
   */
  constructor({ undo, clear, example, upload, strokes: haveWidth = true }) {
    this.thick = 1;
    this.refusal = h("p", { class: "lv-problem", role: "alert", hidden: true });
    const strokes = toggles({
      label: t("draw.width"),
      names: WIDTH_NAMES.map((key) => t(key)),
      single: true,
      on: new Set([this.thick]),
      onchange: ([chosen]) => (this.thick = chosen),
    });
    strokes.element.classList.add("lv-strokes");
    this.element = h(
      "div",
      { class: "lv-pad-controls" },
      h(
        "div",
        { class: "lv-bar lv-tight" },
        button(t("draw.undo"), undo),
        button(t("draw.clear"), clear),
        haveWidth ? strokes.element : null,
      ),
      example &&
        upload &&
        h("div", { class: "lv-bar lv-tight" }, button(t("draw.example"), example), filePicker(upload)),
      this.refusal,
    );
  }

  /** Of the next stroke, in the pad's units. */
  get width() {
    return WIDTHS[this.thick];
  }

  /** Why a file is not taken, or nothing. @param {string} text */
  problem(text) {
    this.refusal.textContent = text;
    this.refusal.hidden = !text;
  }
}

/** @param {(file: File | undefined) => Promise<void>} onfile */
function filePicker(onfile) {
  const file = h("input", {
    type: "file",
    accept: "image/png,image/jpeg",
    class: "lv-file",
    "aria-label": t("draw.file.label"),
    onchange: () => onfile(file.files?.[0]).finally(() => (file.value = "")),
  });
  return h("label", { class: "lv-button lv-file-button", title: t("draw.file.label") }, t("draw.file"), file);
}
