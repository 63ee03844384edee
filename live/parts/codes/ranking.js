// @ts-check
// Which class an image is taken for, in words. Knows shares; knows no model.
import { likeliest } from "../../engine/classes.js";
import { t } from "../../words/words.js";

/** How sure the ranking is: `4: 97%, 9: 3%`; never 100 %, which a bound from a few draws cannot know. @param {number[]} shares @param {string[]} names */
export function rankingText(shares, names) {
  const [first, second] = likeliest(shares);
  if (second === undefined) return t("draw.ranking.sure", { name: names[first], share: Math.min(shares[first], 0.99) });
  const values = { name: names[first], share: shares[first], other: names[second], rest: shares[second] };
  return t("draw.ranking.two", values);
}
