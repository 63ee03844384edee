// @ts-check
// A piano roll to write on: a cell is struck or silent, by mouse, finger or keys. Stands in the place of the drawing pad.
// Knows canvases and events; knows no model.
import { actionOf, blank, drawn } from "../../engine/ink/drawing.js";
import { h } from "../dom.js";

const CELL = 20, // pixels of the canvas, which is drawn large
  BEAT = 4; // steps
/** @typedef {import("../../engine/ink/drawing.js").Action} Action */

export class StepPad {
  /**
   * @param {number[]} image channels, height, width @param {import("./rolls.js").Roll} roll
   * @param {{onchange: (done: boolean) => void, say: (text: string) => void}} hands
   */
  constructor([, rows, columns], roll, { onchange, say }) {
    this.grid = { rows, columns };
    this.roll = roll;
    this.drawing = blank(this.grid);
    this.onchange = onchange;
    this.say = say;
    /** @type {number | null} what a hand that moves on writes */
    this.writing = null;
    const { rows: down, columns: across } = this.grid;
    this.canvas = h("canvas", {
      class: "lv-pad",
      width: across * CELL,
      height: down * CELL,
      role: "application",
      "aria-label": roll.label,
      tabindex: 0,
    });
    this.ink = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.cell = h("i", { class: "lv-cell", "aria-hidden": "true" });
    const names = (/** @type {string[]} */ texts) => texts.map((text) => h("span", {}, text));
    this.element = h(
      "div",
      { class: "lv-pad-box lv-step-box" },
      h("div", { class: "lv-step-names", "aria-hidden": "true" }, ...names(roll.rows)),
      h("div", { class: "lv-step-cells" }, this.canvas, this.cell),
      roll.columns.length > 0 && h("div", { class: "lv-step-voices", "aria-hidden": "true" }, ...names(roll.columns)),
    );
    this.listen();
    this.paint();
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      canvas.setPointerCapture(event.pointerId);
      const { row, column } = this.place(event);
      this.writing = this.other(row, column);
      this.write(row, column, this.writing);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.writing === null) return;
      const { row, column } = this.place(event);
      if (this.at(row, column) !== this.writing) this.write(row, column, this.writing);
    });
    for (const end of ["pointerup", "pointercancel"])
      canvas.addEventListener(end, () => {
        if (this.writing === null) return;
        this.writing = null;
        this.onchange(true);
      });
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("focus", () => this.sayCell());
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actionOf(event.key, this.grid, 0);
    if (!action) return;
    event.preventDefault();
    const { row, column } = this.drawing;
    if (action.do === "pen") {
      if (!event.repeat) this.write(row, column, this.other(row, column), true);
    } else if (action.do === "step") {
      this.drawing = drawn(this.drawing, action);
      this.paint();
    } else this.act({ do: "clear" }, true);
    this.sayCell();
  }

  /** @param {number} row @param {number} column */
  at(row, column) {
    return this.drawing.picture?.[row * this.grid.columns + column] ?? 0;
  }

  /** What a cell becomes under the hand: where one of each column is on, a note goes when another comes. @param {number} row @param {number} column */
  other(row, column) {
    return this.at(row, column) && !this.roll.alone ? 0 : 1;
  }

  /** @param {number} row @param {number} column @param {number} on 1 for struck @param {boolean} [done] */
  write(row, column, on, done = false) {
    this.act({ do: "cell", row, column, on, grid: this.grid, alone: this.roll.alone }, done);
  }

  /** Changes the roll. @param {Action} action @param {boolean} [done] */
  act(action, done = false) {
    this.drawing = drawn(this.drawing, action);
    this.paint();
    this.onchange(done);
  }

  sayCell() {
    const { row, column } = this.drawing;
    this.say(this.roll.cell(row, column, this.at(row, column) > 0));
  }

  /** @param {PointerEvent} event */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const { rows, columns } = this.grid;
    const within = (/** @type {number} */ share, /** @type {number} */ count) =>
      Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    return {
      row: within((event.clientY - box.top) / box.height, rows),
      column: within((event.clientX - box.left) / box.width, columns),
    };
  }

  paint() {
    const { ink, grid, cell, drawing } = this;
    for (let row = 0; row < grid.rows; row++)
      for (let column = 0; column < grid.columns; column++) {
        const on = this.at(row, column);
        const ground = Math.floor(column / BEAT) % 2 ? 34 : 14;
        const level = Math.round(ground + on * (255 - ground));
        ink.fillStyle = `rgb(${level} ${level} ${level})`;
        ink.fillRect(column * CELL + 1, row * CELL + 1, CELL - 2, CELL - 2);
      }
    Object.assign(cell.style, {
      left: `${(100 * (drawing.column + 0.5)) / grid.columns}%`,
      top: `${(100 * (drawing.row + 0.5)) / grid.rows}%`,
      width: `${100 / grid.columns}%`,
      height: `${100 / grid.rows}%`,
    });
  }

  /** The roll as an observation `[1, rows, steps]`; null where nothing is struck. */
  observation() {
    return this.drawing.picture;
  }
}
