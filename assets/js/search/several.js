// Several numbers of one thing, and limits that are joined: `2 or 4 channels`, `channels 1, 2, 4`, `under 1 GB or over
// 1 TB`, `fewer than 2 channels or more than 3`, `more than 2 and less than 5 channels`. Pure functions.
//
// Numbers in a list are a set; two ends (`2-4`, `2 to 4`, `between 2 and 4`) are a range. Limits joined by `or` are
// alternatives; those joined by `and`, `but` or a comma must all hold, where any number can.

import { limits, NUMBER, readAmount } from "./amounts.js";
import { BYTES, LENGTH, MANY_PIXELS, MEASURES } from "./measure-names.js";
import {
  IN_WORDS,
  namedIn,
  readBare,
  readLengthAlone,
  readMeasure,
  readPart,
  readSign,
  readSignBehind,
  SIGN_OF_ALIKE,
} from "./measures.js";

/** @typedef {import("./query.js").Atom} Atom */
/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {import("./measure-names.js").Measure} Measure */
/** @typedef {import("./query-fields.js").Read} Read */
/** @typedef {[from: number, to: number]} Ends both belong to it */
/** @typedef {{text: string, unit: string, start: number, end: number, joint: string}} Part `joint`: what is before */
/** @typedef {{from: number, to: number, sign: string}} Limit `sign`: empty of a number alone */

/** A longer list is none that people write. */
const MOST_PARTS = 20;
const UNIT = `(?:${BYTES}|${LENGTH}|${MANY_PIXELS}|k|px|pixels?)(?![\\p{L}\\p{N}_])`;
const UNIT_BEHIND = new RegExp(`(?<=[\\d\\s])(?:${UNIT})$`, "iu");
/** How numbers are written: where a comma is between two (`2,4 channels`), and where it may be in one (`0,5 µm`). */
const WRITTEN = ["[1-9]\\d{0,2}(?:,\\d{3})+(?!\\d|,\\d)|\\d+(?:\\.\\d+)?", NUMBER].map((number) => {
  const one = `(?:${number}|${IN_WORDS})(?:\\s?${UNIT})?`;
  const between = `(?:between|from)\\s+${one}\\s+(?:and|to|(?<!^from.*)or)\\s+${one}`;
  const span = `${one}(?:-?\\s+to\\s+|\\s?[-–—−]\\s?|\\.\\.)${one}`;
  return [between, span, one].map((pattern) => new RegExp(`^(?:${pattern})(?![\\p{L}\\p{N}])`, "iu"));
});
const [WHOLE] = WRITTEN;
const JOINT = /^-?(?:\s*[,;]\s*(?:(?:or|and|but)\s+)?|\s?[/|]\s?|\s+(?:or|and\/or|and|but|&&?|\|\|)\s+)/iu;
const OR = /or|[/|]/i;
/** Whether there can be a list at all, near the begin of a text. */
const MAY_JOIN = /[,;/|&]|\s(?:or|and|but)\s/i;
const NEAR = 60;
const DECIMAL = /\d,\d/;
/** Behind a number alone, for it to be of what is before: `2 channels or 4`. */
const ALONE = /^\s*(?:$|[,;.)]|(?:or|and)\s)/i;

/**
 * Return several numbers, or limits that are joined, as a text begins, with what they are of; null where it has one.
 * @param {string} text
 * @param {Grammar} grammar
 * @param {boolean} [isAfterName] whether a number may belong to a name before it: `plate 3, 4 channels`
 * @returns {Read | null}
 */
export function readSeveral(text, { numbers }, isAfterName = false) {
  const near = text.slice(0, NEAR);
  if (!MAY_JOIN.test(near)) return null;
  for (const patterns of WRITTEN) {
    const read = readBehindName(text, patterns, numbers) ?? readBeforeName(text, patterns, numbers, isAfterName);
    const isCut = patterns === WHOLE && DECIMAL.test(text.slice(0, read?.length ?? NEAR)); // `0,5 µm`
    const number = read && (!isCut || !/^(?:bytes|um)$/.test(read.unit)) ? numbers.get(read.name) : null;
    if (read && number) return { length: read.length, ...limitsOf(number.key, read.ranges), word: "" };
    if (!isCut) return null;
  }
  return null;
}

