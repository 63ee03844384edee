// @ts-check
// Runs inside the page's HTML, also where nothing else of ours does: says what this browser, or the way the page was
// opened, lacks. Written for browsers of before modules.
{
  const note = document.querySelector(".lp-needs");
  const say = (/** @type {string} */ lack) => {
    if (!(note instanceof HTMLElement)) return;
    note.textContent = note.dataset[lack] || "";
    note.hidden = false;
  };
  if (!("noModule" in document.createElement("script"))) say("old");
  else if (location.protocol === "file:") say("disk");
}
