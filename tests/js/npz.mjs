// Writes an .npz as the page does; tests/js/test_npz.py reads it. usage: node npz.mjs FILE
import { readFileSync, writeFileSync } from "node:fs";
import { npzOf } from "../../live/engine/npz.js";

const { image, images, labels } = JSON.parse(readFileSync(0, "utf8"));
writeFileSync(
  process.argv[2],
  npzOf(
    images.map((levels) => Uint8Array.from(levels)),
    image,
    labels,
  ),
);
