// How the words were read, as chips that take each reading back; and datasets that a limit leaves out because they do
// not state the number. Pure functions.

import { shorten } from "./facet-values.js";
import { writeLimits } from "./limits.js";
import { withUnstated } from "./state.js";
import { own } from "../own.js";
import { writeCount } from "../writing.js";

/** @typedef {import("./filters.js").Chip} Chip */
/** @typedef {import("./filters.js").Labels} Labels */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("../search/readings.js").Reading} Reading */

/**
 * Return what everything that a query can name is called, and the units of numbers.
 * @param {import("../search/files.js").Manifest} manifest
 * @returns {Labels}
 */
export function allLabels({ facets, sorts }) {
  const values = facets.map(({ key, label, values: all }) => [
    key,
    { label, texts: Object.fromEntries(all.map(([value, text]) => [value, text])) },
  ]);
  const numbers = sorts.map(({ key, label, unit }) => [key, { label, texts: {}, unit }]);
  return Object.fromEntries([...numbers, ...values]);
}

/**
 * Return a chip for each reading, and one for the datasets that each limit leaves out.
 * @param {State} state
 * @param {Labels} labels
 * @param {{readings: Reading[], unstated: Record<string, number>}} answer
 * @returns {Chip[]}
 */
export function readingChips(state, labels, { readings, unstated }) {
  const read = readings.flatMap((reading, at) => {
    const text = writeReading(reading, labels);
    const chip = { key: `read:${at}`, text, label: `Remove ${text}`, state: withText(state, reading.without) };
    return reading.unstated && reading.included
      ? [
          chip,
          more(`read:${at}+`, labelOf(labels, keyOf(reading)), reading.unstated, withText(state, reading.included)),
        ]
      : [chip];
  });
  const others = Object.keys(state.ranges).filter((key) => !state.unstated.includes(key) && own(unstated, key));
  return [
    ...read,
    ...others.map((key) => more(`${key}+`, labelOf(labels, key), unstated[key], withUnstated(state, key, true))),
  ];
}

/** @param {State} state @param {string} text @returns {State} */
const withText = (state, text) => ({ ...state, text, page: 1 });

/**
 * @param {string} key
 * @param {string} label of the number
 * @param {number} count
 * @param {State} state
 * @returns {Chip}
 */
const more = (key, label, count, state) => {
  const text = `and ${writeCount(count)} without a value`;
  return { key, text, label: `${text}: ${label}`, state, isMore: true };
};

/**
 * Return what a reading says.
 * @param {Reading} reading
 * @param {Labels} labels
 */
export function writeReading(reading, labels) {
  if (reading.kind === "not") return `Not: ${reading.texts.map(shorten).join(" or ")}`;
  if (reading.kind === "either") return `Either: ${reading.texts.map(shorten).join(" or ")}`;
  if (reading.kind === "limits") return reading.limits.map((limits) => writeLimit(limits, labels)).join(", ");
  if (reading.kind === "stated")
    return reading.keys.map((key) => `${capital(labelOf(labels, key))}: stated`).join(", ");
  const label = labelOf(labels, reading.key);
  if (reading.kind === "unstated") return `${label}: no value`;
  if (reading.kind === "value") return `${label}: ${writeValues(reading, labels)}`;
  if (reading.kind === "limit") return writeRanges(reading, labels);
  if (reading.key === "random") return "In random order, a new one each day";
  const [first, last] = reading.key.endsWith("_at")
    ? ["newest first", "oldest first"]
    : reading.key === "title"
      ? ["Z to A", "A to Z"]
      : ["largest first", "smallest first"];
  return `Sorted by ${label.toLowerCase()}, ${reading.isLargestFirst ? first : last}`;
}

/** @param {{key: string, from: number, to: number}} limits @param {Labels} labels */
const writeLimit = ({ key, from, to }, labels) => writeRanges({ key, ranges: [[from, to]], isUnstated: false }, labels);

/**
 * Return ranges of a number: `Channels: 1, 2 or from 4`.
 * @param {{key: string, ranges: [from: number, to: number][], isUnstated: boolean}} reading
 * @param {Labels} labels
 */
function writeRanges({ key, ranges, isUnstated }, labels) {
  const unit = own(labels, key)?.unit ?? "";
  const texts = ranges.map(([from, to], at) =>
    writeLimits(wholeLimits({ from, to }, unit), unit, isUnstated && at === ranges.length - 1),
  );
  const isPlain = texts.every((text) => !text.includes(","));
  const either = isPlain && texts.length > 2 ? [texts.slice(0, -1).join(", "), ...texts.slice(-1)] : texts;
  return `${labelOf(labels, key)}: ${either.join(" or ")}`;
}

/** What stands before a date that others are compared with. @type {Record<string, string>} */
const COMPARED = { "<": "before ", "<=": "until ", ">": "after ", ">=": "since " };

/**
 * Return the values of a field as it calls them.
 * @param {{key: string, texts: string[], sign: string, signs?: string[], isBoth?: boolean}} reading
 * @param {Labels} labels
 */
function writeValues({ key, texts, sign, signs, isBoth }, labels) {
  const answers = key === "validity" ? { yes: "valid", no: "invalid" } : own(labels, key)?.texts;
  const written = texts.map((text) => own(answers, text) ?? text);
  const isDate = /^\d{4} \d{2}/.test(written[0]);
  const short = written.map((text) => shorten(isDate ? text.replaceAll(" ", "-") : text));
  if (signs) return short.map((text, at) => (COMPARED[signs[at]] ?? "") + text).join(isBoth ? ", " : " or ");
  return (COMPARED[sign] ?? "") + short.join(" or ");
}

/** @param {Reading} reading */
const keyOf = (reading) => ("key" in reading ? reading.key : "");

/**
 * Return the limits between which whole numbers are; all but lengths are whole.
 * @param {{from: number, to: number}} limits
 * @param {string} unit
 * @returns {import("./limits.js").Limits}
 */
export const wholeLimits = ({ from, to }, unit) => (unit === "um" ? [from, to] : [Math.ceil(from), Math.floor(to)]);

const capital = (/** @type {string} */ text) => text[0].toUpperCase() + text.slice(1);

/** @param {Labels} labels @param {string} key */
const labelOf = (labels, key) => own(labels, key)?.label ?? key;
