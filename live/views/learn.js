// @ts-check
// Learn: what to train in the page itself: images and kind as pictures, and how long. Whoever shows it begins the training.
import { Collecting } from "../parts/collecting/collecting.js";
import { DrawingMaker } from "../parts/collecting/drawing_maker.js";
import { StoredAlbum } from "../parts/collecting/kept_album.js";
import { button, h, toggles } from "../parts/dom.js";
import { themeOf } from "../parts/theme.js";
import { DRAWN, LEAST, learntOf, planOf } from "../trainer/drawn.js";
import { roughly, secondsOf } from "../trainer/pace.js";
import { duration, t } from "../words/words.js";

/**
 * @typedef {import("../contract.js").LearnData} LearnData
 * @typedef {import("../contract.js").LearnCommand} LearnCommand
 * @typedef {{data: LearnData, command: (command: LearnCommand) => void, region: HTMLElement, host: HTMLElement}} LearnPane
 * @typedef {import("../engine/album.js").Album} Album
 * @typedef {{data: string, kind: string, recipe: string, latent: number}} Choice
 */

/** @type {import("../parts/collecting/collecting.js").Door} */
const DOOR = { name: "draw", maker: DrawingMaker, kept: StoredAlbum };
const IDLE_MS = 600, // the form is there first
  LATENTS = [1, 2, 3, 5, 10],
  MEGABYTE = 1e6;

/** A size as people say it. @param {number} bytes */
function sizeText(bytes) {
  if (bytes >= MEGABYTE) return t("take.megabytes", { value: bytes / MEGABYTE });
  return t("take.kilobytes", { value: bytes / 1000 });
}

/** What the address names, as far as there is such; else the first. @param {LearnData} data @returns {Choice} */
export function firstChoice({ sets, kinds, recipes, state }) {
  const named = (
    /** @type {{name: string}[]} */ rows,
    /** @type {string | undefined} */ name,
    /** @type {string} */ usual,
  ) => [name, usual].find((one) => rows.some((row) => row.name === one)) ?? rows[0]?.name ?? DRAWN;
  const latent = Number(state.latent);
  return {
    data: state.data === DRAWN ? DRAWN : named(sets, state.data, "digits"),
    kind: named(kinds, state.family, "vae"),
    recipe: named(recipes, state.recipe, "quick"),
    latent: LATENTS.includes(latent) ? latent : 2,
  };
}

/** @param {LearnPane} pane @returns {import("../contract.js").View} */
export function create(pane) {
  const form = new Form(pane);
  return { element: form.element, close: () => form.close() };
}

class Form {
  /** @param {LearnPane} pane */
  constructor(pane) {
    const { data } = pane;
    this.pane = pane;
    this.choice = firstChoice(data);
    this.sets = h("div", {});
    this.kinds = h("div", {});
    this.pad = h("div", { hidden: true });
    /** @type {Collecting | null} once someone wants to draw */
    this.drawing = null;
    this.about = h("p", { class: "lv-quiet" });
    this.takes = h("p", { class: "lv-quiet", role: "status" });
    /** @type {import("../trainer/pace.js").Pace | null} once it is known */
    this.pace = null;
    this.timer = setTimeout(() => this.time(), IDLE_MS);
    this.start = button(t("learn.start"), () => this.begin(), { class: "lv-button lv-strong" });
    this.problem = h("p", { class: "lv-problem", role: "alert", hidden: !data.problem }, data.problem);
    this.element = h(
      "div",
      { class: "lv-learn-form" },
      h(
        "section",
        {},
        this.problem,
        this.sets,
        this.pad,
        this.kinds,
        ...this.rest(),
        h("div", { class: "lv-bar" }, this.start),
        this.about,
        this.takes,
      ),
      h(
        "section",
        {},
        this.before(),
        this.films(),
        h("p", { class: "lv-quiet" }, t("learn.here")),
        h("p", { class: "lv-quiet" }, t("learn.lacks")),
      ),
    );
    this.show();
  }

  /** How long, and how many numbers. */
  rest() {
    const { recipes } = this.pane.data;
    const names = recipes.map(({ name }) => name);
    const row = (
      /** @type {string} */ label,
      /** @type {string[]} */ texts,
      /** @type {number} */ on,
      /** @type {(i: number) => void} */ pick,
    ) => toggles({ label, names: texts, on: new Set([on]), single: true, onchange: ([i]) => pick(i) }).element;
    const titles = recipes.map(({ title }) => title);
    const recipe = row(t("train.recipe"), titles, names.indexOf(this.choice.recipe), (i) =>
      this.choose({ recipe: names[i] }),
    );
    const latents = LATENTS.map(String);
    const latent = row(t("train.latent"), latents, LATENTS.indexOf(this.choice.latent), (i) =>
      this.choose({ latent: LATENTS[i] }),
    );
    return [labelled(t("train.recipe"), recipe), labelled(t("train.latent"), latent)];
  }

  /** @param {Partial<Choice>} change */
  choose(change) {
    this.choice = { ...this.choice, ...change };
    this.show();
  }

  /** How fast this computer is may take a second to tell. */
  async time() {
    this.pace = await this.pane.data.pace();
    this.show();
  }

  close() {
    clearTimeout(this.timer);
    this.drawing?.close();
  }

  /** How long it will take. @param {import("../contract.js").LearnPlan} plan @param {number} epochs @param {number} train images @param {number} test images */
  estimate({ work }, epochs, train, test) {
    const seconds = this.pace && train ? secondsOf(this.pace, { work, epochs, train, test }) : null;
    this.takes.textContent = seconds === null ? "" : t("learn.takes", { time: duration(roughly(seconds)) });
  }

