// @ts-check
// Rules that only some of the page needs: fetched with it, and there before its elements.

/** Resolves once the rules are in force; also where they can't be had, for the page works without. @param {URL} address */
export function styled(address) {
  const { href } = address;
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  return new Promise((/** @type {(value?: unknown) => void} */ done) => {
    link.onload = link.onerror = () => done();
    document.head.append(link);
  });
}
