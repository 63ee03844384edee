// What the tools of Create share. Types only.
import type { Drawn } from "../contract.js";
import type { Creation, Way } from "../engine/creation.js";
import type { How } from "../maps/gestures.js";
import type { LatentMap } from "../maps/latent_map.js";
import type { Pane } from "../pane.js";
import type { NumbersDrawer } from "../parts/numbers/drawer.js";
import type { Frame } from "../parts/frame.js";

/** One map, one code, one large image, and one choice of a class. */
export interface Desk {
  pane: Pane;
  map: LatentMap;
  live: Frame;
  /** null for data without classes */
  choice: { element: HTMLElement; label: number; set: (label: number) => void } | null;
  /** what is said of the image that was made by hand */
  numbers: NumbersDrawer;
  readonly state: Creation;
  /** Another state; `touched`: by a person, so that it goes into the address. */
  change: (next: Creation, touched?: boolean) => void;
  /** A hand on the map. */
  goTo: (x: number, y: number) => void;
  use: (by: Way) => void;
  /** What there is to try has changed. */
  advise: () => void;
}

/** One way to create. */
export interface Maker {
  /** where the hand works */
  element: HTMLElement;
  /** what stands before the large image */
  before?: HTMLElement;
  /** it is chosen; `first`: the page opens with it */
  enter: (first: boolean) => void;
  leave: () => void;
  /** a hand is on the map, in the plane's units */
  moved: (x: number, y: number, how: How) => void;
  /** a class was chosen */
  chose: (label: number) => void;
  /** the code in numbers, where the tool knows more of it */
  where?: () => string | null;
  /** whether it tells a screen reader itself what happens */
  speaks?: () => boolean;
  /** what a person has drawn; null where nothing is */
  drawn?: () => Promise<Drawn | null>;
  /** with each frame after a change */
  follow: () => void;
  close: () => void;
}
