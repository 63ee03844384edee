// @ts-check
// Compare, side by side: two to four models of one data set under one hand. What the pointer means is one of three
// things: the same image, the same place, or one drawing that every model encodes.
import { codeAt, ellipseOf, inFrame, lifted, onPlane, priorOf, sharedFrame } from "../engine/comparing/frame.js";
import { nearestShown, pinned } from "../engine/comparing/nearest_place.js";
import { chosenOf, written, zoomOf } from "../engine/comparing/state.js";
import { spanAround0 } from "../maps/axes.js";
import { drawOver } from "../maps/over_points.js";
import { SideMaps } from "../maps/side_maps.js";
import { ClassChoice } from "../parts/codes/class_choice.js";
import { compareBar } from "../parts/comparing/bar.js";
import { choiceOf } from "../parts/comparing/choice.js";
import { compareLayout } from "../parts/comparing/layout.js";
import { OwnDrawing } from "../parts/comparing/own_drawing.js";
import { Panel } from "../parts/comparing/panel.js";
import { PanelNumbers, subjectOf } from "../parts/comparing/panel_numbers.js";
import { hiddenBy, QuestionCard } from "../parts/comparing/question.js";
import { Rounds } from "../parts/comparing/rounds.js";
import { Telling } from "../parts/comparing/telling.js";
import { axisTitles, doneText } from "../parts/comparing/turn_words.js";
import { h } from "../parts/dom.js";
import { Frame } from "../parts/frame.js";
import { themeOf } from "../parts/theme.js";
import { t } from "../words/words.js";

/** @param {import("../contract.js").ComparePanes} panes @returns {import("../contract.js").View} */
export function create(panes) {
  const view = new Compare(panes);
  return {
    element: h("div", {}, view.element, ...view.numbers.elements),
    ready: view.start(),
    close: () => view.close(),
  };
}

class Compare {
  /** @param {import("../contract.js").ComparePanes} panes */
  constructor(panes) {
    const { data } = panes;
    this.all = panes;
    this.panes = panes.panes;
    this.titles = panes.places.map((place) => data.titles[place]);
    this.facts = panes.places.map((place) => data.facts[place]);
    const [first] = this.panes;
    const { info } = first.model;
    const size = Math.max(2, ...this.panes.map(({ model }) => model.info.latentDim));
    this.chosen = chosenOf(panes.state, {
      count: info.count,
      classes: info.classNames.length,
      size,
      point: data.point,
      labelOf: (point) => first.model.labels?.[point] ?? 0,
    });
    this.closed = false;
    this.under = 0; // the map under the hand
    /** @type {number[]} */
    this.group = [];
    /** @type {import("../engine/comparing/frame.js").Frame | null} */
    this.frame = null;
    this.zoom = zoomOf(panes.state.zoom);
    /** @type {{point: number, x: Float32Array} | null} the test image that was read last */
    this.seen = null;
    this.maps = this.makeMaps(info.classNames);
    const likelihoods = new Set(this.panes.map(({ model }) => JSON.stringify(model.info.likelihood)));
    this.panels = this.panes.map(
      (pane, k) => new Panel(pane, this.titles[k], this.facts[k], this.maps.maps[k].element, likelihoods.size > 1),
    );
    this.original = new Frame(info.image, { kind: "real", size: "corner", caption: t("side.original") });
    this.rounds = new Rounds(
      this.panes.length,
      (k) => this.paint(k),
      () => this.follow(),
    );
    this.question = data.question && new QuestionCard(data.question, { answer: (guess) => this.answer(guess) });
    this.choice = choiceOf(panes);
    this.classChoice = this.makeClassChoice();
    this.bar = this.makeBar();
    this.telling = new Telling(this.panes, this.titles, panes, () => this.maps.redraw());
    this.drawing = new OwnDrawing(panes, {
      label: () => this.chosen.label,
      example: () => this.chosen.point,
      onchange: () => this.rounds.moved(this.under),
    });
    const { choice, bar, drawing, original, telling, panels, question, classChoice } = this;
    this.numbers = new PanelNumbers(panes, this.titles, {
      subjectOf: (k) => subjectOf(this.chosen, this.drawing.x, this.panes[k].model),
      onchange: () => this.write(),
    });
    for (const [k, panel] of this.panels.entries()) panel.head.append(this.numbers.drawers[k].button);
    const { element, stage, classBox } = compareLayout(panes, {
      choice,
      bar,
      drawing,
      original,
      telling,
      panels,
      question,
      classChoice,
      hidden: this.chosen.hidden,
      networks: new Set(this.facts.map(({ network }) => network)).size,
      onhide: (hidden) => this.change({ hidden }),
    });
    this.element = element;
    this.classBox = classBox;
    this.maps.attach(stage);
  }

