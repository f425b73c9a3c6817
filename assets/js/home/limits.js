// Limits of numbers: what fields say, how limits read, and where they are on a slider. Pure functions.

import { readLimits } from "../search/amounts.js";
import { BYTES } from "../search/measure-names.js";
import { writeCount } from "../writing.js";

/** @typedef {import("../search/files.js").RangeSummary} RangeSummary */
/** @typedef {[from: number, to: number]} Limits both belong to it; infinite where an end is open */

/** @type {Record<string, [name: string, factor: number][]>} units of a number, smallest first */
const STEPS = {
  bytes: ["B", "kB", "MB", "GB", "TB", "PB", "EB"].map((name, at) => [name, 1000 ** at]),
  um: ["pm", "nm", "µm", "mm", "m"].map((name, at) => [name, 10 ** (3 * at - 6)]),
};
/** @type {Record<string, string>} */
const EXAMPLES = {
  bytes: "5 GB, < 200 MB or 1–10 GB",
  um: "0.5 µm, < 200 nm or 1–10 µm",
  px: "2048, ≥ 1000 or 512–1024",
  "": "10, ≥ 100 or 5–20",
};
const BYTE_UNIT = new RegExp(`\\d\\s?(?:${BYTES}|[bkmgtp])(?!\\p{L})`, "iu");
/** Below, a number without a unit is hardly one of bytes. */
const LEAST_BYTES = 1000;
const FEWEST_DIGITS = 3;
const MOST_DIGITS = 6;
const LONGEST_QUOTE = 30;
/** Significant digits of a number. @param {number} value */
const digitsOf = (value) => value.toExponential().split("e")[0].replace(".", "").length;
const isSame = (/** @type {number} */ one, /** @type {number} */ other) => Math.abs(one - other) <= 1e-12 * other;

/**
 * Return an amount in words, in the largest unit in which it is at least 1; with three to six digits where it has a
 * unit that has multiples, with all of them elsewhere.
 * @param {number} value
 * @param {string} unit as in `RangeSummary`
 */
export function writeAmount(value, unit) {
  const steps = STEPS[unit];
  if (!steps) return writeCount(value) + (unit === "px" ? " px" : "");
  const [name, factor] = steps.filter(([, each]) => each * 0.9999995 <= value).at(-1) ?? steps[0];
  let digits = FEWEST_DIGITS;
  const rounded = () => Number((value / factor).toPrecision(digits));
  while (digits < MOST_DIGITS && !isSame(rounded() * factor, value)) digits++;
  return `${writeCount(rounded())} ${name}`;
}

/**
 * Return the amount that a limit just leaves out, where that is what somebody wrote: `< 2 TB` is the limit of
 * 1,999,999,999,999 bytes. Null elsewhere.
 * @param {number} value
 * @param {string} unit
 * @param {1 | -1} side 1 for an upper limit
 */
function excludedBy(value, unit, side) {
  const next = unit === "um" ? Number(value.toPrecision(12)) : value + side;
  const isBeyond = (unit === "bytes" || unit === "um") && (next - value) * side > 0;
  return isBeyond && digitsOf(next) + 1 < digitsOf(value) ? next : null;
}

/**
 * Return the text of the field for a limit; empty where it is open.
 * @param {number} value
 * @param {string} unit
 * @param {1 | -1} side 1 for the upper limit
 */
export function writeEnd(value, unit, side) {
  if (!Number.isFinite(value)) return "";
  const excluded = excludedBy(value, unit, side);
  return excluded === null ? writeAmount(value, unit) : `${side === 1 ? "<" : ">"} ${writeAmount(excluded, unit)}`;
}

/**
 * Return limits in words.
 * @param {Limits | null} limits null where only what is not stated is meant
 * @param {string} unit
 * @param {boolean} [isUnstated] whether datasets that do not state the number are meant, too
 */
export function writeLimits(limits, unit, isUnstated = false) {
  if (!limits) return "no value";
  const [from, to] = limits;
  const lower = Number.isFinite(from) ? writeLower(from, unit) : "";
  const upper = Number.isFinite(to) ? writeUpper(to, unit) : "";
  const isClosed = lower.startsWith("from") && upper.startsWith("up to");
  const between = from === to ? writeAmount(to, unit) : `${writeAmount(from, unit)} to ${writeAmount(to, unit)}`;
  const words = isClosed ? between : [lower, upper].filter(Boolean).join(", ");
  return isUnstated ? `${words}, or no value` : words;
}

/** @param {number} from @param {string} unit */
function writeLower(from, unit) {
  const excluded = excludedBy(from, unit, -1);
  return excluded === null ? `from ${writeAmount(from, unit)}` : `above ${writeAmount(excluded, unit)}`;
}

/** @param {number} to @param {string} unit */
function writeUpper(to, unit) {
  const excluded = excludedBy(to, unit, 1);
  return excluded === null ? `up to ${writeAmount(to, unit)}` : `below ${writeAmount(excluded, unit)}`;
}

