// @ts-check
// A browser in a class, as a pupil, as the teacher's wall or as the teacher's remote: hears what is so, shows it, goes where
// it belongs, and says what a hand does. Knows the line, the panels and the page's address.
import { h } from "../../parts/dom.js";
import { gathered } from "../../parts/gathered.js";
import { lead, listen, showPins } from "../../parts/led.js";
import { styled } from "../../parts/styled.js";
import { loadWords, t } from "../../words/words.js";
import { plain } from "../lesson_parts.js";
import { lessonOf } from "../lesson_source.js";
import { readSticky } from "../sticky.js";
import { Channel } from "./channel.js";
import { showCode } from "./dialogs.js";
import { addressIn, addressOfStep, askOf, goalOf, isOpen, pointOf, truthOf, viewOf, wayTo } from "./goal.js";
import { forget, recall, remember } from "./memory.js";
import { OwnDrawings } from "./own_drawings.js";
import { asked, PupilsPanel, TeachersBar } from "./panels.js";
import { sketchOf } from "./sketch.js";

/**
 * @typedef {import("./goal.js").State} State
 * @typedef {import("./goal.js").Answer} Answer
 * @typedef {object} Ways what of the page a class needs
 * @property {(url: string) => void} visit
 * @property {() => boolean} isReady whether somebody listens to that
 * @property {() => void} leave takes the class out of the address
 * @property {() => void} retype asks for another code
 * @property {() => void} unhide what a step leaves out
 * @typedef {object} Begun a class that its teacher has just begun
 * @property {string | null} wall where the wall goes of one without a lesson; null for where it is
 * @property {Record<string, unknown> | null} says what is said in it first
 */

const REST_MS = 300, // after which the wall's address is told
  POINT_MS = 100,
  READY_MS = 100,
  DECIMALS = 1000,
  MOST_VIEW = 1500; // characters; ui/classroom/messages.py takes no longer one

/** A code as it is sent. @param {number[]} z */
const rounded = (z) => z.map((value) => Math.round(value * DECIMALS) / DECIMALS);

export class Visit {
  /** @param {HTMLElement} section @param {string} code @param {Ways} ways @param {Begun | null} begun */
  constructor(section, code, ways, begun) {
    this.section = section;
    this.code = code;
    this.ways = ways;
    this.begun = begun;
    this.memory = recall(code);
    this.drawings = new OwnDrawings(code, (what) => this.channel?.ask(what));
    /** @type {typeof import("./drawing_panel.js").DrawingPanel | null} fetched with the first that is asked for */
    this.Draws = null;
    /** @type {State | null} */
    this.state = null;
    /** @type {import("./goal.js").Me | null} */
    this.me = null;
    /** @type {import("./goal.js").Lesson | null} */
    this.lesson = null;
    /** @type {{step: number, round: number, value: Answer} | null} an answer that is not yet safe with the server */
    this.sent = null;
    /** @type {number[]} */
    this.hand = [];
    this.note = this.at = this.told = "";
    this.timers = { view: 0, point: 0, ready: 0 };
    /** @type {PupilsPanel | TeachersBar | import("./drawing_panel.js").DrawingPanel | null} */
    this.panel = null;
    this.closed = false;
    this.eyes = h("div", { class: "lp-eyes", role: "alert", hidden: true });
    document.body.append(this.eyes);
    this.listening = listen((z) => this.moves(z));
    this.online = () => this.channel?.hurry();
    this.offline = () => this.channel?.drop();
    window.addEventListener("online", this.online);
    window.addEventListener("offline", this.offline);
    /** @type {Channel | null} */
    this.channel = null;
    void this.enter();
  }

  async enter() {
    const layer = readSticky(location.search).words === "field" ? "field" : "simple";
    await loadWords(new URL("../../words/en.json", import.meta.url), { locale: document.documentElement.lang, layer });
    if (this.closed) return;
    const base = new URL(`class/${this.code}`, location.href);
    this.channel = new Channel(base.href, {
      hello: () => ({
        token: this.memory.token,
        key: this.memory.key,
        watches: this.memory.key ? gathered.watched : null,
      }),
      hear: (news) => void this.hear(news),
      away: (isAway) => this.away(isAway),
    });
  }

  /** @param {import("./channel.js").News} news */
  async hear({ state, point, me, lesson, drawings, refused, ended }) {
    if (ended) return this.over(t("classroom.ended"));
    const isGone = refused === "unknown" || refused === "damaged"; // it was there before, for who has seen it
    if (refused && (isGone || (!this.state && !state)))
      return this.over(
        this.state && isGone ? t("classroom.ended") : t(`classroom.refused.${refused}`, { code: this.code }),
      );
    this.note = refused ? t(`classroom.refused.${refused}`, { code: this.code }) : "";
    if (refused) {
      this.sent = null;
      this.drawings.refused();
    }
    if (me) this.is(me);
    this.lesson = lesson ?? this.lesson;
    if (state) {
      this.state = state;
      await this.prepare(state);
    }
    if (this.closed) return;
    if (drawings) gathered.hear(drawings);
    this.draw();
    this.go();
    if (this.state?.labels && this.me?.teaches === false) this.drawings.send();
    if (point && this.follows()) lead(point);
  }

