// @ts-check
// Compare, side by side: two to four models of one data set under one hand. What the pointer means is one of three
// things: the same image, the same place, or one drawing that every model encodes.
import { codeAt, ellipseOf, inFrame, lifted, onPlane, priorOf, sharedFrame } from "../engine/comparing/frame.js";
import { nearestShown, pinned } from "../engine/comparing/nearest_place.js";
import { chosenOf, written } from "../engine/comparing/state.js";
import { inChannels } from "../engine/ink/drawing.js";
import { gaussian, seeded } from "../engine/random.js";
import { spanOf } from "../maps/axes.js";
import { SideMaps } from "../maps/side_maps.js";
import { ClassChoice } from "../parts/codes/class_choice.js";
import { compareBar } from "../parts/comparing/bar.js";
import { Choice } from "../parts/comparing/choice.js";
import { Panel } from "../parts/comparing/panel.js";
import { hiddenBy, QuestionCard } from "../parts/comparing/question.js";
import { Rounds } from "../parts/comparing/rounds.js";
import { cloudsOf, differencesOf } from "../parts/comparing/telling.js";
import { h, latentName, toggles } from "../parts/dom.js";
import { DrawPad } from "../parts/drawing/draw_pad.js";
import { readImage } from "../parts/drawing/image_file.js";
import { PadControls } from "../parts/drawing/pad_controls.js";
import { Frame } from "../parts/frame.js";
import { isLight, themeOf } from "../parts/theme.js";
import { waysRow } from "../parts/ways.js";
import { t } from "../words/words.js";

const CLOUD_POINTS = 1000,
  CLOUD_SEED = 11,
  TYPING = "input,textarea,select,dialog",
  RING = 5; // pixels, around an image of a group

/** @param {import("../pane.js").Panes} panes @returns {import("../contract.js").View} */
export function create(panes) {
  const view = new Compare(panes);
  return { element: view.element, ready: view.start(), close: () => view.close() };
}

