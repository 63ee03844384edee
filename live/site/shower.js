// @ts-check
// Shows the view of the present address in the place of Streamlit's: another one, or the same anew where the address
// says something else of it. Knows words and how a view is mounted; knows neither files nor places.
import { keyOf, mount } from "../main.js";
import { loadWords } from "../words/words.js";

/**
 * @param {HTMLElement} host
 * @param {(search: string) => Promise<import("../contract.js").Data>} tell what the view of an address is told
 * @param {(command: unknown) => void} [command] what a view asks for
 */
export function shower(host, tell, command = () => {}) {
  let shown = "",
    wanted = "", // the address of which the view is on its way
    turn = 0,
    close = () => {};
  document.addEventListener("lp-anew", () => {
    if (wanted) wanted = location.href;
  });

  async function show() {
    const mine = ++turn;
    wanted = location.href;
    await loadWords(new URL("../words/en.json", import.meta.url));
    let asked, data;
    do {
      asked = wanted;
      data = await tell(new URL(asked).search);
      if (mine !== turn) return;
    } while (asked !== wanted);
    wanted = "";
    if (location.href !== asked) history.replaceState(history.state, "", asked); // the view that goes wrote its own
    const key = keyOf(data);
    if (key === shown) {
      document.dispatchEvent(new Event("lp-anew"));
      return;
    }
    shown = key;
    close = mount({
      data,
      parentElement: host,
      setStateValue: () => {},
      setTriggerValue: (_, asked) => command(asked),
    });
  }

  return { show, close: () => close() };
}
