// @ts-check
// Codes on a way as a film, there and back once, where the browser encodes one (WebCodecs). Knows a model and the file's
// format; knows no view.
import { webmOf } from "../../engine/webm.js";
import { t } from "../../words/words.js";
import { h } from "../dom.js";
import { Frame } from "../frame.js";
import { FRAME_MS, scaleOf } from "./moving.js";

/** What browsers encode and WebM holds, by what they call it. @type {["V_VP9" | "V_VP8", string][]} */
const CODECS = [
  ["V_VP9", "vp09.00.10.08"],
  ["V_VP8", "vp8"],
];
const BITS = 1_000_000; // a second

/**
 * The file, or the sentence why this browser makes none.
 * @param {Pick<import("../../engine/model.js").Model, "info" | "decode">} model @param {Float32Array[]} codes
 * @param {import("../../engine/network.js").Condition} label @returns {Promise<Blob | string>}
 */
export async function filmFile(model, codes, label) {
  const { image } = model.info,
    [, height, width] = image,
    scale = scaleOf(image);
  const track = { width: width * scale, height: height * scale, milliseconds: FRAME_MS * (2 * codes.length - 1) };
  const found = await encoderOf(track);
  if (!found) return t("take.film.lacks");
  const there = codes.map((z) => model.decode(z, label).slice());
  const blocks = await encoded(found, [...there, ...there.slice(0, -1).reverse()], image, track);
  return new Blob([webmOf(blocks, { ...track, codec: found.codec })], { type: "video/webm" });
}

/** The first codec that this browser encodes in such a size, with its settings. @param {{width: number, height: number}} size */
async function encoderOf({ width, height }) {
  if (!("VideoEncoder" in globalThis)) return null; // an old browser, or a page that is neither of this computer nor https
  for (const [codec, name] of CODECS) {
    const settings = { codec: name, width, height, bitrate: BITS, framerate: 1000 / FRAME_MS };
    const { supported } = await VideoEncoder.isConfigSupported(settings).catch(() => ({ supported: false }));
    if (supported) return { codec, settings };
  }
  return null;
}

/**
 * @param {{settings: VideoEncoderConfig}} found @param {ArrayLike<number>[]} pictures levels `[channels, height, width]`
 * @param {number[]} image @param {{width: number, height: number}} size
 * @returns {Promise<import("../../engine/webm.js").Block[]>}
 */
async function encoded({ settings }, pictures, image, { width, height }) {
  /** @type {import("../../engine/webm.js").Block[]} */
  const blocks = [];
  let failed = /** @type {unknown} */ (null);
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      blocks.push({ data, at: chunk.timestamp / 1000, key: chunk.type === "key" });
    },
    error: (error) => {
      failed = error;
    },
  });
  encoder.configure(settings);
  const frame = new Frame(image),
    large = h("canvas", { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (large.getContext("2d"));
  context.imageSmoothingEnabled = false;
  for (const [i, levels] of pictures.entries()) {
    frame.paint(levels);
    context.drawImage(frame.canvas, 0, 0, width, height);
    const shot = new VideoFrame(large, { timestamp: 1000 * FRAME_MS * i, duration: 1000 * FRAME_MS });
    encoder.encode(shot, { keyFrame: i === 0 });
    shot.close();
  }
  await encoder.flush();
  encoder.close();
  if (failed) throw failed;
  return blocks;
}
