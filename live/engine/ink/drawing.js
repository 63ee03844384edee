// @ts-check
// A drawing as it grows: strokes or a picture, and the cell that a keyboard's pen stands on. Pure: every action makes
// a new drawing. Knows no DOM.

/** The pad's side in its own units, in which strokes are kept. */
export const PAD = 280;
const MOST_CELLS = 16;
/** @type {Record<string, [number, number]>} rows down, columns right */
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * @typedef {[number, number]} Point x and y in the pad's units
 * @typedef {{width: number, points: Point[]}} Stroke
 * @typedef {{rows: number, columns: number}} Grid
 * @typedef {object} Drawing
 * @property {Stroke[]} strokes
 * @property {Float32Array | null} picture an observation that stands in the strokes' place
 * @property {number} row @property {number} column the keyboard's cell
 * @property {boolean} down whether the keyboard's pen draws
 * @typedef {{do: "begin", at: Point, width: number} | {do: "extend", points: Point[]} | {do: "undo"} | {do: "clear"}
 *   | {do: "picture", picture: Float32Array} | {do: "lift"} | {do: "step", rows: number, columns: number, grid: Grid}
 *   | {do: "pen", width: number, grid: Grid} | {do: "strokes", strokes: Stroke[]}
 *   | {do: "cell", row: number, column: number, on: number, grid: Grid, alone?: boolean}} Action
 */

/** Nothing is drawn, and the keyboard's pen is in the middle. @param {Grid} grid @returns {Drawing} */
export function blank({ rows, columns }) {
  return { strokes: [], picture: null, row: rows >> 1, column: columns >> 1, down: false };
}

/** Whether nothing is on the pad. @param {Drawing} drawing */
export function isBlank({ strokes, picture }) {
  return !strokes.length && !picture;
}

/** The drawing after an action. @param {Drawing} drawing @param {Action} action @returns {Drawing} */
export function drawn(drawing, action) {
  const { strokes } = drawing;
  switch (action.do) {
    case "begin":
      return { ...drawing, picture: null, strokes: [...strokes, { width: action.width, points: [action.at] }] };
    case "extend":
      return { ...drawing, strokes: extended(strokes, action.points) };
    case "undo":
      return drawing.picture
        ? { ...drawing, picture: null }
        : { ...drawing, strokes: strokes.slice(0, -1), down: false };
    case "clear":
      return { ...drawing, strokes: [], picture: null, down: false };
    case "picture":
      return { ...drawing, strokes: [], picture: action.picture, down: false };
    case "strokes":
      return { ...drawing, strokes: action.strokes, picture: null, down: false };
    case "lift":
      return { ...drawing, down: false };
    case "cell":
      return { ...written(drawing, action), strokes: [], down: false };
    case "step":
      return stepped(drawing, action);
    case "pen":
      if (drawing.down) return { ...drawing, down: false };
      return {
        ...drawn(drawing, { do: "begin", at: centreOf(drawing, action.grid), width: action.width }),
        down: true,
      };
  }
}

/** What a key of the pad means; null for a key that it leaves to the page. @param {string} key @param {Grid} grid @param {number} width of the stroke @returns {Action | null} */
export function actionOf(key, grid, width) {
  if (Object.hasOwn(ARROWS, key)) return { do: "step", rows: ARROWS[key][0], columns: ARROWS[key][1], grid };
  if (key === " " || key === "Enter") return { do: "pen", width, grid };
  if (key === "Backspace") return { do: "undo" };
  return key === "Escape" ? { do: "clear" } : null;
}

/** The keyboard's cells: the image's own pixels, or as many together as make it 16 a side at most. @param {number[]} image channels, height, width @returns {Grid} */
export function gridOf([, height, width]) {
  const together = Math.ceil(Math.max(height, width) / MOST_CELLS);
  return { rows: Math.ceil(height / together), columns: Math.ceil(width / together) };
}

/** The middle of the keyboard's cell. @param {Pick<Drawing, "row" | "column">} drawing @param {Grid} grid @returns {Point} */
export function centreOf({ row, column }, { rows, columns }) {
  return [((column + 0.5) / columns) * PAD, ((row + 0.5) / rows) * PAD];
}

/** A grey observation in each of an image's channels. @param {Float32Array} grey @param {number} channels */
export function inChannels(grey, channels) {
  if (channels === 1) return grey;
  return Float32Array.from({ length: channels * grey.length }, (_, i) => grey[i % grey.length]);
}

/** An observation `[channels, height, width]` in [0, 1] from a canvas' pixels. @param {Uint8ClampedArray} rgba @param {number} channels */
export function observationOf(rgba, channels) {
  const plane = rgba.length / 4;
  return Float32Array.from({ length: channels * plane }, (_, i) => rgba[4 * (i % plane) + Math.floor(i / plane)] / 255);
}

/** @param {Stroke[]} strokes @param {Point[]} points */
function extended(strokes, points) {
  const last = strokes[strokes.length - 1];
  return last ? [...strokes.slice(0, -1), { ...last, points: [...last.points, ...points] }] : strokes;
}

/** One cell of a picture as large as the grid is another, `alone` in its column if it says so; a picture of nothing is none. @param {Drawing} drawing @param {Action & {do: "cell"}} action @returns {Drawing} */
function written(drawing, { row, column, on, grid, alone }) {
  const picture = drawing.picture?.slice() ?? new Float32Array(grid.rows * grid.columns);
  for (let other = 0; alone && other < grid.rows; other++) picture[other * grid.columns + column] = 0;
  picture[row * grid.columns + column] = on;
  return { ...drawing, row, column, picture: picture.some((value) => value > 0) ? picture : null };
}

/** @param {Drawing} drawing @param {Action & {do: "step"}} action @returns {Drawing} */
function stepped(drawing, { rows, columns, grid }) {
  const row = Math.max(0, Math.min(grid.rows - 1, drawing.row + rows));
  const column = Math.max(0, Math.min(grid.columns - 1, drawing.column + columns));
  const moved = { ...drawing, row, column };
  return drawing.down ? drawn(moved, { do: "extend", points: [centreOf(moved, grid)] }) : moved;
}
