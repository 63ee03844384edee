// Lessons from outside: the same cases as in Python, what a page adds, and the way into a link and back.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { MOST_BYTES, modelsOf, readLesson } from "../../live/shell/lesson_file.js";
import { inline, markdown } from "../../live/shell/markdown.js";
import { DRAFT, dropLesson, isOwn, keepLesson, nameOf, ownLessons } from "../../live/shell/own_lessons.js";
import { pack, unpack } from "../../live/shell/packing.js";
import { speak } from "./page.mjs";

const PLACES = ["", "create", "train", "compare", "library"];
const CASES = JSON.parse(readFileSync(new URL("../cases/lessons.json", import.meta.url), "utf8"));
const FOLDER = new URL("../../live/lessons/en/", import.meta.url);
const SHIPPED = readdirSync(FOLDER).map((file) => readFileSync(new URL(file, FOLDER), "utf8"));
const SOUND = JSON.parse(CASES[0].content);

beforeEach(() => speak());

for (const { what, content, problem } of CASES)
  test(`a lesson with ${what}`, () => {
    if (problem === null) assert.deepEqual(readLesson(content, PLACES), JSON.parse(content));
    else assert.throws(() => readLesson(content, PLACES), { key: `lesson.bad.${problem}` });
  });

test("those that ship can be opened from a file", () => {
  for (const content of SHIPPED) assert.deepEqual(readLesson(content, PLACES), JSON.parse(content));
});

test("a view of a page that this app has not, or that speaks of lessons itself, is refused", () => {
  for (const view of ["nowhere", "train?data=mnist", "?model=m&lesson=holes", "create?step=2", "?hide=near"]) {
    const content = JSON.stringify({ ...SOUND, steps: [{ ...SOUND.steps[0], view }] });
    assert.throws(() => readLesson(content, ["", "create"]), { message: /Step 1 of this lesson leads to no view/ });
  }
});

test("a refusal names the place", () => {
  const content = JSON.stringify({ ...SOUND, steps: [SOUND.steps[0], { ...SOUND.steps[0], hide: ["near", 3] }] });
  assert.throws(() => readLesson(content, PLACES), { message: /“steps\.2\.hide\.2” is missing, unknown/ });
});

test("a step names its models once", () => {
  const step = { view: "compare?by=side&models=a,b", reveal: { view: "?model=a&models=c", text: "" } };
  assert.deepEqual(modelsOf(step), ["a", "b", "c"]);
  assert.deepEqual(modelsOf({ view: "library", reveal: null }), []);
});

test("a lesson goes into a link and comes back, whatever it says", async () => {
  for (const text of [...SHIPPED, "", "ä 數 🂡", "x".repeat(MOST_BYTES)]) {
    const packed = await pack(text);
    assert.match(packed, /^1\.[A-Za-z0-9_-]*$/);
    if (text) assert.equal(await unpack(packed, MOST_BYTES), text);
  }
});

test("a link that is cut, changed, not packed or too large inside is refused", async () => {
  const packed = await pack(SHIPPED[0]);
  const bomb = await pack("x".repeat(5_000_000));
  assert.ok(bomb.length < 10_000);
  const others = [packed.slice(0, -9), "1.", "1.????", "2.AAAA", "holes", bomb, `1.${"A".repeat(40)}`];
  for (const other of others) await assert.rejects(unpack(other, MOST_BYTES), `${other.slice(0, 20)}`);
});

const shape = (node) => (typeof node === "string" ? node : [node.tagName.toLowerCase(), ...node.nodes.map(shape)]);

test("Markdown becomes elements, and HTML stays text", () => {
  const text =
    "One **strong** and *soft* `code`\nline.\n\n- first\n- *second*\n\n<img src=x onerror=alert(1)> [a](javascript:x)";
  assert.deepEqual(markdown(text).map(shape), [
    ["p", "One ", ["strong", "strong"], " and ", ["em", "soft"], " ", ["code", "code"], " line."],
    ["ul", ["li", "first"], ["li", ["em", "second"]]],
    ["p", "<img src=x onerror=alert(1)> [a](javascript:x)"],
  ]);
});

test("a star that is no pair is a star", () => {
  for (const text of ["2 * 3 * 4", "**", "a* b", "`", "p(z*)"]) assert.deepEqual(inline(text).join(""), text);
});

test("what those that ship say is shown as it stands", () => {
  for (const content of SHIPPED)
    for (const { caption, reveal } of JSON.parse(content).steps)
      for (const text of [caption, reveal?.text ?? ""])
        assert.equal(
          markdown(text)
            .map((part) => part.textContent)
            .join(""),
          text,
        );
});

test("opened lessons are kept by what they say, twenty of them, and the one that is being made", () => {
  const store = new Map();
  globalThis.localStorage = {
    getItem: (name) => store.get(name) ?? null,
    setItem: (name, text) => store.set(name, text),
  };
  keepLesson(DRAFT, SOUND);
  const names = Array.from({ length: 22 }, (_, i) => nameOf(`lesson ${i}`));
  for (const name of names) assert.ok(keepLesson(name, SOUND));
  assert.equal(new Set(names).size, 22);
  assert.ok([...names, DRAFT].every(isOwn) && !isOwn("holes"));
  assert.deepEqual(Object.keys(ownLessons()), [DRAFT, ...names.slice(2)]);
  keepLesson(names[2], SOUND);
  assert.equal(Object.keys(ownLessons()).at(-1), names[2]);
  dropLesson(names[2]);
  assert.ok(!(names[2] in ownLessons()));
  store.set("lp-own-lessons", "{damaged");
  assert.deepEqual(ownLessons(), {});
  globalThis.localStorage = { getItem: () => null, setItem: () => assert.fail("full") };
  assert.equal(keepLesson(DRAFT, SOUND), false);
  assert.deepEqual(ownLessons(), { [DRAFT]: SOUND }); // as long as the page is there
  delete globalThis.localStorage;
});