/**
 * Return what is asked after `or` of what is named before it: `2 channels or more than 3`; null where the text names
 * something itself.
 * @param {string} text
 * @param {{raw: string, key: string}} before
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
export function readFurther(text, { raw, key }, { numbers }) {
  const part = partAt(text, WRITTEN[1]);
  const own = part && (readMeasure(text, numbers) ?? readBare(text) ?? readLengthAlone(text));
  if (!part || (own && (own.length > part.end || numbers.get(own.name)?.key !== key))) return null;
  const [name, unit] = measureOf(key, numbers);
  const isSigned = readSign(text) || /\s\p{L}+$/u.test(part.text);
  if (!isSigned && ((unit && !part.unit) || !ALONE.test(text.slice(part.end)))) return null;
  const limit = limitIn(part, part.unit || (UNIT_IN.exec(raw)?.[1] ?? ""), name, unit);
  return limit && { length: part.end, ...limitsOf(key, [[limit.from, limit.to]]), word: "" };
}

const UNIT_IN = new RegExp(`\\d\\s?(${UNIT})`, "iu");

/** @param {string} key @param {Grammar["numbers"]} numbers @returns {[name: string, unit: Measure["unit"]]} */
function measureOf(key, numbers) {
  const measure = MEASURES.find(({ name }) => numbers.get(name)?.key === key);
  const unit = [...numbers.values()].find((each) => each.key === key)?.unit;
  return [measure?.name ?? "", measure?.unit ?? (unit === "bytes" || unit === "um" ? unit : "")];
}

/**
 * Return the parts of a list that a text begins with.
 * @param {string} text
 * @param {RegExp[]} patterns
 */
function listAt(text, patterns) {
  /** @type {Part[]} */
  const parts = [];
  for (let [start, joint] = [0, ""]; parts.length <= MOST_PARTS;) {
    const part = partAt(text.slice(start), patterns);
    if (!part) break;
    const end = start + part.end;
    parts.push({ ...part, start, end, joint });
    joint = JOINT.exec(text.slice(end))?.[0] ?? "";
    if (!joint) break;
    start = end + joint.length;
  }
  return parts.length > MOST_PARTS ? [] : parts;
}

/** @param {string} text @param {RegExp[]} patterns @returns {Part | null} */
function partAt(text, [between, span, one]) {
  const range = between.exec(text)?.[0] ?? span.exec(text)?.[0];
  const sign = range ? 0 : (readSign(text)?.length ?? 0);
  const written = range ?? one.exec(text.slice(sign))?.[0];
  if (!written) return null;
  const end = sign + written.length;
  const behind = range || sign ? 0 : (readSignBehind(text.slice(end))?.length ?? 0);
  const unit = UNIT_BEHIND.exec(written)?.[0] ?? "";
  return { text: text.slice(0, end + behind), unit, start: 0, end: end + behind, joint: "" };
}

/**
 * Return a list behind the name of what its numbers are of: `channels 1, 2, 4`.
 * @param {string} text
 * @param {RegExp[]} patterns
 * @param {Grammar["numbers"]} numbers
 */
function readBehindName(text, patterns, numbers) {
  for (const { name, unit, length } of namedIn(text, numbers)) {
    const parts = listAt(text.slice(length), patterns);
    const last = parts.at(-1);
    if (!last || parts.length < 2) continue;
    const behind = readMeasure(text.slice(length + last.start), numbers);
    if (behind && behind.length > last.end - last.start && behind.name !== name) continue;
    const usual = /^pixel/.test(name) && unit === "um" ? "um" : "";
    const ranges = join(
      parts,
      parts.map((part) => limitIn(part, part.unit || last.unit || usual, name, unit)),
    );
    const end = behind?.name === name ? last.start + Math.max(behind.length, last.end - last.start) : last.end;
    if (ranges) return { name, unit, ranges, length: length + end };
  }
  return null;
}

/**
 * Return a list before the name of what its numbers are of, or of which the units say it: `1, 2 or 4 channels`.
 * @param {string} text
 * @param {RegExp[]} patterns
 * @param {Grammar["numbers"]} numbers
 * @param {boolean} isAfterName
 */
function readBeforeName(text, patterns, numbers, isAfterName) {
  const all = listAt(text, patterns);
  for (let count = all.length; count > 1; count--) {
    const parts = all.slice(0, count);
    if (isAfterName && parts.every(({ joint }) => !OR.test(joint))) continue;
    const [last] = parts.slice(-1);
    const rest = text.slice(last.start);
    const read = readMeasure(rest, numbers) ?? readLengthAlone(rest) ?? readBare(rest);
    if (!read || read.length < last.end - last.start) continue;
    const unit = MEASURES.find(({ name }) => name === read.name)?.unit ?? "";
    const before = parts.slice(0, -1).map((part) => limitIn(part, part.unit || last.unit, read.name, unit));
    const sign = readPart(last.text, read.name, unit)?.sign ?? "";
    const said = [...before, { ...read, sign }];
    if (parts.slice(1).every(({ joint }) => joint.trim() === ",") && !areRising(said)) continue;
    const ranges = join(parts, said);
    if (ranges) return { name: read.name, unit, ranges, length: last.start + read.length };
  }
  return null;
}

/**
 * Return the limit that a part of a list is; null where it is none of this measure.
 * @param {Part} part
 * @param {string} named its unit, or that of the list
 * @param {string} name
 * @param {Measure["unit"]} unit
 * @returns {Limit | null}
 */
