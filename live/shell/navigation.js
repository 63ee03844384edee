// @ts-check
// Switching pages without a reload, and a history in which each page is one step.
// Knows links and the browser's history; knows no page by name.
import { onlySticky, readSticky, withSticky } from "./sticky.js";

const LINKS = "a.lp-card-picture, a.lp-button, a.lp-link, .lp-places a, .lp-mark";

/**
 * Makes one step of each page: Streamlit pushes an entry when a page completes its own address, which would be a second
 * press of Back. Whatever is written keeps what goes along, see sticky.js. `moved` hears of each change.
 * @param {Window} window
 * @param {() => void} moved
 * @returns {{step: (url: string) => void, set: (name: string, text: string) => void}} `step` pushes an address, also of
 *   this page; `set` changes one thing that goes along, "" ends it
 */
export function saveSteps(window, moved) {
  const { history } = window;
  const push = history.pushState.bind(history),
    replace = history.replaceState.bind(history);
  let kept = readSticky(new URL(window.location.href).search);
  /** @type {(write: typeof push, along: typeof withSticky) => (state: unknown, unused: string, url?: string | URL | null) => void} */
  const keeping = (write, along) => (state, unused, url) => {
    write(state, unused, along(url ?? "", kept, window.location.href));
    look();
  };
  const look = () => {
    kept = readSticky(new URL(window.location.href).search);
    moved();
  };
  const step = keeping(push, withSticky);
  history.replaceState = keeping(replace, onlySticky);
  history.pushState = (state, unused, url) =>
    (isSamePlace(window.location.href, url) ? history.replaceState : step)(state, unused, url);
  window.addEventListener("popstate", look);
  return {
    step: (url) => step({}, "", url),
    set(name, text) {
      const url = new URL(window.location.href);
      if (text) url.searchParams.set(name, text);
      else url.searchParams.delete(name);
      replace(history.state, "", url.href);
      look();
    },
  };
}

/** Makes Streamlit run the page at the present address, as Back and Forward do. */
export function runPage() {
  dispatchEvent(new PopStateEvent("popstate"));
}

/**
 * Where an address of ours leads on a static host, where a place is a folder; from any place.
 * @param {string} url `./compare?by=dial`, or `?model=faces` of this place @param {{base: string, here: string}} [page]
 */
export function placed(url, { base, here } = { base: document.baseURI, here: location.href }) {
  const whole = new URL(url, url.startsWith("?") ? here : base);
  if (!whole.pathname.endsWith("/")) whole.pathname += "/";
  return whole.href;
}

/** Whether an address differs from the present one by its query only. @param {string} present @param {string | URL | null | undefined} url */
export function isSamePlace(present, url) {
  const from = new URL(present),
    to = new URL(url ?? "", from);
  return from.origin === to.origin && from.pathname === to.pathname && from.hash === to.hash;
}

// what the server builds a view by; the rest of an address is the view's own affair
const BUILT_BY = ["model", "models", "set", "series", "plane", "job", "claim"];

/** Whether two addresses of this site show the same view, in whatever state. @param {string} present @param {string} url */
export function isSameView(present, url) {
  const from = new URL(present),
    to = new URL(url, from);
  const names = from.pathname.endsWith("/create") ? BUILT_BY : [...BUILT_BY, "by"];
  return (
    from.pathname === to.pathname && names.every((name) => from.searchParams.get(name) === to.searchParams.get(name))
  );
}

/**
 * An address in the plane that is shown, if it names none: the server completes each address of a model with many numbers,
 * and where the plane is another view, the same model's next view would be one. @param {string} present @param {string} url
 */
export function inPresentPlane(present, url) {
  const from = new URL(present).searchParams,
    to = new URL(url, present).searchParams,
    plane = from.get("plane");
  return plane && !to.has("plane") && to.has("model") && from.get("model") === to.get("model")
    ? `${url}&plane=${encodeURIComponent(plane)}`
    : url;
}

/** Whether a click means "here": not a new tab, a new window or a download. @param {MouseEvent} event */
export function isPlain(event) {
  return (
    event.button === 0 && !event.defaultPrevented && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
  );
}

/**
 * Makes links switch pages as Back and Forward do: Streamlit hears of a new address and runs its page. A link is a
 * link: without Streamlit, or before it runs, the browser follows it.
 * @param {Document} document whose links to pages are meant
 * @param {HTMLElement} bar in which the present page is marked
 * @param {{isReady: () => boolean, isAway: () => boolean}} connection
 */
export function followLinks(document, bar, connection) {
  const links = Array.from(bar.querySelectorAll("a")),
    others = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".lp-mark"));
  const mark = () => {
    const along = new URLSearchParams(readSticky(location.search)).toString();
    for (const link of [...links, ...others]) link.search = along;
    for (const link of links) {
      if (new URL(link.href).pathname === location.pathname) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest(LINKS) : null;
    if (!(link instanceof HTMLAnchorElement) || !isPlain(event)) return;
    if (!connection.isReady() && !connection.isAway()) return;
    event.preventDefault();
    if (connection.isAway() || link.getAttribute("aria-current") === "page") return;
    history.pushState({}, "", link.href);
    runPage();
  });
  mark();
  return { mark };
}
