// @ts-check
// Collect: images of one's own, made here one after the other, until they are handed to the form as an upload.
import { handedOver, taken } from "../engine/album.js";
import { npzOf } from "../engine/npz.js";
import { CameraMaker } from "../parts/collecting/camera_maker.js";
import { Collecting } from "../parts/collecting/collecting.js";
import { DrawingMaker } from "../parts/collecting/drawing_maker.js";
import { handOver } from "../parts/collecting/hand_over.js";
import { newNumber, PageAlbum, StoredAlbum } from "../parts/collecting/kept_album.js";
import { nameOf } from "../parts/collecting/labels.js";
import { button, h, write } from "../parts/dom.js";
import { themeOf } from "../parts/theme.js";
import { t } from "../words/words.js";

/**
 * @typedef {import("../contract.js").CollectData} CollectData
 * @typedef {{data: CollectData, fail: (error: unknown) => void, region: HTMLElement, host: HTMLElement}} CollectPane
 * @typedef {import("../engine/album.js").Album} Album
 */

/** What each door makes, and where its album stays. @type {Record<CollectData["door"], import("../parts/collecting/collecting.js").Door>} */
const DOORS = {
  draw: { name: "draw", maker: DrawingMaker, kept: StoredAlbum },
  camera: { name: "camera", maker: CameraMaker, kept: PageAlbum },
};

/** What an album's file is called, by which the server's answer is known again. @param {Album} album @param {CollectData["door"]} door */
export function fileName({ number }, door) {
  return t(`collect.file.${door}`, { number: String(number) });
}

/** @param {CollectPane} pane @returns {import("../contract.js").View} */
export function create(pane) {
  const collect = new Collect(pane);
  const update = (/** @type {import("../contract.js").Data} */ data) => "taken" in data && collect.heard(data.taken);
  return { element: collect.element, update, close: () => collect.made.close() };
}

class Collect {
  /** @param {CollectPane} pane */
  constructor({ data, host, region }) {
    const { door } = data;
    this.data = data;
    this.use = button("", () => this.handOver(), { class: "lv-button lv-strong" });
    this.goOn = button(t(`collect.on.${door}`), () => this.fold(false));
    const around = {
      show: (/** @type {Album} */ album) => this.show(album),
      use: this.use,
      told: t(`collect.kept.${door}`),
    };
    this.made = new Collecting(DOORS[door], themeOf(host, data.palette).colour, region, around);
    this.done = h("div", { class: "lv-bar", hidden: true }, h("p", {}, t("collect.handed")), this.goOn);
    this.element = h("div", {}, this.done, this.made.element);
    this.heard(data.taken);
  }

  /** @param {Album} album */
  show({ items }) {
    write(this.use, t(`collect.use.${this.data.door}`, { count: items.length }));
    this.use.hidden = !items.length;
  }

  /** What is handed over is looked at below: the rest makes room for it. @param {boolean} folded */
  fold(folded) {
    this.made.element.hidden = folded;
    this.done.hidden = !folded;
    if (folded) this.goOn.focus({ preventScroll: true });
  }

  /** The images as a file, into the form's place for uploads. */
  handOver() {
    const { made, data } = this;
    made.maker.take();
    const { items, names } = made.album;
    const labels = items.map(({ label }) => nameOf(names, label));
    const images = items.map(({ levels }) => levels);
    try {
      const content = npzOf(images, made.maker.image, labels);
      handOver(new File([content], fileName(made.album, data.door)), data.place);
      made.change(handedOver(made.album));
      this.fold(true);
    } catch (error) {
      write(made.problem, error instanceof Error ? error.message : String(error));
    }
  }

  /** The server has kept an upload: if it was ours, its images need not be kept here. @param {string} file */
  heard(file) {
    const { made, data } = this;
    if (made.album.handed && file === fileName(made.album, data.door)) {
      made.change(taken(made.album, newNumber()));
      this.fold(false);
    }
  }
}
