// @ts-check
// Which epochs of a training are kept for its film: at most a dozen, evenly; and how many of them a checkpoint's file has
// room for (models/series.py). Pure.

const MOST = 12,
  MOST_IN_FILE = 31,
  FILE_BYTES = 16 * 2 ** 20; // half of what models/series.py reads: a checkpoint in a zip has to fit through an upload

/** @typedef {import("./plan.js").Moment} Moment */

/** Without the moment that is missed least, where there are too many: ends stay, and those that someone pinned. @param {Moment[]} film @param {Set<number>} pinned @returns {Moment[]} */
export function thinned(film, pinned) {
  return film.length <= MOST + pinned.size ? film : withoutLeast(film, pinned);
}

/** As many moments as a checkpoint takes, evenly; none where it takes fewer than two. @param {Moment[]} film @returns {Moment[]} */
export function filed(film) {
  const bytes = film.length
    ? 2 * [film[0].encoder, film[0].decoder, film[0].mu].reduce((sum, part) => sum + part.length, 0)
    : 0;
  let kept = film;
  while (kept.length > 2 && (kept.length > MOST_IN_FILE || kept.length * bytes > FILE_BYTES)) kept = withoutLeast(kept);
  return kept.length < 2 || kept.length * bytes > FILE_BYTES ? [] : kept;
}

/** @param {Moment[]} film @param {Set<number>} [pinned] @returns {Moment[]} */
function withoutLeast(film, pinned = new Set()) {
  const gaps = film.map(({ epoch }, i) =>
    i === 0 || i === film.length - 1 || pinned.has(epoch) ? Infinity : film[i + 1].epoch - film[i - 1].epoch,
  );
  const least = gaps.indexOf(Math.min(...gaps));
  return film.filter((_, i) => i !== least);
}
