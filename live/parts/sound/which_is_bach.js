// @ts-check
// Which one is Bach? Three bars to listen to, an answer that stays, the truth, and the score beside blind guessing.
// Knows a desk, scores and their player; the game itself is engine/guessing.js.
import { reshuffled } from "../../engine/creation.js";
import { answered, BARS, barsOf, FIRST, next, ROUNDS, roundOf, scoreOf } from "../../engine/guessing.js";
import { t } from "../../words/words.js";
import { button, h } from "../dom.js";
import { Frame } from "../frame.js";
import { Player } from "./player.js";
import { VoiceScore } from "./voice_score.js";

const NAMES = "ABC",
  SILENCE = "0";

export class WhichIsBach {
  /** @param {import("../../tools/desk.js").Desk} desk whose state says the seed and the game */
  constructor(desk) {
    const { model } = desk.pane;
    this.desk = desk;
    this.model = model;
    this.frames = Array.from({ length: BARS }, () => new Frame(model.info.image));
    this.scores = this.frames.map((frame) => new VoiceScore(frame, model.info.rows, model.info.image));
    const [{ steps, perBeat, tempo }] = this.scores;
    this.heard = 0; // the bar that plays
    const show = (/** @type {number} */ step) => this.scores[this.heard].show(step);
    const instrument = this.instrument.bind(this);
    this.player = new Player({ steps, perBeat, tempo, instrument, show }, () => this.press());
    this.bars = this.scores.map((score, bar) => this.bar(score, bar));
    this.round = h("h3", { class: "lv-label" });
    this.told = h("div", { class: "lv-which-told", role: "status" });
    this.element = h(
      "div",
      { class: "lv-which", role: "group", "aria-label": t("bach.title"), onkeydown: this.key.bind(this) },
      this.round,
      h("div", { class: "lv-which-bars" }, ...this.bars.map(({ element }) => element)),
      this.told,
      h("p", { class: "lv-quiet" }, t("bach.how")),
    );
  }

  /** @param {VoiceScore} score @param {number} bar */
  bar(score, bar) {
    const name = NAMES[bar];
    const listen = button(t("listen.play"), () => this.listen(bar), { "aria-pressed": false });
    const choose = button(t("bach.this"), () => this.answer(bar), { "aria-label": t("bach.choose", { bar: name }) });
    const truth = h("b", {});
    const element = h("div", {}, h("b", {}, name), score.roll, listen, choose, truth);
    return { element, listen, choose, truth };
  }

  get game() {
    return this.desk.state.game ?? FIRST;
  }

  /** The round of the desk's state. */
  async show() {
    await Promise.all([this.model.whole, this.model.loadLatents()]);
    const { codes, label } = this.of();
    for (const [bar, frame] of this.frames.entries()) this.model.show(frame, codes[bar], label);
    for (const score of this.scores) score.show(-1);
    this.tell();
  }

  of() {
    return barsOf(this.desk.state.seed, roundOf(this.game), this.model);
  }

  /** @param {import("../../engine/guessing.js").Game} game @param {import("../../engine/creation.js").Creation} [state] */
  async go(game, state = this.desk.state) {
    this.player.stop();
    this.desk.change({ ...state, game });
    try {
      await this.show();
      this.bars[0].listen.focus();
    } catch (error) {
      this.desk.pane.fail(error);
    }
  }

  /** It stays; the truth is told, and the map shows whose code it is. @param {number} bar */
  answer(bar) {
    const { desk, game } = this;
    if (!game.asks) return;
    const { right, codes, label } = this.of();
    const told = label === null ? {} : { label };
    desk.change({ ...desk.state, ...told, game: answered(game, bar), z: codes[right].slice() });
    this.tell();
    this.told.querySelector("button")?.focus();
  }

  tell() {
    const { game } = this;
    const { right, index } = this.of();
    this.round.textContent = t("bach.round", { round: roundOf(game) + 1, rounds: ROUNDS });
    for (const [bar, { choose, truth }] of this.bars.entries()) {
      choose.hidden = !game.asks;
      truth.textContent = game.asks ? "" : t(bar === right ? "bach.copy" : "bach.made_up");
    }
    this.told.replaceChildren(...(game.asks ? [] : this.truth(right, index)));
  }

  /** @param {number} right @param {number} index */
  truth(right, index) {
    const { game, desk, model } = this;
    const { seed } = desk.state;
    const guess = game.answers.at(-1) ?? 0;
    const said = t(guess === right ? "bach.right" : "bach.wrong", { guess: NAMES[guess], bar: NAMES[right] });
    const { share, lucky, ...score } = scoreOf(game, seed);
    const further = next(game);
    const anew = () => this.go(FIRST, { ...reshuffled(desk.state, model.info.conditional), label: desk.state.label });
    return [
      h("p", {}, h("b", {}, said), " ", t("bach.where", { index, name: model.nameOf(index) })),
      h("p", {}, t("bach.score", { ...score, share: Math.round(1000 * share) })),
      further ? null : h("p", {}, h("b", {}, t(lucky ? "bach.luck" : "bach.no_luck"))),
      further ? button(t("bach.next"), () => this.go(further)) : button(t("bach.again", { rounds: ROUNDS }), anew),
    ].filter((part) => part !== null);
  }

  /** Hears a bar from its beginning, or no more of it. @param {number} bar */
  listen(bar) {
    const stops = this.player.on && this.heard === bar;
    if (this.player.on) this.player.stop();
    this.heard = bar;
    if (!stops) this.player.start();
  }

  /** @param {KeyboardEvent} event */
  key({ key, ctrlKey, metaKey, altKey }) {
    if (ctrlKey || metaKey || altKey) return;
    const bar = ["1", "2", "3"].indexOf(key);
    if (bar >= 0) this.listen(bar);
    else if (key === SILENCE && this.player.on) this.player.stop();
  }

  press() {
    for (const [bar, { listen }] of this.bars.entries()) {
      const on = this.player.on && bar === this.heard;
      listen.textContent = t(on ? "listen.stop" : "listen.play");
      listen.setAttribute("aria-pressed", String(on));
      listen.setAttribute("aria-label", t(on ? "bach.stop" : "bach.listen", { bar: NAMES[bar] }));
    }
  }

  /** All bars by one instrument, one at a time. @param {BaseAudioContext} context @returns {import("./score.js").Instrument} */
  instrument(context) {
    const each = this.scores.map((score) => score.instrument(context));
    return {
      strike: (step, time) => each[this.heard].strike(step, time),
      end: (time) => {
        for (const { end } of each) end(time);
      },
    };
  }

  close() {
    this.player.close();
  }
}
