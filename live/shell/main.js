// @ts-check
// What a page does beside Streamlit: its links, its history, its tools, and a word when the server is away.
// Fetched by the page's HTML before Streamlit's own code; knows the page's frame, knows no view.

import { modelChooser } from "./chooser.js";
import { followClass } from "./classroom/follow.js";
import { watchConnection } from "./connection.js";
import { followLesson } from "./lesson.js";
import { followLinks, isSameView, runPage, saveSteps } from "./navigation.js";
import { followScreen, fullScreenButton, listenForKeys } from "./screen.js";
import { closeByPress, shareDialog } from "./share.js";
import { readSticky } from "./sticky.js";
import { takeDialog } from "./take.js";
import { explainTerms } from "./terms.js";
import { themeButton } from "./theme.js";

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
const lesson = followLesson(part(".lp-lesson"), {
  visit: show,
  end() {
    for (const name of ["hide", "step", "lesson"]) steps.set(name, "");
  },
});

// a view that Streamlit has not taken over can't be led, and a page that is being drawn writes its own address last
const BUSY = '.lp-early, [data-test-script-state="running"]';
const inClass = hasServer
  ? followClass(part(".lp-class"), {
      visit: show,
      isReady: () => connection.isReady() && !document.querySelector(BUSY),
      set: steps.set,
    })
  : () => {};

/** Goes to a view of a lesson, or to another state of the view that is shown. @param {string} url */
function show(url) {
  const before = location.href;
  steps.set("hide", "");
  if (!isSameView(before, url)) return visit(url);
  steps.step(url);
  document.dispatchEvent(new Event("lp-anew"));
}

/** Goes to an address, without a reload where somebody listens. @param {string} url */
function visit(url) {
  if (hasServer && !connection.isReady() && !connection.isAway()) return location.assign(url); // nobody listens yet
  steps.step(url);
  runPage();
}

/** The address has changed. */
function moved() {
  links.mark();
  follow();
  chooser.moved();
  void lesson();
  inClass();
  words.setAttribute("aria-pressed", String("words" in readSticky(location.search)));
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
shareDialog(buttonAt(".lp-share"), dialogAt(".lp-share-dialog"), dialogAt(".lp-large-code"));
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
