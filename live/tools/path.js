// @ts-check
// Path: the way from A to B, live while either end is dragged.
import { toPlane } from "../engine/plane.js";
import { parseNumbers, writeNumbers } from "../engine/state_text.js";
import { ENDS, endOfKey, moved, nearestOn, swapped, wayOf } from "../engine/way.js";
import { Filmstrip, STEPS, shareOfStep } from "../parts/codes/filmstrip.js";
import { button, h, toggles, vectorText } from "../parts/dom.js";
import { Player } from "../parts/player.js";
import { Turns } from "../parts/turns.js";
import { t } from "../words/words.js";

const FINE = 201, // places on a path that the walker can be at
  NEAR = 0.01, // of a code that lies on the way: the address rounds to 0.001
  COARSE = 5, // every so many of them makes the line on the map
  BUDGET_MS = 9; // of a frame, for the strips
const PATHS = ["lerp", "slerp"],
  PATH_NAMES = ["interpolate.straight", "interpolate.curved"],
  END_NAMES = { a: "interpolate.a", b: "interpolate.b" },
  MARKS = ["path", "end:a", "end:b", "active", "walker"];

/** @typedef {import("../engine/way.js").WayState} WayState */

/** The way that the address names, or the one that Python would begin with. @param {import("../pane.js").Pane} pane @returns {WayState} */
export function firstWay({ state, data, model }) {
  const { latentDim } = model.info;
  return {
    a: parseNumbers(state.a, latentDim) ?? Float32Array.from(data.start.a),
    b: parseNumbers(state.b, latentDim) ?? Float32Array.from(data.start.b),
    path: Math.max(0, PATHS.indexOf(state.path)),
    label: null, // the place's own
    active: "a",
    dragging: false,
    share: 0.5,
  };
}

/**
 * The way when the code that was chosen elsewhere comes to it: there, if the code lies on it; else it begins at the code.
 * @param {WayState} way @param {Float32Array} z @returns {WayState}
 */
export function through(way, z) {
  const { share, distance } = nearestOn(wayOf(way, FINE), z);
  return distance < NEAR ? { ...way, share } : { ...way, a: z, share: 0, active: "a" };
}

/** The way as the address writes it. @param {WayState} way @returns {Record<string, string>} */
export function written({ a, b, path }) {
  return { a: writeNumbers(a), b: writeNumbers(b), path: PATHS[path] };
}

/** @param {import("./place.js").Place} place @returns {import("./place.js").Tool} */
export function path(place) {
  return new Path(place);
}

class Path {
  /** @param {import("./place.js").Place} place */
  constructor(place) {
    this.place = place;
    this.state = firstWay(place.pane);
    this.codes = wayOf(this.state, FINE);
    this.used = "a" in place.pane.state || "b" in place.pane.state;
    this.active = false;
    this.strip = new Filmstrip(place.pane, (step) => this.walkTo(shareOfStep(step)));
    this.below = this.strip.element;
    this.controls = controlsOf(
      place,
      () => this.state,
      (next) => this.change(next),
    );
    this.scrub = this.makeScrub();
    this.player = new Player(
      () => this.state.share,
      (share) => this.walk(share),
    );
    const codeOf = (/** @type {number} */ step) => this.codes[(step * (FINE - 1)) / (STEPS - 1)];
    this.turns = new Turns(this.strip.painters(codeOf, () => place.state.label));
    this.told = place.state.label;
    this.knew = place.pane.model.ready;
    this.element = h(
      "div",
      { class: "lv-tool lv-path" },
      h("div", { class: "lv-play", "data-part": "play" }, this.player.element, this.scrub),
      h("div", { class: "lv-bar lv-tight", "data-part": "ends" }, ...this.controls.elements),
    );
    place.map.element.addEventListener("keydown", (event) => {
      const end = this.active && endOfKey(event);
      if (end) this.change({ ...this.state, active: end });
    });
  }

  makeScrub() {
    const scrub = h("input", {
      type: "range",
      min: 0,
      max: 1,
      step: 1 / (FINE - 1),
      "aria-label": t("interpolate.place"),
      oninput: () => this.walkTo(Number(scrub.value)),
    });
    return scrub;
  }

