// @ts-check
// Notes as a Standard MIDI File of one track (MIDI Manufacturers Association 1996), and samples as a WAV of 16 bits.
// Pure bytes; knows no instrument.

const TICKS = 96, // a beat
  LOUD = 90;

/** @typedef {import("./chorale.js").Note} Note */

/**
 * @param {Note[]} notes @param {{perBeat: number, tempo: number}} time steps a beat, beats a minute
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function midiOf(notes, { perBeat, tempo }) {
  const step = TICKS / perBeat;
  const events = notes
    .flatMap(({ channel, pitch, start, length }) => [
      { at: start * step, on: 1, bytes: [0x90 | channel, pitch, LOUD] },
      { at: (start + length) * step, on: 0, bytes: [0x80 | channel, pitch, 0] },
    ])
    .sort((a, b) => a.at - b.at || a.on - b.on); // a note ends before the next begins
  let now = 0;
  const track = [0, 0xff, 0x51, 3, ...big(Math.round(6e7 / tempo), 3)];
  for (const { at, bytes } of events) {
    track.push(...delay(at - now), ...bytes);
    now = at;
  }
  track.push(0, 0xff, 0x2f, 0);
  const head = [...ascii("MThd"), ...big(6, 4), ...big(0, 2), ...big(1, 2), ...big(TICKS, 2)];
  return Uint8Array.from([...head, ...ascii("MTrk"), ...big(track.length, 4), ...track]);
}

/** Samples in -1 to 1. @param {Float32Array} samples @param {number} rate a second @returns {Uint8Array<ArrayBuffer>} */
export function wavOf(samples, rate) {
  const bytes = 2 * samples.length,
    file = new DataView(new ArrayBuffer(44 + bytes));
  const text = (/** @type {number} */ at, /** @type {string} */ word) =>
    ascii(word).forEach((code, i) => file.setUint8(at + i, code));
  text(0, "RIFF");
  file.setUint32(4, 36 + bytes, true);
  text(8, "WAVEfmt ");
  file.setUint32(16, 16, true);
  [1, 1].forEach((value, i) => file.setUint16(20 + 2 * i, value, true)); // plain samples, one channel
  file.setUint32(24, rate, true);
  file.setUint32(28, 2 * rate, true);
  [2, 16].forEach((value, i) => file.setUint16(32 + 2 * i, value, true)); // bytes and bits a sample
  text(36, "data");
  file.setUint32(40, bytes, true);
  samples.forEach((value, i) => file.setInt16(44 + 2 * i, Math.round(32767 * Math.max(-1, Math.min(1, value))), true));
  return new Uint8Array(file.buffer);
}

/** @param {string} text */
const ascii = (text) => Array.from(text, (sign) => sign.charCodeAt(0));

/** A number in so many bytes, the highest first. @param {number} value @param {number} count */
const big = (value, count) => Array.from({ length: count }, (_, i) => (value >> (8 * (count - 1 - i))) & 255);

/** Seven bits a byte, all but the last marked. @param {number} ticks */
function delay(ticks) {
  const bytes = [ticks & 127];
  for (let rest = ticks >> 7; rest > 0; rest >>= 7) bytes.unshift(128 | (rest & 127));
  return bytes;
}
