// @ts-check
// Which two directions of more than two the map shows: two numbers of the code, or those along which codes vary most.
// Knows the names of planes; knows no map.
import { h, latentName } from "../parts/dom.js";
import { t } from "../words/words.js";

const PCA = "pca";

/** The two dimensions in a plane's name, from 0; null for the principal components. @param {string} name */
export function dimsOf(name) {
  return name === PCA ? null : name.split("-").map((part) => Number(part) - 1);
}

/**
 * The name of a plane after one of its directions was chosen; one direction twice makes no plane: the two swap.
 * @param {string} name @param {0 | 1} axis @param {number} dim
 */
export function withDim(name, axis, dim) {
  const dims = dimsOf(name) ?? [0, 1];
  const other = dims[1 - axis] === dim ? dims[axis] : dims[1 - axis];
  const next = axis === 0 ? [dim, other] : [other, dim];
  return next.map((d) => d + 1).join("-");
}

/**
 * Two pickers and one for the principal components; null for a model whose map is its whole latent space.
 * @param {import("../pane.js").Pane} pane
 */
export function planeChoice({ model, plane, visit }) {
  const { latentDim } = model.info;
  if (latentDim <= 2) return null;
  const dims = dimsOf(plane.name);
  const pick = (/** @type {0 | 1} */ axis) => {
    const options = [...Array(latentDim).keys()].map((dim) =>
      h("option", { value: dim, selected: dims?.[axis] === dim }, latentName(dim)),
    );
    const none = dims ? null : h("option", { value: "", selected: true }, "–");
    const select = h(
      "select",
      {
        "aria-label": t(axis ? "plane.up" : "plane.across"),
        onchange: () => go(withDim(plane.name, axis, Number(select.value))),
      },
      none,
      ...options,
    );
    return select;
  };
  const go = (/** @type {string} */ name) => visit({ plane: name });
  const principal = h(
    "button",
    { type: "button", class: "lv-chip", "aria-pressed": dims === null, onclick: () => go(PCA) },
    t("plane.pca"),
  );
  return h(
    "div",
    { class: "lv-plane", role: "group", "aria-label": t("explore.plane"), "data-part": "plane" },
    pick(0),
    h("span", { "aria-hidden": "true" }, "×"),
    pick(1),
    principal,
  );
}
