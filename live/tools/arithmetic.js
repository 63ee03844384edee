// @ts-check
// Arithmetic: the mean code of images with something minus that of images without it, added to any image, up to three
// times either way; how well the difference is known, and from where on nobody is near.
import { added, differenceOf, MOST_IMAGES, membersOf, parseTray, trayOf, writeTray } from "../engine/arithmetic.js";
import { rank, wordOf } from "../engine/nearness.js";
import { toLatent, toPlane } from "../engine/plane.js";
import { parseNumbers, writeNumbers } from "../engine/state_text.js";
import { AxisSlider } from "../parts/codes/axis_slider.js";
import { OWN, TrayCard } from "../parts/codes/tray.js";
import { button, h, write } from "../parts/dom.js";
import { Turns } from "../parts/turns.js";
import { t } from "../words/words.js";

const EDGE = 3, // times the difference, either way
  AT = [-2, -1, 0, 1, 2],
  STEP = 0.05,
  SCAN = 0.1, // of the way on which somebody is looked for
  BUDGET_MS = 6; // of a frame, for the small pictures
const SIDES = /** @type {const} */ (["plus", "minus"]);
const MARK = "difference";

/** @typedef {import("../engine/arithmetic.js").Tray} Tray @typedef {(typeof SIDES)[number]} Side */

/** How far along a way somebody is near, looked for in steps; null where somebody is all the way. @param {(times: number) => boolean} near */
export function reachOf(near) {
  for (let step = 0; step * SCAN <= EDGE + SCAN / 2; step++) if (!near(step * SCAN)) return step * SCAN;
  return null;
}

/** What trays are filled with where the link says nothing: a factor that one has or has not, else two classes. @param {import("../engine/arithmetic.js").Known} known @returns {Record<Side, Tray>} */
export function firstTrays({ labels, factors }) {
  const names = Object.keys(factors);
  const name = names.find((one) => new Set(Array.from(factors[one])).size === 2) ?? names[0];
  if (name) return { plus: { kind: "factor", name, much: true }, minus: { kind: "factor", name, much: false } };
  if (labels) return { plus: { kind: "class", label: 1 }, minus: { kind: "class", label: 0 } };
  return { plus: trayOf([]), minus: trayOf([]) };
}

/** @param {import("./place.js").Place} place @returns {import("./place.js").Tool} */
export function arithmetic(place) {
  return new Arithmetic(place);
}

class Arithmetic {
  /** @param {import("./place.js").Place} place */
  constructor(place) {
    const { pane } = place;
    this.place = place;
    /** @type {import("../engine/arithmetic.js").Known} */
    this.known = { count: pane.model.info.count, labels: null, factors: {} };
    this.trays = firstTrays(this.known);
    /** @type {import("../engine/arithmetic.js").Difference | null} */
    this.difference = null;
    this.times = parseNumbers(pane.state.times, 1)?.[0] ?? 0;
    this.base = this.sent = place.state.pinned;
    /** @type {Side} that takes a group of the map */
    this.active = "plus";
    this.inHand = this.filled = false;
    this.cards = { plus: this.card("plus"), minus: this.card("minus") };
    this.slider = new AxisSlider(pane, this.axis(), (times) => this.go(times));
    this.facts = h("p", { class: "lv-facts", role: "status" }, t("arithmetic.coming"));
    this.reach = h("p", { class: "lv-quiet" });
    this.turns = new Turns([...this.slider.painters(() => place.state), () => this.showReach()]);
    this.told = place.state.label;
    this.element = h(
      "div",
      { class: "lv-tool lv-arithmetic" },
      h("div", { class: "lv-trays" }, this.cards.plus.element, this.cards.minus.element),
      this.facts,
      this.reach,
      h("div", { class: "lv-sliders lv-few", "data-part": "sliders" }, this.slider.element),
      h(
        "div",
        { class: "lv-bar lv-tight" },
        button(t("arithmetic.other"), () => this.anyImage()),
      ),
    );
  }

