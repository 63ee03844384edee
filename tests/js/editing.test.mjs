// A lesson that is being made: each change, what keeps it from being shown, and the editor's fields.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  added,
  asking,
  changed,
  KINDS,
  linesOf,
  moved,
  newLesson,
  placesOf,
  problemOf,
  viewOf,
  without,
} from "../../live/shell/editing.js";
import { questionForm } from "../../live/shell/question_form.js";
import { buttonOf, fire, speak } from "./page.mjs";

const PLACES = ["", "create", "compare"];
const lesson = ["?model=a", "create", "compare?by=nat"].reduce(added, newLesson("Mine"));
const views = ({ steps }) => steps.map(({ view }) => view);

beforeEach(() => speak());

test("views are added, put in another order and taken out, and nothing changes the lesson before", () => {
  assert.deepEqual(views(lesson), ["?model=a", "create", "compare?by=nat"]);
  assert.deepEqual(views(moved(lesson, 2, -1)), ["?model=a", "compare?by=nat", "create"]);
  assert.deepEqual(views(moved(lesson, 0, 1)), ["create", "?model=a", "compare?by=nat"]);
  assert.deepEqual([moved(lesson, 0, -1), moved(lesson, 2, 1)], [lesson, lesson]);
  assert.deepEqual(views(without(lesson, 1)), ["?model=a", "compare?by=nat"]);
  assert.deepEqual(changed(lesson, 1, { caption: "c" }).steps[1], { ...lesson.steps[1], caption: "c" });
  assert.equal(lesson.steps.length, 3);
});

test("another kind of question keeps what is asked and what is revealed", () => {
  const first = asking(lesson.steps[0], "choice");
  assert.deepEqual(first.reveal, { view: null, text: "" });
  const asked = { ...lesson.steps[0], ask: { ...first.ask, text: "why?" }, reveal: { view: "create", text: "so" } };
  for (const kind of KINDS) {
    const next = asking(asked, kind);
    assert.deepEqual([next.ask.kind, next.ask.text, next.reveal], [kind, "why?", { view: "create", text: "so" }]);
  }
  assert.deepEqual(asking(asked, "none"), { ask: null, reveal: null });
});

test("what is made can be shown, and what isn't finished says where", () => {
  assert.equal(problemOf(lesson, PLACES), "");
  assert.match(problemOf(newLesson(""), PLACES), /1 to 30 steps/);
  for (const kind of KINDS)
    assert.match(
      problemOf(changed(lesson, 1, asking(lesson.steps[1], kind)), PLACES),
      /question of step 2 isn't finished/,
    );
  const filled = { options: ["a", "b"], items: ["a", "b", "c"], truth: "9" };
  for (const kind of KINDS) {
    const { ask, reveal } = asking(lesson.steps[1], kind);
    const own = Object.fromEntries(
      Object.entries(filled).filter(([name]) => typeof ask[name]?.[0] !== "undefined" || ask[name] === ""),
    );
    const numbers = kind === "pin" || kind === "number" ? {} : own;
    assert.equal(problemOf(changed(lesson, 1, { ask: { ...ask, ...numbers, text: "?" }, reveal }), PLACES), "", kind);
  }
  assert.match(problemOf(added(lesson, "elsewhere"), PLACES), /Step 4 .* no view of this app/);
});

test("a view is the address without what goes along with a person", () => {
  assert.equal(
    viewOf("", "?model=a&z=1%2C-2&words=field&lesson=own-draft&step=2&hide=near&present=1"),
    "?model=a&z=1,-2",
  );
  assert.equal(viewOf("library", ""), "library");
});

test("places are what stands behind the root, in the app and in a site of folders", () => {
  for (const [root, end] of [
    ["/", ""],
    ["/school/app/", "/"],
  ]) {
    const { places, here } = placesOf([root, `${root}create${end}`, `${root}compare${end}`]);
    assert.deepEqual(places, ["", "create", "compare"]);
    assert.deepEqual([here(`${root}create`), here(root), here(`${root}gone`)], ["create", "", ""]);
  }
});

test("lines that say nothing are none", () => assert.deepEqual(linesOf(" a \n\n b\n"), ["a", "b"]));

/** The form of a question over a state, as the editor holds it. */
function formOf(ask, point = () => null) {
  const state = { ask };
  const change = (changes) => (state.ask = { ...state.ask, ...changes });
  const element = questionForm(ask, change, point);
  const type = (index, text) => {
    const field = element.querySelectorAll("textarea, input")[index];
    field.value = text;
    field.valueAsNumber = text === "" ? Number.NaN : Number(text); // as a browser does
    fire(field, "input");
  };
  return { state, element, type };
}

test("what is typed into one field does not undo another", () => {
  const { state, type } = formOf(asking(lesson.steps[0], "choice").ask);
  type(0, "which?");
  type(1, "one\ntwo\n");
  assert.deepEqual(state.ask, { kind: "choice", text: "which?", options: ["one", "two"], right: 0 });
  const scale = formOf(asking(lesson.steps[0], "number").ask);
  scale.type(0, "how much?");
  scale.type(2, "20");
  scale.type(4, "12");
  scale.type(4, "");
  assert.deepEqual([scale.state.ask.text, scale.state.ask.high, scale.state.ask.truth], ["how much?", 20, 12]);
});

test("a pin's truth is where the point stands, or a sentence says that there is none", () => {
  const { ask } = asking(lesson.steps[0], "pin");
  const without = formOf(ask);
  buttonOf(without.element, "The truth is where the point stands now").click();
  assert.match(without.element.textContent, /This view has no point/);
  assert.deepEqual(without.state.ask, ask);
  const { state, element } = formOf(ask, () => [1, -2]);
  buttonOf(element, "The truth is where the point stands now").click();
  assert.deepEqual(state.ask.truth, [1, -2]);
});
