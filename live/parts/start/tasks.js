// @ts-check
// What a visitor has done of the three tasks, kept in this browser. Knows the browser's storage; knows no page.

const KEY = "lp-done-";

/** Notes that a task is done; whoever shows the tasks hears `lp-done` on the document. @param {string} name */
export function done(name) {
  if (isDone(name)) return;
  try {
    localStorage.setItem(KEY + name, "1");
  } catch {
    return; // storage may be shut: the tick is for this browser only, and nothing depends on it
  }
  document.dispatchEvent(new CustomEvent("lp-done", { detail: name }));
}

/** @param {string} name */
export function isDone(name) {
  try {
    return localStorage.getItem(KEY + name) !== null;
  } catch {
    return false;
  }
}
