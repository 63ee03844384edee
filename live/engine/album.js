// @ts-check
// Images as they are collected one after the other, each with a label: what a person draws, or a camera sees.
// Pure: every change makes a new album. Knows no DOM and no file.

export const SIDE = 64, // pixels of an image, the largest that a data set has; the form makes it smaller
  MOST = 600,
  LEAST_LABELS = 2,
  MOST_LABELS = 6;

/**
 * @typedef {{label: number, levels: Uint8Array}} Item an image's label, and its grey levels `[channels, height, width]`
 * @typedef {object} Album
 * @property {string[]} names of the labels; with none of its own a label is called by its number
 * @property {number} chosen the label of the next image
 * @property {Item[]} items
 * @property {number} number by which the server knows an album again
 * @property {number} handed how many of the images were handed over
 */

/** @param {number} number @returns {Album} */
export function emptyAlbum(number) {
  return { names: Array(LEAST_LABELS).fill(""), chosen: 0, items: [], number, handed: 0 };
}

/** With one more image under the chosen label; a full album stays as it is. @param {Album} album @param {Uint8Array} levels @returns {Album} */
export function added(album, levels) {
  const { items, chosen: label } = album;
  return items.length < MOST ? { ...album, items: [...items, { label, levels }] } : album;
}

/** Without the last image. @param {Album} album @returns {Album} */
export function undone(album) {
  const items = album.items.slice(0, -1);
  return { ...album, items, handed: Math.min(album.handed, items.length) };
}

/** @param {Album} album @param {number} label @returns {Album} */
export function choosing(album, label) {
  return label >= 0 && label < album.names.length ? { ...album, chosen: label } : album;
}

/** Another name for the chosen label. @param {Album} album @param {string} name @returns {Album} */
export function named(album, name) {
  return { ...album, names: album.names.with(album.chosen, name.trim()) };
}

/** With one more label, which is chosen. @param {Album} album @returns {Album} */
export function widened(album) {
  const { names } = album;
  return names.length < MOST_LABELS ? { ...album, names: [...names, ""], chosen: names.length } : album;
}

/** All its images are on their way to the server. @param {Album} album @returns {Album} */
export function handedOver(album) {
  return { ...album, handed: album.items.length };
}

/** The server has kept those that were handed over: what came since begins another album. @param {Album} album @param {number} number of the new one @returns {Album} */
export function taken(album, number) {
  return { ...album, items: album.items.slice(album.handed), number, handed: 0 };
}
