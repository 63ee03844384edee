// @ts-check
// Which one is Bach? Some bars, one of them the model's copy of a real one, the others from codes drawn by chance: rounds
// that a seed fixes, the answers as the link writes them, and what who guesses blindly would get. Knows no DOM.
import { drawPrior } from "./prior.js";
import { seeded } from "./random.js";

export const BARS = 3,
  ROUNDS = 9;
const NAMES = "abc"; // of the bars, in a link
const TEXT = new RegExp(`^[${NAMES}]{0,${ROUNDS}}\\.?$`);
const OPEN = "."; // the next question is asked
const LUCK = 0.05; // what at most one in twenty blind guessers reaches is hardly luck

/**
 * @typedef {object} Game
 * @property {number[]} answers one for each round that was answered, 0 to 2
 * @property {boolean} asks whether the next round is open; if not, the truth of the last one is shown
 * @typedef {import("./model.js").Model} Model
 */

/** @type {Game} */
export const FIRST = { answers: [], asks: true };

/** A game as the link says it; null where there is none. @param {string | undefined} text @returns {Game | null} */
export function gameOf(text) {
  if (!text || !TEXT.test(text)) return null;
  const answers = [...text.replace(OPEN, "")].map((name) => NAMES.indexOf(name));
  const asks = text.endsWith(OPEN);
  return asks && answers.length === ROUNDS ? null : { answers, asks };
}

/** @param {Game} game */
export function gameText({ answers, asks }) {
  return answers.map((answer) => NAMES[answer]).join("") + (asks ? OPEN : "");
}

/** The round that is shown, from 0. @param {Game} game */
export const roundOf = ({ answers, asks }) => answers.length - (asks ? 0 : 1);

/** An answer that stays; none where nothing is asked. @param {Game} game @param {number} answer @returns {Game} */
export function answered(game, answer) {
  return game.asks ? { answers: [...game.answers, answer], asks: false } : game;
}

/** The next round, or null after the last. @param {Game} game @returns {Game | null} */
export function next({ answers }) {
  return answers.length < ROUNDS ? { answers, asks: true } : null;
}

/** @param {number} seed @param {number} round */
const chanceOf = (seed, round) => seeded(seed * ROUNDS + round);

/** @param {() => number} uniform @param {number} count */
const oneOf = (uniform, count) => Math.floor(uniform() * count);

/** Which bar is the right one. @param {number} seed @param {number} round */
export const rightOf = (seed, round) => oneOf(chanceOf(seed, round), BARS);

/**
 * The bars of a round: their codes, which is right, and the test bar that it is of. Where the decoder is told a class, all
 * are told that of the real bar. @param {number} seed @param {number} round @param {Model} model with its test codes
 */
export function barsOf(seed, round, model) {
  const uniform = chanceOf(seed, round);
  const right = oneOf(uniform, BARS);
  const index = oneOf(uniform, model.info.count);
  const label = /** @type {number | null} */ (model.conditionOf(index));
  const codes = Array.from({ length: BARS }, (_, bar) =>
    bar === right ? model.muOf(index) : drawPrior(model.info, label, uniform),
  );
  return { right, index, label, codes };
}

/**
 * How many are right, and what blind guessing gives: its mean, its standard deviation, and the share of all who guess
 * blindly that gets as many or more (the tail of a binomial). @param {Game} game @param {number} seed
 */
export function scoreOf({ answers }, seed) {
  const count = answers.length;
  const right = answers.filter((answer, round) => answer === rightOf(seed, round)).length;
  const p = 1 / BARS;
  const share = tail(right, count, p);
  return { right, count, mean: count * p, off: Math.sqrt(count * p * (1 - p)), share, lucky: share > LUCK };
}

/** P(X >= least) of a binomial. @param {number} least @param {number} count @param {number} p */
export function tail(least, count, p) {
  let sum = 0,
    ways = 1; // count over k
  for (let k = 0; k <= count; k++) {
    if (k >= least) sum += ways * p ** k * (1 - p) ** (count - k);
    ways = (ways * (count - k)) / (k + 1);
  }
  return sum;
}
