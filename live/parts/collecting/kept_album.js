// @ts-check
// Where an album stays until its images are used: drawings in this browser's storage, so that a closed page loses none;
// pictures of a camera in this page alone, for they are nobody else's business. Knows storage; knows no page.
import { emptyAlbum, SIDE } from "../../engine/album.js";

/** @typedef {import("../../engine/album.js").Album} Album */

const KEY = "lp-drawings",
  FIRST_NUMBER = 1000,
  NUMBERS = 9000;

/** A number for a new album, which another person's seldom has. */
export function newNumber() {
  return FIRST_NUMBER + Math.floor(Math.random() * NUMBERS);
}

/** An album in the browser's storage, an entry an image. */
export class StoredAlbum {
  constructor() {
    /** @type {Uint8Array[]} what is there by now, in order */
    this.stored = [];
  }

  /** @returns {Album} */
  read() {
    try {
      const { labels, ...facts } = JSON.parse(localStorage.getItem(KEY) ?? "");
      /** @type {import("../../engine/album.js").Item[]} */
      const found = labels.map((/** @type {number} */ label, /** @type {number} */ i) => ({
        label,
        levels: levelsOf(localStorage.getItem(`${KEY}-${i}`) ?? ""),
      }));
      this.stored = found.map(({ levels }) => levels);
      const items = found.filter(({ levels }) => levels.length === SIDE * SIDE);
      return { ...emptyAlbum(newNumber()), ...facts, items };
    } catch {
      return emptyAlbum(newNumber()); // nothing is there, or nothing that can be read
    }
  }

  /** @param {Album} album @returns {boolean} whether it is stored: the storage may be full or shut */
  write({ items, ...facts }) {
    try {
      for (const [i, { levels }] of items.entries())
        if (this.stored[i] !== levels) localStorage.setItem(`${KEY}-${i}`, textOf(levels));
      for (let i = items.length; i < this.stored.length; i++) localStorage.removeItem(`${KEY}-${i}`);
      localStorage.setItem(KEY, JSON.stringify({ ...facts, labels: items.map(({ label }) => label) }));
    } catch {
      return false;
    }
    this.stored = items.map(({ levels }) => levels);
    return true;
  }
}

/** An album in the page's memory. */
export class PageAlbum {
  /** @type {Album | null} it outlives the view, which is built anew when the page's colours change */
  static album = null;

  read() {
    PageAlbum.album ??= emptyAlbum(newNumber());
    return PageAlbum.album;
  }

  /** @param {Album} album */
  write(album) {
    PageAlbum.album = album;
    return true;
  }
}

/** @param {Uint8Array} levels */
function textOf(levels) {
  return btoa(String.fromCharCode(...levels));
}

/** @param {string} text */
function levelsOf(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
