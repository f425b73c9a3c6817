// What axes span, as cards and the filter say it: `3-D + c + t`, `2D+t`. Pure functions.

import { makeValue } from "./query-fields.js";
import { makeName } from "./query-names.js";
import { plain } from "./words.js";

/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {import("./query-fields.js").Read} Read */

const AXIS = "(?:channels?|colou?rs?|c|time(?:[ -]?(?:points?|lapse|series))?|t|z)";
const SPANNED = new RegExp(`^([2-9])[ -]?D((?:\\s?\\+\\s?${AXIS})+)(?![\\p{L}\\p{N}]|\\s?\\+)`, "iu");

/**
 * Return the value of what axes span that a text begins with, in any order and spelling; null without.
 * @param {string} text
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
export function readDimensions(text, grammar) {
  const found = SPANNED.exec(text);
  const field = grammar.values.get("dimensions");
  if (!found || !field) return null;
  const letters = found[2]
    .split("+")
    .slice(1)
    .map((axis) => axis.trim()[0].toLowerCase());
  const others = new Set(letters.filter((letter) => letter !== "z"));
  const flat = letters.includes("z") && found[1] === "2" ? "3" : found[1];
  const value = plain([`${flat}-D`, ...[...others].sort()].join(" + "));
  const isKnown = grammar.named.get(field.key)?.has(value);
  const atom = isKnown ? makeName(value, grammar) : makeValue(value, field, grammar);
  return { length: found[0].length, atom, word: "" };
}