  /** @param {import("./goal.js").Me} me */
  is(me) {
    this.me = me;
    this.drawings.heard(me.drawn ?? 0);
    if (me.token && me.token !== this.memory.token) this.memory = remember(this.code, { token: me.token });
    if (this.sent && JSON.stringify(me.answer) === JSON.stringify(this.sent.value)) this.sent = null;
  }

  /** Fetches what the state needs. @param {State} state */
  async prepare({ lesson, labels }) {
    if (lesson && !this.lesson) this.lesson = await lessonOf(lesson, []).catch(() => null);
    if (!labels || this.Draws || this.me?.teaches) return;
    const [{ DrawingPanel }] = await Promise.all([
      import("./drawing_panel.js"),
      styled(new URL("../../views/collect.css", import.meta.url)),
    ]);
    this.Draws = DrawingPanel;
  }

  /** Whether the teacher's hand leads this page. */
  follows() {
    const { state, me } = this;
    return state !== null && me?.teaches === false && state.pacing === "follow" && !isOpen(state);
  }

  get isWall() {
    return this.me?.teaches === true && !this.memory.remote;
  }

  draw() {
    const { state, me, lesson, note } = this;
    if (!state || !me) return;
    if (!this.panel) this.start(me.teaches);
    if (!me.teaches) this.exchange(Boolean(state.labels));
    this.section.setAttribute("aria-label", lesson?.title ?? t("classroom.title", { code: this.code }));
    this.panel?.show({
      ...{ state, me, lesson, note },
      sent: this.sent && isOpen(state) ? this.sent.value : null,
      waiting: this.drawings.waiting,
      own: this.drawings.found,
      finds: this.drawings.isShown,
    });
    if (me.teaches) this.tellWall(state);
    this.pins();
    const up = state.eyes && !me.teaches;
    if (this.eyes.hidden === up) this.eyes.textContent = up ? t("classroom.eyes.up") : "";
    this.eyes.hidden = !up;
  }

  /** @param {boolean} teaches */
  start(teaches) {
    this.section.hidden = false;
    this.panel = teaches ? this.teachers() : this.pupils();
    if (!this.begun || !this.isWall) return;
    if (this.begun.says) this.channel?.say(this.begun.says);
    showCode(this.code, this.memory.key);
  }

  /** A pupil's panel is the pad while the class draws. @param {boolean} draws */
  exchange(draws) {
    const { Draws, panel } = this;
    const isPad = Draws !== null && panel instanceof Draws;
    if (isPad === draws) return;
    this.panel = draws && Draws ? new Draws(this.section, this.code, this.pad()) : this.pupils();
  }

  /** What the page's wall of drawings, if it has one, is told of the class. @param {State} state */
  tellWall({ labels = [] }) {
    gathered.teaches({ code: this.code, labels, say: (what) => this.channel?.say(what) });
  }

  pad() {
    /** @param {number} label @param {Uint8Array} levels */
    const give = (label, levels) => {
      this.drawings.give(label, this.state?.labels ?? [], levels);
      this.note = "";
      this.draw();
    };
    return { give, leave: () => this.leave() };
  }

  leave() {
    this.channel?.say({ kind: "leave" });
    forget(this.code);
    this.ways.leave();
  }

  teachers() {
    const { section, code } = this;
    return new TeachersBar(section, code, {
      say: (what) => this.channel?.say(what),
      open: () => showCode(code, this.memory.key),
      leave: () => this.ways.leave(),
    });
  }

  pupils() {
    return new PupilsPanel(this.section, this.code, {
      answer: (answer) => void this.commit(answer),
      pin: () => this.answer(rounded(pointOf(location.href) ?? this.hand)), // a view that nobody touched names none
      leave: () => this.leave(),
      mine: () => {
        this.drawings.show(!this.drawings.isShown);
        this.draw();
      },
      find: () => this.state && this.arrive(goalOf({ ...this.state, pacing: "follow" }, this.lesson, this.answered)),
    });
  }

  get answered() {
    return this.me?.answer ?? null;
  }

  /** @param {import("../lesson_steps.js").Answer} answer */
  async commit(answer) {
    const ask = this.state && askOf(this.state, this.lesson);
    this.answer(
      ask?.kind === "draw"
        ? await sketchOf(/** @type {import("../../contract.js").Drawn} */ (answer), ask.truth)
        : /** @type {number | number[]} */ (answer),
    );
  }

  /** @param {Answer} value */
  answer(value) {
    const { state } = this;
    if (!state) return;
    this.sent = { step: state.step, round: state.round, value: Array.isArray(value) ? [...value] : value };
    this.channel?.ask({ kind: "answer", ...this.sent });
    this.note = "";
    this.draw();
  }

