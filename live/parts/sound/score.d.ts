// What a listened image is to who plays it. Types only.
import type { Note } from "../../engine/chorale.js";

/** What sounds, at a time in seconds of its context. */
export interface Instrument {
  strike: (step: number, time: number) => void;
  /** silence */
  end: (time: number) => void;
}

/** What a player needs of it. */
export interface Heard {
  steps: number;
  perBeat: number;
  /** beats a minute */
  tempo: number;
  instrument: (context: BaseAudioContext) => Instrument;
  /** the step that is heard now; -1 for none */
  show: (step: number) => void;
}

export interface Score extends Heard {
  /** what is said and drawn of it beside the image */
  element: HTMLElement;
  /** as a MIDI file has them */
  notes: () => Note[];
}
