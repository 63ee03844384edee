// @ts-check
// What stands under the page in a class: a pupil's question, and the teacher's bar. They say what was pressed; what comes of
// it they hear. Knows elements and lessons; knows no line and no address.
import { h, write } from "../../parts/dom.js";
import { t } from "../../words/words.js";
import { plain, questionOf, told, withUnit } from "../lesson_parts.js";
import { inline, markdown } from "../markdown.js";
import { askOf, isOpen } from "./goal.js";
import { barsOf, rowsOf, sketchesOf } from "./votes.js";

/**
 * @typedef {import("./goal.js").State} State
 * @typedef {import("./goal.js").Me} Me
 * @typedef {import("./goal.js").Lesson} Lesson
 * @typedef {import("./goal.js").Ask} Ask
 * @typedef {import("./goal.js").Answer} Answer
 * @typedef {object} Seen what a panel shows
 * @property {State} state
 * @property {Me} me
 * @property {Lesson | null} lesson
 * @property {Answer | null} sent an answer that is on its way
 * @property {string} note a sentence on what just went wrong, or ""
 * @property {number} [waiting] drawings that are on their way
 * @property {number} [own] drawings of this pupil that can be found on a map
 * @property {boolean} [finds] whether they are shown there
 */

/** A colour for each name in the catalogue, on light and dark. */
export const COLOURS = [
  "#e03131",
  "#e8590c",
  "#f08c00",
  "#5c940d",
  "#2f9e44",
  "#099268",
  "#0c8599",
  "#1971c2",
  "#4263eb",
  "#7048e8",
  "#ae3ec9",
  "#8d5a3b",
];

/** The question of a class without a lesson: a place of the map. @returns {Ask} */
const anywhere = () => ({ kind: "pin", text: t("classroom.pin.ask"), truth: [], within: 0 });

/** What is asked now, if anything is. @param {Seen} seen @returns {Ask | null} */
export function asked({ state, lesson }) {
  if (!state.asks) return null;
  return state.lesson ? askOf(state, lesson) : anywhere();
}

/** Caption and question; the caption makes room for the votes. @param {Seen} seen */
function texts(seen) {
  const ask = asked(seen),
    caption = seen.lesson?.steps[seen.state.step - 1]?.caption;
  return [
    ...(caption && !seen.state.shown ? markdown(caption) : []),
    ask && h("p", { class: "lp-lesson-ask" }, ...inline(ask.text)),
  ];
}

/** The votes, once they are shown; pins are on the map. @param {Seen} seen */
function votes(seen) {
  const ask = asked(seen),
    { rounds, revealed } = seen.state;
  if (!ask || !rounds) return null;
  const rows = rowsOf(ask, rounds);
  if (ask.kind === "draw" && rows)
    return h("div", { class: "lp-drawn-votes" }, barsOf(rows, revealed), sketchesOf(seen.state.sketches ?? []));
  return rows
    ? barsOf(rows, revealed, ask.kind === "number")
    : h("p", {}, t("classroom.pins", { count: rounds.at(-1)?.length ?? 0 }));
}

/** The text of the truth. @param {Seen} seen */
function truth(seen) {
  const { state, lesson, me } = seen,
    ask = asked(seen),
    reveal = lesson?.steps[state.step - 1]?.reveal;
  if (!ask || !state.revealed || !reveal) return null;
  const answer = me.answer ?? null;
  return h(
    "div",
    { class: "lp-wrong" },
    answer === null ? null : h("b", {}, outcome(ask, answer)),
    ...markdown(reveal.text),
  );
}

/** What a pupil's answer was, and how right it is. @param {Ask} ask @param {Answer} answer */
function outcome(ask, answer) {
  if (ask.kind !== "draw") return told(ask, /** @type {number | number[]} */ (answer));
  const { right } = /** @type {import("./goal.js").Sketch} */ (answer);
  return t(right ? "classroom.drawn.right" : "classroom.drawn.wrong", { truth: ask.truth });
}

/** What a pupil has answered, in words. @param {Ask} ask @param {Answer} answer */
function answerText(ask, answer) {
  switch (ask.kind) {
    case "choice":
      return ask.options[Number(answer)];
    case "number":
      return withUnit(Number(answer), ask.unit);
    case "order":
      return /** @type {number[]} */ (answer).map((place) => ask.items[place]).join(", ");
    case "pin":
      return t("classroom.pin");
    case "draw":
      return t("classroom.drawn");
  }
}

