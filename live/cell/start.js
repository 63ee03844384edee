// @ts-check
// What a notebook runs of a widget (exports/widget.py): unpacks the modules that came with it, gives each an address of
// its own in place of its name, and starts; live/single/start.js does the same for one HTML file. Knows anywidget's
// contract; knows no view.

/** @typedef {import("./main.js").Traits & {get: (name: "packed") => unknown}} Packed */

const NAME = /"live:([^"]+)"/g;

/** @param {string} base64 of gzip @returns {Promise<{texts: Record<string, string>, style: string, files: Record<string, string>}>} */
function unpack(base64) {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

/** The addresses of some texts, each of which names only earlier ones. @param {Record<string, string>} texts by path @returns {string[]} */
function addressesOf(texts) {
  /** @type {Record<string, string>} */
  const made = {};
  for (const [path, text] of Object.entries(texts)) {
    const whole = text.replace(NAME, (_, name) => JSON.stringify(made[name]));
    const type = path.endsWith(".json") ? "application/json" : "text/javascript";
    made[path] = URL.createObjectURL(new Blob([whole], { type }));
  }
  return Object.values(made);
}

/** @param {{model: Packed, el: HTMLElement}} widget @returns {Promise<() => void>} the cleanup */
async function render({ model, el }) {
  const { texts, style, files } = await unpack(String(model.get("packed")));
  const addresses = addressesOf(texts);
  const { open } = /** @type {typeof import("./main.js")} */ (await import(addresses[addresses.length - 1]));
  const close = await open(model, el, files, style);
  return () => {
    close();
    for (const address of addresses) URL.revokeObjectURL(address);
  };
}

export default { render };