/**
 * What two fields say: limits, null without any; or what is wrong, in words, and in which fields (0: lower, 1: upper).
 * @typedef {{limits: Limits | null, problem?: undefined} | {problem: string, fields: number[]}} FieldsRead
 */

/**
 * Return what the fields of the lower and the upper limit say. A field may say both limits (`1–10 GB`), or with a sign
 * the other one (`< 2 TB` in the lower field).
 * @param {[lower: string, upper: string]} texts
 * @param {Limits | null} before what the fields showed: a text that was not changed means that, not a rounded number
 * @param {string} unit
 * @returns {FieldsRead}
 */
export function readFields(texts, before, unit) {
  const shown = before ?? [-Infinity, Infinity];
  /** @type {Limits} */
  const limits = [-Infinity, Infinity];
  const signed = [];
  for (const field of [0, 1]) {
    const text = texts[field].trim();
    const isUnchanged = text === writeEnd(shown[field], unit, field ? 1 : -1);
    const read = isUnchanged ? null : readLimits(text, unit);
    if (isUnchanged) limits[field] = shown[field];
    else if (read && lacksUnit(text, read, unit))
      return { problem: explain(text, unit, "has no unit: write one"), fields: [field] };
    else if (read?.isPlain) limits[field] = field ? rounded(read, unit).to : rounded(read, unit).from;
    else if (read) signed.push(rounded(read, unit));
    else if (text) return { problem: explain(text, unit), fields: [field] };
  }
  for (const { from, to } of signed) {
    if (Number.isFinite(from)) limits[0] = from;
    if (Number.isFinite(to)) limits[1] = to;
  }
  const [from, to] = limits;
  if (from > to) {
    const [lower, upper] = limits.map((limit) => writeAmount(limit, unit));
    return {
      problem: `The lower limit, ${lower}, is above the upper one, ${upper}: change one of them.`,
      fields: [0, 1],
    };
  }
  return { limits: from === -Infinity && to === Infinity ? null : limits };
}

/**
 * Return limits of whole numbers as such; all but lengths are.
 * @param {{from: number, to: number}} limits
 * @param {string} unit
 */
const rounded = ({ from, to }, unit) => (unit === "um" ? { from, to } : { from: Math.ceil(from), to: Math.floor(to) });

/**
 * Return whether a size has no unit, and is so small that bytes are hardly meant.
 * @param {string} text
 * @param {{from: number, to: number}} limits
 * @param {string} unit of the field
 */
function lacksUnit(text, { from, to }, unit) {
  const most = Math.max(...[from, to].filter(Number.isFinite));
  return unit === "bytes" && most > 0 && most < LEAST_BYTES && !BYTE_UNIT.test(text);
}

/** @param {string} text @param {string} unit @param {string} [wrong] */
function explain(text, unit, wrong = "is not understood: write a number") {
  const letters = [...text];
  const quote = letters.length > LONGEST_QUOTE ? `${letters.slice(0, LONGEST_QUOTE).join("")}…` : text;
  const begin = /^[-−]\s?\d/.test(text) ? "is below 0: write a number" : wrong;
  return `“${quote}” ${begin}, such as ${EXAMPLES[unit] ?? EXAMPLES[""]}.`;
}

/**
 * Return the limits between two edges; an end that leaves nothing out is open; null where both are.
 * @param {number[]} edges
 * @param {number} from position
 * @param {number} to position
 * @returns {Limits | null}
 */
export function limitsBetween(edges, from, to) {
  const last = edges.length - 1;
  if (from === 0 && to === last) return null;
  return [from === 0 ? -Infinity : edges[from], to === last ? Infinity : edges[to]];
}

/**
 * Return the position of the edge nearest to a value.
 * @param {number[]} edges
 * @param {number} value
 */
export function positionOf(edges, value) {
  const clamped = Math.min(Math.max(value, edges[0]), edges[edges.length - 1]);
  const above = edges.findIndex((edge) => edge >= clamped);
  return above > 0 && clamped - edges[above - 1] < edges[above] - clamped ? above - 1 : above;
}

/**
 * Return the heights of a histogram's bars: by the square root, so that a few are seen beside many.
 * @param {number[]} counts
 * @param {number} height of the highest
 */
export function barHeights(counts, height) {
  const most = Math.max(...counts, 1);
  return counts.map((count) => Math.round(height * Math.sqrt(count / most) * 100) / 100);
}

/**
 * Return which of two thumbs a click on the track moves: the nearer one; of two at one place the one that can go there.
 * @param {[number, number]} positions of the thumbs
 * @param {number} position that was clicked, not rounded
 */
export function thumbAt([lower, upper], position) {
  const [below, above] = [Math.abs(position - lower), Math.abs(position - upper)];
  if (below !== above) return below < above ? 0 : 1;
  return position > upper || (lower === 0 && position === lower) ? 1 : 0;
}
