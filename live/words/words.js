// @ts-check
// Every sentence that a person reads, by key, and how numbers are written; live/words/catalogue.py says how an entry is
// built and is the equal of this in Python. Knows no view.
import { pseudo } from "./pseudo.js";

/** @typedef {string | Forms} Entry */
/** @typedef {{[form: string]: Entry}} Forms plural forms, or the two layers */
/** @typedef {{[key: string]: Entry}} Catalogue */
/** @typedef {"simple" | "field"} Layer */
/** @typedef {{locale?: string, layer?: Layer, strict?: boolean}} Options */
/** @typedef {{[name: string]: string | number | null | undefined}} Values */
/** @typedef {{name: string, word: string}} Term a word of the glossary inside a text: `kl`, and the word */

/** What stands where a number is not defined. */
export const UNDEFINED = "—";
const MINUS = "−",
  PSEUDO = "-x-pseudo";
const PLACEHOLDER = /\{(\w+)(?::([^}]*))?\}/;

/** @type {{catalogue: Catalogue, locale: string, layer: Layer, strict: boolean}} */
let present = { catalogue: {}, locale: "en", layer: "simple", strict: true };
/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();
let plurals = new Intl.PluralRules("en");

/**
 * Sets what the page speaks. Not `strict`, a wrong key is shown in its place, with a warning, instead of thrown.
 * @param {Catalogue} catalogue the entries of en.json @param {Options} [options] locale "en-x-pseudo": made longer
 */
export function setWords(catalogue, { locale = "en", layer = "simple", strict = true } = {}) {
  const made = locale.endsWith(PSEUDO);
  const base = made ? locale.slice(0, -PSEUDO.length) : locale;
  present = { catalogue: made ? pseudo(catalogue) : catalogue, locale: base, layer, strict };
  plurals = new Intl.PluralRules(base);
  formats.clear();
}

/** Fetches the catalogue and speaks it. @param {string | URL} url @param {Options} [options] */
export async function loadWords(url, options = {}) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`The words of this page could not be fetched (${answer.status}).`);
  setWords(await answer.json(), { strict: false, ...options });
}

/**
 * The text of a key in the present language and layer, with its placeholders filled.
 * @param {string} key @param {Values} [values] @returns {string}
 */
export function t(key, values = {}) {
  return pieces(key, values)
    .map((piece) => (typeof piece === "string" ? piece : piece.word))
    .join("");
}

/**
 * The text of a key as `t` gives it, in pieces, so that a page can explain the terms among them.
 * @param {string} key @param {Values} [values] @returns {(string | Term)[]}
 */
export function pieces(key, values = {}) {
  try {
    const parts = chosen(key, values).split(PLACEHOLDER); // text, name, form, text, name, form, … text
    /** @type {(string | Term)[]} */
    const found = [parts[0]];
    for (let i = 1; i < parts.length; i += 3) found.push(piece(parts[i], parts[i + 1], values, key), parts[i + 2]);
    return found;
  } catch (error) {
    if (present.strict) throw error;
    console.warn(error instanceof Error ? error.message : error);
    return [key];
  }
}

/** The text of a key in each layer. @param {string} key @returns {Record<Layer, string>} */
export function inLayers(key) {
  const { layer } = present;
  try {
    present.layer = "simple";
    const simple = t(key);
    present.layer = "field";
    return { simple, field: t(key) };
  } finally {
    present.layer = layer;
  }
}

/** @param {string} name @param {string | undefined} form @param {Values} values @param {string} key @returns {string | Term} */
function piece(name, form, values, key) {
  if (form !== "term" && form !== "Term") return written(name, form, values, key);
  const word = t(`term.${name}`);
  return { name, word: form === "Term" ? word[0].toUpperCase() + word.slice(1) : word };
}

/** The text of an entry in the present layer and plural form. @param {string} key @param {Values} values @returns {string} */
function chosen(key, values) {
  let entry = Object.hasOwn(present.catalogue, key) ? present.catalogue[key] : undefined;
  if (entry === undefined) throw new Error(`${key}: there is no such entry in the catalogue`);
  if (typeof entry !== "string" && "simple" in entry) entry = /** @type {Entry} */ (entry[present.layer]);
  if (typeof entry !== "string") entry = String(entry[plural(numberOf(values, "count", key))] ?? entry.other);
  return entry;
}

/** Whether the page speaks the field's words: what only the field asks for is shown then. */
export const speaksField = () => present.layer === "field";

/** A number with exactly `digits` decimals, grouped; the minus is U+2212, and nothing is `−0`. @param {number | null | undefined} value */
export function number(value, digits = 0) {
  return signed(value, `.${digits}`, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A number with at most `digits` decimals. @param {number | null | undefined} value @param {number} digits */
export function atMost(value, digits) {
  return signed(value, `~${digits}`, { maximumFractionDigits: digits });
}

/** A share of 1 as a percentage without decimals. @param {number | null | undefined} share */
export function percent(share) {
  return signed(share, "%", { style: "percent", maximumFractionDigits: 0 });
}

/** A number of nats with one decimal, or a dash where it is not defined. @param {number | null | undefined} value */
export function nats(value) {
  return isNumber(value) ? t("unit.nats", { value }) : UNDEFINED;
}

/** `48 s`, `3 min 20 s` or `2 h 5 min`. @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (!isNumber(seconds)) return UNDEFINED;
  const whole = Math.floor(seconds + 0.5);
  if (whole < 60) return t("unit.seconds", { seconds: whole });
  if (whole < 3600) return t("unit.minutes", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  return t("unit.hours", { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
}

/** @param {string} name @param {string | undefined} form @param {Values} values @param {string} key */
function written(name, form, values, key) {
  if (form === undefined) {
    const value = givenValue(values, name, key);
    if (typeof value !== "string") throw new Error(`${key}: ${name} must be a text, it is ${value}`);
    return value;
  }
  const value = numberOf(values, name, key);
  if (form === "int") return number(value);
  if (form === "%") return percent(value);
  if (form === "g") return signed(value, form, { maximumSignificantDigits: 6 });
  if (!/^[.~]\d$/.test(form)) throw new Error(`${key}: there is no form ${form} of a number`);
  return form[0] === "." ? number(value, Number(form[1])) : atMost(value, Number(form[1]));
}

/** @param {Values} values @param {string} name @param {string} key */
function givenValue(values, name, key) {
  if (!Object.hasOwn(values, name)) throw new Error(`${key}: the placeholder ${name} has no value`);
  return values[name];
}

/** @param {Values} values @param {string} name @param {string} key @returns {number | null | undefined} */
function numberOf(values, name, key) {
  const value = givenValue(values, name, key);
  if (typeof value === "string") throw new Error(`${key}: ${name} must be a number, it is ${value}`);
  return value;
}

/** @param {number | null | undefined} count @returns {string} */
function plural(count) {
  return isNumber(count) ? plurals.select(Math.abs(count)) : "other";
}

/** @param {number | null | undefined} value @param {string} name of the format @param {Intl.NumberFormatOptions} options */
function signed(value, name, options) {
  if (!isNumber(value)) return UNDEFINED;
  let format = formats.get(name);
  if (!format) {
    format = new Intl.NumberFormat(present.locale, { ...options, useGrouping: true });
    formats.set(name, format);
  }
  const text = format.format(Math.abs(value));
  return value < 0 && text !== format.format(0) ? MINUS + text : text;
}

/** @param {unknown} value @returns {value is number} */
function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}
