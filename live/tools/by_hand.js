// @ts-check
// By hand: what is drawn is encoded here, lands on the map with its ellipse, and is drawn again by the model. The page
// opens with a drawing that makes itself, until the pad is touched.
import { sharesBy } from "../engine/classes.js";
import { guessed, NONE } from "../engine/creation.js";
import { actionOf, inChannels, isBlank } from "../engine/ink/drawing.js";
import { FOUR } from "../engine/ink/strokes.js";
import { seeded } from "../engine/random.js";
import { writeNumbers } from "../engine/state_text.js";
import { Landing } from "../parts/codes/landing.js";
import { rankingText } from "../parts/codes/ranking.js";
import { h, vectorText } from "../parts/dom.js";
import { exampleOf } from "../parts/drawing/example.js";
import { readImage } from "../parts/drawing/image_file.js";
import { PadControls } from "../parts/drawing/pad_controls.js";
import { hasCells, padOf } from "../parts/drawing/pad_of.js";
import { readingOf } from "../parts/drawing/reading.js";
import { SelfDrawing } from "../parts/drawing/self_drawing.js";
import { inSlices } from "../parts/slices.js";
import { done as taskDone } from "../parts/start/tasks.js";
import { t } from "../words/words.js";

const RANKING_SEED = 1,
  EXAMPLE_SEED = 5,
  ITSELF = "4"; // the class of what draws itself

/** @param {import("./desk.js").Desk} desk @returns {import("./desk.js").Maker} */
export function byHand(desk) {
  return new ByHand(desk);
}

