// The catalogue's half in the page: the table of cases that pytest reads too (tests/live/test_words.py).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { atMost, duration, loadWords, nats, number, percent, pieces, setWords, t } from "../../live/words/words.js";

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const cases = read("../cases/words.json"),
  english = read("../../live/words/en.json");
const how = { number, atMost, percent, nats, duration };
const speak = ({ locale, layer }) => setWords(cases.catalogue, { locale, layer });
const {
  fetch,
  console: { warn },
} = globalThis;

afterEach(() => {
  globalThis.fetch = fetch;
  console.warn = warn;
});

for (const row of cases.texts) {
  test(`the text ${row.text}`, () => {
    speak(row);
    assert.equal(t(row.key, row.values), row.text);
  });
}

for (const row of cases.errors) {
  test(row.says, () => {
    speak(row);
    assert.throws(
      () => t(row.key, row.values),
      (error) => error.message.startsWith(row.says),
    );
  });
}

for (const row of cases.numbers) {
  test(`${row.how} of ${row.value} is ${row.text}`, () => {
    speak(row);
    const value = { nan: NaN, inf: Infinity, "-inf": -Infinity }[row.value] ?? row.value;
    assert.equal(how[row.how](value, row.digits), row.text);
  });
}

test("what is not given is a dash, as null", () => {
  speak({});
  assert.equal(number(undefined, 2), "—");
  assert.equal(nats(undefined), "—");
});

test("a page shows the key of what is missing, and warns", async () => {
  const warnings = [];
  console.warn = (text) => warnings.push(text);
  globalThis.fetch = async () => ({ ok: true, json: async () => cases.catalogue });
  await loadWords("words.json", { layer: "field" });
  assert.equal(t("layered"), "latent z");
  assert.equal(t("nowhere"), "nowhere");
  assert.equal(t("named"), "named");
  assert.deepEqual(warnings, [
    "nowhere: there is no such entry in the catalogue",
    "named: the placeholder name has no value",
  ]);
});

test("a term is a piece of its sentence", () => {
  speak({ layer: "field" });
  const kl = { name: "kl", word: "KL divergence" };
  assert.deepEqual(pieces("priced", { value: 2 }), ["", kl, ": ", "2.0", " of the ", kl, ""]);
});

test("words that do not arrive are an error", async () => {
  globalThis.fetch = async () => ({ ok: false, status: 404 });
  await assert.rejects(loadWords("words.json"), /404/);
});

test("the English catalogue has both layers of a term", () => {
  setWords(english);
  assert.equal(t("term.elbo"), "score (copy minus price)");
  setWords(english, { layer: "field" });
  assert.equal(t("term.elbo"), "ELBO");
});
