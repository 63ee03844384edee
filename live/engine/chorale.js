// @ts-check
// A bar of four voices: which pitch sounds when, what its chords are called, what changed, and its notes for a MIDI file.
// Pure arithmetic on what datasets/chorales.py makes; knows no sound and no DOM.

const HIGHEST = 83, // MIDI, the top row
  OCTAVE = 12;
const VOICES = 4;

/** @typedef {number[][]} Bar MIDI pitches `[voice][step]` @typedef {{root: number, kind: string}} Chord root 0 for C */

/** Semitones above the root, by what they are called. @type {Record<string, number[]>} */
const CHORDS = {
  major: [0, 4, 7],
  minor: [0, 3, 7],
  diminished: [0, 3, 6],
  seventh: [0, 4, 7, 10],
  minor_seventh: [0, 3, 7, 10],
  major_seventh: [0, 4, 7, 11],
  half_diminished: [0, 3, 6, 10],
};

/** The likeliest pitch of each voice and step. @param {(at: number) => number} level of a pixel of `[rows, columns]` @param {number} rows @param {number} columns @returns {Bar} */
export function barOf(level, rows, columns) {
  const steps = columns / VOICES;
  const pitch = (/** @type {number} */ column) => {
    let best = 0;
    for (let row = 1; row < rows; row++) if (level(row * columns + column) > level(best * columns + column)) best = row;
    return HIGHEST - best;
  };
  return Array.from({ length: VOICES }, (_, voice) =>
    Array.from({ length: steps }, (_, step) => pitch(voice * steps + step)),
  );
}

/** A row's pitch as people say it, C4 for the middle C. @param {number} row @param {string[]} names of the twelve, from C on */
export function noteText(row, names) {
  const pitch = HIGHEST - row;
  return `${names[pitch % OCTAVE]}${Math.floor(pitch / OCTAVE) - 1}`;
}

/** What a chord is called; null where it is none of these. @param {number[]} pitches @returns {Chord | null} */
export function chordOf(pitches) {
  const classes = new Set(pitches.map((pitch) => pitch % OCTAVE));
  for (const [kind, steps] of Object.entries(CHORDS))
    for (const root of classes)
      if (steps.length === classes.size && steps.every((step) => classes.has((root + step) % OCTAVE)))
        return { root, kind };
  return null;
}

/** How many notes of two bars differ. @param {Bar} bar @param {Bar} other */
export function changedIn(bar, other) {
  return bar.reduce((sum, line, voice) => sum + line.filter((pitch, step) => pitch !== other[voice][step]).length, 0);
}

/** @typedef {{channel: number, pitch: number, start: number, length: number}} Note in steps */

/** Equal neighbours of a voice are one held note. @param {Bar} bar @returns {Note[]} */
export function notesOf(bar) {
  return bar.flatMap((line, channel) => {
    /** @type {Note[]} */
    const notes = [];
    line.forEach((pitch, start) => {
      const last = notes.at(-1);
      if (last?.pitch === pitch) last.length++;
      else notes.push({ channel, pitch, start, length: 1 });
    });
    return notes;
  });
}