class ByHand {
  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    const { pane } = desk;
    const { info } = pane.model;
    this.desk = desk;
    this.chosen = false; // by hand is the class, and so it is not guessed
    this.itself = false; // what is on the pad made itself, and gives way to a hand
    this.turn = this.frame = 0;
    this.example = /** @type {import("../parts/drawing/example.js").Example | null} */ (null);
    this.landed = /** @type {import("../parts/codes/landing.js").Landed | null} */ (null);
    this.encoder = /** @type {import("../engine/model.js").Runner | null} */ (null);
    this.uniform = seeded(EXAMPLE_SEED);
    this.landing = new Landing(desk);
    this.before = this.landing.element;
    this.fours = info.classNames.includes(ITSELF); // else a test image is what makes itself
    this.keeps = info.kind === "voices"; // a bar of four voices is changed, not begun
    this.controls = new PadControls({
      strokes: !hasCells(info),
      undo: () => this.edit({ do: "undo" }),
      clear: () => this.edit({ do: "clear" }),
      example: () => this.takeExample(() => this.takeOver()).catch(pane.fail),
      upload: (file) => this.upload(file),
    });
    const onchange = (/** @type {boolean} */ done) => this.changed(done);
    this.pad = padOf(info, { width: () => this.controls.width, onchange, say: pane.say });
    this.self = new SelfDrawing(FOUR, (strokes, done) => this.pad.act({ do: "strokes", strokes }, done));
    this.invite = h("p", { class: "lv-label" });
    this.ranking = h("p", { class: "lv-facts", role: "status" });
    this.slot = h("div", { class: "lv-slot" });
    this.element = this.layout();
    this.show();
  }

  layout() {
    const { pad, slot } = this;
    const { conditional } = this.desk.pane.model.info;
    pad.element.append(h("span", { class: "lv-pad-here", "aria-hidden": "true" }, t("draw.here")));
    pad.element.addEventListener("pointerdown", () => this.takeOver(), { capture: true });
    pad.element.addEventListener("keydown", (event) => actionOf(event.key, pad.grid, 0) && this.takeOver(), {
      capture: true,
    });
    const taken = conditional ? h("p", { class: "lv-label" }, t("draw.class")) : null;
    const classes = h("div", { class: "lv-taken" }, taken, conditional && this.ranking, slot);
    return h("div", { class: "lv-maker" }, this.invite, pad.element, this.controls.element, conditional && classes);
  }

  /** @param {boolean} first */
  enter(first) {
    const { choice, pane } = this.desk;
    if (pane.model.info.conditional && choice) this.slot.append(choice.element);
    this.mark();
    if (first && !pane.state.z) this.open().catch(pane.fail);
  }

  /** What the page opens on: a 4 that draws itself, or a test image where there are no fours. */
  async open() {
    const { pane, state } = this.desk;
    const { conditional, classNames } = pane.model.info;
    const four = classNames.indexOf(ITSELF);
    this.itself = true;
    this.show();
    if (four < 0) {
      await this.takeExample(() => {});
      return;
    }
    if (conditional) this.desk.change({ ...state, label: four }, false);
    await pane.model.encoder();
    if (this.itself) this.self.start();
  }

  leave() {
    this.desk.numbers.show(null);
    this.self.finish();
    this.turn++;
    cancelAnimationFrame(this.frame);
    this.landing.mark(null, "");
  }

  /** @param {number} x @param {number} y */
  moved(x, y) {
    this.self.finish();
    this.turn++;
    this.desk.goTo(x, y);
  }

  /** @param {number} label */
  chose(label) {
    this.self.finish();
    this.chosen = true;
    this.desk.change({ ...this.desk.state, label });
    if (this.landed) this.encode(true);
  }

  follow() {
    const { live, state } = this.desk;
    live.mark("generated", t(this.landed?.z === state.z ? "draw.copy" : "frame.generated"));
  }

  /** The code with its spread, where the encoder has one. */
  where() {
    const { landed, desk } = this;
    if (!landed?.std || landed.z !== desk.state.z) return null;
    return t("draw.where", { z: vectorText(landed.z), std: vectorText(landed.std) });
  }

  /** Who draws by keys hears where the pen is. */
  speaks() {
    return document.activeElement === this.pad.canvas;
  }

  /** The pad is the person's: what made itself goes. */
  takeOver() {
    if (!this.itself) return;
    this.self.stop();
    this.itself = false;
    if (!this.keeps) this.pad.act({ do: "clear" }, true);
  }

  /** @param {import("../engine/ink/drawing.js").Action} action */
  edit(action) {
    this.takeOver();
    this.pad.act(action, true);
  }

  /** @param {boolean} done whether a stroke has ended */
  changed(done) {
    if (!this.pad.drawing.picture) this.example = null;
    cancelAnimationFrame(this.frame);
    if (done) this.encode(true);
    else this.frame = requestAnimationFrame(() => this.encode(false));
  }

  /** @param {boolean} done */
  encode(done) {
    const turn = ++this.turn;
    const x = this.pad.observation();
    if (x) this.settle(x, done, () => turn !== this.turn).catch(this.desk.pane.fail);
    else this.empty();
  }

  empty() {
    this.landed = null;
    this.chosen = false;
    this.ranking.textContent = "";
    delete this.element.dataset.landed;
    this.show();
    this.mark();
    this.count();
    this.desk.change(this.desk.state, !this.itself);
  }

  /** @param {Float32Array} x @param {boolean} done @param {() => boolean} stale */
  async settle(x, done, stale) {
    const { desk } = this;
    const { model } = desk.pane;
    this.encoder ??= await model.encoder();
    if (stale()) return;
    this.land(this.encoder, x);
    if (!done) return;
    const { conditional, classNames } = model.info;
    if (conditional) {
      const shares = await inSlices(sharesBy(model, this.encoder, x, seeded(RANKING_SEED)), stale);
      if (!shares || stale()) return;
      this.ranking.textContent = rankingText(shares, classNames);
      if (!this.chosen) desk.change(guessed(desk.state, shares), !this.itself);
      this.land(this.encoder, x);
    }
    this.element.dataset.landed = writeNumbers(desk.state.z);
    if (!this.itself) taskDone("draw");
  }

  /** @param {import("../engine/model.js").Runner} encoder @param {Float32Array} x */
  land(encoder, x) {
    const { desk } = this;
    const { conditional } = desk.pane.model.info;
    const label = conditional ? desk.state.label : NONE;
    const { mu, logVar } = encoder.encode(x, conditional ? label : null);
    const std = logVar ? Float32Array.from(logVar, (v) => Math.exp(0.5 * v)) : null;
    this.landed = { x, z: mu.slice(), std };
    this.show();
    this.mark();
    this.count();
    desk.change({ ...desk.state, z: this.landed.z, label }, !this.itself);
  }

  /** What is said of the drawing in numbers. */
  count() {
    const { landed, example, desk } = this;
    const label = desk.pane.model.info.conditional ? desk.state.label : null;
    const name = example ? t("pair.real", { name: example.name }) : t("numbers.drawing");
    desk.numbers.show(landed && { index: example?.index ?? -1, x: landed.x, name, label });
  }

  mark() {
    this.landing.mark(this.landed, t(this.itself ? "create.mark" : "draw.mark"));
  }

  show() {
    this.landing.show(this.landed, this.example);
    this.invite.textContent = t(
      this.itself ? (this.example || !this.fours ? "create.itself_example" : "create.itself") : "draw.invite",
    );
    this.pad.element.classList.toggle("lv-blank", isBlank(this.pad.drawing) && !this.itself);
  }

  /** What a person has drawn, as the model reads it: not what made itself. */
  async drawn() {
    const x = this.itself ? null : this.pad.observation();
    return x && readingOf(this.desk.pane.model, x);
  }

  /** @param {File | undefined} file */
  async upload(file) {
    this.controls.problem("");
    if (!file) return;
    const { image } = this.desk.pane.model.info;
    try {
      const grey = await readImage(file, image);
      this.takeOver();
      this.example = null;
      this.pad.act({ do: "picture", picture: inChannels(grey, image[0]) }, true);
    } catch (error) {
      this.controls.problem(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {() => void} before it is put on the pad */
  async takeExample(before) {
    const { pane } = this.desk;
    const { itself } = this;
    this.controls.problem("");
    await Promise.all([pane.model.loadLatents(), pane.thumbs.load()]);
    if (itself && !this.itself) return; // somebody was faster
    before();
    this.example = exampleOf(pane, Math.floor(this.uniform() * pane.model.info.count));
    this.pad.act({ do: "picture", picture: this.example.x }, true);
  }

  close() {
    this.turn++;
    this.self.stop();
    cancelAnimationFrame(this.frame);
  }
}
