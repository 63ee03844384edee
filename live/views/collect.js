// @ts-check
// Collect: images of one's own, made here one after the other, until they are handed to the form as an upload.
import { added, choosing, handedOver, MOST, named, taken, undone, widened } from "../engine/album.js";
import { npzOf } from "../engine/npz.js";
import { CameraMaker } from "../parts/collecting/camera_maker.js";
import { DrawingMaker } from "../parts/collecting/drawing_maker.js";
import { handOver } from "../parts/collecting/hand_over.js";
import { newNumber, PageAlbum, StoredAlbum } from "../parts/collecting/kept_album.js";
import { Labels, nameOf } from "../parts/collecting/labels.js";
import { Tiles } from "../parts/collecting/tiles.js";
import { announcer, button, h, write } from "../parts/dom.js";
import { themeOf } from "../parts/theme.js";
import { t } from "../words/words.js";

/**
 * @typedef {import("../contract.js").CollectData} CollectData
 * @typedef {{data: CollectData, fail: (error: unknown) => void, region: HTMLElement, host: HTMLElement}} CollectPane
 * @typedef {import("../engine/album.js").Album} Album
 */

/** What each door makes, and where its album stays. */
const DOORS = {
  draw: { maker: DrawingMaker, kept: StoredAlbum },
  camera: { maker: CameraMaker, kept: PageAlbum },
};

/** What an album's file is called, by which the server's answer is known again. @param {Album} album @param {keyof typeof DOORS} door */
export function fileName({ number }, door) {
  return t(`collect.file.${door}`, { number: String(number) });
}

/** @param {CollectPane} pane @returns {import("../contract.js").View} */
export function create(pane) {
  const collect = new Collect(pane);
  const update = (/** @type {import("../contract.js").Data} */ data) => "taken" in data && collect.heard(data.taken);
  return { element: collect.element, update, close: () => collect.close() };
}

class Collect {
  /** @param {CollectPane} pane */
  constructor(pane) {
    const { data, host, region } = pane;
    const { maker, kept } = DOORS[data.door];
    const { colour } = themeOf(host, data.palette);
    this.pane = pane;
    this.door = data.door;
    this.kept = new kept();
    this.album = this.kept.read();
    this.voice = announcer(region);
    this.labels = new Labels({
      colour,
      choose: (label) => this.change(choosing(this.album, label)),
      name: (name) => this.change(named(this.album, name)),
      widen: () => this.change(widened(this.album)),
    });
    /** @type {import("../parts/collecting/maker.js").Maker} */
    this.maker = new maker({
      add: (levels) => this.add(levels),
      choose: (label) => this.change(choosing(this.album, label)),
      problem: (text) => write(this.problem, text),
      say: this.voice.say,
    });
    this.tiles = new Tiles(this.maker.image, colour);
    this.count = h("p", { class: "lv-facts", role: "status" });
    this.problem = h("p", { class: "lv-warn", role: "alert" });
    this.back = button(t("collect.back"), () => this.change(undone(this.album)));
    this.all = button("", () => this.throwAway(), { onblur: () => this.show() });
    this.use = button("", () => this.handOver(), { class: "lv-button lv-strong" });
    this.goOn = button(t(`collect.on.${this.door}`), () => this.fold(false));
    this.made = this.layout();
    this.done = h("div", { class: "lv-bar", hidden: true }, h("p", {}, t("collect.handed")), this.goOn);
    this.element = h("div", {}, this.done, this.made);
    this.show();
    this.heard(data.taken);
  }

  layout() {
    const hands = h("div", { class: "lv-bar lv-tight" }, this.use, this.back, this.all);
    const told = h("p", { class: "lv-label" }, t(`collect.kept.${this.door}`));
    const side = h("div", { class: "lv-collect-side" }, this.count, hands, this.problem, this.tiles.element, told);
    return h("div", { class: "lv-collect-view" }, this.labels.element, this.maker.element, side);
  }

  /** What is handed over is looked at below: the rest makes room for it. @param {boolean} folded */
  fold(folded) {
    this.made.hidden = folded;
    this.done.hidden = !folded;
    if (folded) this.goOn.focus({ preventScroll: true });
  }

  /** @param {Uint8Array} levels */
  add(levels) {
    this.change(added(this.album, levels));
    this.voice.say(this.count.textContent ?? "");
  }

  /** @param {Album} album */
  change(album) {
    this.album = album;
    const isKept = this.kept.write(album);
    this.show();
    if (!isKept) write(this.problem, t("collect.unkept"));
  }

  show() {
    const { items } = this.album,
      count = items.length;
    this.labels.show(this.album);
    this.tiles.show(this.album);
    write(this.count, count ? t(`collect.count.${this.door}`, { count }) : t(`collect.none.${this.door}`));
    write(this.use, t(`collect.use.${this.door}`, { count }));
    write(this.problem, count === MOST ? t("collect.full", { count }) : "");
    write(this.all, t("collect.all"));
    this.sure = false;
    for (const hand of [this.use, this.back, this.all]) hand.hidden = !count;
  }

  /** All of them go, at the second press. */
  throwAway() {
    if (this.sure) {
      this.change(taken(handedOver(this.album), newNumber()));
      return;
    }
    this.sure = true;
    write(this.all, t("collect.all.sure", { count: this.album.items.length }));
  }

  /** The images as a file, into the form's place for uploads. */
  handOver() {
    const { maker, pane } = this;
    maker.take();
    const { items, names } = this.album;
    const labels = items.map(({ label }) => nameOf(names, label));
    const images = items.map(({ levels }) => levels);
    try {
      const content = npzOf(images, maker.image, labels);
      handOver(new File([content], fileName(this.album, this.door)), pane.data.place);
      this.change(handedOver(this.album));
      this.fold(true);
    } catch (error) {
      write(this.problem, error instanceof Error ? error.message : String(error));
    }
  }

  /** The server has kept an upload: if it was ours, its images need not be kept here. @param {string} file */
  heard(file) {
    const { album } = this;
    if (album.handed && file === fileName(album, this.door)) {
      this.change(taken(album, newNumber()));
      this.fold(false);
    }
  }

  close() {
    this.voice.close();
    this.maker.close();
  }
}
