// @ts-check
// Create: an image of one's own, and where it lies. By hand, by class or by chance: one map, one code, one large image.
import { queryOf } from "../address.js";
import { conditionOf, kept, MAX_SEED, NONE, seedOf, WAYS, written } from "../engine/creation.js";
import { gameOf } from "../engine/guessing.js";
import { toLatent, toPlane } from "../engine/plane.js";
import { parseIndex, parseNumbers, parseWithin } from "../engine/state_text.js";
import { mapOf } from "../maps/model_map.js";
import { firstClass, firstPoint } from "../pane.js";
import { ClassChoice } from "../parts/codes/class_choice.js";
import { ClassTiles } from "../parts/codes/class_tiles.js";
import { Near } from "../parts/codes/near.js";
import { PathEnds } from "../parts/codes/path_ends.js";
import { h, toggles, vectorText } from "../parts/dom.js";
import { Frame } from "../parts/frame.js";
import { NumbersDrawer } from "../parts/numbers/drawer.js";
import { Pace } from "../parts/pace.js";
import { terms } from "../parts/term.js";
import { byChance } from "../tools/by_chance.js";
import { byClass } from "../tools/by_class.js";
import { byHand } from "../tools/by_hand.js";
import { t } from "../words/words.js";

const NEIGHBOURS = 5,
  BUDGET_MS = 9; // of a frame, for the pictures of classes
const TOOLS = { hand: byHand, class: byClass, chance: byChance };
/** @type {Record<Way, string>} */
const NAMES = { hand: "create.by.hand", class: "create.by.class", chance: "create.by.chance" };

/** @typedef {import("../engine/creation.js").Way} Way @typedef {import("../engine/creation.js").Creation} Creation */

/** @param {import("../pane.js").Pane} pane @returns {Creation} */
export function firstState(pane) {
  const { state, data, model } = pane;
  const { conditional, classNames, latentDim, kind } = model.info;
  const classes = classNames.length;
  const ends = ["a", "b"].filter((end) => parseNumbers(state[end], latentDim));
  return {
    by: WAYS.find((way) => way === state.by) ?? "hand",
    z: firstPoint(pane),
    label: conditional ? firstClass(pane) : parseIndex(state.class, classes, NONE),
    other: parseIndex(state.with, classes, (data.start.label + 1) % Math.max(1, classes)),
    share: parseWithin(state.mix, 0, 1, 0),
    seed: seedOf(parseWithin(state.seed, 0, MAX_SEED, 0)),
    taken: Object.fromEntries(ends.map((end) => [end, state[end]])),
    game: kind === "voices" ? gameOf(state.guesses) : null,
  };
}

/** Where the path of the kept ends can be walked; null without an end. @param {Creation} state @param {import("../pane.js").Pane} pane */
export function pathOf({ taken, label }, { data, model }) {
  if (!taken.a && !taken.b) return null;
  /** @type {Record<string, string>} */
  const told = model.info.conditional ? { class: String(label) } : {};
  return `./?${queryOf({ ...data.names, tool: "path", ...told, ...taken })}`;
}

/** @param {import("../pane.js").Pane} pane @returns {import("../contract.js").View} */
export function create(pane) {
  const view = new Create(pane);
  const element = h("div", {}, view.element, view.numbers.element);
  return {
    element,
    ready: view.start(),
    offers: () => view.offers(),
    drawn: () => view.drawn(),
    close: () => view.close(),
  };
}

/** What to try by hand. @param {import("../engine/model.js").ModelInfo} info */
function drawingHint({ kind, classNames }) {
  if (kind !== "image") return kind === "voices" ? "create.hint.hand.voices" : "create.hint.hand.steps";
  return ["4", "9"].every((name) => classNames.includes(name)) ? "create.hint.hand" : "create.hint.hand.any";
}

class Create {
  /** @param {import("../pane.js").Pane} pane */
  constructor(pane) {
    const { model } = pane;
    const { info } = model;
    this.pane = pane;
    this.state = firstState(pane);
    this.stale = true;
    this.touched = false;
    this.live = new Frame(info.image, { caption: t("frame.generated") });
    this.where = h("p", { class: "lv-z" });
    this.near = new Near(pane, NEIGHBOURS, (index) => this.change({ ...this.state, z: model.muOf(index) }));
    this.ends = new PathEnds((end) => this.change(kept(this.state, end)));
    this.goTo = this.goTo.bind(this);
    this.numbers = new NumbersDrawer(pane, { onchange: () => this.write() });
    this.tiles = info.conditional
      ? new ClassTiles(pane, this.state.label, () => this.tool.chose(this.tiles?.label ?? 0))
      : null;
    /** @type {ClassTiles | ClassChoice | null} */
    this.choice = this.tiles ?? this.chips();
    this.map = mapOf(pane, t("create.map", { title: info.title }), {
      onmove: (x, y, how) => how !== "hover" && this.tool.moved(x, y, how),
      plain: info.conditional,
    });
    /** @type {Partial<Record<Way, import("../tools/desk.js").Maker>>} */
    this.tools = {};
    this.pace = new Pace(
      () => model.show(this.live, this.state.z, conditionOf(this.state, info)),
      () => this.follow(),
    );
    this.ways = this.switch();
    this.hint = h("p", { class: "lv-hint" });
    this.making = h("div", { class: "lv-side lv-making", role: "region", "aria-label": t("create.side.hand") });
    this.before = h("div", { class: "lv-beside-live" });
    this.element = this.layout();
  }

