// @ts-check
// What a piano roll to write on is called, row by row and cell by cell: of drums, and of four voices.
// Knows words; knows no pad and no model.
import { noteText } from "../../engine/chorale.js";
import { t } from "../../words/words.js";

/**
 * @typedef {object} Roll
 * @property {string} label of the whole @property {string[]} rows names beside them @property {string[]} columns names over them
 * @property {boolean} alone whether of each column one cell is on
 * @property {(row: number, column: number, on: boolean) => string} cell for a screen reader
 */

/** @param {import("../../engine/model.js").ModelInfo} info @returns {Roll} */
export function rollOf({ kind, rows, image: [, down, across] }) {
  return kind === "voices" ? voiceRoll(rows, across / rows.length) : drumRoll(rows, down, across);
}

/** @param {string[]} names @param {number} rows @param {number} columns @returns {Roll} */
function drumRoll(names, rows, columns) {
  const said = names.map((name) => t(`rhythm.${name}`));
  return {
    label: t("draw.steps", { rows, columns }),
    rows: said,
    columns: [],
    alone: false,
    cell: (row, column, on) =>
      t(on ? "draw.step.on" : "draw.step.off", { row: said[row] ?? String(row + 1), step: column + 1 }),
  };
}

/** @param {string[]} names @param {number} steps @returns {Roll} */
function voiceRoll(names, steps) {
  const said = names.map((name) => t(`chorale.${name}`)),
    notes = t("chorale.notes").split(" ");
  return {
    label: t("draw.voices"),
    rows: [],
    columns: said,
    alone: true,
    cell: (row, column, on) =>
      t(on ? "draw.voice.on" : "draw.voice.off", {
        voice: said[Math.floor(column / steps)],
        step: (column % steps) + 1,
        note: noteText(row, notes),
      }),
  };
}