function limitIn({ text, unit: own }, named, name, unit) {
  if (Boolean(unit) !== Boolean(named) && !/^(?:k|px|pixels?)$/i.test(named)) return null;
  const behind = /\D*$/.exec(text)?.[0] ?? "";
  const number = text.slice(0, text.length - behind.length);
  const written = own || !unit ? text : number ? `${number} ${named}${behind}` : `${text} ${named}`;
  const read = readPart(written, name, unit);
  const isAll = read && /^(?:\s?(?:px|pixels?))?$/i.test(written.slice(read.length));
  return isAll ? read : null;
}

/**
 * Whether numbers alone follow each other from small to large, as in a list; `24300, 2 channels` is none.
 * @param {(Limit | null)[]} said
 */
const areRising = (said) =>
  said.every((each, at) => each?.sign !== "" || at === 0 || (said[at - 1]?.to ?? 0) < each.from);

/**
 * Return what the parts of a list say together; null where one says nothing.
 * @param {{joint: string}[]} parts
 * @param {(Limit | null)[]} read
 * @returns {Ends[] | null}
 */
function join(parts, read) {
  const said = read.flatMap((each) => each ?? []);
  if (said.length < read.length) return null;
  const isEither = parts.some(({ joint }) => OR.test(joint)) || !said.every(({ sign }) => /^[<>]/.test(sign));
  const from = Math.max(...said.map((each) => each.from));
  const to = Math.min(...said.map((each) => each.to));
  return isEither || from > to ? merged(said.map((each) => [each.from, each.to])) : [[from, to]];
}

/** Return ranges in their order, those that overlap as one. @param {Ends[]} ranges @returns {Ends[]} */
export function merged(ranges) {
  /** @type {Ends[]} */
  const found = [];
  for (const [from, to] of [...ranges].sort(([one], [other]) => one - other)) {
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}

/**
 * Return the alternatives that ranges of a number are.
 * @param {string} key
 * @param {Ends[]} ranges
 * @returns {{atom: Atom, others: Atom[]}}
 */
export function limitsOf(key, ranges) {
  const [atom, ...others] = ranges.map(([from, to]) => /** @type {Atom} */ ({ kind: "limit", key, from, to }));
  return { atom, others };
}

const NOT_EQUAL = /^(?:!==?|<>|≠)\s*/;
/** Between numbers of a field: `channels:2,4`. */
const BETWEEN = /^[,|/](?=\S)/;
const GROUPED = /^[^\d,|/]*[1-9]\d{0,2}(?:,\d{3})+(?!\d|,\d)/;

/**
 * Return the amounts behind the name of a field: `2,4`, `<1GB|>1TB`, `!=1`; null without.
 * @param {string} text
 * @param {string} unit of the field
 * @returns {{ranges: Ends[], length: number} | null}
 */
export function readAmounts(text, unit) {
  const not = NOT_EQUAL.exec(text)?.[0] ?? "";
  if (not) {
    const amount = readAmountAlike(text.slice(not.length), unit);
    if (!amount) return null;
    const ranges = [limits("<", amount.from), limits(">", amount.to)]
      .filter(({ to }) => to > 0)
      .map(({ from, to }) => /** @type {Ends} */ ([from, to]));
    return { ranges, length: not.length + amount.length };
  }
  const [parts, read] = [/** @type {{joint: string}[]} */ ([]), /** @type {Limit[]} */ ([])];
  let length = 0;
  for (let joint = ""; ;) {
    const amount = readAmountAlike(text.slice(length + joint.length), unit);
    if (!amount) break;
    parts.push({ joint });
    read.push({ ...amount, sign: amount.to === Infinity ? ">" : amount.from === -Infinity ? "<" : "" });
    length += joint.length + amount.length;
    joint = BETWEEN.exec(text.slice(length))?.[0] ?? "";
    if (!joint) break;
  }
  const ranges = read.length ? join(parts, read) : null;
  return ranges && { ranges, length };
}

/**
 * Return an amount of a field; a size or a length that has a unit, and no sign, is about so large.
 * @param {string} text
 * @param {string} unit
 */
function readAmountAlike(text, unit) {
  const isCount = unit !== "bytes" && unit !== "um";
  const one = isCount && !GROUPED.test(text) ? text.replace(/[,|/].*$/s, "") : text;
  const amount = readAmount(one, unit);
  if (!amount) return null;
  const isAlike = amount.from === amount.to && /^[\d.,]+\s?\p{L}/u.test(one.slice(0, amount.length));
  const sign = isAlike ? SIGN_OF_ALIKE[/** @type {"bytes" | "um" | ""} */ (unit)] : undefined;
  return { ...(sign ? limits(sign, amount.from) : amount), length: amount.length };
}
