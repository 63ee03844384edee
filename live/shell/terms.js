// @ts-check
// What a dotted word means, in one small card for the whole page: opened by tap or Enter, or shown while a mouse rests
// on the word. Words and pictures are fetched when the first is opened. The card is put beside its word, so that it comes
// next by Tab, belongs to whatever holds the word, and goes with it. Knows the glossary; knows no page.
import { inLayers, loadWords, t } from "../words/words.js";
import { readSticky } from "./sticky.js";

const WORD = ".lp-term[data-term]";
const REST_MS = 350, // a mouse that only passes opens nothing
  LEAVE_MS = 250; // time to come back, or to reach the card
const MOVED = 24; // pixels that a word may move under its card
const SETTLES_MS = 600; // a page that comes to rest so soon takes its card along
const GAP = 8; // pixels from the word, and from the screen's edge
/** @typedef {{left: number, top: number, bottom: number, width: number, height: number}} Box */

/**
 * The card's place beside a word: under it, or over it where there is no room, and inside the screen.
 * @param {Box} word @param {{width: number, height: number}} card @param {{width: number, height: number}} screen
 */
export function placeBeside(word, card, screen) {
  const left = Math.max(GAP, Math.min(word.left, screen.width - card.width - GAP));
  const under = word.bottom + GAP,
    fits = under + card.height + GAP <= screen.height;
  return { left, top: fits ? under : Math.max(GAP, word.top - GAP - card.height) };
}

/**
 * Makes every dotted word of the document, present or to come, explain itself.
 * @param {Document} document @param {Window} window
 */
export function explainTerms(document, window) {
  const card = document.createElement("div");
  Object.assign(card, { className: "lp-meaning", popover: "auto", tabIndex: -1, role: "dialog" });
  /** @type {{word: HTMLElement, asked: boolean, coming: boolean} | null} whose card is open or on its way; asked for by tap or key */
  let present = null;
  let pressed = /** @type {HTMLElement | null} */ (null); // whose card was open, and asked for, when the hand came down
  let timer = 0,
    height = 0, // where the word was when its card came
    came = 0; // when
  const isOpen = () => card.matches(":popover-open");

  /** @param {HTMLElement} word @param {boolean} asked */
  async function open(word, asked) {
    const mine = { word, asked, coming: true };
    present = mine;
    const parts = await meaning(word.dataset.term ?? "").catch(console.warn);
    mine.coming = false;
    if (!parts || present !== mine || !word.isConnected) return;
    card.replaceChildren(...parts);
    card.setAttribute("aria-label", parts[0].textContent ?? "");
    card.style.colorScheme = getComputedStyle(word).colorScheme; // the page's, which may not be the system's
    if (card.previousSibling !== word) {
      if (isOpen()) card.hidePopover();
      word.after(card);
    }
    if (!isOpen()) card.showPopover();
    present = mine;
    word.setAttribute("aria-expanded", "true");
    came = performance.now();
    place(word);
    if (asked) card.focus({ preventScroll: true });
  }

  /** @param {HTMLElement} word */
  function place(word) {
    height = word.getBoundingClientRect().top;
    const { left, top } = placeBeside(word.getBoundingClientRect(), card.getBoundingClientRect(), {
      width: document.documentElement.clientWidth,
      height: document.documentElement.clientHeight,
    });
    Object.assign(card.style, { left: `${left}px`, top: `${top}px` });
  }

  function close() {
    window.clearTimeout(timer);
    present = null;
    if (isOpen()) card.hidePopover(); // the focus returns by itself, if it was in the card
  }

  /** @param {() => void} act @param {number} wait */
  function soon(act, wait) {
    window.clearTimeout(timer);
    timer = window.setTimeout(act, wait);
  }

  card.addEventListener("beforetoggle", (event) => {
    if (event.newState === "open") return;
    document.querySelector(`${WORD}[aria-expanded]`)?.removeAttribute("aria-expanded");
    present = null;
  });
  card.addEventListener("toggle", () => isOpen() || card.remove());
  card.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !card.contains(relatedTarget)) close();
  });
  document.addEventListener("pointerdown", (event) => {
    pressed = isOpen() && present?.asked ? present.word : null;
    if (event.pointerType !== "mouse") window.clearTimeout(timer);
  });
  document.addEventListener("click", (event) => {
    const word = wordOf(event.target);
    if (!word) return;
    event.preventDefault(); // also where the word stands in a label
    window.clearTimeout(timer);
    if (pressed === word || (event.detail === 0 && isOpen() && present?.word === word && present.asked)) close();
    else open(word, true);
    pressed = null;
  });
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse" || (present?.asked && (isOpen() || present.coming))) return;
    const word = wordOf(event.target);
    if (word === present?.word || (event.target instanceof Node && card.contains(event.target))) {
      window.clearTimeout(timer);
    } else if (word) soon(() => open(word, false), REST_MS);
    else soon(close, LEAVE_MS);
  });
  window.addEventListener("popstate", close);
  // one Escape closes one thing: what holds the word stays
  window.addEventListener("keydown", (event) => event.key === "Escape" && isOpen() && event.stopPropagation(), true);
  // a page that comes to rest takes nothing away; one that leaves the word does
  function follow() {
    if (!present || !isOpen() || Math.abs(present.word.getBoundingClientRect().top - height) <= MOVED) return;
    if (performance.now() - came < SETTLES_MS) place(present.word);
    else close();
  }
  window.addEventListener("scroll", follow, { capture: true, passive: true });
}

/** @param {EventTarget | null} target */
function wordOf(target) {
  return target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest(WORD)) : null;
}

/** What the card holds: the word in the page's layer and in the other one, its picture and its line. @param {string} name */
async function meaning(name) {
  const layer = "words" in readSticky(location.search) ? "field" : "simple";
  const [picture] = await Promise.all([
    fetchPicture(name).catch(() => null), // the line is worth reading without it
    loadWords(new URL("../words/en.json", import.meta.url), { locale: document.documentElement.lang, layer }),
  ]);
  const key = `term.${name}`;
  const texts = { name: t(key), other: t("glossary.other", inLayers(key)), line: t(`${key}.line`) };
  const [word, other, line] = Object.entries(texts).map(([part, text]) => {
    const element = document.createElement("p");
    element.className = `lp-meaning-${part}`;
    element.textContent = text;
    return element;
  });
  return picture ? [word, other, picture, line] : [word, other, line];
}

/** @param {string} name @returns {Promise<Element>} */
async function fetchPicture(name) {
  const answer = await fetch(new URL(`../words/pictures/${name}.svg`, import.meta.url));
  if (!answer.ok) throw new Error(`${answer.status}`);
  const drawn = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
  return document.importNode(drawn.documentElement, true);
}
