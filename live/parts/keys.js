// @ts-check
// A presenter's clicker: PageDown and PageUp step, Space plays, wherever the focus is, but where a key writes or presses.
// Knows the page's keys; knows no view.

const WRITES = ["input:not([type=range])", "textarea", "select", "[contenteditable]"].join(),
  PRESSES = ["button", "a", "summary", "[role=button]", "[role=radio]"].join();

/** What a key means to a clicker; null where it means something else. @param {KeyboardEvent} event @returns {"next" | "previous" | "toggle" | null} */
export function meaningOf({ key, target, ctrlKey, metaKey, altKey, defaultPrevented }) {
  if (ctrlKey || metaKey || altKey || defaultPrevented) return null;
  const at = /** @type {Element | null} */ (target);
  if (at?.closest?.(WRITES)) return null;
  if (key === "PageDown") return "next";
  if (key === "PageUp") return "previous";
  return key === " " && !at?.closest?.(PRESSES) ? "toggle" : null;
}

/** Whether this is the presenter's screen, on which no key has to scroll. */
export const presents = () => document.documentElement.classList.contains("lp-present");

/**
 * Listens to the whole page until it is closed.
 * @param {{next: () => void, previous: () => void, toggle: () => void}} hands
 * @param {() => boolean} [when] asked at each key; without it, always
 */
export function clicker(hands, when = () => true) {
  const press = (/** @type {KeyboardEvent} */ event) => {
    const meaning = meaningOf(event);
    if (!meaning || !when()) return;
    event.preventDefault();
    hands[meaning]();
  };
  document.addEventListener("keydown", press);
  return { close: () => document.removeEventListener("keydown", press) };
}