  /** @param {string[]} classNames @returns {SideMaps} */
  makeMaps(classNames) {
    const named = (/** @type {number} */ k) => this.panels[k].name.textContent ?? ""; // none before a guess
    return new SideMaps(
      this.titles.map((title) => t("side.map.label", { title })),
      {
        palette: this.all.data.palette,
        classNames,
        titles: (k) => axisTitles(this.frame, k, named),
        onmove: (k, x, y, how) => this.moved(k, x, y, how),
        onselect: (_k, indices) => this.encircled(indices),
        onview: (view) => {
          this.zoom = view;
          this.write();
        },
      },
    );
  }

  makeClassChoice() {
    const told = this.panes.find(({ model }) => model.info.conditional);
    return told
      ? new ClassChoice(told, this.chosen.label, () => {
          this.change({ label: this.classChoice?.label ?? 0 });
          if (this.chosen.cursor === "drawing") void this.drawing.encode();
        })
      : null;
  }

  makeBar() {
    return compareBar(this.chosen, {
      change: (changes) => this.change(changes),
      group: (on) => this.encircle(on),
      whole: () => this.maps.move(null),
    });
  }

  start() {
    const codes = Promise.all(this.panes.map(({ model }) => model.loadLatents()));
    this.panes[0].thumbs.load().then(() => this.frame && this.rounds.moved(this.under), this.all.fail);
    return codes.then(() => {
      if (this.closed) return;
      if (!this.all.state.class) this.chosen.label = this.panes[0].model.labels?.[this.chosen.point] ?? 0;
      this.turnMaps();
      this.showQuestion();
      this.showPad();
      this.telling.show(this.chosen.tell);
      this.numbers.start((k) => !this.panels[k].guessing);
    });
  }

  /** Turns the maps onto each other, as it is chosen. */
  turnMaps() {
    const codes = this.panes.map(({ model }) => ({ mu: model.mu, latent: model.info.latentDim }));
    const frame = sharedFrame(codes, this.chosen.align);
    this.frame = frame;
    const contents = frame.places.map((places, k) => ({
      places,
      prior: priorOf(frame, k, this.panes[k].model.info),
      over: this.over.bind(this, k),
    }));
    this.maps.hidden = this.chosen.hidden;
    this.maps.view = this.zoom;
    this.maps.show(contents, this.panes[0].model.labels, spanAround0(frame.places));
    const scaled = this.chosen.align === "scale";
    for (const [k, panel] of this.panels.entries())
      panel.done.textContent = doneText(frame.models[k], this.panes[k].model.info.conditional, scaled);
    this.rounds.moved(this.under);
  }

  /** @param {Partial<import("../engine/comparing/state.js").Chosen>} changes */
  change(changes) {
    const before = this.chosen;
    this.chosen = { ...before, ...changes };
    if (before.align !== this.chosen.align) this.turnMaps();
    if (changes.hidden) this.maps.hide(changes.hidden);
    if (before.cursor !== this.chosen.cursor) this.showPad();
    if (before.tell !== this.chosen.tell) this.telling.show(this.chosen.tell);
    this.rounds.moved(this.under);
    this.write();
  }

  /** A hand is on a map. @param {number} k @param {number} x @param {number} y @param {import("../maps/gestures.js").How} how */
  moved(k, x, y, how) {
    const { frame, chosen } = this;
    if (!frame) return;
    this.under = k;
    const { question } = this.all.data;
    if (chosen.guess === "ask" && question?.hides === "maps" && k === question.hidden) {
      if (how !== "hover" && !question.options.length) this.answer([x, y]);
      return;
    }
    if (chosen.cursor === "image") {
      const { labels } = this.panes[0].model;
      const point = nearestShown(frame.places[k], x, y, labels, chosen.hidden);
      if (point < 0) return;
      this.chosen = { ...chosen, point, label: labels?.[point] ?? chosen.label };
    } else if (chosen.cursor === "place") {
      const base = chosen.z ?? inFrame(frame, 0, this.panes[0].model.muOf(chosen.point));
      this.chosen = { ...chosen, z: [...lifted(frame, x, y, base)] };
    } else return;
    this.rounds.moved(k);
    this.write();
  }

  /** The code that a model decodes now, and what its decoder is told. @param {number} k */
  codeOf(k) {
    const { frame, chosen } = this;
    const { model } = this.panes[k];
    const label = model.info.conditional ? chosen.label : null;
    if (chosen.cursor === "drawing") return { ...(this.drawing.codes[k] ?? { z: null, std: null }), label };
    if (chosen.cursor === "place" && frame) {
      const at = chosen.z ?? inFrame(frame, 0, this.panes[0].model.muOf(chosen.point));
      return { z: codeAt(frame, k, at), label, std: null };
    }
    const { point } = chosen;
    return { z: model.muOf(point), label: model.conditionOf(point), std: model.stdOf(point) };
  }