  /** @param {Side} side */
  card(side) {
    return new TrayCard(this.place.pane, t(`arithmetic.${side}`), {
      choose: (text) => this.fill(side, parseTray(text, this.known) ?? trayOf([])),
      add: () => this.addImage(side),
      activate: () => this.activate(side),
    });
  }

  /** @returns {import("../parts/codes/axis_slider.js").Axis} */
  axis() {
    return {
      name: t("arithmetic.times"),
      label: t("arithmetic.slider"),
      low: -EDGE,
      high: EDGE,
      step: STEP,
      middle: 0,
      at: AT,
      read: () => this.times,
      turned: (_z, value) => this.sum(value),
      text: (value) => t("arithmetic.value", { value }),
      picture: (value) => t("arithmetic.picture", { value }),
      set: t("arithmetic.set"),
    };
  }

  /** The image with so many times the difference. @param {number} times */
  sum(times) {
    return this.difference ? added(this.base, this.difference.vector, times) : this.base;
  }

  /** @param {number} times */
  go(times) {
    this.times = times;
    this.sent = this.sum(times);
    this.place.say(t("arithmetic.spoken", { value: times }));
    this.place.go(this.sent);
  }

  /** Another image to add to. @param {Float32Array} z */
  begin(z) {
    this.base = z;
    this.turns.restart();
    this.go(0);
  }

  anyImage() {
    const { pane } = this.place;
    if (pane.model.ready) this.place.pick(Math.floor(Math.random() * pane.model.info.count));
  }

  /** @param {boolean} first */
  enter(first) {
    this.inHand = true;
    this.base = this.sent = this.place.state.pinned;
    if (!first) this.times = 0;
    if (this.filled) this.change();
    else this.open().catch(this.place.pane.fail);
  }

  /** The trays of the address, once codes and factors are here. */
  async open() {
    const { model, state, thumbs } = this.place.pane;
    this.known = await knownOf(this.place.pane);
    this.filled = true;
    const first = firstTrays(this.known);
    const options = optionsOf(model.info.classNames, this.known);
    for (const side of SIDES) {
      this.trays[side] = parseTray(state[side], this.known) ?? first[side];
      this.cards[side].offer(options);
    }
    this.activate(this.active);
    this.measure();
    if (this.difference) this.base = added(this.sent, this.difference.vector, -this.times);
    this.change();
    await thumbs.load();
    this.showTrays();
  }

  /** @param {Side} side @param {Tray} tray */
  fill(side, tray) {
    this.trays[side] = tray;
    this.measure();
    this.change();
  }

  /** The test image at the point, after those that are in a tray by hand. @param {Side} side */
  addImage(side) {
    const tray = this.trays[side],
      before = tray.kind === "images" ? tray.indices : [];
    const indices = [...new Set([...before, this.place.state.picked])].slice(-MOST_IMAGES);
    this.fill(side, { kind: "images", indices });
  }

  /** @param {Side} side */
  activate(side) {
    this.active = side;
    for (const one of SIDES) this.cards[one].activate(one === side);
  }

  /** @param {Side} side */
  members(side) {
    return membersOf(this.trays[side], this.known);
  }

  measure() {
    const { mu, info } = this.place.pane.model;
    this.difference = differenceOf(mu, info.latentDim, this.members("plus"), this.members("minus"));
  }

  change() {
    this.showTrays();
    this.facts.textContent = factsText(this.difference);
    this.turns.restart();
    this.showLine();
    this.go(this.times);
  }

  showTrays() {
    for (const side of SIDES) {
      const tray = this.trays[side];
      this.cards[side].show(tray.kind === "images" ? OWN : writeTray(tray), this.members(side));
    }
  }

  showLine() {
    const { map, pane } = this.place;
    const line = [-EDGE, 0, EDGE].map((times) => toPlane(pane.plane, this.sum(times)));
    map.mark(MARK, this.inHand && this.difference ? { line } : null);
  }

