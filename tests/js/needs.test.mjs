// What a page says where it can't run: the script as it stands in the page's HTML, in browsers of several kinds.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const SCRIPT = readFileSync(new URL("../../live/shell/needs.js", import.meta.url), "utf8");

/** The note after the script has run. */
function said({ modules, protocol, lacks = { old: "too old", disk: "no server" } }) {
  class HTMLElement {}
  const note = Object.assign(new HTMLElement(), { hidden: true, textContent: "", dataset: lacks });
  const document = { querySelector: () => note, createElement: () => (modules ? { noModule: false } : {}) };
  runInNewContext(SCRIPT, { document, location: { protocol }, HTMLElement });
  return note.hidden ? "" : note.textContent;
}

test("a browser of before modules, and a copy that is opened without a server, have their sentence", () => {
  assert.equal(said({ modules: true, protocol: "https:" }), "");
  assert.equal(said({ modules: false, protocol: "https:" }), "too old");
  assert.equal(said({ modules: false, protocol: "file:" }), "too old");
  assert.equal(said({ modules: true, protocol: "file:" }), "no server");
});

test("a page without a place for it is left alone", () => {
  const document = { querySelector: () => null, createElement: () => ({}) };
  runInNewContext(SCRIPT, { document, location: { protocol: "file:" }, HTMLElement: class {} });
});