/** Who a pupil is here. @param {Me} me */
export function badge({ colour = 0, animal = 0 }) {
  const dot = h("span", { class: "lp-dot", "aria-hidden": "true" });
  dot.style.background = COLOURS[colour];
  const [shade, name] = [t(`classroom.colour.${colour}`), t(`classroom.animal.${animal}`)];
  return h("span", { class: "lp-badge" }, dot, t("classroom.me", { colour: shade, animal: name }));
}

export class PupilsPanel {
  /**
   * @param {HTMLElement} section @param {string} code
   * @param {{answer: (answer: import("../lesson_steps.js").Answer) => void, pin: () => void, leave: () => void,
   *   find: () => void, mine: () => void}} hands
   */
  constructor(section, code, hands) {
    this.hands = hands;
    this.drawn = "";
    this.again = false;
    this.who = h("span", {});
    this.text = h("div", { class: "lp-lesson-text", "aria-live": "polite" });
    this.find = plain(t("classroom.find"), hands.find);
    this.mine = plain(t("classroom.mine.find"), hands.mine);
    section.classList.remove("lp-draws");
    section.classList.add("lp-pupil");
    section.replaceChildren(
      h("p", { class: "lp-lesson-head" }, h("b", {}, t("classroom.title", { code })), " ", this.who),
      this.text,
      h("div", { class: "lp-lesson-ways" }, this.mine, this.find, plain(t("classroom.leave"), hands.leave)),
    );
  }

  /** @param {Seen} seen */
  show(seen) {
    const { state, me, sent, note, own = 0, finds = false } = seen;
    this.mine.hidden = !own;
    this.mine.setAttribute("aria-pressed", String(finds));
    const drawn = JSON.stringify([state, me, sent, note, seen.lesson?.title]);
    if (drawn === this.drawn) return; // a hand may be at its slider
    if (this.question !== `${state.step} ${state.round} ${JSON.stringify(me.answer)}`) this.again = false;
    this.question = `${state.step} ${state.round} ${JSON.stringify(me.answer)}`;
    this.drawn = drawn;
    this.find.hidden = state.pacing === "follow";
    this.who.replaceChildren(badge(me));
    const parts = [
      ...texts(seen),
      this.ask(seen),
      truth(seen), // before the votes, which are on the wall too
      votes(seen),
      note && h("p", { class: "lp-note" }, note),
    ];
    if (!asked(seen) || state.pacing === "free")
      parts.push(h("p", {}, t(state.pacing === "free" ? "classroom.free.now" : "classroom.follow.now")));
    this.text.replaceChildren(...parts.filter((part) => part instanceof HTMLElement));
  }

  /** The question's own elements, or what was answered. @param {Seen} seen */
  ask(seen) {
    const { state, me, sent } = seen,
      ask = asked(seen),
      answer = sent ?? me.answer ?? null;
    if (!ask || !isOpen(state)) return null;
    if (answer === null || this.again)
      return ask.kind === "pin"
        ? plain(t("lesson.pin"), this.hands.pin, "lp-primary")
        : questionOf(ask, this.hands.answer);
    const change = () => {
      this.again = true;
      this.drawn = "";
      this.show(seen);
    };
    return h(
      "div",
      { class: "lp-lesson-row" },
      h("span", {}, t(sent === null ? "classroom.answered" : "classroom.sending", { answer: answerText(ask, answer) })),
      plain(t("classroom.change"), change),
    );
  }
}

