// Wildcards in a word: `*` for any characters, `?` for one, as in `LT01?3_*`. Pure functions on columns in memory.
//
// The rule: `*` stays within a word where any dataset has the whole so; else it may reach over other words, as hyphens
// and underscores are spaces in what is searched: `24*_FColon` finds `24325_K24230_FColon`. What is written at an end
// is where a word begins or ends, unless `*` is there.

import { raiseByFacet } from "./everywhere.js";
import { hasAnyYet } from "./kept.js";
import { matchColumn, matchLines, matchStems } from "./text.js";

/** @typedef {import("./text.js").TextIndex} TextIndex */
/** @typedef {import("./words.js").Literal} Literal */

/** What `*` stands for: first in a word, then over words; a number of our own, some ten words of an identifier. */
const REACHES = ["[^ \\n]*", ".{0,40}"];

/**
 * Return for each dataset how well it fits a word with wildcards.
 * @param {TextIndex} index
 * @param {string} text plain
 * @param {string} [key] of the only facet or text that is looked at
 */
export function matchPattern(index, text, key) {
  let weights = new Uint8Array(index.count);
  for (const reach of REACHES) {
    const literal = makePattern(text, reach);
    weights = new Uint8Array(index.count);
    for (const facet of index.facets) {
      if (key ? facet.key === key : facet.searched)
        raiseByFacet(facet, matchLines(facet, literal, Boolean(key)), weights);
    }
    for (const column of index.columns) if (!key || column.key === key) matchColumn(index, column, literal, weights);
    if (!key) matchStems(index, literal, weights);
    if (hasAnyYet(index, weights)) break;
  }
  return weights;
}

/**
 * Return the literal of a pattern: its longest piece, which finds what may fit, and the pattern that must.
 * @param {string} text
 * @param {string} reach
 * @returns {Literal}
 */
function makePattern(text, reach) {
  const inner = text.replace(/^\*|\*$/g, "");
  const [, first = ""] = /^([^*?])/u.exec(text) ?? [];
  const [, last = ""] = /([^*?])$/u.exec(text) ?? [];
  const source = inner.replace(/[*?]|[^\p{L}\p{N}\s]/gu, (sign) =>
    sign === "*" ? reach : sign === "?" ? "." : `\\u{${sign.codePointAt(0)?.toString(16)}}`,
  );
  const pieces = inner.split(/[*?]/).map((piece) => piece.trim());
  const [longest] = pieces.sort((one, other) => other.length - one.length);
  const pattern = new RegExp(borderOf("<!", first) + source + borderOf("!", last), "u");
  return { text: longest, bound: 0, pattern };
}

/** Return that no sign of the class of another is beside it. @param {string} side @param {string} sign */
const borderOf = (side, sign) =>
  /\p{L}/u.test(sign) ? `(?${side}\\p{L})` : /\p{N}/u.test(sign) ? `(?${side}\\p{N})` : "";
