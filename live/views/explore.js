// @ts-check
// Explore: one map, one code, one large image, and four tools to move it: Point, Slide, Path, Arithmetic. What is chosen
// survives the change of tool and of model.
import { toPlane } from "../engine/plane.js";
import { parseIndex } from "../engine/state_text.js";
import { Layers } from "../maps/layers.js";
import { mapOf } from "../maps/model_map.js";
import { showOwnDrawings } from "../maps/own_drawings.js";
import { openingView, remember, zoomOf, zoomText } from "../maps/part_of_map.js";
import { showLed } from "../maps/pins.js";
import { planeChoice } from "../maps/plane_choice.js";
import { firstClass, firstPoint } from "../pane.js";
import { ClassBars } from "../parts/codes/class_bars.js";
import { ClassChoice } from "../parts/codes/class_choice.js";
import { Near } from "../parts/codes/near.js";
import { h, toggles, vectorText } from "../parts/dom.js";
import { Frame } from "../parts/frame.js";
import { clicker, presents } from "../parts/keys.js";
import { tell } from "../parts/led.js";
import { NumbersDrawer } from "../parts/numbers/drawer.js";
import { Pace } from "../parts/pace.js";
import { flowOf } from "../parts/start/flow.js";
import { sentenceOf, Tour } from "../parts/start/tour.js";
import { term } from "../parts/term.js";
import { arithmetic } from "../tools/arithmetic.js";
import { path } from "../tools/path.js";
import { point } from "../tools/point.js";
import { slide } from "../tools/slide.js";
import { Walk } from "../tools/walk.js";
import { t } from "../words/words.js";

const TOOLS = { point, slide, path, arithmetic };
/** @typedef {keyof typeof TOOLS} ToolName */
/** @type {ToolName[]} */
const NAMES = ["point", "slide", "path", "arithmetic"];
const TITLES = ["explore.point", "explore.slide", "explore.path", "explore.arithmetic"],
  HINTS = { slide: "explore.slide.hint", path: "explore.path.hint", arithmetic: "explore.arithmetic.hint" };
const NEIGHBOURS = 6;

/** @param {import("../pane.js").Pane} pane @returns {import("../tools/place.js").PlaceState} */
export function firstState(pane) {
  const { state, data, model } = pane;
  const z = firstPoint(pane);
  return {
    z,
    pinned: z,
    picked: parseIndex(state.point, model.info.count, data.start.point),
    label: model.info.conditional ? firstClass(pane) : null,
  };
}

/** The tool that the address names. @param {Record<string, string>} state @returns {ToolName} */
export function firstTool({ tool }) {
  return NAMES.find((name) => name === tool) ?? "point";
}

/** Whether nobody has chosen anything yet. @param {Record<string, string>} state */
export function isStart(state) {
  return !["tool", "z", "a", "b", "point", "numbers"].some((name) => name in state);
}

/** @param {import("../pane.js").Pane} pane @returns {import("../contract.js").View} */
export function create(pane) {
  const view = new Explore(pane);
  return { element: view.layout(), ready: view.start(), offers: () => view.offers(), close: () => view.close() };
}

class Explore {
  /** @param {import("../pane.js").Pane} pane */
  constructor(pane) {
    const { model } = pane;
    const { info } = model;
    this.pane = pane;
    this.state = firstState(pane);
    this.toolName = firstTool(pane.state);
    this.changed = this.byHand = this.closed = false;
    this.spoken = "";
    this.zoom = zoomOf(pane.state);
    this.live = new Frame(info.image, { caption: t("frame.generated") });
    this.live.element.dataset.part = "image";
    /** @type {import("../parts/sound/listen.js").Listen | null} */
    this.listen = null;
    this.heard = h("div", { hidden: info.kind === "image" });
    this.numbered = h("span", {});
    this.where = h("p", { class: "lv-z", "data-part": "code" }, term("code", t("code.letter")), this.numbered);
    this.near = new Near(pane, NEIGHBOURS, (index) => this.pick(index));
    this.bars = new ClassBars(pane);
    this.sentence = h("h2", { class: "lv-sentence", "data-part": "sentence" });
    /** @type {ClassChoice | null} */
    this.choice = info.conditional
      ? new ClassChoice(pane, firstClass(pane), () => this.tell(this.choice?.label ?? null))
      : null;
    this.map = this.makeMap();
    this.layers = new Layers(pane, this.map, { present: () => this.state, onchange: () => this.write() });
    this.led = [showLed(this.map, pane.plane, (z) => this.leadTo(z)), showOwnDrawings(this.map, pane)];
    this.tour = new Tour(pane);
    this.walk = new Walk(this);
    this.flow = flowOf(pane);
    this.numbers = new NumbersDrawer(pane, { onchange: () => this.write() });
    /** @type {Partial<Record<ToolName, import("../tools/place.js").Tool>>} */
    this.tools = {};
    this.side = h("div", { class: "lv-hand" });
    this.below = h("div", { class: "lv-below" });
    this.pace = new Pace(
      () => model.show(this.live, this.state.z, this.state.label),
      () => this.follow(),
    );
    const step = (/** @type {1 | -1} */ by) => this.tour.step(by);
    this.keys = clicker({ next: () => step(1), previous: () => step(-1), toggle: () => this.toggle() }, presents);
  }

