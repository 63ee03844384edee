// What the house asks of live/: floors, no view that imports a view, no `any` but at Streamlit's door, words with keys.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import test from "node:test";

const LIVE = new URL("../../live/", import.meta.url).pathname;
const FILES = readdirSync(LIVE, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".js"))
  .sort();
const text = (name) => readFileSync(join(LIVE, name), "utf8");
const IMPORT = /(?:^|\n)\s*(?:import|export)[^"';]*?from "(\.[^"]+)"|import\("(\.[^"]+)"\)/g;

/** Files of live/ that a text imports at run time, by their path in live/. */
export function imported(name, source) {
  return [...source.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(IMPORT)].map((found) =>
    normalize(join(dirname(name), found[1] ?? found[2])),
  );
}

const FLOORS = [
  ["words"],
  ["engine"],
  ["trainer"],
  ["parts", "maps"],
  ["pane.js", "address.js"],
  ["tools"],
  ["views"],
  ["main.js", "shell"],
  ["first.js", "site", "single", "cell"],
];
const APART = ["views", "tools"]; // rooms whose files know nothing of each other
const floorOf = (name) => FLOORS.findIndex((rooms) => rooms.includes(name.split("/")[0]));

function violations(name, source) {
  return imported(name, source).filter((other) => {
    if (APART.some((room) => other.startsWith(`${room}/`) && name.startsWith(`${room}/`))) return true;
    return floorOf(other) > floorOf(name);
  });
}

test("every file has a floor", () => {
  assert.ok(FILES.length > 25);
  for (const name of FILES) assert.notEqual(floorOf(name), -1, name);
});

for (const name of FILES)
  test(`${name} imports what is below it, and no view`, () => assert.deepEqual(violations(name, text(name)), []));

test("planted violations are found", () => {
  assert.deepEqual(violations("views/film.js", 'import { a } from "./create.js";'), ["views/create.js"]);
  assert.deepEqual(violations("tools/path.js", 'import { a } from "./point.js";'), ["tools/point.js"]);
  assert.deepEqual(violations("tools/path.js", 'import { a } from "../views/map.js";'), ["views/map.js"]);
  assert.deepEqual(violations("engine/plane.js", 'import { h } from "../parts/dom.js";'), ["parts/dom.js"]);
  assert.deepEqual(violations("parts/dom.js", 'const a = import("../views/map.js");'), ["views/map.js"]);
});

test("no any", () => {
  const said = FILES.filter((name) => /[{<|:(,]\s*any\b/.test(text(name)));
  assert.deepEqual(said, []);
});

test("every key that is asked for is in the catalogue", () => {
  const catalogue = JSON.parse(text("words/en.json"));
  const missing = FILES.flatMap((name) =>
    [...text(name).matchAll(/\b(?:t|terms|pieces)\(\s*"([^"]+)"/g)].map((found) => found[1]),
  ).filter((key) => !Object.hasOwn(catalogue, key));
  assert.deepEqual(missing, []);
});
