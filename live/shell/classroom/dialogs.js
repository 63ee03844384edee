// @ts-check
// The two dialogs of a class: where a pupil types the code, and where the teacher shows code, link and QR code. Knows elements.
import { h } from "../../parts/dom.js";
import { t } from "../../words/words.js";
import { plain } from "../lesson_parts.js";
import { closeByPress, isHereOnly } from "../share.js";
import { codeOf } from "./goal.js";

/** @param {string} title @param {...(Node | string | null)} content */
function dialogOf(title, ...content) {
  const close = plain(t("shell.close"), () => dialog.close());
  const dialog = h(
    "dialog",
    { class: "lp-dialog lp-class-dialog", "aria-label": title },
    h("div", { class: "lp-head" }, h("h2", {}, title), close),
    ...content,
  );
  for (const other of document.querySelectorAll("dialog")) other.close();
  closeByPress([dialog]);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks for the code. @param {(code: string) => void} join @param {() => void} leave it was closed without one */
export function askForCode(join, leave) {
  const field = h("input", {
    class: "lp-typed",
    "aria-label": t("classroom.join.code"),
    autocapitalize: "characters",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 9,
    placeholder: t("classroom.join.example"),
  });
  const note = h("p", { class: "lp-note", role: "alert" });
  let code = "";
  const form = h("form", { class: "lp-copy" }, field, h("button", { class: "lp-primary" }, t("classroom.join.go")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    code = codeOf(field.value);
    if (code) dialog.close();
    else note.textContent = t("classroom.join.five");
  });
  const dialog = dialogOf(t("classroom.join"), h("p", {}, t("classroom.join.how")), form, note);
  dialog.addEventListener("close", () => (code ? join(code) : leave()));
  field.focus();
}

/**
 * Shows how pupils come in, and, when it is asked for, how the teacher's own phone does.
 * @param {string} code @param {string} key
 */
export function showCode(code, key) {
  const link = new URL(`./?join=${code}`, location.href).href,
    typed = new URL("./join", location.href);
  const remote = h(
    "details",
    { class: "lp-remote" },
    h("summary", {}, t("classroom.remote")),
    h("p", {}, t("classroom.remote.how")),
  );
  remote.addEventListener("toggle", () => remote.open && void fill(remote, `${link}#key=${key}`), { once: true });
  dialogOf(
    t("classroom.title", { code }),
    h(
      "div",
      { class: "lp-entrance" },
      h(
        "div",
        {},
        h("p", {}, t("classroom.entrance")),
        h("p", { class: "lp-address" }, `${typed.host}${typed.pathname}`),
        h("p", { class: "lp-large-letters" }, code),
      ),
      h("img", { class: "lp-class-qr", alt: t("share.code"), src: `assets/qr.svg?link=${encodeURIComponent(link)}` }),
    ),
    isHereOnly(location.hostname) ? h("p", { class: "lp-note" }, t("share.local")) : null,
    h("p", { class: "lp-note" }, t("classroom.nothing_kept")),
    remote,
  );
}

/** The teacher's own link as a code: it goes to the server in a body, for an address is written into logs. @param {HTMLElement} place @param {string} link */
async function fill(place, link) {
  const answer = await fetch("assets/qr.svg", { method: "POST", body: link });
  const picture = answer.ok ? URL.createObjectURL(await answer.blob()) : "";
  place.append(
    picture ? h("img", { class: "lp-class-qr", alt: t("share.code"), src: picture }) : t("classroom.remote.problem"),
  );
}
