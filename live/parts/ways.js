// @ts-check
// The ways to compare, as a row of links; ui/parts/ways.py draws the same where no live view does. Knows no view.
import { t } from "../words/words.js";
import { h } from "./dom.js";

/** As ui/page_table.py has them. */
export const WAYS = ["side", "dial", "claims", "nat"];

/** @param {string} present the way that is on the screen */
export function waysRow(present) {
  const links = WAYS.map((way) =>
    h("a", { href: `./compare?by=${way}`, ...(way === present ? { "aria-current": "page" } : {}) }, t(`ways.${way}`)),
  );
  return h("nav", { class: "lv-ways-row", "aria-label": t("ways.label") }, ...links);
}