  showReach() {
    const { model } = this.place.pane;
    if (!model.ready || !this.difference) return write(this.reach, "");
    const near = (/** @type {number} */ times) =>
      wordOf(rank(model.nearest(this.sum(times), 1).distance, model.info.nearness)) !== "nobody";
    const [up, down] = [reachOf(near), reachOf((times) => near(-times))];
    if (up === 0) return write(this.reach, t("arithmetic.reach.here"));
    const text = (/** @type {number | null} */ far, /** @type {string} */ way) =>
      far === null ? t(`arithmetic.reach.${way}.all`) : t(`arithmetic.reach.${way}`, { value: far });
    return write(this.reach, `${text(up, "up")} ${text(down, "down")}`);
  }

  leave() {
    this.inHand = false;
    this.place.map.mark(MARK, null);
    this.place.map.mark("lasso", null);
  }

  /** @param {number} x @param {number} y @param {import("../maps/gestures.js").How} how */
  moved(x, y, how) {
    const { pane, state } = this.place;
    if (how === "hover") return;
    this.begin(toLatent(pane.plane, x, y, state.pinned));
    if (how === "done" && pane.model.ready) this.place.pick(pane.model.nearest(state.pinned, 1).indices[0], false);
  }

  /** A group of the map goes into the tray that is active; then the other one is. @param {number[]} indices */
  grouped(indices) {
    if (!indices.length || !this.filled) return;
    this.fill(this.active, trayOf(indices));
    this.activate(this.active === "plus" ? "minus" : "plus");
  }

  follow() {
    const began = performance.now();
    const { pinned, label } = this.place.state;
    if (pinned !== this.sent) {
      [this.base, this.sent, this.times] = [pinned, pinned, 0]; // another image was picked
      this.turns.restart();
    }
    if (label !== this.told) this.turns.restart();
    this.told = label;
    this.slider.show(pinned);
    this.showLine();
    return this.turns.paint(began + BUDGET_MS - this.place.spent());
  }

  /** @param {number} steps */
  way(steps) {
    return Array.from({ length: steps }, (_, k) => this.sum(EDGE * ((2 * k) / (steps - 1) - 1)));
  }

  written() {
    const trays = this.filled ? SIDES.map((side) => [side, writeTray(this.trays[side])]) : [];
    return {
      z: writeNumbers(this.place.state.pinned),
      ...Object.fromEntries(trays),
      ...(this.times ? { times: writeNumbers([this.times]) } : {}),
    };
  }
}

/** Codes, labels and what is known of the test images. @param {import("../pane.js").Pane} pane @returns {Promise<import("../engine/arithmetic.js").Known>} */
async function knownOf({ model, source }) {
  const { directions, count } = model.info;
  const [rows] = await Promise.all([directions ? source.json(directions) : [], model.loadLatents(), model.whole]);
  const found = /** @type {import("../engine/directions.js").Direction[]} */ (rows);
  return { count, labels: model.labels, factors: Object.fromEntries(found.map(({ name, values }) => [name, values])) };
}

/** What a tray can be filled from. @param {string[]} classNames @param {import("../engine/arithmetic.js").Known} known @returns {[string, string][]} */
function optionsOf(classNames, { factors }) {
  const named = Object.keys(factors).flatMap((name) => {
    const factor = t(`factor.${name}`);
    return /** @type {[string, string][]} */ ([
      [`${name}+`, t("arithmetic.most", { factor })],
      [`${name}-`, t("arithmetic.least", { factor })],
    ]);
  });
  const classes = classNames.map((name, label) => /** @type {[string, string]} */ ([`c${label}`, name]));
  return [...named, ...classes, [OWN, t("arithmetic.own")]];
}

/** @param {import("../engine/arithmetic.js").Difference | null} difference */
function factsText(difference) {
  if (!difference) return t("arithmetic.none");
  const { length, error, halves, pairs } = difference;
  const size = t("arithmetic.length", { length, error });
  return halves === null || pairs === null
    ? `${size} ${t("arithmetic.few")}`
    : `${size} ${t("arithmetic.agree", { pairs, halves })}`;
}
