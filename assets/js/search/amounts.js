// Numbers with units, as people write them in a query: `<5GB`, `under 5 GB`, `100..200`, `<0.5um`. Pure functions.

import { BYTES, LENGTH } from "./measure-names.js";

/** Digits of a number that had a unit; as `measures.py` rounds what it compares with. */
const DIGITS = 12;
/** How much more or less is the same length in a sentence: images state `0.4999 µm` for `0.5 µm`. */
const ALIKE = 0.05;
/** How much more or less is still about a number: a fifth, chosen so that `about 1 GB` finds 0.8 to 1.2 GB. */
const ABOUT = 0.2;
const COUNTED = "[kmg]?px|pixels?|[km]|planes|slices";
/** What units are called, by what is measured in them. @type {Record<string, string>} */
const NAMES = {
  bytes: `${BYTES}|[bkmgt]`,
  um: `${LENGTH}|[µμm]`,
  "": COUNTED,
  px: `${COUNTED}|[mg]p|(?:(?:mega|giga)[ -]?|[mb]illion )?(?:pixels?|voxels?|px)`,
};
const PATTERNS = Object.fromEntries(
  Object.entries(NAMES).map(([measured, names]) => [measured, new RegExp(`^(?:${names})$`, "u")]),
);
/** By the first letter. @type {Record<string, number>} */
const LENGTHS = { p: 1e-6, å: 1e-4, a: 1e-4, n: 1e-3, m: 1e3, c: 1e4 };
/** @type {Record<string, number>} */
const COUNTS = { k: 1e3, m: 1e6, g: 1e9, b: 1e9 };

/**
 * Return how many of what is measured a unit is; undefined of another unit.
 * @param {string} unit
 * @param {string} measured
 */
function factorOf(unit, measured) {
  if (!PATTERNS[measured]?.test(unit)) return undefined;
  if (measured === "bytes") return (unit.startsWith("ib", 1) ? 1024 : 1000) ** "bkmgtp".indexOf(unit[0]);
  if (measured !== "um") return COUNTS[unit[0]] ?? 1;
  return unit === "m" ? 1e6 : unit.startsWith("mic") ? 1 : (LENGTHS[unit[0]] ?? 1);
}

// A comma with groups of three digits after it is none of a decimal number (1,000 is a thousand), any other is
// (0,5 is a half), so that both ways to write numbers are understood.
const GROUPED = "[1-9]\\d{0,2}(?:,\\d{3})+(?!\\d|,\\d)(?:\\.\\d+)?";
// So are groups of zeros after a space: `10 000`.
const SPACED = "[1-9]\\d{0,2}(?:[\\s'’]000)+(?!\\d)";
export const NUMBER = `(${GROUPED}|${SPACED}|\\d+(?:[.,]\\d+)?(?:e[+-]?\\d+)?|[.,]\\d+)`;
// What `:` or a sign follows is the name of the next field: `z:>100 pixel:<0.5um`.
const UNIT = `(?:\\s?(${NAMES.bytes}|${NAMES.um}|${COUNTED})(?![\\p{L}\\p{N}_]|\\s?[:<>=≤≥]))?`;
const END = "(?![\\p{L}\\p{N}])";
const RANGE = new RegExp(`^(?:${NUMBER}${UNIT})?\\s?(?:\\.\\.|…)\\s?(?:${NUMBER}${UNIT})?${END}`, "iu");
// `1-5 GB` and `1 to 5 GB` have both ends; ` -5` after a space excludes a word.
const SPAN = new RegExp(`^${NUMBER}${UNIT}(?:[-–—−]|\\s[-–—−]\\s|\\sto\\s)${NUMBER}${UNIT}${END}`, "iu");
const ONE = new RegExp(`^(<=|>=|=<|=>|<|>|==?|≤|≥|~|≈)?\\s*${NUMBER}${UNIT}${END}`, "iu");
const BELOW = "under|below|less than|smaller than|<";
const ABOVE = "over|above|more than|larger than|bigger than|greater than|>";

/** @typedef {{from: number, to: number, length: number}} Amount both ends belong to it; `length`: of what was read */

/**
 * Return the amount that a text begins with; null where it begins with none.
 * @param {string} text
 * @param {string} unit of the field: `bytes`, `um` (micrometers), `px` or none
 * @returns {Amount | null}
 */