class Compare {
  /** @param {import("../pane.js").Panes} panes */
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
    this.turn = 0;
    /** @type {number[]} */
    this.group = [];
    /** @type {number[]} */
    this.trails = [];
    /** @type {import("../engine/comparing/frame.js").Frame | null} */
    this.frame = null;
    /** @type {({z: Float32Array, std: Float32Array | null} | null)[]} */
    this.encoded = this.panes.map(() => null);
    /** @type {Float32Array | null} */
    this.drawn = null;
    this.zoom = zoomOf(panes.state.zoom);
    /** @type {{point: number, x: Float32Array} | null} the test image that was read last */
    this.seen = null;
    /** @type {Float32Array | null} draws from the prior */
    this.cloud = null;
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
    this.choice = this.makeChoice();
    this.classChoice = this.makeClassChoice();
    this.bar = this.makeBar();
    this.told = h("div", { class: "lv-below" });
    this.classBox = /** @type {HTMLElement | null} */ (null);
    this.grid = h(
      "div",
      { class: "lv-panels", role: "group", "aria-label": t("side.maps"), "data-count": this.panels.length },
      ...this.panels.map(({ element }) => element),
    );
    this.pad = null;
    this.padBox = h("div", { class: "lv-compare-pad" });
    this.element = this.layout();
    this.onkey = (/** @type {KeyboardEvent} */ event) => this.key(event);
    document.addEventListener("keydown", this.onkey);
  }

  /** @param {string[]} classNames */
  makeMaps(classNames) {
    return new SideMaps(
      this.titles.map((title) => t("side.map.label", { title })),
      {
        palette: this.all.data.palette,
        classNames,
        titles: (k) => this.axisTitles(k),
        onmove: (k, x, y, how) => this.moved(k, x, y, how),
        onselect: (_k, indices) => this.encircled(indices),
        onview: (view) => {
          this.zoom = view;
          this.write();
        },
      },
    );
  }

  makeChoice() {
    const { data, host, fail } = this.all;
    return new Choice({
      sets: data.sets,
      chosen: data.chosen,
      models: this.panes.map(({ model }) => model.info.id),
      dark: () => !isLight(themeOf(host, data.palette).text) === false,
      list: async () => (await (await fetch(new URL("assets/models.json", document.baseURI))).json()).models,
      go: (changes) => this.all.visit(changes),
      fail,
    });
  }

  makeClassChoice() {
    const told = this.panes.find(({ model }) => model.info.conditional);
    return told
      ? new ClassChoice(told, this.chosen.label, () => {
          this.change({ label: this.classChoice?.label ?? 0 });
          if (this.chosen.cursor === "drawing") void this.encode();
        })
      : null;
  }

  makeBar() {
    return compareBar(this.chosen, {
      change: (changes) => this.change(changes),
      group: (on) => this.encircle(on),
      whole: () => this.maps.move(null),
      two: this.panes.length === 2,
    });
  }

  layout() {
    const { data } = this.all;
    const { classNames } = this.panes[0].model.info;
    const { colour } = themeOf(this.all.host, data.palette);
    const legend = toggles({
      label: t("map.classes"),
      names: classNames,
      colour,
      on: new Set([...classNames.keys()].filter((label) => !this.chosen.hidden.has(label))),
      onchange: (on) => this.change({ hidden: new Set([...classNames.keys()].filter((label) => !on.has(label))) }),
    });
    const networks = new Set(this.facts.map(({ network }) => network));
    const stage = h("div", { class: "lv-compare-stage" }, this.grid);
    this.classBox = h(
      "div",
      { class: "lv-bar lv-tight", "data-part": "class", hidden: true },
      h("span", { class: "lv-label" }, t("side.class")),
      this.classChoice?.element ?? null,
    );
    this.maps.attach(stage);
    return h(
      "div",
      { class: "lv-view lv-compare" },
      h("div", { class: "lv-compare-top" }, waysRow("side"), this.question?.element ?? null, this.choice.element),
      h("p", { class: "lv-sentence" }, t("side.hint", { count: this.panes.length, things: data.things })),
      ...data.problems.map((text) => h("p", { class: "lv-problem" }, text)),
      this.bar.element,
      h(
        "div",
        { class: "lv-compare-body" },
        this.padBox,
        h("aside", { class: "lv-compare-own" }, this.original.element),
        stage,
      ),
      classNames.length ? h("div", { "data-part": "classes" }, legend.element) : null,
      this.classBox,
      networks.size > 1 ? h("p", { class: "lv-quiet" }, t("side.network")) : null,
      this.told,
    );
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
      this.tell();
    });
  }

  /** Turns the maps onto each other, as it is chosen. */
  turnMaps() {
    const codes = this.panes.map(({ model }) => ({ mu: model.mu, latent: model.info.latentDim }));
    const frame = sharedFrame(codes, this.chosen.align);
    this.frame = frame;
    const spans = frame.places.map((places) => spanOf(places));
    const half = Math.max(...spans.map(({ centre, half: one }) => Math.max(...centre.map(Math.abs)) + one));
    const contents = frame.places.map((places, k) => ({
      places,
      prior: priorOf(frame, k, this.panes[k].model.info),
      over: (
        /** @type {CanvasRenderingContext2D} */ context,
        /** @type {(x: number, y: number) => [number, number]} */ to,
      ) => this.over(k, context, to),
    }));
    this.maps.hidden = this.chosen.hidden;
    this.maps.view = this.zoom;
    this.maps.show(contents, this.panes[0].model.labels, { centre: [0, 0], half });
    for (const [k, panel] of this.panels.entries()) panel.done.textContent = this.doneText(k);
    this.rounds.moved(this.under);
  }

  /** What was done to a map, in words. @param {number} k */
  doneText(k) {
    const found = /** @type {import("../engine/comparing/frame.js").Frame} */ (this.frame).models[k];
    const { alignment, standing, explained } = found;
    if (standing === "refused")
      return t(this.panes[k].model.info.conditional ? "side.done.refused_label" : "side.done.refused", { explained });
    if (standing !== "turned") return "";
    const degrees = Math.round(alignment.degrees ?? 0);
    const turned =
      alignment.size > 2
        ? t("side.done.full", { size: alignment.size, explained })
        : t(alignment.mirrored ? "side.done.mirrored" : "side.done.turned", { degrees, explained });
    if (this.chosen.align !== "scale") return turned;
    return t("side.done.both", { first: turned, second: t("side.done.scaled", { scale: alignment.scale }) });
  }

  /** Of a map that was turned, the axes are the first model's; else its own, which no title may tell before a guess. @param {number} k @returns {string[]} */
  axisTitles(k) {
    const { frame } = this;
    if (frame && frame.size > 2) return [1, 2].map((number) => t("side.axis.pca", { number }));
    const whose = frame?.models[k].standing === "turned" ? 0 : k;
    const title = this.panels[whose].name.textContent ?? "";
    return [0, 1].map((d) => t("side.axis.z", { name: latentName(d), title }));
  }

  /** @param {Partial<import("../engine/comparing/state.js").Chosen>} changes */
  change(changes) {
    const before = this.chosen;
    this.chosen = { ...before, ...changes };
    if (before.align !== this.chosen.align) this.turnMaps();
    if (changes.hidden) this.maps.hide(changes.hidden);
    if (before.cursor !== this.chosen.cursor) this.showPad();
    if (before.tell !== this.chosen.tell) this.tell();
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
    if (chosen.cursor === "drawing") return { ...(this.encoded[k] ?? { z: null, std: null }), label };
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
    if (cursor === "drawing") return this.drawn;
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
    this.original.element.hidden = !shows || !thumbs.real;
    if (!shows) return;
    if (thumbs.real) thumbs.show(this.original, point, `${t("side.original")} ${model.nameOf(point)}`);
    this.all.say(t("pair.real", { name: thumbs.called(point) }));
  }

  /** What is drawn over a map's points: a group, trails, the prior's cloud. @param {number} k @param {CanvasRenderingContext2D} context @param {(x: number, y: number) => [number, number]} to */
  over(k, context, to) {
    const { frame, chosen } = this;
    if (!frame) return;
    const theme = themeOf(this.all.host, this.all.data.palette);
    const places = frame.places[k];
    if (chosen.tell === "clouds" && !this.panes[k].model.info.prior) {
      this.cloud ??= drawCloud();
      context.fillStyle = theme.text;
      context.globalAlpha = 0.45;
      const [middle] = priorOf(frame, k, this.panes[k].model.info);
      for (let i = 0; i < CLOUD_POINTS; i++) {
        const [px, py] = to(middle.x + middle.rx * this.cloud[2 * i], middle.y + middle.ry * this.cloud[2 * i + 1]);
        context.fillRect(px - 1, py - 1, 2, 2);
      }
      context.globalAlpha = 1;
    }
    if (chosen.tell === "trails" && this.panes.length === 2) this.drawTrails(k, context, to);
    context.strokeStyle = theme.text;
    context.lineWidth = 1.5;
    for (const index of this.group) {
      const [px, py] = to(places[2 * index], places[2 * index + 1]);
      context.beginPath();
      context.arc(px, py, RING, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  /** Lines that widen from where an image was to where it is in the other map. @param {number} k @param {CanvasRenderingContext2D} context @param {(x: number, y: number) => [number, number]} to */
  drawTrails(k, context, to) {
    const { places } = /** @type {import("../engine/comparing/frame.js").Frame} */ (this.frame);
    const { labels } = this.panes[0].model;
    const theme = themeOf(this.all.host, this.all.data.palette);
    context.globalAlpha = 0.6;
    for (const index of this.trails) {
      const [x0, y0] = to(places[1 - k][2 * index], places[1 - k][2 * index + 1]);
      const [x1, y1] = to(places[k][2 * index], places[k][2 * index + 1]);
      const long = Math.hypot(x1 - x0, y1 - y0) || 1;
      const [ux, uy] = [(-(y1 - y0) / long) * 2, ((x1 - x0) / long) * 2];
      context.fillStyle = theme.colour(labels?.[index] ?? 0);
      context.beginPath();
      context.moveTo(x0, y0);
      context.lineTo(x1 + ux, y1 + uy);
      context.lineTo(x1 - ux, y1 - uy);
      context.fill();
    }
    context.globalAlpha = 1;
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
      panel.element.classList.toggle("lv-guessing", covers || hides === "titles");
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

  /** The pad of the third cursor, made when it is first wanted. */
  showPad() {
    const draws = this.chosen.cursor === "drawing";
    if (this.classBox) this.classBox.hidden = !this.classChoice || this.chosen.cursor === "image"; // of an image it is known
    this.classChoice?.set(this.chosen.label);
    this.padBox.hidden = !draws;
    if (!draws || this.pad) return;
    const [first] = this.panes;
    const controls = new PadControls({
      undo: () => this.pad?.act({ do: "undo" }, true),
      clear: () => this.pad?.act({ do: "clear" }, true),
      example: () => this.takeExample().catch(this.all.fail),
      upload: (file) => this.upload(file, controls),
    });
    this.pad = new DrawPad(first.model.info.image, {
      width: () => controls.width,
      onchange: () => this.encode(),
      say: this.all.say,
    });
    this.padBox.replaceChildren(h("p", { class: "lv-label" }, t("side.draw")), this.pad.element, controls.element);
  }

  /** The test image that was looked at last, on the pad. */
  async takeExample() {
    const { thumbs, model } = this.panes[0];
    await Promise.all([model.loadLatents(), thumbs.load()]);
    if (!this.closed) this.pad?.act({ do: "picture", picture: thumbs.observation(this.chosen.point) }, true);
  }

  /** @param {File | undefined} file @param {PadControls} controls */
  async upload(file, controls) {
    const { pad } = this;
    controls.problem("");
    if (!file || !pad) return;
    try {
      const picture = inChannels(await readImage(file, pad.image), pad.image[0]);
      pad.act({ do: "picture", picture }, true);
    } catch (error) {
      controls.problem(error instanceof Error ? error.message : String(error));
    }
  }

  /** Every model encodes what is on the pad. */
  async encode() {
    const turn = ++this.turn;
    const x = this.pad?.observation() ?? null;
    this.drawn = x;
    if (!x) this.encoded = this.panes.map(() => null);
    else {
      const encoders = await Promise.all(this.panes.map(({ model }) => model.encoder())).catch(this.all.fail);
      if (!encoders || turn !== this.turn || this.closed) return;
      this.encoded = encoders.map((encoder, k) => {
        const { mu, logVar } = encoder.encode(x, this.panes[k].model.info.conditional ? this.chosen.label : null);
        return { z: mu.slice(), std: logVar ? Float32Array.from(logVar, (v) => Math.exp(0.5 * v)) : null };
      });
    }
    this.rounds.moved(this.under);
  }

  /** What is told below the maps. */
  tell() {
    const { tell } = this.chosen;
    const mine = { tell };
    this.telling = mine;
    this.trails = [];
    this.told.replaceChildren();
    this.maps.redraw();
    const stale = () => this.closed || this.telling !== mine;
    const [a, b] = this.panes;
    if (tell === "trails" && this.panes.length === 2)
      differencesOf(a, b, this.titles, this.all.data.seeds).then(({ element, trails }) => {
        if (stale()) return;
        this.trails = trails;
        this.told.replaceChildren(element);
        this.maps.redraw();
      }, this.all.fail);
    if (tell === "clouds")
      cloudsOf(
        this.panes,
        this.titles,
        this.facts.map(({ bandwidth }) => bandwidth),
        stale,
      ).then((element) => element && !stale() && this.told.replaceChildren(element), this.all.fail);
  }

  /** D shows the difference, and again the copies. @param {KeyboardEvent} event */
  key(event) {
    const typing = event.target instanceof HTMLElement && event.target.closest(TYPING);
    if (event.key !== "d" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    const at = this.chosen.shows === "copy" ? 1 : 0;
    const group = this.bar.element.querySelector(`[aria-label="${t("side.shows")}"]`);
    /** @type {HTMLElement | undefined} */ (group?.querySelectorAll("button")[at])?.click();
  }

  write() {
    const state = written(this.chosen);
    if (this.zoom) state.zoom = this.zoom.map((value) => value.toFixed(3)).join(",");
    this.all.write(state);
  }

  close() {
    this.closed = true;
    document.removeEventListener("keydown", this.onkey);
    this.rounds.close();
    this.maps.close();
  }
}

/** @param {string | undefined} text @returns {number[] | null} */
function zoomOf(text) {
  const numbers = (text ?? "").split(",").map(Number);
  return numbers.length === 3 && numbers.every(Number.isFinite) && numbers[2] > 0 ? numbers : null;
}

/** Draws from N(0, I), `[points, 2]`. */
function drawCloud() {
  const uniform = seeded(CLOUD_SEED);
  return Float32Array.from({ length: 2 * CLOUD_POINTS }, () => gaussian(uniform));
}
