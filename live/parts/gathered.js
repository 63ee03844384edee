// @ts-check
// The drawings of a class, between the line that they come by and the wall that shows them. Knows neither.
import { SIDE } from "../engine/album.js";
import { unpacked } from "../engine/ink/packed.js";

/**
 * @typedef {{label: number, levels: Uint8Array}} Drawing
 * @typedef {object} Class a class that this page teaches
 * @property {string} code @property {string[]} labels what there is to draw; none while nothing is taken
 * @property {(what: Record<string, unknown>) => void} say
 * @typedef {{start: number, entries: ([number, string] | number | null)[]}} News as ui/classroom/drawings.py tells it
 * @typedef {() => void} Listener
 */

export class Gathered {
  constructor() {
    /** @type {Class | null} */
    this.class = null;
    this.code = "";
    this.count = 0; // of entries by now
    /** @type {Map<number, Drawing>} by the place of its entry, in order */
    this.drawings = new Map();
    /** @type {Set<Listener>} */
    this.listeners = new Set();
  }

  /** How many entries the wall has, for the line to tell; null where no wall is shown. */
  get watched() {
    return this.listeners.size ? this.count : null;
  }

  /** A wall is shown from now on. @param {Listener} listener */
  watch(listener) {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.ask();
    return { close: () => this.listeners.delete(listener) };
  }

  ask() {
    this.class?.say({ kind: "watch", start: this.count });
  }

  /** The class of the page, as it is now; null for none. @param {Class | null} now */
  teaches(now) {
    const isNew = now !== null && this.class === null;
    this.class = now;
    if (now && now.code !== this.code) this.clear(now.code);
    if (isNew && this.listeners.size) this.ask();
    this.tell();
  }

  /** @param {string} code */
  clear(code) {
    this.code = code;
    this.count = 0;
    this.drawings = new Map();
  }

  /** @param {News} news */
  hear({ start, entries }) {
    if (start === 0 && this.count) this.clear(this.code); // the server has fewer: it begins anew
    if (start > this.count) return this.ask();
    for (const [i, entry] of entries.entries()) if (start + i >= this.count) this.take(start + i, entry);
    this.count = Math.max(this.count, start + entries.length);
    this.tell();
  }

  /** @param {number} place @param {News["entries"][number]} entry */
  take(place, entry) {
    if (typeof entry === "number") this.drawings.delete(entry);
    else if (entry) {
      const levels = unpacked(entry[1]);
      if (levels.length === SIDE * SIDE) this.drawings.set(place, { label: entry[0], levels });
    }
  }

  tell() {
    for (const listener of this.listeners) listener();
  }
}

/** Those of this page. */
export const gathered = new Gathered();
