// @ts-check
// A training that the app's page does itself: begun once however often its view is built, gone on with after a reload, and
// at its end handed over to the app or downloaded. Knows the trainer, the browser's store and files; knows no view.
import { serverSource } from "../../engine/source.js";
import { checkpointZip } from "../../trainer/checkpoint.js";
import { imagesOf } from "../../trainer/sheet.js";
import { browserStore } from "../../trainer/store.js";
import { t } from "../../words/words.js";
import { handOver } from "../collecting/hand_over.js";
import { button, h } from "../dom.js";
import { JOB, keyOf, NOW, PageTraining } from "./page_training.js";

/**
 * @typedef {import("../../contract.js").HereData} HereData
 * @typedef {import("../../trainer/plan.js").Finished} Finished
 * @typedef {import("../../trainer/store.js").Store} Store
 * @typedef {{store?: Store, bytes?: (file: string) => Promise<ArrayBuffer>, makeWorker?: () => import("./page_training.js").WorkerLike}} Outside
 */

/** @type {PageTraining | null} the one of this page: it goes on while other pages of the app are looked at */
let running = null;

/** What the view of a training is told of it. Throws a sentence where there is none. @param {HereData} data @param {Outside} [outside] */
export async function here(data, outside) {
  const training = await trainingOf(data, outside);
  const ends = new Ends(training, data.keep);
  const command = (/** @type {import("../../contract.js").Command} */ message) => {
    if ("command" in message && message.command === "done") ends.show();
    else training.command(message);
  };
  return { data: { ...data, job: JOB, source: training.source }, command, ends: ends.element };
}

/** The running one, if it is meant; else it is begun, or gone on with. @param {HereData} data @param {Outside} [outside] */
async function trainingOf({ begin }, { store = browserStore(), bytes = fetched, makeWorker } = {}) {
  const wanted = begin?.plan.run_id ?? running?.plan.run_id;
  if (running && running.plan.run_id === wanted) return running;
  const from = await lastKept(store);
  const kept = begin && from?.plan.run_id !== begin.plan.run_id ? null : from;
  const plan = kept?.plan ?? begin?.plan,
    record = kept?.data ?? begin?.set.record;
  if (!plan || !record) throw new Error(t("learn.nothing"));
  const set = { name: record.name, title: record.title, file: sheetOf(record.name), image: plan.model.image, record };
  const packed = await bytes(begin?.set.file ?? set.file).catch(() => {
    throw new Error(t("learn.no_sheet", { title: set.title }));
  });
  const images = await imagesOf(packed, set);
  if (!kept) await forgetAll(store);
  running?.close();
  running = new PageTraining({ plan, data: record, images, from: kept }, { store, ...(makeWorker && { makeWorker }) });
  return running;
}

/** As ui/assets.py calls it. @param {string} data */
const sheetOf = (data) => `assets/sheets/${data}.bin`;

/** @param {string} file */
const fetched = (file) => serverSource("", file).bytes(file);

/** The training on its way, or the model that came of it; null where the browser keeps none. @param {Store} store @returns {Promise<Finished | null>} */
async function lastKept(store) {
  const read = (/** @type {string | undefined} */ key) => (key ? store.get(key).catch(() => null) : null);
  const found = (await read(NOW)) ?? (await read((await store.keys().catch(() => [])).find(isModel)));
  return /** @type {Finished | null} */ (found ?? null);
}

/** @param {string} key */
const isModel = (key) => key.startsWith(keyOf(""));

/** One model at a time: whoever wants to keep one hands it to the app. @param {Store} store */
async function forgetAll(store) {
  for (const key of await store.keys().catch(() => []))
    if (key === NOW || isModel(key)) await store.remove(key).catch(() => {});
}

/** What becomes of the model, once there is one. */
class Ends {
  /** @param {PageTraining} training @param {string} place for files, empty where there is none */
  constructor(training, place) {
    this.training = training;
    this.place = place;
    this.problem = h("p", { class: "lv-problem", role: "alert", hidden: true });
    const keep = button(t("learn.keep"), () => this.keep(), { class: "lv-button lv-strong", disabled: !place });
    const download = button(t("learn.download"), () => this.download(), { title: t("learn.download.hint") });
    const said = place ? t("learn.keep.hint") : t("learn.keep.off");
    this.element = h(
      "div",
      { hidden: true },
      h("div", { class: "lv-bar lv-tight" }, keep, download),
      h("p", { class: "lv-quiet" }, said),
      h("p", { class: "lv-quiet" }, t("learn.kept")),
      this.problem,
    );
  }

  show() {
    this.element.hidden = false;
  }

  file() {
    const { training } = this;
    const zip = checkpointZip(/** @type {Finished} */ (training.finished()));
    return new File([zip], `${training.plan.run_id}.zip`, { type: "application/zip" });
  }

  keep() {
    try {
      handOver(this.file(), this.place);
    } catch (error) {
      this.problem.textContent = error instanceof Error ? error.message : String(error);
      this.problem.hidden = false;
    }
  }

  download() {
    const file = this.file(),
      href = URL.createObjectURL(file);
    h("a", { href, download: file.name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  }
}
