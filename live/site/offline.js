// @ts-check
// The static site without a network, after a first visit: what has a hash in its address is kept for good, all else is
// asked for again and kept for when nobody answers. Runs as a service worker; knows addresses only.

const KEPT = "latent-playground";
const FOR_GOOD = /\/assets\/(model|live)\//;
/**
 * @typedef {Event & {request: Request, respondWith: (answer: Promise<Response>) => void,
 *   waitUntil: (done: Promise<unknown>) => void}} Caught
 * @typedef {{addEventListener: (name: string, act: (event: Caught) => void) => void, skipWaiting: () => Promise<void>,
 *   clients: {claim: () => Promise<void>}, location: Location}} Scope
 */
const worker = /** @type {Scope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== worker.location.origin) return;
  event.respondWith(FOR_GOOD.test(request.url) ? kept(request) : fresh(request));
});

/** @param {Request} request */
async function kept(request) {
  const cache = await caches.open(KEPT);
  return (await cache.match(request)) ?? fetched(cache, request);
}

/** @param {Request} request */
async function fresh(request) {
  const cache = await caches.open(KEPT);
  try {
    return await fetched(cache, request);
  } catch (error) {
    const before = await cache.match(request, { ignoreSearch: true });
    if (before) return before;
    throw error;
  }
}

/** @param {Cache} cache @param {Request} request */
async function fetched(cache, request) {
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
