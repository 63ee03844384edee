// @ts-check
// The dialog "Take away": what the page shows now as files, each with its size before it is fetched. What a view offers it
// makes itself; a model as one file is made by the server, where there is one. Knows the page's frame; knows no view.
import { h } from "../parts/dom.js";
import { loadWords, t } from "../words/words.js";
import { readSticky } from "./sticky.js";

/**
 * @typedef {import("../contract.js").Offer} Offer
 * @typedef {import("../contract.js").Taking} Taking
 */

const MEGABYTE = 1e6;
/** What the server makes of a model: the end of its address and name, and its words; exports/routes.py answers. */
const FILES = [
  ["", "take.file"],
  ["-draw", "take.file.draw"],
];

/** A size as people say it. @param {number} bytes */
export function sizeText(bytes) {
  if (bytes >= MEGABYTE) return t("take.megabytes", { value: bytes / MEGABYTE });
  return t("take.kilobytes", { value: Math.max(1, Math.round(bytes / 1000)) });
}

/** @param {HTMLButtonElement} opener @param {HTMLDialogElement} dialog @param {boolean} hasServer */
export function takeDialog(opener, dialog, hasServer) {
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
  const [list, note] = [".lp-offers", ".lp-note"].map(part);
  /** @type {string[]} addresses of files in memory */
  let addresses = [];
  let turn = 0;

  async function fill() {
    const mine = ++turn;
    const layer = "words" in readSticky(location.search) ? "field" : "simple";
    await loadWords(new URL("../words/en.json", import.meta.url), { locale: document.documentElement.lang, layer });
    const taking = asked();
    const offers = [...(hasServer && taking.model ? filesOf(taking.model) : []), ...(await taking.offers).map(ownLine)];
    if (mine !== turn || !dialog.open) return;
    note.textContent = offers.length ? "" : (note.dataset.none ?? "");
    list.replaceChildren(...offers.map(({ element }) => element));
    for (const { settle } of offers) {
      await settle().catch((error) => console.warn(error));
      if (mine !== turn || !dialog.open) return;
    }
  }

  /** A file that the page makes: its address is there once it is made. @param {Offer} offer */
  function ownLine({ text, file, make }) {
    const line = lineOf(text, file);
    const settle = async () => {
      await new Promise((done) => requestAnimationFrame(done)); // the dialog goes first
      const blob = await make();
      const address = URL.createObjectURL(blob);
      addresses.push(address);
      line.ready(address, blob.size);
    };
    return { element: line.element, settle };
  }

  opener.addEventListener("click", () => {
    list.replaceChildren();
    dialog.showModal();
    fill().catch((error) => {
      console.warn(error);
      note.textContent = note.dataset.problem ?? "";
    });
  });
  dialog.addEventListener("close", () => {
    turn++;
    for (const address of addresses) URL.revokeObjectURL(address);
    addresses = [];
  });
}

/** What can be taken away of what the page shows. @returns {Taking} */
function asked() {
  const detail = /** @type {Taking} */ ({ model: null, offers: Promise.resolve([]) });
  document.dispatchEvent(new CustomEvent("lp-take", { detail }));
  return detail;
}

/** A model as one file, which the server makes when its size is asked for. @param {{id: string, base: string}} model */
function filesOf({ id, base }) {
  return FILES.map(([end, key]) => {
    const line = lineOf(t(key), `${id}${end}.html`);
    const address = new URL(`${base}page${end}.html`, document.baseURI).href;
    const settle = async () => {
      const answer = await fetch(address, { method: "HEAD" });
      if (answer.ok) line.ready(address, Number(answer.headers.get("content-length")));
      else line.element.remove(); // too large for a file: the site has room
    };
    return { element: line.element, settle };
  });
}

/** A line of the dialog. @param {string} text @param {string} file */
function lineOf(text, file) {
  const size = h("span", { class: "lp-size" }, "…");
  const link = h(
    "a",
    { class: "lp-offer", download: file, role: "link", "aria-disabled": true },
    h("span", {}, text),
    size,
  );
  const ready = (/** @type {string} */ address, /** @type {number} */ bytes) => {
    link.href = address;
    link.removeAttribute("aria-disabled");
    size.textContent = sizeText(bytes);
  };
  return { element: h("li", {}, link), ready };
}
