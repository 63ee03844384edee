// @ts-check
// What a page does beside Streamlit: its links, its history, its tools, and a word when the server is away.
// Fetched by the page's HTML before Streamlit's own code; knows the page's frame, knows no view.

import { styled } from "../parts/styled.js";
import { modelChooser } from "./chooser.js";
import { watchConnection } from "./connection.js";
import { followLinks, inPresentPlane, isSamePlace, isSameView, placed, runPage, saveSteps } from "./navigation.js";
import { followScreen, fullScreenButton, listenForKeys } from "./screen.js";
import { closeByPress, shareDialog } from "./share.js";
import { readSticky, withSticky } from "./sticky.js";
import { takeDialog } from "./take.js";
import { explainTerms } from "./terms.js";
import { themeButton } from "./theme.js";

const ARRIVED = location.hash; // before a view writes its state into the address, and this is gone
const LATE = new URL("under.css", import.meta.url); // of what is fetched late
/** @param {string} selector */
const part = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
/** @param {string} selector */
const buttonAt = (selector) => /** @type {HTMLButtonElement} */ (part(selector));
/** @param {string} selector */
const dialogAt = (selector) => /** @type {HTMLDialogElement} */ (part(selector));

const bar = part(".lp-places"),
  words = part(".lp-words"),
  hasServer = !document.querySelector(".lp-static");
const connection = watchConnection(part("#root"), part(".lp-away"), runPage);
const links = followLinks(document, bar, connection);
const follow = followScreen();
const steps = saveSteps(window, moved);
const takesModel = () => bar.querySelector("[aria-current][data-model]") !== null;
const chooser = modelChooser(buttonAt(".lp-model"), dialogAt(".lp-chooser"), {
  search: () => (takesModel() ? location.search : ""),
  show: (query) => visit(takesModel() ? `?${query}` : `./?${query}`),
});
const toView = (/** @type {string} */ url) => {
  const before = location.href,
    there = inPresentPlane(before, url),
    target = hasServer ? there : placed(there);
  steps.set("hide", "");
  if (!isSameView(before, target)) return visit(target);
  steps.step(target);
  document.dispatchEvent(new Event("lp-anew"));
};
// a view that Streamlit has not taken over can't be led, and a page that is being drawn writes its own address last
const BUSY = '.lp-early, [data-test-script-state="running"]';
const inClass = late(async () => {
  const [{ followClass }] = await Promise.all([import("./classroom/follow.js"), styled(LATE)]);
  return followClass(part(".lp-class"), {
    visit: toView,
    isReady: () => connection.isReady() && !document.querySelector(BUSY),
    unhide: () => steps.set("hide", ""),
    set: steps.set,
    arrived: ARRIVED,
  });
});
const lesson = late(async () => {
  const [{ followLesson }, { places }] = await Promise.all([import("./lesson.js"), views()]);
  return followLesson(part(".lp-lesson"), {
    places,
    visit: toView,
    rename: (name) => steps.set("lesson", name),
    unhide: () => steps.set("hide", ""),
    end() {
      for (const name of ["hide", "step", "lesson"]) steps.set(name, "");
    },
  });
});

/** The places of the app, as a lesson names them. */
async function views() {
  const { placesOf, viewOf } = await import("./editing.js");
  return { ...placesOf(Array.from(bar.querySelectorAll("a"), (link) => new URL(link.href).pathname)), viewOf };
}

/** Goes to an address, without a reload where somebody listens. @param {string} url */
function visit(url) {
  if (hasServer && !connection.isReady() && !connection.isAway()) return location.assign(url); // nobody listens yet
  const target = hasServer ? url : placed(url);
  if (!hasServer && !isSamePlace(location.href, target))
    // another page of the site
    return location.assign(withSticky(target, readSticky(location.search), location.href));
  steps.step(target);
  runPage();
}

/** The address has changed. */
function moved() {
  links.mark();
  follow();
  chooser.moved();
  const named = readSticky(location.search);
  if (lesson.isHere() || "lesson" in named) void lesson.get().then((found) => found());
  if (hasServer && (inClass.isHere() || "join" in named)) void inClass.get().then((found) => found.moved());
  words.setAttribute("aria-pressed", String("words" in named));
}

/** What is made once somebody asks for it. @template T @param {() => Promise<T>} make */
function late(make) {
  /** @type {Promise<T> | null} */
  let made = null;
  return {
    isHere: () => made !== null,
    get() {
      made ??= make();
      return made;
    },
  };
}

/** @param {string} name @param {string} on */
function toggle(name, on) {
  steps.set(name, name in readSticky(location.search) ? "" : on);
}

words.addEventListener("click", () => {
  toggle("words", "field");
  runPage(); // the server writes in the other layer
});
explainTerms(document, window);
themeButton(buttonAt(".lp-theme"));
const share = shareDialog(buttonAt(".lp-share"), dialogAt(".lp-share-dialog"), dialogAt(".lp-large-code"));
const lessons = late(async () => {
  const [{ Editor }, { lessonsDialog }, { places, here, viewOf }] = await Promise.all([
    import("./editor.js"),
    import("./lessons_dialog.js"),
    views(),
    styled(LATE),
  ]);
  const editor = new Editor(part(".lp-editor"), {
    places,
    nameOf: (view) => bar.querySelectorAll("a")[places.indexOf(view.split("?")[0])]?.textContent ?? view,
    view: () => viewOf(here(location.pathname), location.search),
    point() {
      const numbers = (new URLSearchParams(location.search).get("z") ?? "").split(",").map(Number);
      return location.search.includes("z=") && numbers.every(Number.isFinite) ? numbers : null;
    },
    visit: toView,
    share,
  });
  return lessonsDialog(dialogAt(".lp-lessons-dialog"), editor, { places, visit: toView });
});
document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Element)) return;
  if (target.closest("[data-lessons]")) void lessons.get().then((show) => show());
  const toClass = target.closest("[data-class]");
  if (hasServer && toClass instanceof HTMLElement) void inClass.get().then((found) => found.press(toClass));
});
takeDialog(buttonAt(".lp-take"), dialogAt(".lp-take-dialog"), hasServer);
closeByPress(document.querySelectorAll("dialog"));
const present = () => toggle("present", "1");
part(".lp-presenter").addEventListener("click", () => {
  dialogAt(".lp-share-dialog").close();
  present();
});
part(".lp-leave").addEventListener("click", present);
listenForKeys({ f: fullScreenButton(buttonAt(".lp-full")), p: present });
part(".lp-skip").addEventListener("click", (event) => {
  event.preventDefault(); // a step to #stMain would be one more press of Back
  document.getElementById("stMain")?.focus({ preventScroll: true });
});
moved();
