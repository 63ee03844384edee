// @ts-check
// The hand of a dial or of a series: what it has chosen, when that is painted, and when the address and a screen reader
// hear of it. Knows a state and a pace; knows no map and no model.
import { MAX_SEED, pointed, written } from "../../engine/dial/state.js";
import { Pace } from "../pace.js";

/** @typedef {import("../../engine/dial/state.js").DialState} DialState */

export class Hand {
  /**
   * @param {DialState} state
   * @param {{image: () => void, rest: () => void, onpick: () => void}} hands `image`, `rest`: as a Pace paints them;
   *   `onpick`: another test image is picked
   */
  constructor(state, { image, rest, onpick }) {
    this.state = state;
    this.onpick = onpick;
    this.changed = false; // since it was told
    this.pace = new Pace(image, rest);
  }

  /** Something is chosen anew. @param {Partial<DialState>} [changes] */
  moved(changes = {}) {
    this.state = { ...this.state, ...changes };
    this.changed = true;
    this.pace.moved();
  }

  /** Another test image. @param {number} index @param {import("../../maps/gestures.js").How} how */
  pick(index, how) {
    this.state = pointed(this.state, index, how);
    this.changed ||= how !== "hover";
    this.onpick();
    this.pace.moved();
  }

  /** The pointer has left the map. */
  leave() {
    this.pick(this.state.pinned, "hover");
  }

  /** Other samples. */
  shuffle() {
    this.moved({ seed: Math.floor(Math.random() * (MAX_SEED + 1)) });
  }

  /**
   * Tells what was chosen since the last time. @param {string} said @param {number | null} label
   * @param {Pick<import("../../pane.js").Pane, "write" | "say">} pane @param {HTMLElement} slider says it itself where it has the focus
   */
  tell(said, label, pane, slider) {
    if (!this.changed) return;
    this.changed = false;
    pane.write(written(this.state, label));
    if (document.activeElement !== slider) pane.say(said);
  }

  close() {
    this.pace.close();
  }
}
