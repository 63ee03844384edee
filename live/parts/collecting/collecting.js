// @ts-check
// Images of one's own, made one after the other: labels, what makes them, and what there is by now, which stays until it
// is used. Knows an album and its place; knows nothing of what becomes of it.
import { added, choosing, MOST, named, undone, widened } from "../../engine/album.js";
import { t } from "../../words/words.js";
import { announcer, button, h, write } from "../dom.js";
import { newNumber } from "./kept_album.js";
import { Labels } from "./labels.js";
import { Tiles } from "./tiles.js";

/** @typedef {import("../../engine/album.js").Album} Album */

/**
 * @typedef {object} Door how images are made, and where they stay
 * @property {"draw" | "camera"} name
 * @property {new (hands: import("./maker.js").Hands) => import("./maker.js").Maker} maker
 * @property {new () => {read: () => Album, write: (album: Album) => boolean}} kept
 */

export class Collecting {
  /**
   * @param {Door} door @param {(label: number) => string} colour @param {HTMLElement} region
   * @param {{show: (album: Album) => void, use?: HTMLElement, told: string}} around `show`: whenever the album is another;
   *   `use`: the button of what becomes of the images; `told`: where they are kept
   */
  constructor(door, colour, region, { show, use, told }) {
    const { name, maker, kept } = door;
    this.door = name;
    this.onshow = show;
    this.kept = new kept();
    this.album = this.kept.read();
    this.voice = announcer(region);
    this.labels = new Labels({
      colour,
      choose: (label) => this.change(choosing(this.album, label)),
      name: (name) => this.change(named(this.album, name)),
      widen: () => this.change(widened(this.album)),
    });
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
    const hands = h("div", { class: "lv-bar lv-tight" }, use ?? null, this.back, this.all);
    const where = h("p", { class: "lv-label" }, told);
    const side = h("div", { class: "lv-collect-side" }, this.count, hands, this.problem, this.tiles.element, where);
    this.element = h("div", { class: "lv-collect-view" }, this.labels.element, this.maker.element, side);
    this.show();
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
    const { door, album } = this,
      count = album.items.length;
    this.labels.show(album);
    this.tiles.show(album);
    write(this.count, count ? t(`collect.count.${door}`, { count }) : t(`collect.none.${door}`));
    write(this.problem, count === MOST ? t("collect.full", { count }) : "");
    write(this.all, t("collect.all"));
    this.sure = false;
    for (const hand of [this.back, this.all]) hand.hidden = !count;
    this.onshow(album);
  }

  /** All of them go, at the second press. */
  throwAway() {
    const { album } = this;
    if (this.sure) {
      this.change({ ...album, items: [], number: newNumber(), handed: 0 });
      return;
    }
    this.sure = true;
    write(this.all, t("collect.all.sure", { count: album.items.length }));
  }

  close() {
    this.voice.close();
    this.maker.close();
  }
}
