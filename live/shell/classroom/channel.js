// @ts-check
// A browser's line to its class: a socket that comes back by itself, and questions every two seconds where sockets are
// blocked. Secrets go into messages, never into an address. Knows the server's addresses; knows no page.

/**
 * @typedef {import("./goal.js").State} State
 * @typedef {import("./goal.js").Me} Me
 * @typedef {import("../../parts/gathered.js").News} Drawings
 * @typedef {import("./goal.js").Lesson} Lesson
 * @typedef {{state?: State, point?: number[], me?: Me, lesson?: Lesson, drawings?: Drawings, refused?: string,
 *   ended?: boolean}} News
 * @typedef {{token: string, key: string, watches: number | null}} Hello who comes: a pupil who was here before, a
 *   teacher, or "" for each; how many entries of its drawings a wall has
 * @typedef {{hello: () => Hello, hear: (news: News) => void, away: (isAway: boolean) => void}} Ears
 * @typedef {{Socket?: typeof WebSocket, ask: typeof fetch, random: () => number}} World what a test puts in their place
 */

const POLL_MS = 2000,
  FIRST_MS = 250,
  MOST_MS = 6000,
  SILENT_MS = 8000, // after something that the server answers
  TRIES = 2, // sockets that never opened, before it asks instead: once, and if a third fails too,
  POLLS = 10, // so often before each further one
  FINAL = [4403, 4404, 4410]; // close codes of ui/classroom/channel.py after which nobody need come again

/** How long to wait before another try: longer each time, and for each pupil another time. @param {number} attempt @param {number} random from 0 to 1 */
export function delayOf(attempt, random) {
  return Math.min(MOST_MS, FIRST_MS * 2 ** attempt) * (0.5 + random);
}

export class Channel {
  /** @param {string} base the address `class/CODE` @param {Ears} ears @param {World} [world] */
  constructor(base, ears, world = { Socket: globalThis.WebSocket, ask: fetch.bind(globalThis), random: Math.random }) {
    this.base = base;
    this.ears = ears;
    this.world = world;
    this.attempt = 0; // tries since it last heard something
    this.blocked = 0; // sockets that never opened, one after the other
    this.polls = 0; // before the next socket
    this.closed = false;
    this.isThere = false;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {string[]} */
    this.waiting = [];
    this.timer = this.silence = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
    this.next();
  }

  /** Says something, now or as soon as there is a line; nothing is kept for a server that is away. @param {Record<string, unknown>} what */
  say(what) {
    if (!this.isThere) return;
    this.waiting.push(JSON.stringify({ say: what }));
    if (this.socket) this.flush();
    else this.later(0);
  }

  /** Says what the server answers: a line on which nothing comes then is dead, though nobody has closed it. @param {Record<string, unknown>} what */
  ask(what) {
    this.say(what);
    clearTimeout(this.silence);
    if (this.socket && this.isThere) this.silence = setTimeout(() => this.drop(), SILENT_MS);
  }

  /** The network is gone, of which a socket hears nothing for minutes: another one is tried. */
  drop() {
    const { socket } = this;
    if (!socket) return;
    this.socket = null;
    socket.close();
    this.lost();
  }

  /** Says by the socket what waits. */
  flush() {
    if (this.socket?.readyState !== 1) return;
    for (const text of this.waiting.splice(0)) this.socket.send(text);
  }

  /** Another try at once, for the network is back. */
  hurry() {
    if (!this.isThere) this.later(0);
  }

  /** A socket, unless those are blocked. */
  next() {
    if (this.closed || this.socket) return;
    const { Socket } = this.world;
    if (Socket && (this.blocked < TRIES || this.polls <= 0)) this.connect(Socket);
    else void this.poll();
  }

  /** @param {typeof WebSocket} Socket */
  connect(Socket) {
    let opened = false;
    const socket = new Socket(`${this.base.replace(/^http/, "ws")}/live`);
    this.socket = socket;
    socket.addEventListener("open", () => {
      opened = true;
      this.blocked = 0;
      socket.send(JSON.stringify(this.ears.hello()));
    });
    socket.addEventListener("message", ({ data }) => {
      if (this.socket !== socket) return; // it was given up
      this.hear(JSON.parse(data));
      this.flush();
    });
    socket.addEventListener("close", ({ code }) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (!opened) this.blocked++;
      this.polls = this.blocked > TRIES ? POLLS : 1;
      if (FINAL.includes(code)) this.close();
      else if (this.blocked > TRIES) this.later(0);
      else this.lost();
    });
  }

  /** Asks once what is new, and says what waits. */
  async poll() {
    this.polls--;
    const message = this.waiting.shift() ?? "";
    try {
      const body = JSON.stringify({ hello: this.ears.hello(), message });
      const answer = await this.world.ask(this.base, { method: "POST", body, cache: "no-store" });
      if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
      const news = /** @type {News} */ (await answer.json());
      if (this.closed) return;
      this.hear(news);
      if (news.ended || [403, 404].includes(answer.status)) this.close();
      else this.later(this.waiting.length ? 0 : POLL_MS);
    } catch {
      this.waiting = [];
      this.blocked = 0; // nobody answers at all, which says nothing of sockets
      this.lost();
    }
  }

  /** @param {string} message */
  last(message) {
    const body = JSON.stringify({ hello: this.ears.hello(), message });
    this.world.ask(this.base, { method: "POST", body, cache: "no-store", keepalive: true }).catch(() => {});
  }

  /** @param {News} news */
  hear(news) {
    this.attempt = 0;
    clearTimeout(this.silence);
    if (!this.isThere && !news.refused) this.there(true);
    this.ears.hear(news);
  }

  lost() {
    clearTimeout(this.silence);
    this.there(false);
    this.later(delayOf(this.attempt++, this.world.random()));
  }

  /** @param {boolean} isThere */
  there(isThere) {
    if (this.isThere === isThere || this.closed) return;
    this.isThere = isThere;
    this.ears.away(!isThere);
  }

  /** @param {number} ms */
  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.next(), ms);
  }

  /** What still waits to be said where sockets are blocked is said, though the page goes elsewhere. */
  close() {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    if (!this.socket && this.isThere) for (const message of this.waiting.splice(0)) this.last(message);
    this.socket?.close();
    this.socket = null;
  }
}
