// @ts-check
// The 256 colours of a GIF: all greys, or those that some images need most. Pure numbers; knows no file.

const COLOURS = 256,
  SHIFTS = [16, 8, 0]; // of red, green and blue in a colour that is one number

/**
 * @typedef {{colours: Uint8Array, indexOf: (r: number, g: number, b: number) => number}} Palette `colours`: `[256, 3]`
 */

/** Every grey level, so that nothing of a grey image is lost. @returns {Palette} */
export function greys() {
  return { colours: Uint8Array.from({ length: 3 * COLOURS }, (_, i) => Math.floor(i / 3)), indexOf: (r) => r };
}

/**
 * At most 256 colours for some images, by median cut (Heckbert 1982): the widest box of colours is halved until there
 * are enough, and each box is the mean of its pixels. @param {ArrayLike<number>[]} images `[3, height, width]` levels each @returns {Palette}
 */
export function paletteOf(images) {
  /** @type {Map<number, number>} pixels of each colour */
  const counts = new Map();
  for (const image of images)
    for (const colour of packedColours(image)) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const boxes = [boxOf([...counts.keys()])];
  while (boxes.length < COLOURS) {
    const widest = boxes.reduce((best, box) => (box.span > best.span ? box : best));
    if (widest.span === 0) break;
    const { colours, shift } = widest;
    colours.sort((a, b) => ((a >> shift) & 255) - ((b >> shift) & 255));
    const middle = colours.length >> 1;
    boxes.splice(boxes.indexOf(widest), 1, boxOf(colours.slice(0, middle)), boxOf(colours.slice(middle)));
  }
  const colours = new Uint8Array(3 * COLOURS),
    places = new Map();
  boxes.forEach((box, index) => {
    colours.set(
      SHIFTS.map((shift) => Math.round(mean(box.colours, counts, shift))),
      3 * index,
    );
    for (const colour of box.colours) places.set(colour, index);
  });
  return { colours, indexOf: (r, g, b) => places.get((r << 16) | (g << 8) | b) ?? 0 };
}

/** The colours of an image's pixels, each as one number. @param {ArrayLike<number>} levels `[3, height, width]` */
function packedColours(levels) {
  const plane = levels.length / 3;
  return Array.from({ length: plane }, (_, i) => (levels[i] << 16) | (levels[plane + i] << 8) | levels[2 * plane + i]);
}

/** Some colours with their widest side. @param {number[]} colours */
function boxOf(colours) {
  let [span, shift] = [0, 0];
  for (const at of SHIFTS) {
    let [low, high] = [255, 0];
    for (const colour of colours) {
      const level = (colour >> at) & 255;
      if (level < low) low = level;
      if (level > high) high = level;
    }
    if (high - low > span) [span, shift] = [high - low, at];
  }
  return { colours, span, shift };
}

/** @param {number[]} colours @param {Map<number, number>} counts @param {number} shift */
function mean(colours, counts, shift) {
  let [sum, all] = [0, 0];
  for (const colour of colours) {
    const count = counts.get(colour) ?? 0;
    sum += count * ((colour >> shift) & 255);
    all += count;
  }
  return sum / Math.max(1, all);
}
