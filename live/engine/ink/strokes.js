// @ts-check
// A 4 as a hand writes it, and as much of it as is written by now. Pure arithmetic; knows no DOM.

/** @typedef {import("./drawing.js").Stroke} Stroke */

const WIDTH = 20;
/** Two strokes in the pad's units. @type {Stroke[]} */
export const FOUR = [
  strokeOf(109, 90, 107, 127, 105, 164, 134, 160, 162, 156, 191, 152, 219, 148),
  strokeOf(187, 74, 179, 109, 171, 144, 163, 180, 154, 215),
];

/** @param {number[]} flat x and y in turn @returns {Stroke} */
function strokeOf(...flat) {
  const points = Array.from(
    { length: flat.length / 2 },
    (_, i) => /** @type {[number, number]} */ ([flat[2 * i], flat[2 * i + 1]]),
  );
  return { width: WIDTH, points };
}

/** The way of the pen, in the air too. @param {Stroke[]} strokes */
export function lengthOf(strokes) {
  return legsOf(strokes).reduce((sum, { length }) => sum + length, 0);
}

/** The strokes as far as the pen has come after a way. @param {Stroke[]} strokes @param {number} way @returns {Stroke[]} */
export function upTo(strokes, way) {
  /** @type {Stroke[]} */
  const begun = [{ width: strokes[0].width, points: [strokes[0].points[0]] }];
  for (const { stroke, from, to, length } of legsOf(strokes)) {
    if (way <= 0) break;
    const share = Math.min(1, way / (length || 1));
    way -= length;
    /** @type {import("./drawing.js").Point} */
    const at = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
    if (stroke < begun.length) begun[stroke].points.push(at);
    else if (share === 1) begun.push({ width: strokes[stroke].width, points: [to] });
  }
  return begun;
}

/** From each point to the next; the first of a stroke is in the air. @param {Stroke[]} strokes */
function legsOf(strokes) {
  const all = strokes.flatMap(({ points }, stroke) => points.map((to) => ({ stroke, to })));
  return all.slice(1).map(({ stroke, to }, i) => {
    const from = all[i].to;
    return { stroke, from, to, length: Math.hypot(to[0] - from[0], to[1] - from[1]) };
  });
}