  /** @param {number} k */
  paint(k) {
    const { frame } = this;
    const { model } = this.panes[k];
    const map = this.maps.maps[k];
    if (!frame || !model.ready) return;
    const { z, label, std } = this.codeOf(k);
    this.panels[k].element.classList.toggle("lv-nothing-yet", !z || map.covered);
    if (!z || map.covered) {
      map.marks.set("cursor", null);
      map.marks.set("ellipse", null);
      return;
    }
    this.panels[k].show(z, label, this.originalOf(), this.chosen.shows === "difference");
    const [x, y] = onPlane(frame, k, z);
    map.at = [x, y];
    map.marks.set("cursor", { x, y });
    map.marks.set("ellipse", std && { x, y, ...ellipseOf(frame, k, std) });
  }

  /** What is copied, in [0, 1], where there is any. */
  originalOf() {
    const { cursor, point } = this.chosen;
    if (cursor === "drawing") return this.drawing.x;
    const { thumbs } = this.panes[0];
    if (cursor === "place" || !thumbs.real) return null;
    if (this.seen?.point !== point) this.seen = { point, x: thumbs.observation(point) };
    return this.seen.x;
  }

  /** With each frame: the original, and what a screen reader hears. */
  follow() {
    const { cursor, point } = this.chosen;
    const { thumbs, model } = this.panes[0];
    const shows = cursor === "image" && model.ready;
    this.numbers.follow();
    this.original.element.hidden = !shows || !thumbs.real;
    if (!shows) return;
    if (thumbs.real) thumbs.show(this.original, point, `${t("side.original")} ${model.nameOf(point)}`);
    this.all.say(t("pair.real", { name: thumbs.called(point) }));
  }

  /** What is drawn over a map's points: a group, trails, the prior's cloud. @param {number} k @param {CanvasRenderingContext2D} context @param {(x: number, y: number) => [number, number]} to */
  over(k, context, to) {
    const { frame, chosen } = this;
    if (!frame) return;
    const { info, labels } = this.panes[k].model;
    const { places } = frame;
    const [cloud] = chosen.tell === "clouds" && !info.prior ? priorOf(frame, k, info) : [null];
    const told = this.telling.trails[k];
    const trails = told ? { from: places[told.from], to: places[k], indices: told.indices, labels } : null;
    const group = { places: places[k], indices: this.group };
    drawOver(context, to, { cloud, trails, group }, themeOf(this.all.host, this.all.data.palette));
  }

  /** @param {boolean} on */
  encircle(on) {
    for (const map of this.maps.maps) {
      map.gestures.group(on);
      map.element.classList.toggle("lv-grouping", on);
    }
    this.bar.pressGroup(on);
    if (on) this.group = [];
    this.maps.redraw();
  }

  /** @param {number[]} indices */
  encircled(indices) {
    this.encircle(false);
    this.group = indices;
    this.all.say(t("side.group.count", { count: indices.length }));
    this.maps.redraw();
  }

  /** @param {import("../engine/comparing/state.js").Guess} guess */
  answer(guess) {
    this.chosen = { ...this.chosen, guess };
    this.showQuestion();
    this.write();
  }

  showQuestion() {
    const { question } = this.all.data;
    const { guess, point } = this.chosen;
    const hides = hiddenBy(question, guess);
    const letters = t("side.guess.letters");
    for (const [k, panel] of this.panels.entries()) {
      panel.call(hides === "titles" ? letters[k] : this.titles[k]);
      const covers = hides === "maps" && k === question?.hidden;
      panel.guess(covers || hides === "titles");
      if (panel.guessing) this.numbers.hide(k);
      this.maps.maps[k].cover(covers);
    }
    this.rounds.moved(this.under); // a covered map shows no ring and no copy
    if (!question || !this.question) return;
    const places = this.frame?.places[question.hidden];
    const pin = Array.isArray(guess) && places ? pinned(places, point, guess) : null;
    this.maps.maps[question.hidden]?.marks.set(
      "end:guess",
      Array.isArray(guess) ? { x: guess[0], y: guess[1], text: t("side.guess") } : null,
    );
    this.question.show(guess, pin);
  }

  /** What belongs to the cursor: the pad, and the class where it is not known. */
  showPad() {
    const { cursor, label } = this.chosen;
    this.classBox.hidden = !this.classChoice || cursor === "image";
    this.classChoice?.set(label);
    this.drawing.show(cursor === "drawing");
  }

  write() {
    const state = written(this.chosen);
    if (this.zoom) state.zoom = this.zoom.map((value) => value.toFixed(3)).join(",");
    this.all.write({ ...state, ...this.numbers.written() });
  }

  close() {
    this.closed = true;
    this.bar.close();
    this.rounds.close();
    this.telling.close();
    this.numbers.close();
    this.drawing.close();
    this.maps.close();
  }
}
