// @ts-check
// Runs inside what is one HTML file: unpacks what came with the page, gives each module an address of its
// own in place of its name, and starts. Written by exports/bundle.py. Knows the page's elements; knows no view.
{
  const NAME = /"live:([^"]+)"/g;
  const textOf = (/** @type {string} */ id) => document.getElementById(id)?.textContent ?? "";

  /** @param {string} base64 of gzip */
  const unpack = (base64) => {
    const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  };

  /** The address of the last of some texts, each of which names only earlier ones. @param {Record<string, string>} texts by path */
  const addressOf = (texts) => {
    /** @type {Record<string, string>} */
    const addresses = {};
    let last = "";
    for (const [path, text] of Object.entries(texts)) {
      const whole = text.replace(NAME, (_, name) => JSON.stringify(addresses[name]));
      const type = path.endsWith(".json") ? "application/json" : "text/javascript";
      addresses[path] = last = URL.createObjectURL(new Blob([whole], { type }));
    }
    return last;
  };

  const start = async () => {
    const { texts, style, files } = await unpack(textOf("lp-packed"));
    for (const { id, textContent } of document.querySelectorAll("script[data-file]")) files[id] = textContent;
    document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
    const { open } = await import(addressOf(texts));
    await open(files);
  };
  start().catch((error) => {
    console.warn(error);
    const note = document.querySelector(".lv-host");
    if (note instanceof HTMLElement) note.textContent = note.dataset.problem ?? "";
  });
}
