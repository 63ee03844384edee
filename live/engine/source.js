// @ts-check
// Where a pane gets what it needs, by name: from our server, from files beside a static page, or from inside one HTML
// file. Nothing above it knows which. Knows URLs; knows no model.

/**
 * @typedef {object} Source
 * @property {(name: string) => Promise<unknown>} json what a JSON file holds; null where there is nothing new (204)
 * @property {(name: string) => Promise<ArrayBuffer>} bytes
 * @property {(name: string) => URL | null} socket the address of a WebSocket, null where no server answers
 * @property {((name: string, body: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>) | null} ask what the server makes of some
 *   bytes, which nobody keeps; null where no server answers
 */

/** Says that the server can't be reached, in contrast to an answer that is a refusal. */
export class ConnectionLost extends Error {}

/**
 * Fetches relative to the page, so that a path prefix survives; or throws a sentence.
 * @param {string} base @param {string} what the words for what is fetched
 * @returns {Source}
 */
export function serverSource(base, what) {
  const url = (/** @type {string} */ name) => new URL(base + name, document.baseURI);
  return {
    json: async (name) => {
      const response = await fetchOrSay(url(name), what);
      return response.status === 204 ? null : response.json();
    },
    bytes: async (name) => (await fetchOrSay(url(name), what)).arrayBuffer(),
    ask: async (name, body) =>
      (await fetchOrSay(url(name), what, { method: "POST", body, cache: "no-store" })).arrayBuffer(),
    socket: (name) => {
      const address = url(name);
      address.protocol = address.protocol.replace("http", "ws");
      return address;
    },
  };
}

/** Files beside a static page, as from our server but that nobody decodes for the page. @param {string} base @param {string} what @returns {Source} */
export function fileSource(base, what) {
  return { ...serverSource(base, what), socket: () => null, ask: null };
}

/**
 * Files that came with the page: text of JSON, or bytes in gzip as base64.
 * @param {Record<string, string>} files @param {string} what @param {string} [base] before each name, as in an address
 * @returns {Source}
 */
export function inlineSource(files, what, base = "") {
  const file = (/** @type {string} */ name) => {
    if (!Object.hasOwn(files, base + name)) throw new Error(`${what}: this page was saved without it (${name}).`);
    return files[base + name];
  };
  return {
    json: async (name) => JSON.parse(file(name)),
    bytes: async (name) => unpacked(file(name)),
    socket: () => null,
    ask: null,
  };
}

/** @param {string} base64 of gzip @returns {Promise<ArrayBuffer>} */
export async function unpacked(base64) {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** @param {URL} url @param {string} what @param {RequestInit} [how] */
async function fetchOrSay(url, what, how) {
  let response;
  try {
    response = await fetch(url, how);
  } catch {
    throw new ConnectionLost(
      `${what} could not be fetched: the connection to the server is lost. Reload the page when it is back.`,
    );
  }
  if (!response.ok)
    throw new Error(`${what} is not there (${response.status}). It may have been replaced: reload the page.`);
  return response;
}
