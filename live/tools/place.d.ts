// What the tools of Explore share. Types only.
import type { State } from "../contract.js";
import type { How } from "../maps/gestures.js";
import type { LatentMap } from "../maps/latent_map.js";
import type { Pane } from "../pane.js";
import type { Near } from "../parts/codes/near.js";

/** One map, one code, one large image. */
export interface Place {
  pane: Pane;
  map: LatentMap;
  readonly state: PlaceState;
  /** a hand has chosen this code */
  go: (z: Float32Array) => void;
  /** the pointer is here; the code that was chosen stays */
  hover: (z: Float32Array) => void;
  /** a test image; unless told otherwise its code is chosen too */
  pick: (index: number, go?: boolean) => void;
  /** the test images nearest to the code */
  near: Near;
  /** to a screen reader, in the place of the code */
  say: (text: string) => void;
  /** milliseconds of this frame that the large image took */
  spent: () => number;
}

export interface PlaceState {
  /** what is decoded now */
  z: Float32Array;
  /** where it goes back to when the pointer leaves */
  pinned: Float32Array;
  /** the test image that was picked last */
  picked: number;
  /** what the decoder is told, null for a model without conditions */
  label: number | null;
}

/** One way to move on the map: what stands beside it and under it, and what a hand on it does. */
export interface Tool {
  element: HTMLElement;
  below?: HTMLElement;
  /** it is chosen; `first`: the page opens with it */
  enter: (first: boolean) => void;
  leave: () => void;
  moved: (x: number, y: number, how: How) => void;
  left?: () => void;
  grouped?: (indices: number[]) => void;
  picked?: (index: number) => void;
  /** with each frame after a move; true while it needs another */
  follow: () => boolean | void;
  /** plays or pauses */
  toggle?: () => void;
  /** what it moves along, as so many codes, for a moving picture */
  way?: (steps: number) => Float32Array[];
  written: () => State;
  close?: () => void;
}
