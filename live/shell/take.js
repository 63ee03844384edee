// @ts-check
// The dialog "Take away": what the page shows now as files, each with its size before it is fetched. What a view offers it
// makes itself; what is one HTML file is made by the server, where there is one. Knows the page's frame; knows no view.
import { h } from "../parts/dom.js";
import { loadWords, t } from "../words/words.js";
import { readSticky } from "./sticky.js";

/**
 * @typedef {import("../contract.js").Offer} Offer
 * @typedef {import("../contract.js").Taking} Taking
 */

const MEGABYTE = 1e6;
const PAGE = "assets/file.html";
/** Of which there are others, by what is asked for besides: one that can draw too, and one that also trains. */
const MORE = /** @type {Record<string, string[][]>} */ ({
  model: [["draw"], ["draw", "train"]],
  side: [["draw"]],
});

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
    const offers = [...(hasServer ? filesOf(taking.what) : []), ...(await taking.offers).map(ownLine)];
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
      const made = await make();
      if (typeof made === "string") return line.refuse(made);
      const address = URL.createObjectURL(made);
      addresses.push(address);
      line.ready(address, made.size);
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
  const detail = /** @type {Taking} */ ({ what: "", offers: Promise.resolve([]) });
  document.dispatchEvent(new CustomEvent("lp-take", { detail }));
  return detail;
}

/**
 * What is shown as one file, and the lesson that it belongs to: the server makes it when its size is asked for.
 * @param {string} what as exports/contents.py calls it, or `film:NAME`; "" for nothing
 */
function filesOf(what) {
  const { lesson } = readSticky(location.search);
  return [...(lesson ? [`lesson:${lesson}`] : []), ...(what ? [what] : [])].flatMap((name) => {
    const kind = name.includes(":") ? name.split(":")[0] : name.includes(",") ? "side" : "model";
    const isFilm = kind === "film",
      model = isFilm ? name.slice("film:".length) : name;
    const first = fileLine(t(`take.file.${kind}`), PAGE, { what: model, ...(isFilm ? { film: "1" } : {}) });
    const others = (MORE[kind] ?? []).map((wishes) =>
      fileLine(t(`take.file.${wishes.join("_")}`), PAGE, {
        what: name,
        ...Object.fromEntries(wishes.map((one) => [one, "1"])),
      }),
    );
    if (!isFilm && kind !== "model") return [first, ...others];
    return [
      first,
      ...others,
      fileLine(t("take.codes"), "assets/codes.parquet", { what: model }),
      fileLine(t("take.hub"), "assets/hub.zip", { what: model }),
    ];
  });
}

/** @param {string} text @param {string} file where the server makes it @param {Record<string, string>} asked */
function fileLine(text, file, asked) {
  const line = lineOf(text, "");
  const address = new URL(`${file}?${new URLSearchParams(asked)}`, document.baseURI).href;
  const settle = async () => {
    const answer = await fetch(address, { method: "HEAD" });
    if (answer.ok) line.ready(address, Number(answer.headers.get("content-length")));
    else line.refuse(await (await fetch(address)).text());
  };
  return { element: line.element, settle };
}

/** A line of the dialog. @param {string} text @param {string} file its name; "" where the server gives it one */
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
  const element = h("li", {}, link);
  const refuse = (/** @type {string} */ why) =>
    element.replaceChildren(h("p", { class: "lp-note" }, `${text}: ${why}`));
  return { element, ready, refuse };
}
