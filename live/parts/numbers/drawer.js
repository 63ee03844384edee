// @ts-check
// Numbers and code: a sheet beside the page, or under it on a phone, with all numbers of the image at hand. It leaves the
// page in use. Nothing is fetched or computed before it is opened, not even its own code. Knows a pane; knows no view.
import { t } from "../../words/words.js";
import { announcer, button, h } from "../dom.js";
import { inSlices } from "../slices.js";

const REST_MS = 80; // off the hand's path: what is under the pointer goes first
const MOST_SEED = 2 ** 31;
let drawers = 0;

/**
 * @typedef {import("../../engine/network.js").Part} Part
 * @typedef {object} Subject the image at hand
 * @property {number} index of a test image, or -1
 * @property {Float32Array} [x] the observation of a drawing, `[channels, height, width]` in [0, 1]
 * @property {string} [name] of a drawing
 * @property {number | null} label what a conditional model is told
 * @property {{place: number, parts: () => Promise<{encoder: Part, decoder: Part}>, mu: Float32Array}} [epoch] a moment of
 *   its training: its place among the kept ones, its networks and its codes
 */

export class NumbersDrawer {
  /**
   * @param {Pick<import("../../pane.js").Pane, "data" | "model" | "thumbs" | "source" | "state" | "fail">} pane
   * @param {{title?: string, onchange?: () => void}} [options] `title`: of the model, where it is one of several;
   *   `onchange`: it was opened or closed
   */
  constructor(pane, { title = "", onchange = () => {} } = {}) {
    const id = `lv-numbers-${++drawers}`;
    this.pane = pane;
    this.onchange = onchange;
    this.seed = this.turn = this.timer = 0;
    this.closed = false;
    this.subject = /** @type {Subject | null} */ (null);
    this.contents = /** @type {import("./contents.js").Contents | null} */ (null);
    const named = title ? t("numbers.title.of", { title }) : t("numbers.title");
    this.button = button(
      title ? t("numbers.open.of", { title }) : t("numbers.open"),
      () => this.set(!this.open, true),
      {
        class: "lv-button lv-numbers-button",
        "aria-expanded": "false",
        "aria-controls": id,
        "data-part": "numbers",
        hidden: !pane.data.code, // of a model that was trained in the page nobody has written it
      },
    );
    this.region = h("p", { class: "lv-hidden", "aria-live": "polite" });
    this.announce = announcer(this.region);
    const close = button("×", () => this.set(false, true), { "aria-label": t("numbers.close") });
    this.title = h("h2", { tabindex: -1 }, named);
    this.nothing = h("p", { class: "lv-note" }, t("numbers.empty"));
    this.place = h("div", {});
    this.element = h(
      "aside",
      { class: "lv-numbers", id, hidden: true, "aria-label": named },
      h("div", { class: "lv-numbers-head" }, this.title, close),
      this.nothing,
      this.place,
      this.region,
    );
    this.escape = this.escape.bind(this);
    document.addEventListener("keydown", this.escape);
    if (pane.state.numbers === "1") this.set(true, false);
  }

  get open() {
    return !this.element.hidden;
  }

  /** What the address says of it. @returns {Record<string, string>} */
  written() {
    return this.open ? { numbers: "1" } : {};
  }

  /** Opens or closes it; `byHand`: the focus goes in, and comes back. @param {boolean} open @param {boolean} byHand */
  set(open, byHand) {
    this.element.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.soon();
    if (!byHand) return;
    if (open) this.title.focus({ preventScroll: true });
    else this.button.focus({ preventScroll: true });
    this.onchange();
  }

  /** Esc closes it, unless the key means something to what has the focus: a pad, a card, a dialog. @param {KeyboardEvent} event */
  escape(event) {
    const at = document.activeElement;
    const ours = !at || at === document.body || at === this.button || this.element.contains(at);
    if (event.key !== "Escape" || event.defaultPrevented || !this.open || !ours) return;
    this.set(false, true);
  }

  /** The image at hand is another one, or none yet. @param {Subject | null} subject */
  show(subject) {
    this.subject = subject;
    this.nothing.hidden = subject !== null;
    if (this.contents) this.contents.element.hidden = subject === null;
    if (this.open) this.soon();
  }

  soon() {
    clearTimeout(this.timer);
    const turn = ++this.turn;
    this.timer = window.setTimeout(
      () => this.compute(() => this.closed || turn !== this.turn).catch(this.pane.fail),
      REST_MS,
    );
  }

  drawAgain() {
    this.seed = (this.seed + 1) % MOST_SEED;
    this.soon();
  }

  /** @param {() => boolean} stale */
  async compute(stale) {
    const { subject, pane, seed } = this;
    if (!subject) return;
    const { model, thumbs } = pane;
    const { latentDim, conditional } = model.info;
    const contents = await this.ready();
    const { epsilons, levelsOf, numbersOf, othersOf, priorDraws } = await import("../../engine/numbers.js");
    const [parts] = await Promise.all([
      subject.epoch?.parts() ?? model.parts(contents.data.gates),
      model.loadLatents(),
      thumbs.load(),
    ]);
    if (stale()) return;
    const levels = levelsOf(subject.x ?? thumbs.observation(subject.index));
    const eps = epsilons(seed, latentDim),
      prior = priorDraws(seed, contents.data.batch, latentDim);
    const mu = subject.epoch?.mu ?? model.mu;
    const codes = othersOf(contents.data.batch - 1, subject.index).map((i) =>
      mu.subarray(i * latentDim, (i + 1) * latentDim),
    );
    const image = { levels, y: conditional ? (subject.label ?? 0) : null };
    const numbers = await inSlices(
      numbersOf(parts, image, eps, { codes, prior }, contents.data.objective.learnt),
      stale,
    );
    if (!numbers) return;
    const filling = {
      levels,
      eps,
      prior,
      label: subject.label ?? 0,
      index: subject.index,
      place: subject.epoch?.place,
    };
    const name = subject.name ?? t("numbers.image", { index: subject.index, name: model.nameOf(subject.index) });
    contents.show({ numbers, filling, name, real: Boolean(subject.x) || thumbs.real });
    this.element.dataset.shown = String(subject.index);
    this.element.dataset.seed = String(seed);
  }

  /** What it holds, made when it is first needed. */
  async ready() {
    if (this.contents) return this.contents;
    const [{ Contents }, found] = await Promise.all([
      import("./contents.js"),
      this.pane.source.json(this.pane.data.code),
    ]);
    const data = /** @type {import("./contents.js").CodeData} */ (found);
    this.contents ??= new Contents(this.pane.model.info, data, {
      say: this.announce.say,
      again: () => this.drawAgain(),
    });
    if (!this.contents.element.isConnected) this.place.replaceChildren(this.contents.element);
    return this.contents;
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.announce.close();
    document.removeEventListener("keydown", this.escape);
  }
}
