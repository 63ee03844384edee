// Put into a page before it loads: notes when the view is ready, each image painted into the large frame,
// and how long ago the hand made the move that it shows.
(() => {
  const probe = (window.probe = { usable: null, ready: null, first: null, frames: 0, toPaint: [], toFrame: [], moves: 0 });
  let oldest = null, painted = false;
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...parts) {
    put.apply(this, parts);
    if (!this.canvas.closest?.(".lv-large")) return;
    const now = performance.now();
    probe.first ??= now;
    painted = true;
    if (oldest === null) return;
    const began = oldest;
    oldest = null;
    probe.toPaint.push(now - began);
    requestAnimationFrame((next) => probe.toFrame.push(next - began));
  };
  // the oldest move that no image has answered yet: the worst case of each frame
  const note = (event) => { oldest ??= event.timeStamp; };
  addEventListener("pointermove", (event) => { note(event); probe.moves++; }, { capture: true });
  addEventListener("input", note, { capture: true });
  // two images in one frame are one: nobody sees the first
  const tick = () => {
    if (painted) probe.frames++;
    painted = false;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  const look = () => {
    if (document.querySelector('[data-usable="true"]')) probe.usable ??= performance.now();
    if (document.querySelector('.lv[data-ready="true"]')) probe.ready = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  /** What was seen since the last call. */
  probe.take = () => {
    const { frames, toPaint, toFrame, moves } = probe;
    Object.assign(probe, { frames: 0, toPaint: [], toFrame: [], moves: 0 });
    oldest = null;
    return { frames, toPaint, toFrame, moves };
  };
  /** Moves made in the page, 125 a second as of a quick mouse, over a box in CSS pixels or along a slider. */
  probe.move = (selector, { x, y, width, height }, seconds) =>
    new Promise((done) => {
      const target = document.querySelector(selector), began = performance.now();
      const timer = setInterval(() => {
        const t = (performance.now() - began) / 1000;
        const right = 0.5 + 0.4 * Math.sin(1.9 * t), down = 0.5 + 0.4 * Math.sin(2.7 * t);
        if (target.type === "range") target.value = String(Number(target.min) + right * (target.max - target.min));
        const place = { clientX: x + right * width, clientY: y + down * height, buttons: 1, bubbles: true };
        target.dispatchEvent(new PointerEvent("pointermove", { ...place, pointerType: "mouse", pointerId: 1 }));
        if (target.type === "range") target.dispatchEvent(new Event("input", { bubbles: true }));
        if (t >= seconds) done(clearInterval(timer));
      }, 8);
    });
})();
