// @ts-check
// The codes of the test set as text for a spreadsheet (RFC 4180). Pure text; knows no model.

const DIGITS = 9; // a number of single precision comes back from them as it was

/** @param {string} text */
const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * A row an image in the order of the test set, under a header: index, label, z1, z2, …
 * @param {Float32Array} mu `[images, latent]` @param {number} latentDim @param {(index: number) => string} nameOf an image's class
 */
export function latentsCsv(mu, latentDim, nameOf) {
  const lines = [["index", "label", ...Array.from({ length: latentDim }, (_, dim) => `z${dim + 1}`)].join(",")];
  for (let index = 0; index < mu.length / latentDim; index++) {
    const code = Array.from(mu.subarray(index * latentDim, (index + 1) * latentDim), (v) =>
      Number(v.toPrecision(DIGITS)),
    );
    lines.push([index, quoted(nameOf(index)), ...code].join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}
