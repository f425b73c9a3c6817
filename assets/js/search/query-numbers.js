// Numbers in a query, as limits: `under 5 GB`, `2048 x 2048`, `10 GB`. Pure functions.

import { NUMBER, readAmount } from "./amounts.js";
import { readBare, readBits, readLengthAlone, readMeasure } from "./measures.js";
import { isNamedByLetters } from "./query-names.js";
import { limitsOf, readAmounts, readSeveral } from "./several.js";
import { readSides, readSteps } from "./sides.js";
import { isNear, plain } from "./words.js";

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
    readAlong(rest, grammar) ??
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

const SPELLED_TYPE = new RegExp(
  "^(?:(?:(?:un)?signed|u?int(?:eger)?s?|floats?|floating[ -]point|double(?=\\W*$)|\\d\\d?[ -]?bits?|" +
    "(?:half|single|double)(?=[ -](?:prec|float))|precision|(?<=t )\\d\\d?)(?:[ -]+|(?![\\p{L}\\p{N}:])))+",
  "iu",
);

/**
 * Return the data types that a text begins to spell: `signed 16-bit`, `32 bit float`, `half precision`.
 * @param {string} rest
 * @param {Set<string>} types names of those that the catalog has
 * @returns {Read | null}
 */
function readSpelledType(rest, types) {
  const written = SPELLED_TYPE.exec(rest)?.[0] ?? "";
  const said = written.toLowerCase();
  const precision = ["half", "single", "double"].findIndex((each) => said.includes(each));
  const bits = precision < 0 ? parseInt(/\d+/.exec(said)?.[0] ?? "") : 16 << precision;
  const isFloat = /fl|prec|dou/.test(said);
  if (!bits || !(isFloat || /int|si/.test(said)) || (said === "double" && !types.has("float64"))) return null;
  const kinds = isFloat ? "float" : /un|uint/.test(said) ? "uint" : /^int \d|si/.test(said) ? "int" : "uint int";
  return makeEither(
    "dtype",
    kinds.split(" ").map((kind) => kind + bits),
    written.trimEnd(),
  );
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
  const spelled = types && readSpelledType(rest, types);
  if (spelled) return spelled;
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
 * Return the limits along several axes that a text begins with: pixel sizes, or width, height and perhaps planes; null
 * where it has none.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
function readAlong(rest, { numbers }) {
  const { length, ...steps } = readSteps(rest) ?? { length: 0 };
  const read = length ? { sides: steps, length } : readSides(rest);
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

const COUNTED = /^((?:[\p{L}<>=≤≥~]+ ?){0,3}\S+[ -])((?:time )?\p{L}{5,})/iu;
const NOUNS = "channel,channels,timepoint,timepoints,time points,frames,levels,pixels,slices".split(",");

/**
 * Return a text in which what a number counts is spelled right, with the word and what was taken for it: `3 chanels`;
 * null where nothing is near. `slides` and `flames` are near, and something else.
 * @param {string} rest
 */
export function withRightNoun(rest) {
  const [all = "", begin = "", word = ""] = COUNTED.exec(rest) ?? [];
  const own = word.toLowerCase();
  const near = NOUNS.includes(own) || /^(?:sli[dp]|fl)/.test(own) ? "" : NOUNS.find((each) => isNear(own, each));
  return near ? { text: begin + near + rest.slice(all.length), least: begin.length + near.length, word, near } : null;
}

const ALONG = /^([tczyx]\s+)(\d+(?:\s?(?:\.\.|[-–—]|to)\s?\d+|\+)?)(?=[,;.)]*(?:\s|$))/i;

/**
 * Return the limit of an axis that a text begins with, or the same words in a text: `c 3`, `t 50..200`; null without.
 * @param {string} rest
 * @param {Grammar} grammar
 * @param {{word: string}} [before] the token before: `plate c 3` names a plate, `63 x 2` is something else
 * @returns {Read | null}
 */
export function readAxis(rest, { numbers }, before) {
  const head = isNamedByLetters(before?.word) ? null : ALONG.exec(rest);
  const number = head && numbers.get(head[1][0].toLowerCase());
  const amounts = number && readAmounts(head[2], number.unit);
  if (!head || !number || !amounts) return null;
  const length = head[1].length + amounts.length;
  const { atom, others } = limitsOf(number.key, amounts.ranges);
  const words = /** @type {Atom} */ ({ ...makePiece(plain(rest.slice(0, length))), isWhole: true, isDone: true });
  return { length, atom, word: "", others: [...others, words] };
}

/** Return words that are looked for side by side. @param {string} text @returns {Atom} */
export const makePiece = (text) => ({ kind: "word", text, parts: [text], alike: [] });
