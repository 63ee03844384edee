// @ts-check
// By class: draw me a 7. A model that is told the class draws every class of one code, and mixes two; any other draws
// around the codes of the class.
import { isMixed } from "../engine/creation.js";
import { Mixer } from "../parts/codes/mixer.js";
import { SampleGrid } from "../parts/codes/sample_grid.js";
import { button, h } from "../parts/dom.js";
import { t } from "../words/words.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** @param {Desk} desk @returns {import("./desk.js").Maker} */
export function byClass(desk) {
  const { conditional, classNames } = desk.pane.model.info;
  if (!classNames.length) return withoutClasses(desk);
  return conditional ? told(desk) : around(desk);
}

/** For a model that is told the class. @param {Desk} desk @returns {import("./desk.js").Maker} */
function told(desk) {
  const { classNames } = desk.pane.model.info;
  const mixer = new Mixer(classNames, desk.state, (changes) => desk.change({ ...desk.state, ...changes }));
  const slot = h("div", { class: "lv-slot" });
  const told = h("p", { class: "lv-label" }, t("create.told"));
  const same = h("p", { class: "lv-quiet" }, t("create.same"));
  return {
    ...handsOf(desk, slot),
    element: h("div", { class: "lv-maker" }, told, slot, same, mixer.element),
    chose: (label) => desk.change({ ...desk.state, label }),
    follow() {
      const mixed = isMixed(desk.state, true);
      mixer.show(mixed);
      desk.live.mark("generated", mixed ? mixedCaption(desk.state, classNames) : t("frame.generated"));
    },
  };
}

/** For a model that is told no class, of data that have them. @param {Desk} desk @returns {import("./desk.js").Maker} */
function around(desk) {
  const grid = new SampleGrid(desk);
  const slot = h("div", { class: "lv-slot" });
  const hands = handsOf(desk, slot);
  const told = h("p", { class: "lv-label" }, t("create.around"));
  return {
    ...hands,
    element: h("div", { class: "lv-maker" }, told, slot, grid.element),
    enter() {
      hands.enter();
      grid.show(desk.state).catch(desk.pane.fail);
    },
    chose: (label) => grid.shuffle({ ...desk.state, label }),
    follow() {
      grid.follow();
      hands.follow();
    },
  };
}

/** For data without classes: a way on. @param {Desk} desk @returns {import("./desk.js").Maker} */
function withoutClasses(desk) {
  const on = button(t("create.by.chance"), () => desk.use("chance"));
  const element = h("div", { class: "lv-maker" }, h("p", {}, t("create.no_classes")), h("div", {}, on));
  return { ...handsOf(desk, element), element, chose() {} };
}

/** What all of them share. @param {Desk} desk @param {HTMLElement} slot of the choice of a class */
function handsOf(desk, slot) {
  return {
    enter() {
      if (desk.choice) slot.append(desk.choice.element);
    },
    leave() {},
    moved: desk.goTo,
    follow: () => desk.live.mark("generated", t("frame.generated")),
    close() {},
  };
}

/** @param {import("../engine/creation.js").Creation} state @param {string[]} classNames */
function mixedCaption({ label, other, share }, classNames) {
  return t("create.mixture", { first: classNames[label], rest: 1 - share, second: classNames[other], share });
}
