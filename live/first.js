// @ts-check
// Shows the page's first view before Streamlit runs: what it is told stands in the HTML. Streamlit's component takes it
// over when it comes. Knows the page's HTML; knows no view.
import { mountEarly } from "./main.js";

const told = document.getElementById("lp-first"),
  host = document.querySelector(".lp-early");
if (told && host instanceof HTMLElement) mountEarly(JSON.parse(told.textContent ?? ""), host);