export class TeachersBar {
  /**
   * @param {HTMLElement} section @param {string} code
   * @param {{say: (what: Record<string, unknown>) => void, open: () => void, leave: () => void}} hands
   */
  constructor(section, code, hands) {
    this.say = hands.say;
    this.drawn = "";
    this.place = h("span", { class: "lp-lesson-place" });
    this.title = h("b", {});
    this.count = h("span", { class: "lp-lesson-place", role: "status" });
    this.text = h("div", { class: "lp-lesson-text" });
    this.note = h("p", { class: "lp-note", role: "alert" });
    /** @type {State | null} */
    this.state = null;
    /** @type {Lesson | null} */
    this.lesson = null;
    const press = (/** @type {Record<string, unknown>} */ what) => () => this.say(what);
    this.back = plain(t("lesson.back"), () => this.turn(-1));
    this.next = plain(t("lesson.next"), () => this.turn(1), "lp-primary");
    this.askPin = plain(t("classroom.ask"), press({ kind: "ask" }), "lp-primary");
    this.showVotes = plain(t("classroom.show"), () => this.say({ kind: "show", shown: !this.state?.shown }));
    this.again = plain(t("classroom.again"), press({ kind: "again" }));
    this.reveal = plain(t("classroom.reveal"), press({ kind: "reveal" }));
    this.free = plain(t("classroom.free"), () =>
      this.say({ kind: "pace", pacing: this.state?.pacing === "free" ? "follow" : "free" }),
    );
    this.eyes = plain(t("classroom.eyes"), () => this.say({ kind: "eyes", up: !this.state?.eyes }));
    section.classList.remove("lp-pupil", "lp-draws");
    section.replaceChildren(
      h("p", { class: "lp-lesson-head" }, this.title, this.place, this.count),
      this.text,
      h(
        "div",
        { class: "lp-lesson-ways" },
        ...[this.back, this.next, this.askPin, this.showVotes, this.reveal, this.again, this.free, this.eyes],
        plain(code, hands.open, "lp-class-code", t("classroom.code")),
        endButton(() => this.say({ kind: "end" })),
      ),
      this.note,
    );
  }

  /** @param {Seen} seen */
  show(seen) {
    const { state, lesson, note } = seen;
    this.state = state;
    this.lesson = lesson;
    const { members = 0, votes: given = 0 } = state;
    write(this.title, lesson?.title ?? t("classroom.bare"));
    write(this.place, lesson ? t("lesson.step", { step: state.step, steps: lesson.steps.length }) : "");
    write(
      this.count,
      state.asks && members
        ? t("classroom.votes", { votes: given, count: members })
        : t("classroom.here", { count: members }),
    );
    write(this.note, state.kept === false ? t("classroom.not_kept") : note);
    this.note.hidden = !this.note.textContent;
    this.buttons(state, lesson);
    const drawn = JSON.stringify([state.step, state.asks, state.revealed, state.rounds, state.sketches, lesson?.title]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const parts = [...texts(seen), this.options(seen), votes(seen), truth(seen)];
    this.text.replaceChildren(...parts.filter((part) => part instanceof HTMLElement));
  }

  /** @param {State} state @param {Lesson | null} lesson */
  buttons(state, lesson) {
    this.back.hidden = this.next.hidden = !lesson;
    this.askPin.hidden = Boolean(state.lesson) || isOpen(state);
    this.back.disabled = state.step === 1;
    this.next.disabled = state.step === lesson?.steps.length;
    for (const button of [this.showVotes, this.reveal, this.again]) button.hidden = !state.asks;
    this.reveal.disabled = this.again.disabled = state.revealed;
    write(this.reveal, t(state.lesson ? "classroom.reveal" : "classroom.close"));
    this.showVotes.setAttribute("aria-pressed", String(state.shown));
    this.free.setAttribute("aria-pressed", String(state.pacing === "free"));
    this.eyes.setAttribute("aria-pressed", String(state.eyes));
  }

  /** The options, before anybody sees how many chose them. @param {Seen} seen */
  options(seen) {
    const ask = asked(seen);
    if (ask?.kind !== "choice" || seen.state.rounds) return null;
    return h("ol", { class: "lp-options" }, ...ask.options.map((text) => h("li", {}, text)));
  }

  /** To the next step or the one before. @param {number} way */
  turn(way) {
    const step = (this.state?.step ?? 0) + way;
    if (this.lesson && step >= 1 && step <= this.lesson.steps.length) this.say({ kind: "go", step });
  }

  /** What a clicker's one key does: the votes, then the truth, then the next step. */
  forward() {
    const { state } = this;
    if (!state) return;
    if (isOpen(state)) this.say(state.shown ? { kind: "reveal" } : { kind: "show", shown: true });
    else this.turn(1);
  }
}

/** A button that is pressed twice; who goes elsewhere has not meant it. @param {() => void} act */
function endButton(act) {
  let isSure = false;
  const sure = (/** @type {boolean} */ on) => {
    isSure = on;
    write(button, t(on ? "classroom.end.sure" : "classroom.end"));
  };
  const button = plain(t("classroom.end"), () => (isSure ? act() : sure(true)));
  button.addEventListener("blur", () => sure(false));
  return button;
}
