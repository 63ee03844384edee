// @ts-check
// Runs of bytes, as files are made of them. Pure.

/** All parts, one after the other. @param {ArrayLike<number>[]} parts of bytes @returns {Uint8Array<ArrayBuffer>} */
export function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
