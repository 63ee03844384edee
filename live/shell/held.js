// @ts-check
// Runs inside the page's HTML where a first view does: Streamlit's own files, three times as large as all that the view
// needs, wait in a template until it decodes, or can't, or too long. Knows the page's HTML; knows no view.
{
  const PATIENCE_MS = 30_000;
  const release = () => {
    const held = document.getElementById("lp-held");
    if (!(held instanceof HTMLTemplateElement)) return;
    document.head.append(held.content);
    held.remove();
  };
  document.addEventListener("lp-first", release);
  window.addEventListener("error", release, true); // a module that can't be fetched, or ends early
  setTimeout(release, PATIENCE_MS);
}
