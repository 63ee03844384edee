// @ts-check
// What can be set for all maps at once: what the pointer means, how maps are turned, what the pictures show, a group,
// what is told below. Knows chips; knows no map.
import { t } from "../../words/words.js";
import { button, h, toggles } from "../dom.js";

/** @typedef {import("../../engine/comparing/state.js").Chosen} Chosen */

const CURSORS = /** @type {const} */ (["image", "place", "drawing"]);
const ALIGNS = /** @type {const} */ (["off", "turn", "scale"]);
const SHOWS = /** @type {const} */ (["copy", "difference"]);
const TELLS = /** @type {const} */ (["trails", "clouds"]);
const TYPING = "input,textarea,select,dialog";

/**
 * @param {Chosen} chosen @param {{change: (changes: Partial<Chosen>) => void, group: (on: boolean) => void,
 *   whole: () => void}} hands
 */
export function compareBar(chosen, { change, group, whole }) {
  const single = (
    /** @type {string} */ label,
    /** @type {readonly string[]} */ values,
    /** @type {string} */ present,
    /** @type {(value: string) => void} */ take,
  ) =>
    toggles({
      label: t(`side.${label}`),
      names: values.map((value) => t(`side.${label}.${value}`)),
      single: true,
      on: new Set([values.indexOf(present)]),
      onchange: ([at]) => take(values[at]),
    }).element;
  const told = toggles({
    label: t("side.tell"),
    names: TELLS.map((name) => t(`side.tell.${name}`)),
    on: new Set(chosen.tell ? [TELLS.indexOf(chosen.tell)] : []),
    onchange: (on) => {
      const last = [...on].at(-1);
      for (const at of on) if (at !== last) on.delete(at);
      told.show();
      change({ tell: last === undefined ? null : TELLS[last] });
    },
  });
  const encircle = button(t("side.group"), () => group(encircle.getAttribute("aria-pressed") !== "true"), {
    "aria-pressed": false,
    title: t("side.group.hint"),
  });
  const shows = single("shows", SHOWS, chosen.shows, (value) =>
    change({ shows: /** @type {Chosen["shows"]} */ (value) }),
  );
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (isFlip(event)) /** @type {HTMLElement | null} */ (shows.querySelector("[aria-pressed=false]"))?.click();
  };
  document.addEventListener("keydown", press);
  const element = h(
    "div",
    { class: "lv-bar lv-tight lv-compare-bar", "data-part": "tools" },
    single("cursor", CURSORS, chosen.cursor, (cursor) => change({ cursor: /** @type {Chosen["cursor"]} */ (cursor) })),
    single("align", ALIGNS, chosen.align, (align) => change({ align: /** @type {Chosen["align"]} */ (align) })),
    shows,
    told.element,
    encircle,
    button(t("side.whole"), whole),
  );
  return {
    element,
    pressGroup: (/** @type {boolean} */ on) => encircle.setAttribute("aria-pressed", String(on)),
    close: () => document.removeEventListener("keydown", press),
  };
}

/** D shows the difference, and again the copies. @param {KeyboardEvent} event */
function isFlip({ key, target, ctrlKey, metaKey, altKey }) {
  const typing = target instanceof HTMLElement && target.closest(TYPING);
  return key === "d" && !ctrlKey && !metaKey && !altKey && !typing;
}
