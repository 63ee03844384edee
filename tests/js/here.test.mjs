// A training that the app's page does itself: begun once, gone on with after a reload, kept until the next one begins.
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../live/parts/training/here.js";
import { keyOf, NOW } from "../../live/parts/training/page_training.js";
import { t } from "../../live/words/words.js";
import { buttonOf, fire, speak } from "./page.mjs";
import { DATA, makeWorker, memory, plan, sheet } from "./trained.mjs";

speak();

const SET = { name: "stripes", title: "Stripes", file: "assets/sheets/stripes.bin", image: [1, 8, 8], record: DATA };

/** What the app tells. @param {string} id @param {object} [training] */
const told = (id, training = {}) => ({
  view: "train",
  job: "job.json",
  keep: "",
  begin: id ? { plan: { ...plan(training), run_id: id }, set: SET } : null,
});

/** @param {ReturnType<typeof memory>} store */
function outside(store) {
  const asked = [];
  const bytes = async (file) => {
    asked.push(file);
    return sheet();
  };
  return { store, bytes, makeWorker, asked };
}

const stateOf = async ({ data }) => data.source.json(`${data.job}?since=`);

/** @param {Awaited<ReturnType<typeof here>>} shown @param {(job: object) => boolean} isIt */
async function until(shown, isIt) {
  for (let i = 0; i < 4000; i++) {
    const job = await stateOf(shown);
    if (isIt(job)) return job;
    await new Promise((done) => setTimeout(done, 2));
  }
  throw new Error("it never came");
}
const isDone = ({ status }) => status === "done";

test("it is begun once, and its end is offered: in the app where there is a place, else as a file", async () => {
  const store = memory(),
    around = outside(store);
  const first = await here(told("a"), around);
  const again = await here(told("a"), around);
  assert.deepEqual([around.asked, again.data.source === first.data.source], [[SET.file], true]);
  assert.equal(first.ends.hidden, true);
  await until(first, isDone);
  first.command({ command: "done" });
  assert.equal(first.ends.hidden, false);
  assert.equal(buttonOf(first.ends, t("learn.keep")).disabled, true, "nothing is taken in here");
  assert.ok(first.ends.textContent.includes(t("learn.keep.off")));
  const open = await here({ ...told("a"), keep: "#gone" }, around);
  document.querySelector = () => null; // Streamlit has taken the place away
  fire(buttonOf(open.ends, t("learn.keep")), "click");
  delete document.querySelector;
  assert.ok(open.ends.textContent.includes(t("collect.away")));
});

test("the next one takes its place, and the page that is loaded anew shows what is there", async () => {
  const store = memory(),
    around = outside(store);
  store.kept.set(keyOf("old"), { plan: plan() });
  const first = await here(told("b", { epochs: 200 }), around);
  await until(first, ({ history }) => history.length > 0);
  assert.deepEqual([...store.kept.keys()], [NOW], "one at a time");
  const next = await here(told("c"), around);
  await until(next, isDone);
  assert.deepEqual([...store.kept.keys()], [keyOf("c")]);

  const { here: anew } = await import("../../live/parts/training/here.js?reload");
  const found = await anew(told(""), around);
  assert.equal((await until(found, isDone)).title, "VAE on Stripes, 2 latents");
  assert.deepEqual(around.asked.at(-1), SET.file);
});

test("after a reload it goes on at the last kept epoch, also where the app still knows it", async () => {
  const store = memory(),
    around = outside(store);
  const first = await here(told("d", { epochs: 30 }), around);
  await until(first, ({ history }) => history.length > 0);
  first.command({ command: "pause" });
  await until(first, ({ status }) => status === "paused");
  const { epoch } = store.kept.get(NOW).kept;
  const { here: anew } = await import("../../live/parts/training/here.js?killed");
  const found = await anew(told("d", { epochs: 30 }), around);
  assert.ok((await stateOf(found)).history.length >= epoch);
  await until(found, isDone);
});

test("no training, no images and no storage are sentences, or no matter", async () => {
  const { here: anew } = await import("../../live/parts/training/here.js?none");
  await assert.rejects(anew(told(""), outside(memory())), { message: t("learn.nothing") });
  const away = { ...outside(memory()), bytes: async () => Promise.reject(new Error("404")) };
  await assert.rejects(anew(told("e"), away), { message: t("learn.no_sheet", { title: "Stripes" }) });
  const refuses = () => Promise.reject(new Error("SecurityError"));
  const none = { get: refuses, put: refuses, remove: refuses, keys: refuses };
  const found = await anew(told("e"), { ...outside(memory()), store: none });
  const job = await until(found, isDone);
  assert.deepEqual(job.notes, [t("trainer.unkept")]);
});