  /** Once: the images may take a moment to come. */
  begin() {
    this.start.disabled = true;
    this.pane.command({ learn: this.choice });
  }

  show() {
    const { data, host } = this.pane,
      { sets, kinds, pictures, palette } = data;
    const isDrawn = this.choice.data === DRAWN;
    const maps = isDrawn ? {} : pictures[this.choice.data].maps,
      tone = themeOf(host, palette).dark ? "dark" : "light";
    const setCards = sets.map(({ name, title }) => ({ name, title, picture: pictures[name].draws, line: "" }));
    setCards.push({ name: DRAWN, title: t("learn.drawings"), picture: null, line: t("learn.drawings.line") });
    const kindCards = kinds.map(({ name, title }) => ({
      name,
      title,
      picture: maps[name]?.[tone] ?? null,
      line: t(`kind.${name}`),
    }));
    this.sets.hidden = !sets.length; // drawings are all that there is
    replaceCards(this.sets, t("train.data"), setCards, this.choice.data, (name) => this.choose({ data: name }));
    replaceCards(this.kinds, t("train.family"), kindCards, this.choice.kind, (name) => this.choose({ kind: name }));
    this.pad.hidden = !isDrawn;
    if (isDrawn) this.draw();
    else this.tell();
  }

  /** What the chosen images are, and how often they are seen. */
  tell() {
    const { data } = this.choice;
    const set = /** @type {LearnData["sets"][number]} */ (this.pane.data.sets.find(({ name }) => name === data));
    const { train_count: train, test_count: test } = set.record,
      plan = this.pane.data.plans[data][this.choice.kind][this.choice.recipe],
      { epochs } = plan.training;
    this.start.disabled = false;
    this.estimate(plan, epochs, train, test);
    this.about.textContent = t("learn.about", { train, test, epochs, size: sizeText(set.bytes) });
  }

  /** The pad, and what there is on it by now. */
  draw() {
    const { data, host, region } = this.pane;
    if (!this.drawing) {
      const around = { show: (/** @type {Album} */ album) => this.tellDrawn(album), told: t("learn.drawings.kept") };
      this.drawing = new Collecting(DOOR, themeOf(host, data.palette).colour, region, around);
      this.pad.append(this.drawing.element);
    }
    this.tellDrawn(this.drawing.album);
  }

  /** @param {Album} album */
  tellDrawn(album) {
    const count = album.items.length,
      train = learntOf(album);
    this.start.disabled = count < LEAST;
    const { kind, recipe } = this.choice;
    const plan = this.pane.data.drawn[kind][recipe];
    const { epochs } = planOf(plan, Math.max(1, train), album.names.length).training;
    this.estimate(plan, epochs, count < LEAST ? 0 : train, count - train);
    this.about.textContent =
      count < LEAST
        ? t("learn.drawings.few", { count: LEAST - count })
        : t("learn.about.drawn", { train, test: count - train, epochs });
  }

  /** What was trained here before. */
  before() {
    const { data, command } = this.pane;
    const rows = data.trained.map(({ id, title }) =>
      h(
        "li",
        {},
        h("a", { href: `./train?model=${id}` }, title),
        button(t("learn.forget"), () => command({ forget: id }), {
          class: "lv-chip",
          "aria-label": t("learn.forget.one", { title }),
        }),
      ),
    );
    const goOn = button(t("learn.go_on", { title: data.unfinished }), () => command({ goOn: true }));
    return h(
      "div",
      { class: "lv-learn-before" },
      h("p", { class: "lv-label" }, t("learn.before")),
      data.unfinished ? goOn : null,
      data.goes ? h("p", { class: "lv-quiet" }, t("learn.goes", { title: data.goes })) : null,
      rows.length ? h("ul", {}, ...rows) : null,
      rows.length || data.unfinished ? null : h("p", { class: "lv-quiet" }, t("learn.none")),
    );
  }

  /** Trainings that came with the page. */
  films() {
    const { films } = this.pane.data;
    const rows = films.map(({ id, title }) => h("li", {}, h("a", { href: `./train?model=${id}` }, title)));
    if (!rows.length) return null;
    return h(
      "div",
      { class: "lv-learn-before" },
      h("p", { class: "lv-label" }, t("learn.films")),
      h("ul", {}, ...rows),
    );
  }
}

/** @param {string} label @param {HTMLElement} element */
function labelled(label, element) {
  return h("div", { class: "lv-learn-row" }, h("span", { class: "lv-label" }, label), element);
}

/**
 * Pictures of which one is chosen; the one that had the focus keeps it.
 * @param {HTMLElement} place @param {string} label
 * @param {{name: string, title: string, picture: string | null, line: string}[]} cards @param {string} chosen @param {(name: string) => void} pick
 */
function replaceCards(place, label, cards, chosen, pick) {
  const focused = place.contains(document.activeElement);
  const made = cards.map(({ name, title, picture, line }) =>
    h(
      "button",
      { type: "button", class: "lv-learn-card", "aria-pressed": name === chosen, onclick: () => pick(name) },
      picture ? h("img", { src: picture, alt: "", width: 96, height: 96 }) : h("span", { class: "lv-learn-blank" }),
      h("b", {}, title),
      line ? h("small", {}, line) : null,
    ),
  );
  const row = h("div", { class: "lv-learn-cards", role: "group", "aria-label": label }, ...made);
  place.replaceChildren(h("p", { class: "lv-label" }, label), row);
  if (focused) made.find((card) => card.getAttribute("aria-pressed") === "true")?.focus();
}
