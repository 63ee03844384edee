// @ts-check
// Says when the server is away, and when it is back: one quiet line, nothing else stops.
// Knows how Streamlit's page tells its state; knows no view.

const STATE = "data-test-connection-state",
  SCRIPT = "data-test-script-state";
const PATIENCE_MS = 1000; // a connection that is renewed at once needs no word

/**
 * Watches Streamlit's page below `root` and writes the line's own words into it while the server is away.
 * @param {HTMLElement} root
 * @param {HTMLElement} line with its words in `data-words`
 * @param {() => void} back called when the server is there again, which may be another one that knows nothing
 */
export function watchConnection(root, line, back) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let wasThere = false;
  const app = () => root.querySelector(`[${STATE}]`);
  const isConnected = () => app()?.getAttribute(STATE) === "CONNECTED";
  const isReady = () => isConnected() && app()?.getAttribute(SCRIPT) !== "initial";
  const isAway = () => wasThere && !isConnected();
  function look() {
    wasThere ||= isConnected();
    if (!isAway()) {
      clearTimeout(timer);
      timer = undefined;
      if (line.textContent) back();
      line.textContent = "";
    } else {
      timer ??= setTimeout(() => (line.textContent = line.dataset.words ?? ""), PATIENCE_MS);
    }
  }
  const observer = new MutationObserver(look);
  observer.observe(root, { subtree: true, attributeFilter: [STATE] });
  look();
  return {
    isReady,
    isAway,
    close() {
      observer.disconnect();
      clearTimeout(timer);
    },
  };
}
