// @ts-check
// How many finished models the browser keeps, and which of them go for the next one: those that were finished first. Knows
// a store and what lies in it; knows no page.

/**
 * @typedef {import("./plan.js").Finished} Finished
 * @typedef {{key: string, bytes: number, ended: number}} Shelved
 */

const MOST = 12,
  MOST_BYTES = 256e6; // a network of 0.3 million weights is some 16 MB with its film

/** The bytes of all arrays in a value. @param {unknown} value @returns {number} */
export function bytesOf(value) {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (value === null || typeof value !== "object") return 0;
  return Object.values(value).reduce((sum, one) => sum + bytesOf(one), 0);
}

/** What is there, the oldest first. @param {[string, Finished][]} models by their keys @returns {Shelved[]} */
export function inOrder(models) {
  const rows = models.map(([key, model]) => ({ key, bytes: bytesOf(model), ended: model.ended ?? 0 }));
  return rows.sort((a, b) => a.ended - b.ended);
}

/** The keys that go, so that one more has room. @param {Shelved[]} models the oldest first @param {number} bytes of the one more @returns {string[]} */
export function leaving(models, bytes) {
  const left = [...models];
  const isFull = () => left.length >= MOST || left.reduce((sum, one) => sum + one.bytes, bytes) > MOST_BYTES;
  while (left.length && isFull()) left.shift();
  return models.slice(0, models.length - left.length).map(({ key }) => key);
}

/** Makes room for one more, under a key that begins as those of all models do. @param {import("./store.js").Store} store @param {string} prefix @param {string} key @param {Finished} finished */
export async function makeRoom(store, prefix, key, finished) {
  const keys = (await store.keys()).filter((one) => one.startsWith(prefix) && one !== key);
  const models = await Promise.all(
    keys.map(async (one) => /** @type {[string, Finished]} */ ([one, await store.get(one)])),
  );
  for (const one of leaving(inOrder(models.filter(([, model]) => model)), bytesOf(finished))) await store.remove(one);
}
