// @ts-check
// The address bar follows the view, and the server hears of it once the hand rests: while something moves, nothing is
// sent. Knows timers and the page's history; knows no view.

// Safari throws from the hundredth change of an address within 30 seconds on
const WRITE_MS = 350,
  REST_MS = 300;

export class Address {
  /**
   * @param {Record<string, string>} names what the address holds beside the view's state: model and plane
   * @param {(state: Record<string, string>) => void} send to the server
   * @param {{write?: (query: string) => void, rest?: number}} [options]
   */
  constructor(names, send, { write = replaceQuery, rest = REST_MS } = {}) {
    this.names = names;
    this.send = send;
    this.write = write;
    this.rest = rest;
    /** @type {Record<string, string> | null} */
    this.state = null;
    this.sent = "";
    this.writing = this.resting = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  }

  /** The state has changed. @param {Record<string, string>} state */
  set(state) {
    this.state = state;
    this.writing ??= setTimeout(() => this.show(), WRITE_MS);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.flush(), this.rest);
  }

  show() {
    this.writing = undefined;
    if (this.state) this.write(queryOf({ ...this.names, ...this.state }));
  }

  /** Tells the server now. */
  flush() {
    clearTimeout(this.resting);
    clearTimeout(this.writing);
    if (!this.state) return;
    this.show();
    const text = JSON.stringify(this.state);
    if (text === this.sent) return;
    this.sent = text;
    this.send(this.state);
  }

  /** Ends without sending: the page is going, and a message from a view that is gone would come back as an error. */
  close() {
    clearTimeout(this.resting);
    clearTimeout(this.writing);
    this.state = null;
  }
}

/**
 * The query as Python's urlencode writes it, so that the server, which writes the same, finds nothing to change.
 * @param {Record<string, string>} values
 */
export function queryOf(values) {
  return new URLSearchParams(values).toString();
}

/**
 * @typedef {object} Bar where the views of a page write what they show
 * @property {() => string} read what it says, as `location.search` does
 * @property {(query: string) => void} write
 * @property {() => void} moved it says something else, and the view is to be built anew
 */

/** @type {Bar} the browser's own, unless somebody names another */
let bar = {
  read: () => location.search,
  write: (query) => history.replaceState(history.state, "", `${location.pathname}?${query}${location.hash}`),
  moved: () => dispatchEvent(new PopStateEvent("popstate")),
};

/** A cell of a notebook has no address of its own: its views write elsewhere. @param {Bar} other */
export function writeInto(other) {
  bar = other;
}

/** @param {string} query */
function replaceQuery(query) {
  bar.write(query);
}

/** Makes the server show the page at an address that says something else, as a link would; no step of its own in the history. An empty text takes a name out. @param {Record<string, string>} changes */
export function visit(changes) {
  const query = new URLSearchParams(bar.read());
  for (const [name, value] of Object.entries(changes)) value ? query.set(name, value) : query.delete(name);
  bar.write(query.toString());
  bar.moved();
}
