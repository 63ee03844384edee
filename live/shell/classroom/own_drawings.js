// @ts-check
// A pupil's own drawings for the class: kept in this browser, sent one after the other until the server has them, and
// shown on a map. Knows the browser's store; knows no line and no element.
import { packed, unpacked } from "../../engine/ink/packed.js";
import { nameOf } from "../../parts/collecting/labels.js";
import { showMine } from "../../parts/led.js";
import { keepDrawings, ownDrawings } from "./memory.js";

/** @typedef {import("./memory.js").Own} Own */

export class OwnDrawings {
  /** @param {string} code of the class @param {(what: Record<string, unknown>) => void} say */
  constructor(code, say) {
    this.code = code;
    this.say = say;
    /** @type {(Own | null)[]} in the order they were made; null for what this browser has no more */
    this.all = ownDrawings(code);
    this.drawn = 0; // how many the server has
    this.underway = 0; // the number of the one that is on its way
    this.isShown = false; // on the map
  }

  get waiting() {
    return Math.max(0, this.all.length - this.drawn);
  }

  /** How many can be found on a map. */
  get found() {
    return this.all.filter(Boolean).length;
  }

  /** @param {number} drawn how many the server has */
  heard(drawn) {
    this.drawn = drawn;
    if (drawn >= this.underway) this.underway = 0;
    while (this.all.length < drawn) this.all.push(null);
  }

  /** The line is new: what was on its way may be lost, and is sent again. */
  again() {
    this.underway = 0;
  }

  /** The server takes no more: what it has not taken is no drawing of the class. */
  refused() {
    if (!this.underway) return;
    this.underway = 0;
    this.keep(this.all.slice(0, this.drawn));
  }

  /** One more. @param {number} label @param {string[]} names of the labels @param {Uint8Array} levels */
  give(label, names, levels) {
    this.keep([...this.all, { label, name: nameOf(names, label), ink: packed(levels) }]);
    this.send();
  }

  /** The next goes when the server has the one before. */
  send() {
    const next = this.all[this.drawn];
    if (!next || this.underway) return;
    this.underway = this.drawn + 1;
    this.say({ kind: "draw", number: this.underway, label: next.label, ink: next.ink });
  }

  /** @param {(Own | null)[]} all */
  keep(all) {
    this.all = all;
    keepDrawings(this.code, all);
  }

  /** On the map, or off it. @param {boolean} on */
  show(on) {
    this.isShown = on;
    showMine(on ? this.all.flatMap((one) => (one ? { levels: unpacked(one.ink), name: one.name } : [])) : []);
  }
}
