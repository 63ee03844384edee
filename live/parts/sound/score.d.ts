// What a listened image is to who plays it. Types only.
import type { Note } from "../../engine/chorale.js";

/** What sounds, at a time in seconds of its context. */
export interface Instrument {
  strike: (step: number, time: number) => void;
  /** silence */
  end: (time: number) => void;
}

export interface Score {
  /** what is said and drawn of it beside the image */
  element: HTMLElement;
  steps: number;
  perBeat: number;
  /** beats a minute */
  tempo: number;
  instrument: (context: BaseAudioContext) => Instrument;
  /** the step that is heard now; -1 for none */
  show: (step: number) => void;
  /** as a MIDI file has them */
  notes: () => Note[];
}
