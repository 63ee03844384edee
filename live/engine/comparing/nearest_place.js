// @ts-check
// Which test image lies nearest to a point of a map, hidden classes left out. Pure arithmetic; knows no DOM.

/**
 * @param {Float32Array} places `[images, 2]` @param {number} x @param {number} y
 * @param {ArrayLike<number> | null} labels @param {Set<number>} hidden classes
 * @returns {number} -1 where nothing is shown
 */
export function nearestShown(places, x, y, labels, hidden) {
  let least = Infinity,
    nearest = -1;
  for (let i = 0; i < places.length / 2; i++) {
    const square = (places[2 * i] - x) ** 2 + (places[2 * i + 1] - y) ** 2;
    if (square < least && !hidden.has(labels?.[i] ?? -1)) {
      least = square;
      nearest = i;
    }
  }
  return nearest;
}

/** How far a pin is from the truth, and the share of images that lie nearer to it. @param {Float32Array} places @param {number} truth index of the image @param {ArrayLike<number>} pin */
export function pinned(places, truth, pin) {
  const apart = (/** @type {number} */ x, /** @type {number} */ y) =>
    Math.hypot(x - places[2 * truth], y - places[2 * truth + 1]);
  const distance = apart(pin[0], pin[1]);
  let nearer = 0;
  for (let i = 0; i < places.length / 2; i++)
    nearer += Number(i !== truth && apart(places[2 * i], places[2 * i + 1]) < distance);
  return { distance, nearer: nearer / (places.length / 2) };
}
