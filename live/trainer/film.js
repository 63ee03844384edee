// @ts-check
// Which epochs of a training are kept for its film: at most a dozen, evenly. Pure.

const MOST = 12;

/** @typedef {import("./plan.js").Moment} Moment */

/** Without the moment that is missed least, where there are too many: ends stay, and those that someone pinned. @param {Moment[]} film @param {Set<number>} pinned @returns {Moment[]} */
export function thinned(film, pinned) {
  if (film.length <= MOST + pinned.size) return film;
  const gaps = film.map(({ epoch }, i) =>
    i === 0 || i === film.length - 1 || pinned.has(epoch) ? Infinity : film[i + 1].epoch - film[i - 1].epoch,
  );
  const least = gaps.indexOf(Math.min(...gaps));
  return film.filter((_, i) => i !== least);
}
