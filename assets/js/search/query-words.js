// Plain words of a query: where one ends, without the signs around it. Pure functions.

import { plain } from "./words.js";

/** @typedef {import("./query.js").Atom} Atom */

/** Between words that are written without a space: `mouse,brain`, `mouse+brain`; not in `CD4+CD8`. */
const JOINT = /(?<=\p{L})[,;](?=\p{L})|(?<=\p{L}{2})\+(?=\p{L}{2})/u;

/**
 * Return a word, up to the `/` after it.
 * @param {string} run
 * @returns {import("./query-fields.js").Read}
 */
export function readWord(run) {
  const decoded = run.replace(/(?:%[0-9a-f]{2})+/gi, decode);
  if (decoded !== run) {
    const words = plain(decoded)
      .split("/")
      .map((word) => word.trim())
      .filter(Boolean);
    return words.length === 1
      ? { length: run.length, atom: null, word: words[0] }
      : {
          length: run.length,
          atom: /** @type {Atom} */ ({ kind: "word", text: words.join(" "), parts: words, alike: [] }),
          word: "",
        };
  }
  const whole = /^\|+|^\/*[^/|]*\/*/.exec(run)?.[0] ?? run;
  const part = whole.slice(0, (JOINT.exec(whole)?.index ?? whole.length) + 1);
  const bare = part
    .replaceAll("/", "")
    .replace(/^[<>=≤≥]+$/, "")
    .replace(/^[,;!?()[\]&+*|]+|[,;:!?()[\]&*|]+$/g, "")
    .replace(/(?<=^\p{L}+)\+$|(?<=\p{L}{2})\.+$/u, "");
  if (!bare.includes("*")) return { length: part.length, atom: null, word: plain(bare).trim() };
  const parts = bare.split(/\*+/).map((each) => plain(each).trim());
  return {
    length: part.length,
    atom: /** @type {Atom} */ ({ kind: "word", text: parts.join(" "), parts, alike: [] }),
    word: "",
  };
}

/** @param {string} escaped */
function decode(escaped) {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}
