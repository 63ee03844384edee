// @ts-check
// The Train place of the static site: what it tells its view, what the view asks of it, and the ways on above it. Knows the
// page's elements and the site's training; knows no view.
import { button, h } from "../parts/dom.js";
import { keyOf } from "../parts/training/page_training.js";
import { checkpointZip } from "../trainer/checkpoint.js";
import { t } from "../words/words.js";
import { wordsAt } from "./at_address.js";
/** @typedef {import("./training.js").Training} Training */

/** @param {HTMLElement} host @param {Training} training */
export function trainPlace(host, training) {
  const ways = h("div", { class: "lp-ways-on" });
  host.before(ways);
  return {
    ways,
    tell: async (/** @type {string} */ search) => {
      const data = await training.shown(search, wordsAt(search));
      ways.replaceChildren(...(await waysOn(training, search, data.view)));
      return data;
    },
    command: (/** @type {unknown} */ message) =>
      training.command(
        /** @type {import("../contract.js").Command | import("../contract.js").LearnCommand} */ (message),
      ),
  };
}

/** To the form, and from a model to its map and to its file. @param {Training} training @param {string} search @param {string} view @returns {Promise<HTMLElement[]>} */
async function waysOn(training, search, view) {
  const id = new URLSearchParams(search).get("model");
  const finished = id ? await training.read(keyOf(id)) : null;
  if (view === "learn") return [];
  const another = button(t("train.another"), () => training.go("?"));
  const explore = h("a", { class: "lv-button", href: `./?model=${id}` }, t("train.explore")); // another page
  if (!finished) return view === "film" ? [explore, another] : [another];
  const zip = () => save(new Blob([checkpointZip(finished)]), `${finished.plan.run_id}.zip`);
  return [
    ...(training.running?.unkept ? [] : [explore]),
    button(t("learn.download"), zip, { title: t("learn.download.hint") }),
    another,
  ];
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const href = URL.createObjectURL(blob);
  h("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}
