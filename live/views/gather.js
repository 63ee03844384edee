// @ts-check
// Gather: the class draws, each on a device of its own; the drawings come together here, until they are handed to the form
// as an upload. What a class is, and how it begins: live/shell/classroom/.
import { emptyAlbum, named, SIDE, widened } from "../engine/album.js";
import { npzOf } from "../engine/npz.js";
import { handOver } from "../parts/collecting/hand_over.js";
import { CLASS_COLOURS, Labels, nameOf } from "../parts/collecting/labels.js";
import { Wall } from "../parts/collecting/wall.js";
import { button, h, write } from "../parts/dom.js";
import { gathered } from "../parts/gathered.js";
import { t } from "../words/words.js";

/** @typedef {import("../engine/album.js").Album} Album */

const IMAGE = [1, SIDE, SIDE],
  BEGINS = "draw"; // what live/shell/classroom/follow.js is asked to begin

/** @param {{data: import("../contract.js").GatherData}} pane @returns {import("../contract.js").View} */
export function create({ data }) {
  const gather = new Gather(data.place);
  return { element: gather.element, update() {}, close: () => gather.close() };
}

class Gather {
  /** @param {string} place of files */
  constructor(place) {
    this.place = place;
    /** @type {Album} whose names are those of the labels */
    this.album = emptyAlbum(0);
    this.start = h("div", { class: "lv-bar" }, h("p", {}, t("gather.start.how")));
    this.begin = button(t("gather.start"), () => {}, { class: "lv-button lv-strong", "data-class": BEGINS });
    this.start.append(this.begin);
    this.labels = new Labels({
      colour: (label) => CLASS_COLOURS[label],
      choose: (label) => this.relabel({ ...this.album, chosen: label }),
      name: (name) => this.open(named(this.album, name)),
      widen: () => this.open(widened(this.album)),
    });
    this.count = h("p", { class: "lv-facts", role: "status" });
    this.problem = h("p", { class: "lv-warn", role: "alert" });
    this.doors = button("", () => this.turn());
    this.use = button("", () => this.handOver(), { class: "lv-button lv-strong" });
    this.wall = new Wall({
      colour: (label) => CLASS_COLOURS[label],
      remove: (at) => gathered.class?.say({ kind: "remove", place: at }),
    });
    const told = h("p", { class: "lv-label" }, t("gather.kept"));
    const hands = h("div", { class: "lv-bar lv-tight" }, this.use, this.doors);
    this.gathering = h("div", {}, this.labels.element, this.count, hands, this.problem, this.wall.element, told);
    this.element = h("div", { class: "lv-gather" }, this.start, this.gathering);
    this.watching = gathered.watch(() => this.show());
    this.show();
  }

  show() {
    const { class: present, drawings } = gathered;
    const isOpen = Boolean(present?.labels.length),
      { size: count } = drawings;
    this.start.hidden = present !== null;
    this.gathering.hidden = present === null;
    if (!present) return;
    if (isOpen) this.album = { ...this.album, names: present.labels };
    this.relabel(this.album);
    this.wall.show(drawings);
    write(this.count, count ? t("gather.count", { count }) : t(isOpen ? "gather.none" : "gather.shut"));
    write(this.use, t("collect.use.draw", { count }));
    write(this.doors, t(isOpen ? "gather.close" : "gather.open"));
    this.use.hidden = !count;
  }

  /** @param {Album} album */
  relabel(album) {
    this.album = album;
    this.labels.show(album);
  }

  /** The class may draw, and what. @param {Album} album */
  open(album) {
    this.relabel(album);
    gathered.class?.say({ kind: "gather", labels: album.names });
  }

  turn() {
    if (gathered.class?.labels.length) gathered.class.say({ kind: "close" });
    else this.open(this.album);
  }

  /** All drawings as a file, into the form's place for uploads; no more are taken. */
  handOver() {
    const { album, place } = this;
    const items = [...gathered.drawings.values()];
    const labels = items.map(({ label }) => nameOf(album.names, label));
    const images = items.map(({ levels }) => levels);
    write(this.problem, "");
    try {
      handOver(new File([npzOf(images, IMAGE, labels)], t("gather.file", { code: gathered.code })), place);
      gathered.class?.say({ kind: "close" });
    } catch (error) {
      write(this.problem, error instanceof Error ? error.message : String(error));
    }
  }

  close() {
    this.watching.close();
    this.wall.close();
  }
}