export function readAmount(text, unit) {
  const range = SPAN.exec(text) ?? RANGE.exec(text);
  if (range && (range[1] || range[3])) {
    const [, low, lowUnit, high, highUnit] = range;
    const from = low ? readNumber(low, lowUnit ?? highUnit, unit) : -Infinity;
    const to = high ? readNumber(high, highUnit ?? lowUnit, unit) : Infinity;
    if (from === null || to === null) return null;
    return { from: Math.min(from, to), to: Math.max(from, to), length: range[0].length };
  }
  const one = ONE.exec(text);
  if (!one) return null;
  const value = readNumber(one[2], one[3], unit);
  if (value === null) return null;
  const isOpen = !one[1] && /^\+(?!\S)/.test(text.slice(one[0].length));
  const sign = one[1] === "==" ? "=" : one[1];
  return { ...limits(isOpen ? ">=" : (sign ?? "="), value), length: one[0].length + Number(isOpen) };
}

/** What people write for a sign, before the number. @type {[words: RegExp, sign: string][]} */
const SIGNS = [
  [new RegExp(`^(?:${BELOW})`, "iu"), "<"],
  [new RegExp(`^(?:${ABOVE})`, "iu"), ">"],
  [/^(?:at most|up to|(?:no|not) more than|max(?:imum|\.)?)/iu, "<="],
  [/^(?:at least|from|(?:no|not) less than|min(?:imum|\.)?)/iu, ">="],
  [/^(?:about|around|approximately|roughly)/iu, "~"],
];
/** Between the ends of a range; the `-` of `1e-3` is none. */
const BETWEEN = /(?<=[\p{L}\d])(?<!\de)\s*(?:[-–—−]|\.{2,}|\b(?:to|and)\b)\s*(?=[\d.,])/iu;

/**
 * Return the limits that a text says, all of it; null where it says something else.
 *
 * Besides what a query understands: `at least 5 GB`, `5 GB+`, `1 to 10 GB`, `1–10`, groups of digits as `1 000 000`,
 * `1'000'000` or `1.000.000`.
 * @param {string} text
 * @param {string} unit of the field
 * @returns {{from: number, to: number, isPlain: boolean} | null} `isPlain`: one number without a sign
 */
export function readLimits(text, unit) {
  const written = text
    .normalize("NFKC")
    .trim()
    .replace(/(?<=\d)[\s'’_](?=\d{3}(?!\d))/gu, "")
    .replace(/^\d{1,3}(?:\.\d{3}){2,}$/, (groups) => groups.replaceAll(".", ""))
    .replace(/^between(?=\s)/iu, "")
    .trim();
  const isRange = BETWEEN.test(written);
  const words = isRange ? undefined : SIGNS.find(([each]) => each.test(written) && !/^[<>]=/.test(written));
  const open = /^(.*\S)\s*\+$/.exec(written);
  const given = isRange
    ? written
        .replace(/^from(?=\s)/iu, "")
        .trim()
        .replace(BETWEEN, "..")
    : words
      ? words[1] + written.replace(words[0], "").trim()
      : open
        ? `>=${open[1]}`
        : written;
  const amount = readAmount(given, unit);
  if (!amount || amount.length !== given.length) return null;
  return { from: amount.from, to: amount.to, isPlain: /^[\d.,]/.test(given) && !given.includes("..") };
}

/**
 * Return a number in the unit that its field is measured in; null where it has none of these units.
 * @param {string} written
 * @param {string | undefined} unit
 * @param {string} measured
 */
export function readNumber(written, unit, measured) {
  const factor = unit ? factorOf(unit.toLowerCase(), measured) : 1;
  const isGrouped = new RegExp(`^${GROUPED}$`).test(written);
  const isCount = measured === "" || measured === "px"; // of which there are no thousandths: `1.000 slices`
  const isDotted = isCount && /^[1-9]\d{0,2}(?:\.\d{3})+$/.test(written);
  const digits = isDotted ? written.replaceAll(".", "") : written.replace(/[\s'’]/g, "");
  const number = Number(isGrouped ? digits.replaceAll(",", "") : digits.replace(",", "."));
  if (factor === undefined || !Number.isFinite(number)) return null;
  const value = number * factor;
  return factor === 1 || Number.isInteger(value) ? value : rounded(value);
}

const rounded = (/** @type {number} */ value) => Number(value.toPrecision(DIGITS));

/** Return the limits that a sign before a number says. @param {string} sign @param {number} value */
export function limits(sign, value) {
  const tiny = Number.EPSILON * Math.abs(value) || Number.MIN_VALUE;
  if (sign === "<") return { from: -Infinity, to: value - tiny };
  if (sign === ">") return { from: value + tiny, to: Infinity };
  if (sign === "=") return { from: value, to: value };
  if (sign === "≅") return { from: rounded(value * (1 - ALIKE)), to: rounded(value * (1 + ALIKE)) };
  if (/[~≈]/.test(sign)) return { from: rounded(value * (1 - ABOUT)), to: rounded(value * (1 + ABOUT)) };
  return /</.test(sign) || sign === "≤" ? { from: -Infinity, to: value } : { from: value, to: Infinity };
}
