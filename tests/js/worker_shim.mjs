// Gives manifold_worker.js, inside node's worker_threads, the `self` that a browser's Worker has.
import { parentPort } from "node:worker_threads";

globalThis.self = {
  postMessage: (message, transfer) => parentPort.postMessage(message, transfer),
  set onmessage(listener) {
    parentPort.on("message", (data) => listener({ data }));
  },
};
await import("../../live/engine/manifold_worker.js");
