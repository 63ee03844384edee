// @ts-check
// A language made by code, 40 % longer than the one it is made from; live/words/pseudo.py makes the same.

const LONGER = 0.4;
// what stays as it is: a placeholder, a tag, code and formulas, the address of a link
const KEPT = /(\{[^}]*\}|<[^>]*>|`[^`]*`|\$[^$]*\$|\]\([^)]*\))/;
const PLAIN = "aceinouyACEINOUY",
  ACCENTED = "áçéíñöüýÁÇÉÍÑÖÜÝ";

/**
 * The entries with every text lengthened, accented and in brackets; placeholders stay.
 * @param {import("./words.js").Forms} entries @returns {import("./words.js").Forms}
 */
export function pseudo(entries) {
  return Object.fromEntries(
    Object.entries(entries).map(([key, entry]) => [key, typeof entry === "string" ? longer(entry) : pseudo(entry)]),
  );
}

/** @param {string} text */
function longer(text) {
  let made = "",
    owed = 0;
  text.split(KEPT).forEach((part, i) => {
    if (i % 2) {
      made += part;
      return;
    }
    for (const letter of part) {
      const accented = ACCENTED[PLAIN.indexOf(letter)] ?? letter;
      owed += LONGER;
      const doubled = owed >= 1 && /[a-zA-Z]/.test(letter); // a word grows by doubled letters, and still breaks
      made += doubled ? accented + accented : accented;
      if (doubled) owed -= 1;
    }
  });
  return `[${made}${"~".repeat(Math.floor(owed))}]`;
}
