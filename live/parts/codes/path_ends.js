// @ts-check
// The code as an end of a path, and the way to where the path can be walked. Knows buttons and links; knows no map.
import { t } from "../../words/words.js";
import { button, h } from "../dom.js";

export class PathEnds {
  /** @param {(end: "a" | "b") => void} onkeep */
  constructor(onkeep) {
    const end = (/** @type {"a" | "b"} */ name, /** @type {string} */ text) =>
      button(text, () => onkeep(name), { title: t("create.ends") });
    this.link = h("a", { class: "lv-path-link", hidden: true }, t("create.walk"));
    this.element = h(
      "div",
      { class: "lv-bar lv-tight" },
      end("a", t("draw.use.a")),
      end("b", t("draw.use.b")),
      this.link,
    );
  }

  /** Where the path is, once there is an end of it. @param {string | null} address */
  show(address) {
    this.link.hidden = !address;
    if (address) this.link.href = address;
  }
}
