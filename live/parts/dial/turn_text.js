// @ts-check
// What is said of a dial where it stands, for eyes and for a screen reader. Pure; knows no element.
import { DEAD, deadOf } from "../../engine/dial/curve.js";
import { atMost, speaksField, t } from "../../words/words.js";
import { latentName } from "../dom.js";

/**
 * @typedef {import("../../engine/dial/curve.js").Point} Point
 * @typedef {import("../../contract.js").DialData} DialData
 * @typedef {import("../../contract.js").Axis} Axis
 */

const FAIR = 1.35, // so many times the origin it is dear, so many times less it is cheap
  LAMBDA_CHEAP = 0.1, // nats an image that straying costs, lambda MMD²
  LAMBDA_DEAR = 1,
  TOGETHER = 1.6, // deaths within this ratio would write over each other
  NAMED = 12;

/** A value of the axis with the two digits that count. @param {number} value */
export function short(value) {
  return Number(value.toPrecision(2));
}

/** The value, large. @param {number} value @param {Axis} axis */
export function titleOf(value, axis) {
  if (axis === "latent") return t("dial.latent", { count: value });
  return t(axis === "lambda" ? "dial.lambda" : "dial.beta", { value: short(value) });
}

/** What this price does to codes, map and pictures. @param {Point} point @param {Pick<DialData, "axis" | "origin">} dial */
export function effectOf({ value, kl, mmd }, { axis, origin }) {
  const dead = deadOf(kl).length;
  if (axis === "lambda" && value * mmd >= LAMBDA_DEAR) return t("dial.lambda.high");
  if (axis === "lambda") return t(value * mmd < LAMBDA_CHEAP ? "dial.lambda.low" : "dial.lambda.fair");
  if (kl.length && dead === kl.length) return t("dial.all_dead");
  if (dead) return t("dial.some_dead", { count: dead, all: kl.length });
  if (value * FAIR < origin) return t("dial.cheap");
  return t(value > origin * FAIR ? "dial.dear" : "dial.fair");
}

/** What it costs and gives. @param {Point} point @param {Axis} axis */
export function costOf({ value, distortion, paid, elbo, mmd }, axis) {
  if (axis === "lambda") return t("dial.cost.mmd", { copy: -distortion, mmd, price: value * mmd });
  return t("dial.cost", { copy: -distortion, paid, elbo: elbo ?? Number.NaN });
}

/** Value, nats of each dimension and the dead ones, in one sentence. @param {Point} point @param {Axis} axis */
export function spokenOf(point, axis) {
  const title = titleOf(point.value, axis);
  if (!point.kl.length) return t("dial.said.cost", { title, cost: costOf(point, axis) });
  return t("dial.said", { title, bars: barsOf(point.kl) });
}

/** The columns in words; of many the number of dead ones. @param {number[]} kl nats */
export function barsOf(kl) {
  if (kl.length > NAMED) return t("dial.said.many", { count: deadOf(kl).length, all: kl.length });
  const parts = kl.map((nats, d) =>
    nats < DEAD ? t("dial.said.dead", { name: latentName(d) }) : t("dial.said.bar", { name: latentName(d), nats }),
  );
  return parts.join(", ");
}

/** How exact the glide is, empty where it could not be measured. @param {Pick<DialData, "glide" | "steps">} dial */
export function glideText({ glide, steps }) {
  return glide && speaksField() ? t("dial.glide", { ...glide, count: steps.length }) : "";
}

/** The values of steps that are missing. @param {number[]} values */
export function gapText(values) {
  return values.length ? t("dial.gap", { values: values.map((value) => atMost(short(value), 2)).join(", ") }) : "";
}

/**
 * How the dial does beside networks that were trained for one value alone, at the nearest of these; empty without any
 * near. The sign: above 0 the dial's objective is better. @param {Point[]} points of the dial at the values of `alone` @param {DialData["alone"]} alone @param {number} value @param {Axis} axis
 */
export function besideAlone(points, alone, value, axis) {
  const near = alone.findIndex((one) => Math.abs(Math.log(one.value / value)) < Math.log(1.35));
  if (near < 0 || !speaksField()) return "";
  const { rate, distortion, objectiveError: error, seeds } = alone[near];
  const price = alone[near].value;
  const gain = distortion + price * rate - points[near].distortion - price * points[near].paid;
  const at = titleOf(price, axis),
    nats = Math.abs(gain);
  const many = { at, nats, error, count: seeds };
  const said =
    seeds === 1
      ? t(gain >= 0 ? "dial.alone.better" : "dial.alone.worse", { at, nats })
      : t(gain >= 0 ? "dial.alone.seeds.better" : "dial.alone.seeds.worse", many);
  return axis === "lambda" ? `${said} ${t("dial.alone.mmd", { mmd: rate })}` : said;
}

/** The one sentence that invites an experiment. @param {DialData["axis"]} axis @param {number} count of dimensions */
export function inviteOf(axis, count) {
  if (axis === "lambda") return t("dial.try.lambda");
  return count > 2 ? t("dial.try.many") : t("dial.try", { count });
}

/** What is written at the dial: the fair price, and where dimensions die, those that die together at one place. @param {Pick<DialData, "axis" | "origin">} dial @param {{dim: number, value: number}[]} deaths in their order */
export function notesOf({ axis, origin }, deaths) {
  const fair = axis === "beta" ? [{ value: origin, text: t("dial.note.vae") }] : [];
  /** @type {{value: number, dims: number[]}[]} */
  const places = [];
  for (const { dim, value } of deaths) {
    const last = places[places.length - 1];
    if (last && value < last.value * TOGETHER) last.dims.push(dim);
    else places.push({ value, dims: [dim] });
  }
  const dead = places.map(({ value, dims }) => {
    const names = dims.map(latentName).join(", ");
    return { value, text: t("dial.note.dead", { names, count: dims.length }) };
  });
  return [...fair, ...dead];
}
