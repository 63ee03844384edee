// @ts-check
// The dials to choose from, each by a picture of what it draws. Knows elements and the address; knows no model's inside.
import { t } from "../../words/words.js";
import { h } from "../dom.js";

const OF_THIS = { point: "", class: "", plane: "" }; // what the next dial may not have

/**
 * A row of buttons, or nothing where there is one dial only. What is turned stays as it is in the next one.
 * @param {{data: Pick<import("../../contract.js").DialData, "dials" | "model">, visit: (changes: Record<string, string>) => void}} pane
 */
export function dialChoice({ data, visit }) {
  if (data.dials.length < 2) return null;
  const buttons = data.dials.map(({ id, title, picture }) =>
    h(
      "button",
      {
        type: "button",
        class: "lv-dial-one",
        "aria-pressed": id === data.model.id,
        onclick: () => id !== data.model.id && visit({ model: id, ...OF_THIS }),
      },
      h("img", { src: picture, alt: "", width: 40, height: 40, loading: "lazy" }),
      h("span", {}, title),
    ),
  );
  return h("div", { class: "lv-dial-choice", role: "group", "aria-label": t("dial.choose") }, ...buttons);
}
