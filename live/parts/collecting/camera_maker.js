// @ts-check
// Pictures of a phone or a laptop: one by one by the device's own camera, several files, or a burst while a button is
// held. Knows files and the camera; knows no album.
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { Burst } from "./burst.js";
import { PHOTO, photoOf } from "./photo.js";

const MOST_PROBLEMS = 3; // that are told at once

export class CameraMaker {
  /** @param {import("./maker.js").Hands} hands */
  constructor({ add, problem }) {
    this.image = PHOTO;
    this.add = add;
    this.problem = problem;
    this.closed = false;
    this.burst = new Burst(add, problem);
    const one = this.picker("collect.photo.one", { capture: "environment" });
    const several = this.picker("collect.photo.several", { multiple: true });
    const pickers = h("div", { class: "lv-bar lv-tight" }, one, several);
    this.element = h("div", { class: "lv-maker" }, this.burst.element, pickers);
  }

  /** @param {string} key @param {Record<string, unknown>} attributes */
  picker(key, attributes) {
    const input = h("input", {
      type: "file",
      accept: "image/*",
      class: "lv-file",
      "aria-label": t(key),
      onchange: () => this.read([...(input.files ?? [])]).finally(() => (input.value = "")),
      ...attributes,
    });
    return h("label", { class: "lv-button lv-file-button" }, t(key), input);
  }

  /** One after the other, so that no more than one large picture is unpacked. @param {File[]} files */
  async read(files) {
    const problems = [];
    for (const file of files) {
      try {
        const levels = await photoOf(file);
        if (this.closed) return;
        this.add(levels);
      } catch (error) {
        problems.push(error instanceof Error ? error.message : String(error));
      }
    }
    if (problems.length) this.problem(problems.slice(0, MOST_PROBLEMS).join(" "));
  }

  take() {}

  close() {
    this.closed = true;
    this.burst.close();
  }
}
