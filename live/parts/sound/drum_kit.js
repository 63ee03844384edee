// @ts-check
// Eight instruments made of oscillators and noise: no samples, nothing to fetch. Knows Web Audio; knows no loop.

const SILENCE = 0.001; // where an exponential ends

/** @typedef {(kit: DrumKit, time: number) => void} Instrument */
/** @type {Record<string, Instrument>} by the names of datasets/rhythms.py */
const INSTRUMENTS = {
  kick: (kit, time) => kit.tone(time, { from: 150, to: 50, bend: 0.08, seconds: 0.35, level: 0.9 }),
  snare: (kit, time) => {
    kit.noise(time, { type: "highpass", hertz: 1500, seconds: 0.16, level: 0.35 });
    kit.tone(time, { from: 190, to: 170, bend: 0.05, seconds: 0.1, level: 0.3 });
  },
  "closed-hat": (kit, time) => kit.noise(time, { type: "highpass", hertz: 8000, seconds: 0.05, level: 0.25 }),
  "open-hat": (kit, time) => kit.noise(time, { type: "highpass", hertz: 7000, seconds: 0.3, level: 0.22 }),
  clap: (kit, time) => {
    for (const late of [0, 0.012, 0.024])
      kit.noise(time + late, { type: "bandpass", hertz: 1200, seconds: 0.09, level: 0.35 });
  },
  rim: (kit, time) => kit.tone(time, { from: 1700, to: 1600, bend: 0.01, seconds: 0.035, level: 0.35 }),
  tom: (kit, time) => kit.tone(time, { from: 180, to: 100, bend: 0.12, seconds: 0.3, level: 0.55 }),
  cowbell: (kit, time) => {
    for (const hertz of [562, 845])
      kit.tone(time, { from: hertz, to: hertz, bend: 0.01, seconds: 0.12, level: 0.12, type: "square" });
  },
};

/** The same in a MIDI file, by General MIDI's keys of drums. @type {Record<string, number>} */
export const KEYS = {
  kick: 36,
  snare: 38,
  "closed-hat": 42,
  "open-hat": 46,
  clap: 39,
  rim: 37,
  tom: 45,
  cowbell: 56,
};

/** Whether there is a sound for each of these names. @param {string[]} names */
export function hasSounds(names) {
  return names.length > 0 && names.every((name) => Object.hasOwn(INSTRUMENTS, name));
}

export class DrumKit {
  /** @param {BaseAudioContext} context */
  constructor(context) {
    this.context = context;
    this.out = new DynamicsCompressorNode(context, { threshold: -12, ratio: 4 });
    this.out.connect(context.destination);
    this.hiss = whiteNoise(context);
  }

  /** @param {string} name @param {number} time in seconds of the context */
  strike(name, time) {
    INSTRUMENTS[name]?.(this, time);
  }

  /**
   * A tone that falls. @param {number} time
   * @param {{from: number, to: number, bend: number, seconds: number, level: number, type?: OscillatorType}} sound hertz, seconds
   */
  tone(time, { from, to, bend, seconds, level, type = "sine" }) {
    const oscillator = new OscillatorNode(this.context, { type, frequency: from });
    oscillator.frequency.setValueAtTime(from, time);
    oscillator.frequency.exponentialRampToValueAtTime(to, time + bend);
    this.ring(oscillator, oscillator, time, seconds, level);
  }

  /** Noise through a filter. @param {number} time @param {{type: BiquadFilterType, hertz: number, seconds: number, level: number}} sound */
  noise(time, { type, hertz, seconds, level }) {
    const source = new AudioBufferSourceNode(this.context, { buffer: this.hiss });
    const filter = new BiquadFilterNode(this.context, { type, frequency: hertz });
    this.ring(source, source.connect(filter), time, seconds, level);
  }

  /** @param {AudioScheduledSourceNode} source @param {AudioNode} sounding @param {number} time @param {number} seconds @param {number} level */
  ring(source, sounding, time, seconds, level) {
    const gain = new GainNode(this.context, { gain: 0 });
    gain.gain.setValueAtTime(level, time);
    gain.gain.exponentialRampToValueAtTime(SILENCE, time + seconds);
    sounding.connect(gain).connect(this.out);
    source.start(time);
    source.stop(time + seconds);
  }
}

/** A second of it. @param {BaseAudioContext} context */
function whiteNoise(context) {
  const buffer = new AudioBuffer({ length: context.sampleRate, sampleRate: context.sampleRate });
  const values = buffer.getChannelData(0);
  for (let i = 0; i < values.length; i++) values[i] = 2 * Math.random() - 1;
  return buffer;
}
