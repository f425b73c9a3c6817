// Plain words of a query: where one ends, without the signs around it. Pure functions.

import { plain, withoutInvisible } from "./words.js";

/** @typedef {import("./query.js").Atom} Atom */

/**
 * Between words that are written without a space: `mouse,brain`, `mouse+brain`, `idr0013,idr0044`, `24301,24302`; not
 * in `CD4+CD8`.
 */
const JOINT =
  /(?<=\p{L})[,;](?=\p{L})|(?<=\p{N})[,;](?=\p{L}+[-_]?\p{N})|(?<=\d{4})[,;](?=\d{4})|(?<=\p{L}{2})\+(?=\p{L}{2})/u;
/** Articles and prepositions before a vowel: `l'embryon`, `dell'uomo`. */
const ELIDED = /^(?:[dl]|(?:de|ne|su|da|a)ll)['’](?=\p{L})/u;

/** A question mark at the end ends a question. */
export const WILDCARD = /\*|(?<=[\p{L}\p{N}_-])\?+(?=[\p{L}\p{N}_*-])/u;
const SIGNS_AROUND = /^[,;!?()[\]&+|]+|[,;:!?()[\]&|]+$/g;

/**
 * Return a word with wildcards, up to a space or a slash; null where it has none, or nothing else.
 * @param {string} run
 * @returns {import("./query-fields.js").Read | null}
 */
export function readWildcards(run) {
  const part = /^[^/|]+/.exec(run)?.[0] ?? "";
  const bare = part.replace(SIGNS_AROUND, "");
  const text = plain(bare).replace(/\*+/g, "*").trim();
  if (!WILDCARD.test(bare) || !/[\p{L}\p{N}]/u.test(text)) return null;
  return { length: part.length, atom: { kind: "pattern", text }, word: "" };
}

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
  return { length: part.length, atom: null, word: plain(bare.replace(ELIDED, "")).trim() };
}

/**
 * Return a query as it was before it became a part of an address, `mouse%20brain`; without signs that nobody sees.
 * @param {string} text
 */
export function asTyped(text) {
  const isEncoded = /^[^\s/]*%[0-9a-f]{2}[^\s/]*$/i.test(text.trim());
  return withoutInvisible(isEncoded ? decode(text.replaceAll("+", " ")) : text);
}

/** @param {string} escaped */
function decode(escaped) {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}
