// @ts-check
// What goes with a person from page to page in the address: the layer of words, the presenter's screen, controls that
// are left out, the lesson and its step, the class. The shell keeps it there, whoever writes the address. Knows addresses; knows no page.

/** @typedef {Record<string, string>} Sticky */

/** @type {Record<string, RegExp>} names as in ui/page_table.py, with what they may say besides nothing */
const SENSE = {
  words: /^field$/,
  present: /^1$/,
  hide: /^[a-z]{1,20}(,[a-z]{1,20}){0,19}$/,
  lesson: /^([a-z][a-z-]{0,39}|[0-9]{1,3}\.[A-Za-z0-9_-]{0,2000})$/, // a name, or all of it
  step: /^[1-9][0-9]?$/,
  join: /^([A-Z]{5}|code)$/,
};

/** What of it a query holds; what makes no sense is left out. @param {string} search @returns {Sticky} */
export function readSticky(search) {
  const query = new URLSearchParams(search);
  return Object.fromEntries(
    Object.entries(SENSE).flatMap(([name, sense]) => {
      const text = query.get(name) ?? "";
      return sense.test(text) ? [[name, text]] : [];
    }),
  );
}

/**
 * The address with what it lacks of `kept`. @param {string | URL} url @param {Sticky} kept @param {string} base @returns {string}
 */
export function withSticky(url, kept, base) {
  const whole = new URL(url, base);
  for (const [name, text] of Object.entries(kept))
    if (!whole.searchParams.has(name)) whole.searchParams.set(name, text);
  return whole.href;
}

/**
 * The address with `kept` and nothing else that goes along: a view writes its address with what the server told it once,
 * which may be over by now. @param {string | URL} url @param {Sticky} kept @param {string} base @returns {string}
 */
export function onlySticky(url, kept, base) {
  const whole = new URL(url, base);
  for (const name of Object.keys(SENSE))
    if (!(name in kept) && whole.searchParams.has(name)) whole.searchParams.delete(name);
  for (const [name, text] of Object.entries(kept))
    if (whole.searchParams.get(name) !== text) whole.searchParams.set(name, text);
  return whole.href;
}
