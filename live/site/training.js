// @ts-check
// The static site's Train place: its form, a training on its way, and the film of one that is done, with what was trained
// before in this browser. Knows the store and the site's files; knows no view.
import { MAX_NAME } from "../engine/state_text.js";
import { StoredAlbum } from "../parts/collecting/kept_album.js";
import { nameOf } from "../parts/collecting/labels.js";
import { JOB, keyOf, NOW, PageTraining, startWorker } from "../parts/training/page_training.js";
import { DRAWN, drawnSet, planOf } from "../trainer/drawn.js";
import { paceOf } from "../trainer/pace.js";
import { imagesOf } from "../trainer/sheet.js";
import { inOrder, leaving } from "../trainer/shelf.js";
import { browserStore } from "../trainer/store.js";
import { t } from "../words/words.js";
import { filmOf, ownModel } from "./own_model.js";

/**
 * @typedef {import("../contract.js").LearnData} LearnData
 * @typedef {import("../contract.js").LearnCommand} LearnCommand
 * @typedef {import("../contract.js").TrainData} TrainData
 * @typedef {import("../contract.js").FilmData} FilmData
 * @typedef {import("../contract.js").Words} Words
 * @typedef {import("../trainer/plan.js").Finished} Finished
 * @typedef {import("../trainer/pace.js").Pace} Pace
 * @typedef {Omit<LearnData, "view" | "trained" | "goes" | "unfinished" | "problem" | "pace" | "state" | "words">} Told as exports/learning.py writes it
 * @typedef {{json: (name: string) => Promise<unknown>, bytes: (name: string) => Promise<ArrayBuffer>, like: () => Promise<import("../contract.js").ModelData>, film?: (search: string) => Promise<FilmData | null>,
 *   album?: () => import("../engine/album.js").Album, store?: import("../trainer/store.js").Store, makeWorker?: () => import("../parts/training/page_training.js").WorkerLike,
 *   go: (query: string) => void, now?: () => Date}} Outside `like`: what a model of the site is told; `film`: a training that came with the site, if an
 *   address names one; `go`: to another address of this place
 * @typedef {ReturnType<typeof drawnSet>} Drawings
 */

export const HERE = "here"; // the job of an address
const LEARN = "assets/views/learn.json",
  PACE = "pace", // the key of how fast this computer trains
  DRAWINGS = "drawings", // the key of the images of the training that is on its way
  GOOD = "good";

export class Training {
  /** @param {Outside} outside */
  constructor({
    json,
    bytes,
    like,
    film = async () => null,
    album,
    store = browserStore(),
    makeWorker = startWorker,
    go,
    now = () => new Date(),
  }) {
    this.json = json;
    this.bytes = bytes;
    this.like = like;
    this.film = film;
    this.album = album ?? (() => new StoredAlbum().read());
    this.store = store;
    this.makeWorker = makeWorker;
    this.go = go;
    this.now = now;
    /** @type {Promise<Told> | null} */
    this.asked = null;
    /** @type {PageTraining | null} */
    this.running = null;
    /** @type {Promise<Pace | null> | null} */
    this.timed = null;
    this.work = 0; // multiplications an image of the running one
    this.problem = "";
    /** @type {Drawings | null} */
    this.drawings = null;
  }

  /** @returns {Promise<Told>} */
  told() {
    this.asked ??= /** @type {Promise<Told>} */ (this.json(LEARN));
    return this.asked;
  }

  /** A model that was trained in this browser; null where it is not there. @param {string | null} id */
  async model(id) {
    const finished = id ? await this.read(keyOf(id)) : null;
    if (!finished) return null;
    const { sets } = await this.told();
    const set = sets.find(({ name }) => name === finished.data.name) ?? { things: t("things.images"), rows: [] };
    return ownModel(finished, await this.like(), set);
  }

