// A bar of four voices: read from an image, its chords and notes, and what becomes of it as MIDI, WAV and sound.
import assert from "node:assert/strict";
import { test } from "node:test";
import { barOf, changedIn, chordOf, notesOf } from "../../live/engine/chorale.js";
import { midiOf, wavOf } from "../../live/engine/midi.js";
import { Choir } from "../../live/parts/sound/choir.js";
import { Loop } from "../../live/parts/sound/loop.js";
import { close } from "./law.mjs";

test("of each column the likeliest row is the pitch, the highest on top, voice after voice", () => {
  const [rows, columns] = [48, 8]; // 4 voices of 2 steps
  const levels = new Uint8Array(rows * columns);
  [0, 1, 12, 13, 24, 24, 47, 40].forEach((row, column) => {
    levels[row * columns + column] = 200;
    levels[((row + 3) % rows) * columns + column] = 199;
  });
  assert.deepEqual(
    barOf((at) => levels[at], rows, columns),
    [
      [83, 82],
      [71, 70],
      [59, 59],
      [36, 43],
    ],
  );
});

for (const [about, pitches, root, kind] of [
  ["C major, root position", [72, 67, 64, 48], 0, "major"],
  ["the same with its third in the bass", [72, 67, 60, 52], 0, "major"],
  ["A minor", [69, 64, 60, 45], 9, "minor"],
  ["B diminished, its root doubled", [71, 65, 62, 47], 11, "diminished"],
  ["G seventh", [65, 62, 59, 43], 7, "seventh"],
  ["D minor seventh", [60, 57, 65, 50], 2, "minor_seventh"],
  ["B half-diminished", [57, 65, 62, 47], 11, "half_diminished"],
])
  test(`a chord: ${about}`, () => assert.deepEqual(chordOf(pitches), { root, kind }));

test("a fifth without a third, and four seconds, are no chord that has a name", () => {
  assert.equal(chordOf([72, 67, 60, 48]), null);
  assert.equal(chordOf([60, 61, 62, 63]), null);
});

const BAR = [
  [60, 60, 62, 60],
  [55, 55, 55, 55],
];

test("equal neighbours are one held note", () => {
  assert.deepEqual(notesOf(BAR), [
    { channel: 0, pitch: 60, start: 0, length: 2 },
    { channel: 0, pitch: 62, start: 2, length: 1 },
    { channel: 0, pitch: 60, start: 3, length: 1 },
    { channel: 1, pitch: 55, start: 0, length: 4 },
  ]);
  assert.equal(changedIn(BAR, BAR), 0);
  assert.equal(changedIn(BAR, [BAR[1], BAR[1]]), 4);
});

test("a MIDI file, byte for byte: a note of two eighths, then another", () => {
  const notes = [
    { channel: 0, pitch: 60, start: 0, length: 2 },
    { channel: 3, pitch: 48, start: 2, length: 4 },
  ];
  const hex = Buffer.from(midiOf(notes, { perBeat: 2, tempo: 120 })).toString("hex");
  const head = "4d546864" + "00000006" + "0000" + "0001" + "0060"; // one track, 96 ticks a beat
  const track =
    "00ff510307a120" + // 500,000 microseconds a beat
    "00903c5a" + // on at once
    "60803c00" + // off 96 ticks later
    "0093305a" + // and the next begins
    "8140833000" + // 192 ticks, two bytes
    "00ff2f00";
  assert.equal(hex, `${head}4d54726b${(track.length / 2).toString(16).padStart(8, "0")}${track}`);
});

test("a WAV holds its samples, and cuts what is too loud", () => {
  const file = new DataView(wavOf(Float32Array.of(0, 0.5, -1, 2), 8000).buffer);
  const text = (at) => String.fromCharCode(...new Uint8Array(file.buffer, at, 4));
  assert.deepEqual([text(0), text(8), text(12), text(36)], ["RIFF", "WAVE", "fmt ", "data"]);
  assert.deepEqual([file.getUint32(4, true), file.getUint32(24, true), file.getUint32(40, true)], [44, 8000, 8]);
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => file.getInt16(44 + 2 * i, true)),
    [0, 16384, -32767, 32767],
  );
});

/** Web Audio's parts as a choir asks for them: which oscillator began and stopped when, at which frequency. */
function hearing(run) {
  const heard = [];
  const param = () => ({
    setValueAtTime() {},
    linearRampToValueAtTime() {},
    setTargetAtTime() {},
    cancelScheduledValues() {},
  });
  class Node {
    gain = param();
    connect = (next) => next;
  }
  const before = { ...globalThis };
  Object.assign(globalThis, {
    DynamicsCompressorNode: Node,
    GainNode: Node,
    OscillatorNode: class extends Node {
      constructor(_, { frequency }) {
        super();
        this.note = { hertz: frequency, from: null, to: null };
        heard.push(this.note);
      }
      setPeriodicWave() {}
      start = (time) => (this.note.from = time);
      stop = (time) => (this.note.to = time);
    },
  });
  try {
    run(new Choir({ destination: null, createPeriodicWave: () => null }));
  } finally {
    for (const name of ["DynamicsCompressorNode", "GainNode", "OscillatorNode"]) globalThis[name] = before[name];
  }
  return heard;
}

test("an equal pitch is held, another one is struck when it is due; a bar begins anew", () => {
  const clock = { now: 0 };
  const heard = hearing((choir) => {
    const strike = (step, time) => BAR.forEach((line, voice) => choir.sing(voice, line[step], time, step === 0));
    const loop = new Loop({ now: () => clock.now, steps: 4, tempo: 60, perBeat: 2, strike });
    loop.start();
    for (; clock.now < 1.9; clock.now += 0.03) loop.plan();
    choir.end(2.05);
  });
  const begun = heard.map(({ hertz, from }) => [Math.round(hertz), Number(from.toFixed(2))]);
  assert.deepEqual(begun, [
    [262, 0.05],
    [196, 0.05],
    [294, 1.05],
    [262, 1.55],
  ]);
  close(heard[0].to, 1.05 + 0.4, 1e-6);
  assert.ok(
    heard.every(({ to }) => to !== null),
    "what began ends",
  );
});

test("the bar is read when a step is due: what the hand has moved meanwhile is heard at the next step", () => {
  const clock = { now: 0 };
  let bar = [[60, 60, 60, 60]];
  const heard = hearing((choir) => {
    const strike = (step, time) => bar.forEach((line, voice) => choir.sing(voice, line[step], time, step === 0));
    const loop = new Loop({ now: () => clock.now, steps: 4, tempo: 60, perBeat: 2, strike });
    loop.start();
    for (; clock.now < 1; clock.now += 0.03) {
      loop.plan();
      if (clock.now > 0.5) bar = [[69, 69, 69, 69]];
    }
  });
  assert.deepEqual(
    heard.map(({ hertz, from }) => [Math.round(hertz), Number(from.toFixed(2))]),
    [
      [262, 0.05],
      [440, 1.05],
    ],
  );
});
