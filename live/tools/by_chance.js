// @ts-check
// By chance: new pictures from codes that are drawn from the prior; each can be taken. Of bars that sound also a game:
// which one is Bach?

import { FIRST } from "../engine/guessing.js";
import { SampleGrid } from "../parts/codes/sample_grid.js";
import { button, h } from "../parts/dom.js";
import { t } from "../words/words.js";

/** @param {import("./desk.js").Desk} desk @returns {import("./desk.js").Maker} */
export function byChance(desk) {
  const { model, fail } = desk.pane;
  const grid = new SampleGrid(desk);
  const told = model.info.conditional ? h("p", { class: "lv-label" }, t("create.told")) : null;
  const slot = h("div", { class: "lv-slot" }, told);
  const place = h("div", {});
  const play = button("", () => turn(!desk.state.game));
  /** @type {import("../parts/sound/which_is_bach.js").WhichIsBach | null} fetched when somebody plays */
  let which = null;
  async function show() {
    const plays = desk.state.game !== null;
    grid.element.hidden = slot.hidden = plays;
    play.textContent = t(plays ? "bach.close" : "bach.title");
    desk.advise();
    if (!plays) return grid.show(desk.state);
    if (!which) {
      const { WhichIsBach } = await import("../parts/sound/which_is_bach.js");
      which ??= new WhichIsBach(desk);
    }
    if (desk.state.game) place.replaceChildren(which.element);
    return which.show();
  }
  /** @param {boolean} plays */
  function turn(plays) {
    hush();
    desk.change({ ...desk.state, game: plays ? FIRST : null });
    show().catch(fail);
  }
  function hush() {
    if (which?.player.on) which.player.stop();
    place.replaceChildren();
  }
  return {
    element: h(
      "div",
      { class: "lv-maker" },
      model.info.kind === "voices" ? h("div", { class: "lv-bar lv-tight" }, play) : null,
      place,
      grid.element,
      slot,
    ),
    enter() {
      if (model.info.conditional && desk.choice) slot.append(desk.choice.element);
      show().catch(fail);
    },
    leave: hush,
    moved: desk.goTo,
    chose(label) {
      desk.change({ ...desk.state, label });
      show().catch(fail);
    },
    follow() {
      grid.follow();
      desk.live.mark("generated", t("frame.generated"));
    },
    close: () => which?.close(),
  };
}
