// @ts-check
// The link to what is on the screen: to copy, and as a code for a camera, drawn by the server.
// Knows the page's frame; knows no view.

const MOST = 2000, // characters; ui/limits.py refuses longer ones
  DONE_MS = 2000,
  HERE = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether only this computer can open an address. @param {string} hostname */
export const isHereOnly = (hostname) => HERE.test(hostname);

/** @param {HTMLElement} button @param {HTMLDialogElement} dialog @param {HTMLDialogElement} large the code on the whole screen @returns {(link: string) => void} shows another link */
export function shareDialog(button, dialog, large) {
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
  const field = /** @type {HTMLInputElement} */ (part("input"));
  const code = /** @type {HTMLElement} */ (part(".lp-code"));
  const images = [code, large].map((place) => /** @type {HTMLImageElement} */ (place.querySelector("img")));
  /** @param {string} link */
  const show = (link) => {
    field.value = link;
    const isLong = link.length > MOST;
    code.hidden = isLong;
    part("[data-long]").hidden = !isLong;
    part("[data-local]").hidden = !isHereOnly(location.hostname);
    if (!isLong) for (const image of images) image.src = `assets/qr.svg?link=${encodeURIComponent(link)}`;
    dialog.showModal();
    field.select();
  };
  button.addEventListener("click", () => show(location.href));
  const copyButton = /** @type {HTMLButtonElement} */ (part(".lp-primary"));
  const words = copyButton.textContent;
  copyButton.addEventListener("click", async () => {
    await copy(field);
    copyButton.textContent = copyButton.dataset.done ?? "";
    setTimeout(() => (copyButton.textContent = words), DONE_MS);
  });
  code.addEventListener("click", () => large.showModal());
  return show;
}

/** @param {HTMLInputElement} field */
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value); // only where the connection is safe
  } catch {
    field.select();
    document.execCommand("copy");
  }
}

/** Esc closes a dialog by itself; so do its buttons for that, and a press beside it. @param {Iterable<HTMLDialogElement>} dialogs */
export function closeByPress(dialogs) {
  for (const dialog of dialogs)
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog || (target instanceof Element && target.closest("[data-close]"))) dialog.close();
    });
}