  /** The classes as words, for a model that is told none. */
  chips() {
    const { pane, state } = this;
    if (!pane.model.info.classNames.length) return null;
    const choice = new ClassChoice(pane, state.label, () => this.tool.chose(choice.label));
    return choice;
  }

  /** The tool in hand; made when it is first taken. */
  get tool() {
    const { by } = this.state;
    this.tools[by] ??= TOOLS[by](this);
    return this.tools[by];
  }

  /** What can be taken away as it is now. */
  async offers() {
    const { pane, live: frame, map, state } = this;
    const { offersOf } = await import("../parts/taking/offers.js");
    return offersOf({ pane, frame, map, z: state.z });
  }

  async drawn() {
    return this.tool.drawn?.() ?? null;
  }

  start() {
    const { pane } = this;
    const { model, thumbs } = pane;
    this.take(true);
    this.pace.moved();
    this.pace.all();
    const latents = model.loadLatents().then(() => this.near.show(this.state.z));
    Promise.all([latents, thumbs.load()]).then(() => this.near.show(this.state.z), pane.fail);
    return Promise.all([latents, model.whole, this.map.filled]);
  }

  /** Puts the tool in hand beside the map. @param {boolean} first */
  take(first) {
    const { by } = this.state;
    const { tool } = this;
    this.element.dataset.by = by;
    this.advise();
    this.making.replaceChildren(tool.element);
    this.before.replaceChildren(...(tool.before ? [tool.before] : []));
    tool.enter(first);
    this.change(this.state, !first);
  }

  advise() {
    this.hint.replaceChildren(...this.hintOf());
  }

  hintOf() {
    const { by, game } = this.state;
    const { conditional, classNames } = this.pane.model.info;
    if (by === "class" && !classNames.length) return [];
    if (by === "class") return terms(conditional ? "create.hint.class" : "create.hint.around");
    if (by === "chance" && game) return terms("bach.hint");
    return terms(by === "hand" ? drawingHint(this.pane.model.info) : "create.hint.chance");
  }

  /** Another tool for the same code on the same map. @param {Way} by */
  use(by) {
    if (by === this.state.by) return;
    this.tool.leave();
    this.state = { ...this.state, by };
    this.ways.on.clear();
    this.ways.on.add(WAYS.indexOf(by));
    this.ways.show();
    this.take(false);
  }

  /** @param {Creation} next @param {boolean} [touched] by a person */
  change(next, touched = true) {
    this.state = next;
    this.stale = true;
    this.touched ||= touched;
    this.tiles?.follow(next.z);
    this.pace.moved();
  }

  /** @param {number} x @param {number} y */
  goTo(x, y) {
    this.change({ ...this.state, z: toLatent(this.pane.plane, x, y, this.state.z) });
  }

  /** Each frame: what is written, then as many pictures of classes as fit. */
  follow() {
    const began = performance.now();
    if (this.stale) this.show();
    return this.tiles?.paint(began + BUDGET_MS - this.pace.spent);
  }

  show() {
    const { state, pane, choice } = this;
    this.stale = false;
    this.tool.follow();
    if (choice && choice.label !== state.label) choice.set(state.label);
    this.where.textContent = this.tool.where?.() ?? `z = ${vectorText(state.z)}`;
    this.map.cursor(...toPlane(pane.plane, state.z));
    this.ends.show(pathOf(state, pane));
    const near = this.near.show(state.z);
    if (!this.touched) return;
    this.touched = false;
    this.write();
    if (!this.tool.speaks?.())
      pane.say(t("create.spoken", { z: vectorText(state.z), image: this.live.text ?? "", near }));
  }

  write() {
    this.pane.write({ ...written(this.state, this.pane.model.info.conditional), ...this.numbers.written() });
  }

  switch() {
    const on = new Set([WAYS.indexOf(this.state.by)]);
    const names = WAYS.map((way) => t(NAMES[way]));
    const onchange = (/** @type {Set<number>} */ [way]) => this.use(WAYS[way]);
    return { on, ...toggles({ label: t("create.by"), names, single: true, on, onchange }) };
  }

  layout() {
    const { live, map, near, where, ends, ways, hint, making, before } = this;
    const { conditional } = this.pane.model.info;
    const words = h("p", { class: "lv-label lv-words" }, ...terms("create.words"));
    const plain = conditional ? h("p", { class: "lv-quiet lv-plain" }, t("create.plain")) : null;
    return h(
      "div",
      { class: "lv-view lv-create" },
      h("div", { class: "lv-ways" }, ways.element, hint),
      making,
      h("div", { class: "lv-stage" }, map.element, plain),
      h(
        "aside",
        { class: "lv-side lv-made", "aria-label": t("create.side") },
        h("div", { class: "lv-pair" }, before, live.element),
        h("div", { class: "lv-about" }, where, words, near.sentence, this.numbers.button, near.element, ends.element),
      ),
    );
  }

  close() {
    for (const tool of Object.values(this.tools)) tool.close();
    this.pace.close();
    this.numbers.close();
    this.map.close();
  }
}
