// Writes a GIF for each case of a file; tests/js/test_gif.py reads them by Pillow.
// usage: node gif.mjs FOLDER   (reads FOLDER/cases.json: images, `[channels, height, width]` levels a frame)
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gifOf } from "../../live/engine/gif.js";
import { greys, paletteOf } from "../../live/engine/gif_palette.js";
import { indicesOf } from "../../live/parts/taking/moving.js";

const folder = process.argv[2];
JSON.parse(readFileSync(join(folder, "cases.json"), "utf8")).forEach(({ shape, frames }, number) => {
  const [channels, height, width] = shape;
  const palette = channels === 1 ? greys() : paletteOf(frames);
  const indices = frames.map((levels) => indicesOf(levels, palette, channels));
  writeFileSync(join(folder, `${number}.gif`), gifOf(indices, width, height, palette.colours, 5));
});
