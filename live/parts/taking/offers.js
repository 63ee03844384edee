// @ts-check
// What a view offers to take away: its picture, its map and the codes, each a file whose name tells model and code.
// Fetched when it is asked for. Knows frames, maps and models; knows no view.
import { latentsCsv } from "../../engine/latents_csv.js";
import { writeNumbers } from "../../engine/state_text.js";
import { paintScene } from "../../maps/points_canvas.js";
import { SvgPen } from "../../maps/svg_pen.js";
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { GROUNDS } from "../theme.js";
import { filmFile } from "./film_file.js";
import { movingPicture, STEPS } from "./moving.js";
import { soundOffers } from "./sound_offers.js";

/**
 * @typedef {import("../../contract.js").Offer} Offer
 * @typedef {{pane: import("../../pane.js").Pane, frame: import("../frame.js").Frame, map: import("../../maps/latent_map.js").LatentMap,
 *   z: Float32Array, moving?: Moving, score?: import("../sound/score.js").Score}} Shown what a view shows now
 * @typedef {{way: (steps: number) => Float32Array[], label: import("../../engine/network.js").Condition, name: string}} Moving
 *   what a tool moves along
 */

/** @type {Record<string, string>} by the tool */
const MOVING = { slide: "take.slide", path: "take.path", arithmetic: "take.arithmetic" };
const SHARP = 2, // screen pixels of the file for one of the page
  MOST_NUMBERS = 8; // of a code in a file's name

/** @param {Shown} shown @returns {Offer[]} */
export function offersOf(shown) {
  const { pane, frame, map, z, moving, score } = shown;
  const { id, title, latentDim } = pane.model.info;
  return [
    { text: t("take.picture"), file: fileName(id, z, "png"), make: () => pictureOf(frame) },
    ...(moving ? movingOf(pane.model, z, moving) : []),
    ...(score ? soundOffers(score, (ending) => fileName(id, z, ending)) : []),
    { text: t("take.map"), file: fileName(`${id}-map`, z, "svg"), make: async () => mapOf(map, title, z) },
    { text: t("take.latents", { count: latentDim }), file: `${id}-latents.csv`, make: () => codesOf(pane.model) },
  ];
}

/** As a moving picture, and as a film. @param {import("../../engine/model.js").Model} model @param {Float32Array} z @param {Moving} moving @returns {Offer[]} */
function movingOf(model, z, { way, label, name }) {
  const named = (/** @type {string} */ ending) => fileName(`${model.info.id}-${name}`, z, ending);
  return [
    { text: t(MOVING[name]), file: named("gif"), make: async () => movingPicture(model, way(STEPS), label) },
    { text: t("take.film"), file: named("webm"), make: () => filmFile(model, way(STEPS), label) },
  ];
}

/** @param {string} model @param {Float32Array} z @param {string} ending */
export function fileName(model, z, ending) {
  return `${model}_${writeNumbers(z.subarray(0, MOST_NUMBERS)).replaceAll(",", "_")}.${ending}`;
}

/** The picture as large as on the page and twice as sharp, each of its pixels a square. @param {import("../frame.js").Frame} frame */
export function pictureOf({ canvas }) {
  const scale = Math.max(1, Math.round((SHARP * canvas.clientWidth) / canvas.width));
  const large = h("canvas", { width: scale * canvas.width, height: scale * canvas.height });
  const context = /** @type {CanvasRenderingContext2D} */ (large.getContext("2d"));
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  return new Promise((done) => large.toBlob((blob) => done(/** @type {Blob} */ (blob)), "image/png"));
}

/** What is seen of the map, with a ring at the code. @param {import("../../maps/latent_map.js").LatentMap} map @param {string} title @param {Float32Array} z */
function mapOf(map, title, z) {
  const pen = new SvgPen();
  const scene = map.scene();
  paintScene(pen, byClass(scene));
  const [x, y] = map.toPixels(map.at[0], map.at[1]);
  pen.strokeStyle = scene.theme.text;
  pen.ellipse(x, y, 9, 9);
  pen.stroke();
  const ground = GROUNDS[scene.theme.dark ? "dark" : "light"];
  return new Blob([pen.file(scene.size, ground, `${title}, z = ${writeNumbers(z)}`)], { type: "image/svg+xml" });
}

/** The scene with the points of a class after each other: so each class is one path. @param {import("../../maps/points_canvas.js").Scene} scene */
function byClass(scene) {
  const { places, labels } = scene;
  if (!places || !labels) return scene;
  const order = [...Array(labels.length).keys()].sort((a, b) => labels[a] - labels[b]);
  return {
    ...scene,
    places: order.flatMap((i) => [places[2 * i], places[2 * i + 1]]),
    labels: order.map((i) => labels[i]),
  };
}

/** The codes of the model as it is, which a draft may stand for. @param {import("../../engine/model.js").Model} model */
async function codesOf(model) {
  await Promise.all([model.loadLatents(), model.whole]);
  const text = latentsCsv(model.mu, model.info.latentDim, (index) => model.nameOf(index));
  return new Blob([text], { type: "text/csv" });
}
