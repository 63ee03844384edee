// @ts-check
// A text in a link: deflated, in the letters that an address takes as they are. Knows streams; knows no lesson.

const FORMAT = "1.",
  PACKED = /^1\.[A-Za-z0-9_-]+$/;

/** @param {string} text @returns {Promise<string>} */
export async function pack(text) {
  const bytes = await through(
    new TextEncoder().encode(text),
    new CompressionStream("deflate-raw"),
    Number.MAX_SAFE_INTEGER,
  );
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return FORMAT + letters.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * The text that was packed; rejects where it is damaged, or longer than `most` bytes.
 * @param {string} packed @param {number} most @returns {Promise<string>}
 */
export async function unpack(packed, most) {
  if (!PACKED.test(packed)) throw new Error("not packed");
  const letters = atob(packed.slice(FORMAT.length).replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  return new TextDecoder("utf-8", { fatal: true }).decode(
    await through(bytes, new DecompressionStream("deflate-raw"), most),
  );
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {CompressionStream | DecompressionStream} stream @param {number} most */
async function through(bytes, stream, most) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  /** @type {number[]} */
  const all = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Uint8Array.from(all);
    if (all.length + value.length > most) {
      await reader.cancel();
      throw new Error("too long");
    }
    for (const byte of value) all.push(byte);
  }
}
