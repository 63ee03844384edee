// @ts-check
// The dials and the series of separate models to choose from, each by a picture of what it draws. Knows elements and the
// address; knows no model's inside.
import { t } from "../../words/words.js";
import { h } from "../dom.js";

const OF_THIS = { point: "", class: "", plane: "" }; // what the next one may not have

/**
 * A row of buttons, or nothing where there is one only. From dial to dial what is turned stays as it is.
 * @param {import("../../contract.js").Turnable[]} dials @param {string} chosen its id @param {(changes: Record<string, string>) => void} visit
 */
export function dialChoice(dials, chosen, visit) {
  if (dials.length < 2) return null;
  const from = dials.find(({ id }) => id === chosen);
  const buttons = dials.map(({ id, title, picture, series }) =>
    h(
      "button",
      {
        type: "button",
        class: "lv-dial-one",
        "aria-pressed": id === chosen,
        onclick: () =>
          id !== chosen &&
          visit({
            ...(series ? { series: id, model: "" } : { model: id, series: "" }),
            ...(series || from?.series ? { at: "" } : {}),
            ...OF_THIS,
          }),
      },
      h("img", { src: picture, alt: "", width: 40, height: 40, loading: "lazy" }),
      h("span", {}, title),
    ),
  );
  return h("div", { class: "lv-dial-choice", role: "group", "aria-label": t("dial.choose") }, ...buttons);
}