  /** What Train shows at an address. @param {string} search @param {Words} words @returns {Promise<LearnData | TrainData | FilmData>} */
  async shown(search, words) {
    const query = new URLSearchParams(search),
      id = query.get("model"),
      found = await this.model(id);
    const state = Object.fromEntries(query);
    if (found && id) return this.filmed(id, found, state, words);
    const film = await this.film(search);
    if (film) return film;
    if (query.get("job") === HERE && (this.running ?? (await this.goOn()))) return this.watched(words);
    if (id || query.has("job")) this.problem = t("learn.gone");
    return this.form(state, words);
  }

  /** @param {string} id @param {import("./own_model.js").OwnModel} found @param {Record<string, string>} state @param {Words} words @returns {Promise<FilmData>} */
  async filmed(id, { data, source }, state, words) {
    const finished = /** @type {Finished} */ (await this.read(keyOf(id)));
    return { ...data, ...filmOf(finished), view: "film", source, names: { model: id }, state, words };
  }

  /** @param {Words} words @returns {Promise<TrainData>} */
  async watched(words) {
    const { palette } = await this.told();
    return { view: "train", job: JOB, mine: true, source: this.running?.source, palette, words };
  }

  /** @param {Record<string, string>} state @param {Words} words @returns {Promise<LearnData>} */
  async form(state, words) {
    const [told, now, keys] = await Promise.all([this.told(), this.read(NOW), this.store.keys().catch(() => [])]);
    const found = await Promise.all(keys.filter((key) => key.startsWith(keyOf(""))).map((key) => this.read(key)));
    const models = found.filter((one) => one !== null);
    const trained = models.map(({ plan }) => ({ id: plan.run_id, title: plan.title }));
    const rows = inOrder(models.map((one) => [one.plan.title, one]));
    const goes = leaving(rows, Math.max(0, ...rows.map(({ bytes }) => bytes))).at(-1) ?? "";
    const isKnown = [DRAWN, ...told.sets.map(({ name }) => name)].includes(state.data ?? DRAWN);
    const problem = this.problem || (isKnown ? "" : t("learn.no_data", { name: state.data.slice(0, MAX_NAME) }));
    this.problem = "";
    const unfinished = this.running?.plan.title ?? now?.plan.title ?? "";
    const pace = () => this.pace();
    return { ...told, view: "learn", trained, goes, unfinished, problem, pace, state, words };
  }

  /** How fast this computer trains: as the last training did, else a few batches are timed. @returns {Promise<Pace | null>} */
  async pace() {
    const rate = this.running?.settledRate(),
      found = rate && this.work ? { rate, work: this.work } : null;
    if (found) await this.store.put(PACE, found).catch(() => {});
    if (found) this.timed = Promise.resolve(found);
    this.timed ??= this.measured();
    const pace = await this.timed;
    if (!pace) this.timed = null; // it may be told later
    return pace;
  }

  /** @returns {Promise<Pace | null>} */
  async measured() {
    const kept = /** @type {Pace | undefined} */ (await this.store.get(PACE).catch(() => undefined));
    if (kept || this.running?.worker) return kept ?? null; // beside another training it would be slower
    const { drawn } = await this.told();
    const [[, { quick }]] = Object.entries(drawn);
    const plan = { run_id: PACE, title: PACE, ...planOf(quick, 1, 1) };
    const rate = await paceOf(this.makeWorker, plan);
    return rate === null ? null : { rate, work: quick.work };
  }

  /** What is stored, or was trained since the page was opened; null for what is not there. @param {string} key */
  async read(key) {
    const { running } = this;
    if (running?.status === "done" && key === keyOf(running.plan.run_id)) return running.finished();
    const found = await this.store.get(key).catch(() => null);
    return /** @type {Finished | null} */ (found ?? null);
  }

  /** Goes on with the training that is stored; false where there is none. */
  async goOn() {
    const from = await this.read(NOW);
    if (!from) return false;
    await this.begin(from.plan, from.data.name, from);
    return true;
  }

