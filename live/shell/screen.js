// @ts-check
// What the screen shows: all of it, the presenter's large type, or without some controls. Two of these are in the
// address and follow it. Knows the page's frame; knows no view.
import { readSticky } from "./sticky.js";

/** The rule that leaves out the named parts; "" for none. @param {string | undefined} hide names between commas */
export function hidingRule(hide) {
  const names = hide ? hide.split(",") : [];
  return names.length ? `${names.map((name) => `[data-part="${name}"]`).join(", ")} { display: none !important; }` : "";
}

/** Makes the page follow `present` and `hide` in the address; what it returns is to be called when that changes. */
export function followScreen() {
  const rule = document.head.appendChild(document.createElement("style"));
  let written = "";
  return () => {
    const { present, hide } = readSticky(location.search);
    document.documentElement.classList.toggle("lp-present", present === "1");
    const wanted = hidingRule(hide);
    if (wanted === written) return;
    written = wanted;
    rule.textContent = wanted;
  };
}

/** @param {HTMLButtonElement} button taken away where a page can't fill the screen, as on some phones */
export function fullScreenButton(button) {
  button.hidden = !document.fullscreenEnabled;
  const toggle = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {}); // a page that may not stays as it is
  };
  button.addEventListener("click", toggle);
  document.addEventListener("fullscreenchange", () => {
    const icon = document.fullscreenElement ? "#lp-unfull" : "#lp-full";
    button.querySelector("use")?.setAttribute("href", icon);
  });
  return toggle;
}

/**
 * Single letters as keys, wherever nobody is writing.
 * @param {Record<string, () => void>} keys
 */
export function listenForKeys(keys) {
  document.addEventListener("keydown", (event) => {
    const { [event.key.toLowerCase()]: act } = keys;
    if (!act || event.repeat || event.defaultPrevented || isWriting(event.target)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    act();
  });
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}
