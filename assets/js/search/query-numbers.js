// Numbers in a query, as limits: `under 5 GB`, `2048 x 2048`, `10 GB`. Pure functions.

import { NUMBER, readAmount } from "./amounts.js";
import { readBare, readBits, readLengthAlone, readMeasure } from "./measures.js";
import { readSeveral } from "./several.js";
import { readSides, readSteps } from "./sides.js";
import { plain } from "./words.js";

/** @typedef {import("./query.js").Atom} Atom */
/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {import("./query-fields.js").Read} Read */

/**
 * Return the limits that a text begins with, and says of what; null where it has none.
 * @param {string} rest
 * @param {Grammar} grammar
 * @param {boolean} [isAfterName] whether a number may belong to a name before it
 * @returns {Read | null}
 */
export function readNumber(rest, grammar, isAfterName = false) {
  const sides =
    readVoxel(rest, grammar) ??
    readPicture(rest, grammar) ??
    readBetween(rest, grammar) ??
    readSeveral(rest, grammar, isAfterName) ??
    readTypes(rest, grammar) ??
    readVersions(rest, grammar);
  if (sides) return sides;
  const measured = readMeasure(rest, grammar.numbers);
  const number = measured && grammar.numbers.get(measured.name);
  if (!measured || !number) return null;
  const { length, from, to } = measured;
  return { length, atom: { kind: "limit", key: number.key, from, to }, word: "" };
}

const SEVERAL_BITS = /^\d{1,2}(?:(?:-?\s?[,/]\s?|-?,?\s+(?:or|and)\s+)\d{1,2})+[ -]?bits?(?![\p{L}\p{N}:])/iu;

/**
 * Return the data types whose pixels have as many bits as a text begins to say: `more than 8 bits`; null where it says
 * nothing of it, or the catalog nothing of data types.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
function readTypes(rest, { named }) {
  const types = named.get("dtype");
  const several = types && SEVERAL_BITS.exec(rest);
  if (several) {
    const texts = (several[0].match(/\d+/g) ?? []).map((count) => `${count} bit`);
    return makeEither("dtype", texts, several[0]);
  }
  const bits = types ? readBits(rest) : null;
  if (!types || !bits) return null;
  const isWithin = (/** @type {number} */ count) => count >= bits.from && count <= bits.to;
  const texts = [...types].filter((name) => /^\d+ bit$/.test(name) && isWithin(parseInt(name)));
  return makeEither("dtype", texts, rest.slice(0, bits.length));
}

/**
 * Return a clause of several values of a field; of none, as words that no value has.
 * @param {string} key
 * @param {string[]} texts
 * @param {string} written
 * @returns {Read}
 */
export function makeEither(key, texts, written) {
  const [atom, ...others] = (texts.length ? texts : [plain(written)]).map((text) => {
    return /** @type {Atom} */ ({ kind: "value", key, isText: false, text, name: "" });
  });
  return { length: written.length, atom, word: "", others };
}

const OLDER = "<|below|under|before|(?:older|lower|earlier|less|smaller) than";
const NEWER = ">|above|over|after|(?:newer|higher|later|more|greater) than";
const SIGN = `(<=|>=|≤|≥|at least|at most|up to|from|since|until|${OLDER}|${NEWER})`;
const FORMAT = "(?:(?:ome[ -]?)?(?:zarr|ngff)|version|format|spec)(?:\\s+(?:version|format|v))?";
const VERSIONS = new RegExp(
  `^(?:${FORMAT}\\s*(?:is\\s+)?${SIGN}|${SIGN}\\s+(?:${FORMAT}|(?<=(?:older|newer) than\\s+)))\\s*` +
    "v?(0\\.\\d)(?![\\p{N}.])|" +
    `^${FORMAT}\\s*v?(0\\.\\d)(?:\\s+(?:or|and)\\s+(older|newer|later|above|below|up|earlier|higher|lower)|\\+)` +
    "(?!\\p{L})",
  "iu",
);

/**
 * Return the versions of OME-Zarr that a text begins to compare: `older than version 0.5`; null where it compares none.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
function readVersions(rest, { named }) {
  const found = VERSIONS.exec(rest);
  const versions = named.get("version");
  if (!found || !versions) return null;
  const sign = (found[1] ?? found[2] ?? "").toLowerCase();
  const than = Number(found[3] ?? found[4]);
  const isBelow = /^(?:[<≤]|at most|up to|until|below|under|before|older|lower|earlier|less|smaller)/i.test(
    sign || found[5],
  );
  const isEqual = found[4] !== undefined || /=|≤|≥|^(?:at|up|from|since|until)/.test(sign);
  const isWithin = (/** @type {number} */ each) => (isBelow ? each < than : each > than) || (isEqual && each === than);
  const texts = [...versions].filter((name) => /^0\.\d$/.test(name) && isWithin(Number(name)));
  return makeEither("version", texts, found[0]);
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
 * Return the limits of width and height, and perhaps of planes, that a text begins with; null where it has none.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {import("./query-fields.js").Read | null}
 */
function readPicture(rest, { numbers }) {
  const read = readSides(rest);
  if (!read || !Object.keys(read.sides).every((name) => numbers.has(name))) return null;
  const clauses = Object.entries(read.sides).map(([name, side]) => {
    const key = numbers.get(name)?.key ?? name;
    return { raw: key, isExcluded: false, atoms: [/** @type {Atom} */ ({ kind: "limit", key, ...side })] };
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
export const makePiece = (text) => ({ kind: "word", text, parts: [text], alike: [] });