  makeMap() {
    const { pane } = this;
    return mapOf(pane, t("map.label", { title: pane.model.info.title }), {
      view: openingView(pane),
      onmove: (x, y, how) => {
        this.touched();
        this.tool.moved(x, y, how);
      },
      onleave: () => this.walk.walks || this.tool.left?.(),
      onselect: (indices) => this.tool.grouped?.(indices),
      onview: (view) => {
        this.zoom = view;
        this.write();
      },
    });
  }

  /** The tool in hand; made when it is first taken. */
  get tool() {
    const { toolName, tools } = this;
    tools[toolName] ??= TOOLS[toolName](this);
    return /** @type {import("../tools/place.js").Tool} */ (tools[toolName]);
  }

  /** Another tool for the same code on the same map. @param {ToolName} name */
  take(name) {
    this.touched();
    this.tool.leave();
    this.toolName = name;
    this.showTool(false);
    this.go(this.state.pinned);
  }

  /** @param {boolean} first */
  showTool(first) {
    const { tool, toolName, pane } = this;
    this.sentence.textContent = toolName === "point" ? sentenceOf(pane.data) : t(HINTS[toolName]);
    this.map.call(t(toolName === "path" ? "interpolate.map" : "map.label", { title: pane.model.info.title }));
    this.side.replaceChildren(tool.element);
    this.below.replaceChildren(...(tool.below ? [tool.below] : []));
    if (this.element) this.element.dataset.by = toolName;
    tool.enter(first);
  }

  /** @param {Float32Array} z */
  go(z) {
    this.state = { ...this.state, z, pinned: z };
    this.changed = true;
    this.pace.moved();
  }

  /** @param {Float32Array} z */
  hover(z) {
    this.state = { ...this.state, z };
    this.pace.moved();
  }

  /** Where a teacher's hand is. @param {number[]} z */
  leadTo(z) {
    this.walk.stop();
    this.hover(Float32Array.from(z));
  }

  /** @param {number} index @param {boolean} [go] */
  pick(index, go = true) {
    this.state = { ...this.state, picked: index };
    this.tools.point?.picked?.(index);
    this.follows(index);
    if (go) this.goTo(index);
    else this.changed = true;
    this.layers.show();
  }

  /** What is said of one test image. @param {number} index */
  follows(index) {
    const { model } = this.pane;
    this.flow.show(index);
    model.loadLatents().then(() => {
      const label = /** @type {number | null} */ (model.conditionOf(index));
      if (index === this.state.picked) this.numbers.show({ index, label });
    }, this.pane.fail);
  }

  /** The code of a test image, with its class where the decoder is told one. @param {number} index */
  goTo(index) {
    const { model } = this.pane;
    const label = model.conditionOf(index);
    if (typeof label === "number") {
      this.state = { ...this.state, label };
      this.choice?.set(label);
    }
    this.go(model.muOf(index));
  }

  /** The decoder is told another class. @param {number | null} label */
  tell(label) {
    this.touched();
    this.state = { ...this.state, label };
    this.go(this.state.pinned);
    this.layers.show();
  }

  /** @param {string} text */
  say(text) {
    this.spoken = text;
  }

  spent() {
    return this.pace.spent;
  }

  /** A hand is here: the one that showed the way goes. */
  touched() {
    this.byHand = true;
    this.walk.stop();
  }

  toggle() {
    if (this.walk.walks) this.walk.stop();
    else if (this.tool.toggle) this.tool.toggle();
    else this.walk.start();
  }

