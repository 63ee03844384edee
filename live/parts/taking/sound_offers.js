// @ts-check
// A bar to take away: as MIDI, and as a sound of the same instruments. Knows scores and files; knows no view.
import { midiOf, wavOf } from "../../engine/midi.js";
import { t } from "../../words/words.js";

const RATE = 44_100,
  TAIL = 0.6; // seconds after the last step

/** @typedef {import("../sound/score.js").Score} Score */

/** @param {Score} score @param {(ending: string) => string} named @returns {import("../../contract.js").Offer[]} */
export function soundOffers(score, named) {
  return [
    {
      text: t("take.midi"),
      file: named("mid"),
      make: async () => new Blob([midiOf(score.notes(), score)], { type: "audio/midi" }),
    },
    { text: t("take.wav"), file: named("wav"), make: () => waveOf(score) },
  ];
}

/** One bar, as it sounds on the page. @param {Score} score */
async function waveOf(score) {
  const { steps, tempo, perBeat } = score;
  const step = 60 / tempo / perBeat,
    context = new OfflineAudioContext(1, Math.ceil((steps * step + TAIL) * RATE), RATE);
  const { strike, end } = score.instrument(context);
  for (let at = 0; at < steps; at++) strike(at, at * step);
  end(steps * step);
  const sound = await context.startRendering();
  return new Blob([wavOf(sound.getChannelData(0), RATE)], { type: "audio/wav" });
}
