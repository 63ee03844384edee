// @ts-check
// Light, dark, or as the system: a button that changes all of the page at once. early.js gives Streamlit the answer.
// Knows the page's frame; knows no view.
import { isLight } from "../parts/theme.js";

const QUERY = "(prefers-color-scheme: dark)",
  KEY = "lp-theme",
  PATIENCE = 60; // frames that Streamlit may take to follow

/** @type {Record<string, string>} what a press leads to */
export const NEXT = { system: "dark", dark: "light", light: "system" };

/** @param {HTMLButtonElement} button with the name of each theme in its `data-*` */
export function themeButton(button) {
  const root = document.documentElement,
    dark = window.matchMedia(QUERY);
  const show = () => {
    const theme = root.dataset.theme ?? "system",
      name = button.dataset[theme] ?? "";
    button.title = name;
    button.setAttribute("aria-label", name);
    button.querySelector("use")?.setAttribute("href", `#lp-${theme}`);
  };
  button.addEventListener("click", () => {
    const theme = NEXT[root.dataset.theme ?? "system"] ?? "system";
    root.dataset.theme = theme;
    keep(theme);
    dark.dispatchEvent(new Event("change"));
  });
  dark.addEventListener("change", () => {
    show();
    tell(dark.matches);
  });
  show();
}

/** Says that colours are others now, as soon as Streamlit has them: for what is drawn on canvases. @param {boolean} dark */
function tell(dark, frames = PATIENCE) {
  const app = document.querySelector(".stApp");
  const follows = !app || isLight(getComputedStyle(app).color) === dark;
  if (follows || frames === 0) document.dispatchEvent(new CustomEvent("lp-theme", { detail: { dark } }));
  else requestAnimationFrame(() => tell(dark, frames - 1));
}

/** @param {string} theme */
function keep(theme) {
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    return; // a browser that keeps nothing
  }
}