  /** With each frame: the texts, and what the tool shows. */
  follow() {
    const { pane, map, near } = this;
    const { z } = this.state;
    tell(z);
    this.listen?.follow();
    if (this.toolName !== "path") map.cursor(...toPlane(pane.plane, z));
    this.numbered.textContent = ` = ${vectorText(z)}`;
    const nearby = near.show(z);
    const around = this.bars.show(z);
    if (this.byHand) this.tour.found(around, near.word);
    const more = this.tool.follow();
    if (this.changed) {
      this.changed = false;
      this.write();
      pane.say(this.spoken || t("map.spoken", { z: vectorText(z), near: nearby }));
      this.spoken = "";
    }
    return more;
  }

  write() {
    const { label, picked } = this.state;
    this.pane.write({
      tool: this.toolName,
      ...this.tools.path?.written(),
      ...this.tool.written(),
      point: String(picked),
      ...this.layers.written(),
      ...this.numbers.written(),
      ...(label === null ? {} : { class: String(label) }),
      ...(this.zoom ? { zoom: zoomText(this.zoom) } : {}),
    });
  }

  /** What can be taken away as it is now: the hand that shows the way stands still. */
  async offers() {
    this.walk.stop();
    const { pane, live: frame, map, state, tool, toolName } = this;
    const { offersOf } = await import("../parts/taking/offers.js");
    const way = tool.way?.bind(tool);
    const moving = way && { way, label: state.label, name: toolName };
    return offersOf({ pane, frame, map, z: state.z, moving, score: this.listen?.score });
  }

  start() {
    const { pane, layers, pace, near } = this;
    const { model, thumbs } = pane;
    this.showTool(true);
    this.follows(this.state.picked);
    this.changed = false; // the address says so already
    pace.moved();
    pace.all();
    const latents = model.loadLatents().then(() => {
      this.tools.point?.picked?.(this.state.picked);
      layers.show();
      pace.all();
      if (isStart(pane.state)) this.walk.start();
    });
    return Promise.all([
      latents,
      model.whole,
      this.sound(),
      this.map.filled.then(() => layers.underlay.warm()),
      thumbs.load(),
    ]).then(() => {
      this.tools.point?.picked?.(this.state.picked);
      layers.show(); // a draft of the model knows no spread
      near.show(this.state.z);
    });
  }

  /** What plays the image, fetched for images that sound. */
  async sound() {
    const { info } = this.pane.model;
    if (info.kind === "image") return;
    const { listenTo } = await import("../parts/sound/listen.js");
    if (this.closed) return;
    this.listen = listenTo(this.live, info);
    if (this.listen) this.heard.replaceChildren(this.listen.element);
    this.listen?.follow();
  }

  layout() {
    const { live, near, choice } = this;
    const tools = toggles({
      label: t("explore.tools"),
      names: TITLES.map((key) => t(key)),
      single: true,
      on: new Set([NAMES.indexOf(this.toolName)]),
      onchange: ([chosen]) => this.take(NAMES[chosen]),
    });
    tools.element.dataset.part = "tools";
    const texts = h(
      "div",
      { class: "lv-live-text" },
      this.where,
      near.meter,
      near.sentence,
      this.bars.element,
      this.heard,
      this.numbers.button,
    );
    const told =
      choice && h("div", { "data-part": "class" }, h("p", { class: "lv-label" }, t("class.label")), choice.element);
    const side = h(
      "aside",
      { class: "lv-side", "aria-label": t("map.side") },
      tools.element,
      told,
      h("div", { class: "lv-live" }, live.element, texts),
      this.walk.element,
      this.side,
      this.tour.element,
    );
    this.element = h(
      "div",
      { class: "lv-view lv-explore" },
      this.sentence,
      h("div", { class: "lv-stage" }, planeChoice(this.pane), this.map.element, this.layers.element),
      side,
      this.below,
    );
    this.element.addEventListener("pointerdown", () => this.touched());
    this.element.addEventListener("keydown", () => this.touched());
    return h("div", {}, this.element, this.numbers.element, this.flow.element);
  }

  close() {
    this.closed = true;
    remember(this.pane, this.map);
    this.walk.stop();
    for (const tool of Object.values(this.tools)) tool.close?.();
    this.listen?.close();
    this.keys.close();
    for (const follower of this.led) follower.close();
    this.tour.close();
    this.flow.close();
    this.numbers.close();
    this.layers.close();
    this.map.close();
    this.pace.close();
  }
}
