// @ts-check
// Runs inside the page's HTML before anything is painted: the theme that this browser chose, for our styles by an
// attribute and for Streamlit, which asks the system's, by an answer in the system's place.
{
  const QUERY = "(prefers-color-scheme: dark)";
  const root = document.documentElement;
  const ask = window.matchMedia.bind(window);
  const system = ask(QUERY);
  try {
    root.dataset.theme = localStorage.getItem("lp-theme") ?? "system";
  } catch {
    root.dataset.theme = "system"; // a browser that keeps nothing
  }
  const isDark = () => root.dataset.theme === "dark" || (root.dataset.theme !== "light" && system.matches);
  const answer = new EventTarget();
  Object.defineProperties(answer, { media: { value: QUERY }, matches: { get: isDark } });
  system.addEventListener("change", () => answer.dispatchEvent(new Event("change")));
  window.matchMedia = (query) => (query === QUERY ? /** @type {MediaQueryList} */ (answer) : ask(query));
  root.classList.toggle("lp-present", new URLSearchParams(location.search).get("present") === "1");
}
