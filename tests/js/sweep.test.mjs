// The plane of a sweep: it is told more while it fills, and says its marks.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { create } from "../../live/views/sweep.js";
import { notesOf, page, speak } from "./page.mjs";

const mark = (value, rate) => ({ value, rate, rateError: 0.25, distortion: 150, distortionError: 1, seeds: 3 });
const data = (...measured) => ({ view: "sweep", sweep: "betas-", axis: "beta", measured });

beforeEach(() => {
  speak();
});

test("the plane says each mark, and those that come later", () => {
  const view = create({ data: data(mark(1, 6.5)) });
  const said = () => view.element.querySelector("canvas").getAttribute("aria-label");
  assert.match(said(), /beta 1: 6\.5, 150\.0$/);
  view.update(data(mark(1, 6.5), mark(4, 3)));
  assert.match(said(), /beta 1: 6\.5, 150\.0; beta 4: 3, 150\.0$/);
  assert.equal(view.element.querySelectorAll("canvas").length, 1);
  view.close();
});

test("marks of one place share a name", () => {
  const view = create({ data: data(mark(2, 0), mark(8, 0), mark(0.5, 6)) });
  const canvas = view.element.querySelector("canvas");
  page.resize(canvas, 400, 260);
  const names = notesOf(canvas, "fillText").map(({ args }) => args[0]);
  assert.ok(names.includes("2, 8") && names.includes("0.5"), names.join("; "));
});
