// @ts-check
// What outlives the page: models that were trained in it, and the training that is on its way, in the browser's IndexedDB.
// Every answer may be a refusal: private windows and full disks have none. Knows no model.

const DATABASE = "latent-playground",
  TABLE = "trained";

/**
 * @typedef {object} Store
 * @property {(key: string) => Promise<unknown>} get undefined for what is not there
 * @property {(key: string, value: unknown) => Promise<void>} put
 * @property {(key: string) => Promise<void>} remove
 * @property {() => Promise<string[]>} keys
 */

/** @returns {Store} */
export function browserStore() {
  /** @type {Promise<IDBDatabase> | null} */
  let opening = null;
  /** @template T @param {IDBTransactionMode} mode @param {(table: IDBObjectStore) => IDBRequest<T>} ask */
  const asked = async (mode, ask) => {
    opening ??= opened();
    opening.catch(() => (opening = null));
    const transaction = (await opening).transaction(TABLE, mode);
    const request = ask(transaction.objectStore(TABLE));
    return /** @type {Promise<T>} */ (
      new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error);
      })
    );
  };
  return {
    get: (key) => asked("readonly", (table) => table.get(key)),
    put: async (key, value) => void (await asked("readwrite", (table) => table.put(value, key))),
    remove: async (key) => void (await asked("readwrite", (table) => table.delete(key))),
    keys: async () => (await asked("readonly", (table) => table.getAllKeys())).map(String),
  };
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
