// @ts-check
// Voices made of plain oscillators, one each: an equal pitch is held, another one is struck. Knows Web Audio; knows no bar.

const ATTACK = 0.015,
  RELEASE = 0.05, // seconds, of a fall to a third
  GONE = 0.4;
const PARTIALS = [0, 1, 0.38, 0.21, 0.14, 0.1];
const LEVEL = 0.13,
  HELD = 0.55; // of the level, after the attack
const [A, A_HERTZ, OCTAVE] = [69, 440, 12];

export class Choir {
  /** @param {BaseAudioContext} context */
  constructor(context) {
    this.context = context;
    this.out = new DynamicsCompressorNode(context, { threshold: -14, ratio: 4 });
    this.out.connect(context.destination);
    this.tone = context.createPeriodicWave(new Float32Array(PARTIALS.length), Float32Array.from(PARTIALS));
    /** @type {Map<number, {pitch: number, oscillator: OscillatorNode, gain: GainNode}>} by voice */
    this.sounding = new Map();
  }

  /** A voice is at a pitch from now on. @param {number} voice @param {number} pitch MIDI @param {number} time in seconds of the context @param {boolean} anew struck though it is the same */
  sing(voice, pitch, time, anew) {
    if (!anew && this.sounding.get(voice)?.pitch === pitch) return;
    this.release(voice, time);
    const oscillator = new OscillatorNode(this.context, { frequency: A_HERTZ * 2 ** ((pitch - A) / OCTAVE) });
    oscillator.setPeriodicWave(this.tone);
    const gain = new GainNode(this.context, { gain: 0 });
    gain.gain.setValueAtTime(0, time);
    gain.gain.linearRampToValueAtTime(LEVEL, time + ATTACK);
    gain.gain.setTargetAtTime(LEVEL * HELD, time + ATTACK, 0.5);
    oscillator.connect(gain).connect(this.out);
    oscillator.start(time);
    this.sounding.set(voice, { pitch, oscillator, gain });
  }

  /** @param {number} voice @param {number} time */
  release(voice, time) {
    const note = this.sounding.get(voice);
    if (!note) return;
    this.sounding.delete(voice);
    note.gain.gain.cancelScheduledValues(time);
    note.gain.gain.setTargetAtTime(0, time, RELEASE);
    note.oscillator.stop(time + GONE);
  }

  /** Silence. @param {number} time */
  end(time) {
    for (const voice of [...this.sounding.keys()]) this.release(voice, time);
  }
}