  /** @param {import("../trainer/plan.js").Plan} plan @param {string} name of the data set @param {Finished | null} from what it goes on from */
  async begin(plan, name, from) {
    const { images, record } = await this.setOf(name, plan.title);
    const { plans, drawn } = await this.told();
    const all = (name === DRAWN ? drawn : plans[name])[plan.model.family] ?? {};
    const good = all[GOOD],
      mine = Object.values(all).find(({ model }) => String(model.widths) === String(plan.model.widths));
    const times = good && mine && (good.work * epochsOf(good, record)) / (mine.work * plan.training.epochs);
    this.running?.close();
    const { store, makeWorker } = this;
    this.work = mine?.work ?? 0;
    const begin = { plan, data: from?.data ?? record, images, from, good: times ?? null };
    this.running = new PageTraining(begin, { store, makeWorker });
  }

  /** The images of a data set, and what a checkpoint remembers of it. @param {string} name @param {string} title of the training @returns {Promise<Drawings>} */
  async setOf(name, title) {
    if (name === DRAWN) {
      const kept = await this.store.get(DRAWINGS).catch(() => null);
      this.drawings ??= /** @type {Drawings | null} */ (kept ?? null);
      if (!this.drawings) throw new Error(t("learn.no_sheet", { title }));
      return this.drawings;
    }
    const set = (await this.told()).sets.find((one) => one.name === name);
    if (!set) throw new Error(t("learn.no_sheet", { title }));
    if (!("DecompressionStream" in globalThis)) throw new Error(t("learn.old"));
    const packed = await this.bytes(set.file).catch(() => {
      throw new Error(t("learn.no_sheet", { title: set.title }));
    });
    return { images: await imagesOf(packed, set), record: set.record };
  }

  /** What a view of this place asks. @param {LearnCommand | import("../contract.js").Command} command */
  async command(command) {
    try {
      if ("learn" in command) await this.learn(command.learn);
      else if ("goOn" in command) this.go(`?job=${HERE}`);
      else if ("forget" in command) {
        await this.store.remove(keyOf(command.forget)).catch(() => {});
        this.go("?");
      } else if ("command" in command && command.command === "done")
        this.go(`?model=${this.running?.plan.run_id ?? ""}`);
      else this.running?.command(command);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      this.go("learn" in command ? `?${addressOf(command.learn)}` : "?");
    }
  }

  /** @param {{data: string, kind: string, recipe: string, latent: number}} choice */
  async learn(choice) {
    const { data, kind, recipe, latent } = choice;
    const { sets, kinds, plans } = await this.told();
    const { model, training, conditional } = data === DRAWN ? await this.drawnPlan(choice) : plans[data][kind][recipe];
    const titled = (/** @type {{name: string, title: string}[]} */ rows, /** @type {string} */ name) =>
      rows.find((row) => row.name === name)?.title ?? name;
    const moment = this.now().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
    const plan = {
      run_id: `${data}-${kind}-${latent}d-${moment}`,
      title: t("learn.title", {
        kind: titled(kinds, kind),
        data: data === DRAWN ? t("learn.drawings") : titled(sets, data),
        count: latent,
      }),
      model: { ...model, latent_dim: latent },
      training,
      conditional,
    };
    await this.begin(plan, data, null);
    this.go(`?job=${HERE}`);
  }

  /** The drawings as they are now are what this training learns from, also after a reload. @param {{kind: string, recipe: string}} choice */
  async drawnPlan({ kind, recipe }) {
    const album = this.album(),
      names = album.names.map((_, label) => nameOf(album.names, label));
    this.drawings = drawnSet(album, t("learn.drawings"), names);
    await this.store.put(DRAWINGS, this.drawings).catch(() => {});
    const { drawn } = await this.told();
    return planOf(drawn[kind][recipe], this.drawings.record.train_count, names.length);
  }

  close() {
    this.running?.close();
  }
}

/** How often a plan's images are seen. @param {import("../contract.js").LearnPlan | import("../contract.js").DrawnPlan} plan @param {import("../trainer/plan.js").DataRecord} record */
function epochsOf(plan, { train_count: count, class_names: names }) {
  return ("passes" in plan ? planOf(plan, count, names.length) : plan).training.epochs;
}

/** The form as it was. @param {{data: string, kind: string, recipe: string, latent: number}} choice */
function addressOf({ data, kind, recipe, latent }) {
  return new URLSearchParams({ data, family: kind, recipe, latent: String(latent) });
}