  /** @param {boolean} first */
  enter(first) {
    const named = first && !("z" in this.place.pane.state);
    this.active = this.used = true;
    this.change(named ? this.state : through(this.state, this.place.state.pinned));
  }

  leave() {
    this.active = false;
    this.player.stop();
    for (const name of MARKS) this.place.map.mark(name, null);
  }

  /** @param {number} x @param {number} y @param {import("../maps/gestures.js").How} how */
  moved(x, y, how) {
    if (how !== "hover") this.change(moved(this.state, this.place.pane.plane, x, y, how));
  }

  /** Other ends or another path. @param {WayState} next */
  change(next) {
    this.state = next;
    this.codes = wayOf(next, FINE);
    this.turns.restart();
    this.place.go(this.present());
    this.place.map.at = toPlane(this.place.pane.plane, next[next.active]); // two keys within one frame are two steps
    this.place.say(t("interpolate.spoken", { end: t(END_NAMES[next.active]), z: vectorText(next[next.active]) }));
  }

  /** The code that the large image shows. */
  present() {
    return this.codes[Math.round(this.state.share * (FINE - 1))];
  }

  /** A hand goes to a place on the way. @param {number} share */
  walkTo(share) {
    this.player.stop();
    this.walk(share);
  }

  /** @param {number} share */
  walk(share) {
    this.state = { ...this.state, share };
    this.place.go(this.present());
  }

  /** Plays or pauses, as a clicker's key does. */
  toggle() {
    this.player.toggle();
  }

  /** Each frame: the marks, then as many of the steps as fit. */
  follow() {
    const began = performance.now();
    const { pane, state } = this.place;
    if (this.told !== state.label || this.knew !== pane.model.ready) this.turns.restart();
    this.told = state.label;
    this.knew = pane.model.ready; // only then can a step say how near it is
    if (this.turns.left === this.turns.painters.length) this.showWay();
    this.showWalker();
    return this.turns.paint(began + BUDGET_MS - this.place.spent());
  }

  showWay() {
    const { state, place } = this;
    const { map, pane } = place;
    const line = this.codes.filter((_, k) => k % COARSE === 0).map((z) => toPlane(pane.plane, z));
    map.mark("path", { line });
    for (const end of ENDS) {
      const [x, y] = toPlane(pane.plane, state[end]);
      map.mark(`end:${end}`, { x, y, text: t(END_NAMES[end]) });
      if (end === state.active) map.mark("active", { x, y });
    }
    this.controls.show(state);
  }

  showWalker() {
    const [x, y] = toPlane(this.place.pane.plane, this.present());
    this.place.map.mark("walker", { x, y });
    this.scrub.value = String(this.state.share);
    this.strip.choose(this.state.share);
  }

  /** @param {number} steps */
  way(steps) {
    return wayOf(this.state, steps);
  }

  written() {
    return { z: writeNumbers(this.place.state.pinned), ...written(this.state) };
  }

  close() {
    this.player.stop();
  }
}

/** What changes the way beside the map. @param {import("./place.js").Place} place @param {() => WayState} present @param {(state: WayState) => void} change */
function controlsOf({ pane: { model } }, present, change) {
  const active = new Set([0]);
  const ends = toggles({
    label: t("interpolate.ends"),
    names: ENDS.map((end) => t(END_NAMES[end])),
    single: true,
    on: active,
    onchange: ([end]) => change({ ...present(), active: ENDS[end] }),
  });
  const paths = toggles({
    label: t("interpolate.paths"),
    names: PATH_NAMES.map((key) => t(key)),
    single: true,
    on: new Set([present().path]),
    onchange: ([chosen]) => change({ ...present(), path: chosen }),
  });
  const anyCode = () => model.muOf(Math.floor(Math.random() * model.info.count));
  const buttons = [
    button(t("interpolate.real"), () => model.ready && change({ ...present(), a: anyCode(), b: anyCode() })),
    button(t("interpolate.swap"), () => change(swapped(present()))),
  ];
  const show = (/** @type {WayState} */ state) => {
    active.clear();
    active.add(ENDS.indexOf(state.active));
    ends.show();
  };
  return { elements: [paths.element, ends.element, ...buttons], show };
}