  /** The pins of all on the map, where they are shown. */
  pins() {
    const { state, me, lesson } = this;
    if (!state || !me) return;
    const ask = asked({ state, me, lesson, sent: null, note: "" });
    const isPin = ask?.kind === "pin" && (state.rounds || state.revealed);
    const truth =
      state.revealed && ask?.kind === "pin" && ask.truth.length ? { z: ask.truth, within: ask.within } : null;
    showPins(isPin ? { pins: /** @type {number[][]} */ (state.rounds?.at(-1) ?? []), truth } : null);
  }

  /** The page goes where it belongs, if that is another place than before. */
  go() {
    const { state, lesson, me } = this;
    if (!state || !me || (me.teaches && !this.isWall)) return;
    if (this.isWall) return this.goOnWall(state);
    const goal = goalOf(state, lesson, this.answered);
    if (!goal || goal === this.at) return;
    const isDrawn = this.isDrawn(state);
    this.at = goal;
    if (isDrawn) this.ways.unhide();
    else this.arrive(goal);
  }

  /** Whether the truth of this step is told beside what a pupil has drawn, which is still on its pad. @param {State} state */
  isDrawn(state) {
    const { lesson, at } = this;
    const { ask, reveal } = lesson?.steps[state.step - 1] ?? {};
    if (!lesson || ask?.kind !== "draw" || !state.revealed || reveal?.view || state.view) return false;
    return at === addressOfStep({ ...state, revealed: false }, lesson, null);
  }

  /** The wall goes with the steps of a lesson; without one it leads from where it is. @param {State} state */
  goOnWall(state) {
    const { lesson, at: before } = this;
    this.at = `${state.step} ${state.revealed}`;
    if (this.at === before) return;
    if (!lesson) {
      if (!before) this.arrive(this.begun ? this.begun.wall : viewOf(location.href) ? null : `./${state.view}`);
      return this.moved();
    }
    const ask = askOf(state, lesson);
    this.arrive(state.view ? `./${state.view}` : addressOfStep(state, lesson, ask && truthOf(ask)));
  }

  /** @param {string | null} goal */
  arrive(goal) {
    clearTimeout(this.timers.ready);
    if (!goal || this.closed) return;
    const way = wayTo(location.href, goal);
    if (way === "here") return;
    const z = pointOf(new URL(goal, location.href).href);
    if (way === "point" && z && this.follows() && goal === `./${this.state?.view}`) return lead(z);
    if (this.ways.isReady()) this.ways.visit(addressIn(goal, location.href));
    else this.timers.ready = window.setTimeout(() => this.arrive(goal), READY_MS);
  }

  /** The address has changed: the wall tells where it is, once that rests. */
  moved() {
    clearTimeout(this.timers.view);
    if (!this.isWall || !this.state) return;
    this.timers.view = window.setTimeout(() => {
      const view = viewOf(location.href);
      if (view === this.told || view.length > MOST_VIEW) return;
      this.told = view;
      this.channel?.say({ kind: "view", view });
    }, REST_MS);
  }

  /** The view's hand is somewhere else. @param {ArrayLike<number>} z */
  moves(z) {
    this.hand = Array.from(z);
    if (!this.isWall || this.timers.point) return;
    const tell = () => {
      this.timers.point = 0;
      if (this.state && this.state.pacing === "follow" && !isOpen(this.state))
        this.channel?.say({ kind: "point", z: rounded(this.hand) });
    };
    this.timers.point = window.setTimeout(tell, POINT_MS);
  }

  /** A clicker's key. @param {number} way */
  turn(way) {
    if (!(this.panel instanceof TeachersBar)) return false;
    if (way > 0) this.panel.forward();
    else this.panel.turn(-1);
    return true;
  }

  /** @param {boolean} isAway */
  away(isAway) {
    this.section.toggleAttribute("data-away", isAway);
    this.drawings.again();
    if (isAway || !this.sent || !this.state) return;
    if (JSON.stringify(this.answered) !== JSON.stringify(this.sent.value))
      this.channel?.ask({ kind: "answer", ...this.sent });
  }

  /** It is over, or never began. @param {string} sentence */
  over(sentence) {
    forget(this.code);
    this.close();
    this.section.hidden = false;
    this.section.classList.remove("lp-pupil", "lp-draws");
    this.section.replaceChildren(
      h("p", { class: "lp-lesson-text", role: "alert" }, sentence),
      h(
        "div",
        { class: "lp-lesson-ways" },
        plain(t("classroom.join.other"), () => this.ways.retype()),
        plain(t("shell.close"), () => this.ways.leave()),
      ),
    );
  }

  close() {
    this.closed = true;
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    window.removeEventListener("online", this.online);
    window.removeEventListener("offline", this.offline);
    this.listening.close();
    this.channel?.close();
    this.eyes.remove();
    gathered.teaches(null);
    showPins(null);
    this.drawings.show(false);
    this.section.classList.remove("lp-draws");
    this.section.hidden = true;
    this.section.removeAttribute("data-away");
  }
}
