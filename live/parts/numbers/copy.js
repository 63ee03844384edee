// @ts-check
// Copy as Python: the server's program with what the page alone knows put in. Knows texts; knows no view.

/**
 * @typedef {object} Filling
 * @property {Uint8Array} levels the image @property {Float32Array[]} eps @property {Float32Array[]} prior
 * @property {number} label the class that a conditional model is told @property {number} index of the test image, or -1
 * @property {number} [place] of a kept epoch
 */

/** A program with the image, its class and its draws. @param {string} template @param {Filling} filling @returns {string} */
export function filled(template, { levels, eps, prior, label, index, place = 0 }) {
  /** @type {Record<string, string>} */
  const values = {
    IMAGE: base64(levels),
    DRAWS: base64(bytesOf(eps)),
    PRIOR: base64(bytesOf(prior)),
    LABEL: String(label),
    INDEX: String(index),
    PLACE: String(place),
  };
  return template.replaceAll(/<<([A-Z]+)>>/g, (_, name) => values[name] ?? "");
}

/** Vectors as float32, little-endian, one after the other. @param {Float32Array[]} vectors @returns {Uint8Array} */
export function bytesOf(vectors) {
  const count = vectors.reduce((sum, vector) => sum + vector.length, 0);
  const view = new DataView(new ArrayBuffer(4 * count));
  let at = 0;
  for (const vector of vectors) for (const value of vector) view.setFloat32(4 * at++, value, true);
  return new Uint8Array(view.buffer);
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Puts a text on the clipboard; `field` holds it where the connection is not safe. @param {string} text @param {HTMLTextAreaElement} field */
export async function toClipboard(text, field) {
  try {
    await navigator.clipboard.writeText(text); // only where the connection is safe
  } catch {
    field.value = text;
    field.hidden = false;
    field.select();
    document.execCommand("copy");
    field.hidden = true;
  }
}
