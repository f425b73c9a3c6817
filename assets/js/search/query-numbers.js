// Numbers in a query, as limits: `under 5 GB`, `2048 x 2048`, `10 GB`. Pure functions.

import { NUMBER, readAmount } from "./amounts.js";
import { readBare, readLengthAlone, readMeasure, readSides, readSteps } from "./measures.js";
import { plain } from "./words.js";

/** @typedef {import("./query.js").Atom} Atom */
/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {import("./query-fields.js").Read} Read */

/**
 * Return the limits that a text begins with, and says of what; null where it has none.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
export function readNumber(rest, grammar) {
  const sides = readVoxel(rest, grammar) ?? readPicture(rest, grammar) ?? readBetween(rest, grammar);
  if (sides) return sides;
  const measured = readMeasure(rest, grammar.numbers);
  const number = measured && grammar.numbers.get(measured.name);
  if (!measured || !number) return null;
  const { length, from, to } = measured;
  return { length, atom: { kind: "limit", key: number.key, from, to }, word: "" };
}

const BETWEEN = new RegExp(
  `^${NUMBER}(\\s?[\\p{L}µμ]+)?\\s*(<=|>=|<|>|≤|≥)\\s*([\\p{L}_]+(?: size)?)(?:\\s*(?=([<>≤≥]))|(?![\\p{L}\\p{N}]))`,
  "iu",
);
const TURNED = { "<": ">", ">": "<", "≤": "≥", "≥": "≤", "<=": ">=", ">=": "<=" };

/**
 * Return the limits that a number before a field says, perhaps with another behind it: `1 GB < size < 5 GB`.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
function readBetween(rest, { numbers }) {
  const found = BETWEEN.exec(rest);
  const number = found && numbers.get(found[4].toLowerCase());
  if (!found || !number) return null;
  const { key, unit } = number;
  const [, amount, named = "", sign] = found;
  const one = readAmount(`${TURNED[/** @type {keyof typeof TURNED} */ (sign)]}${amount}${named}`, unit);
  const other = found[5] ? readAmount(rest.slice(found[0].length), unit) : null;
  if (!one || (found[5] && !other)) return null;
  const { from, to, length } = other ?? { from: -Infinity, to: Infinity, length: 0 };
  const limit = { from: Math.max(from, one.from), to: Math.min(to, one.to) };
  return { length: found[0].length + length, atom: { kind: "limit", key, ...limit }, word: "" };
}

/**
 * Return the limits of pixel sizes along several axes that a text begins with; null where it has none.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
function readVoxel(rest, { numbers }) {
  const steps = readSteps(rest);
  const names = /** @type {const} */ (["pixel", "pixel_z"]).filter((name) => steps?.[name]);
  if (!steps || !names.every((name) => numbers.has(name))) return null;
  const clauses = names.map((name) => {
    const key = numbers.get(name)?.key ?? name;
    const atom = /** @type {Atom} */ ({ kind: "limit", key, ...steps[name] });
    return { raw: key, isExcluded: false, atoms: [atom] };
  });
  return { length: steps.length, atom: { kind: "group", clauses }, word: "" };
}

/**
 * Return the limits of width and height that a text begins with; null where it has none.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {import("./query-fields.js").Read | null}
 */
function readPicture(rest, { numbers }) {
  const [x, y] = [numbers.get("x"), numbers.get("y")];
  const read = x && y ? readSides(rest) : null;
  if (!read || !x || !y) return null;
  const clauses = [x, y].map(({ key }, at) => {
    const atom = /** @type {Atom} */ ({ kind: "limit", key, ...read.sides[at] });
    return { raw: key, isExcluded: false, atoms: [atom] };
  });
  return { length: read.length, atom: { kind: "group", clauses }, word: "" };
}

/**
 * Return a number with a unit that a text begins with: a limit, or the same words in a text; null without one.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
export function readBareNumber(rest, { numbers }) {
  const compared = readLengthAlone(rest);
  const limited = compared && (numbers.get(compared.name) ?? numbers.get("pixel") ?? numbers.get("extent"));
  if (compared && limited) {
    const { from, to, length } = compared;
    return { length, atom: { kind: "limit", key: limited.key, from, to }, word: "" };
  }
  const bare = readBare(rest);
  if (!bare) return null;
  const { name, from, to, length } = bare;
  const number = numbers.get(name);
  const piece = makePiece(plain(rest.slice(0, length)));
  return number
    ? { length, atom: { kind: "limit", key: number.key, from, to }, word: "", others: [piece] }
    : { length, atom: piece, word: "" };
}

/** Return words that are looked for side by side. @param {string} text @returns {Atom} */
const makePiece = (text) => ({ kind: "word", text, parts: [text], alike: [] });
