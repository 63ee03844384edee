// @ts-check
// The camera in the page: a picture five times a second while its button is held. Browsers open it only where the page
// is secure. Knows the camera; knows no album.
import { t } from "../../words/words.js";
import { button, h, write } from "../dom.js";
import { squareOf } from "./photo.js";

const EVERY_MS = 200;
const WANTED = { video: { facingMode: "environment", width: { ideal: 640 }, height: { ideal: 480 } } };
/** @type {Record<string, string>} what is said of an error, by its name */
const PROBLEMS = { NotAllowedError: "collect.burst.refused", NotFoundError: "collect.burst.missing" };

export class Burst {
  /** @param {(levels: Uint8Array) => void} add @param {(text: string) => void} problem */
  constructor(add, problem) {
    this.add = add;
    this.problem = problem;
    this.timer = 0;
    this.closed = false;
    /** @type {MediaStream | null} */
    this.stream = null;
    // Safari shows nothing of a video that is not in the page, or has a sound, or wants the whole screen
    this.video = h("video", { class: "lv-camera", muted: true, playsinline: true, autoplay: true, hidden: true });
    this.opener = button(t("collect.burst.open"), () => this.open());
    this.hold = button(t("collect.burst.hold"), () => {}, { class: "lv-button lv-strong", hidden: true });
    this.told = h("p", { class: "lv-label" });
    this.element = h("div", { class: "lv-maker" }, this.video, this.hold, this.opener, this.told);
    this.listen();
    if (navigator.mediaDevices) return;
    this.opener.hidden = true;
    write(this.told, t("collect.burst.insecure"));
  }

  listen() {
    const { hold } = this;
    hold.addEventListener("pointerdown", (event) => {
      hold.setPointerCapture(event.pointerId);
      this.begin();
    });
    for (const end of ["pointerup", "pointercancel", "keyup", "blur"]) hold.addEventListener(end, () => this.end());
    hold.addEventListener("contextmenu", (event) => event.preventDefault()); // what a long press means on a phone
    hold.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      if (!event.repeat) this.begin();
    });
  }

  async open() {
    this.opener.disabled = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia(WANTED);
      if (this.closed) stop(stream);
      else this.show(stream);
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      this.problem(t(PROBLEMS[name] ?? "collect.burst.broken"));
    }
    this.opener.disabled = false;
  }

  /** @param {MediaStream} stream */
  show(stream) {
    this.stream = stream;
    this.video.muted = true;
    this.video.srcObject = stream;
    this.video.hidden = this.hold.hidden = false;
    this.opener.hidden = true;
    this.hold.focus();
  }

  begin() {
    this.end();
    this.take();
    this.timer = window.setInterval(() => this.take(), EVERY_MS);
  }

  end() {
    clearInterval(this.timer);
  }

  take() {
    const { videoWidth, videoHeight } = this.video;
    if (videoWidth) this.add(squareOf(this.video, videoWidth, videoHeight));
  }

  close() {
    this.closed = true;
    this.end();
    if (this.stream) stop(this.stream);
  }
}

/** @param {MediaStream} stream */
function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}
