// What narrows the catalog, in words, and how to take each filter back. Pure functions.

import { shorten } from "./facet-values.js";
import { writeLimits } from "./limits.js";
import { cleared, rangeKeys, withChoice, withOnly, withoutKey, withoutValues } from "./state.js";
import { own } from "../own.js";
import { writeCount } from "../writing.js";

/** @typedef {import("./state.js").State} State */
/**
 * Labels of filters and their values, by key; the unit of a number.
 * @typedef {Record<string, {label: string, texts: Record<string, string>, unit?: string}>} Labels
 */
/**
 * A state of the search that one click leads to. `key` tells what it changes; `label` is for those who do not see the
 * cross; `isMore` is of one that adds datasets; `note` is a sentence about what there is none of.
 * @typedef {object} Chip
 * @property {string} key
 * @property {string} text
 * @property {State} state
 * @property {string} [label]
 * @property {boolean} [isAll]
 * @property {boolean} [isMore]
 * @property {string} [note]
 */

/** So many values of a filter have a chip each; links may hold thousands. */
const MOST_VALUES = 12;
/** What is left of the words is named where it has no more letters. */
const LONGEST_REST = 40;

/**
 * Return what narrows the catalog, each with the state without it, and one without any of it.
 * @param {State} state
 * @param {Labels} labels
 * @param {Chip[]} [readings] how the words were read
 * @returns {Chip[]}
 */
export function activeFilters(state, labels, readings = []) {
  const text = state.text.trim();
  const words = text ? [{ key: "q", text: `“${shorten(text)}”`, state: { ...state, text: "", page: 1 } }] : [];
  const choices = Object.entries(state.facets).flatMap(([key, given]) => {
    const values = given.length > MOST_VALUES ? knownFirst(given, own(labels, key)?.texts) : given;
    return [
      ...values.slice(0, MOST_VALUES).map((value) => ({
        key: `${key}=${value}`,
        text: `${labelOf(labels, key)}: ${textOf(labels, key, value)}`,
        state: withChoice(state, key, value, false),
      })),
      ...withoutRest(state, key, labelOf(labels, key), values.slice(MOST_VALUES)),
    ];
  });
  const limits = rangeKeys(state).map((key) => {
    const written = writeLimits(
      own(state.ranges, key) ?? null,
      own(labels, key)?.unit ?? "",
      state.unstated.includes(key),
    );
    return { key, text: `${labelOf(labels, key)}: ${written}`, state: withoutKey(state, key) };
  });
  const among = state.only ? [{ key: "ids", text: nameOf(state.only), state: withOnly(state, null) }] : [];
  const given = [...words, ...choices, ...limits, ...among].map((chip) => ({ ...chip, label: `Remove ${chip.text}` }));
  const [read, others] = [true, false].map((isRead) =>
    readings.filter(({ key }) => key.startsWith("read:") === isRead),
  );
  const active = [...given.slice(0, words.length), ...read, ...given.slice(words.length), ...others];
  const all = { key: "", text: "Clear all", state: cleared(state), isAll: true };
  return active.length > 1 ? [...active, all] : active;
}

/**
 * Return a chip for values of a filter that have none of their own, none where there is none of them.
 * @param {State} state
 * @param {string} key
 * @param {string} label of the filter
 * @param {string[]} rest the values
 * @param {string} [what] what is said of them
 * @returns {Chip[]}
 */
export function withoutRest(state, key, label, rest, what = "more") {
  if (!rest.length) return [];
  const text = `${label}: ${writeCount(rest.length)} ${what}`;
  return [{ key: `${key}+=`, text, label: `Remove ${text}`, state: withoutValues(state, key, rest) }];
}

/**
 * Return what to search for instead of something that found nothing: the same without one of its parts.
 * @param {State} state
 * @param {Labels} labels
 * @param {import("../search/ways.js").Relaxed[]} relaxed
 * @returns {Chip[]}
 */
export function suggestions(state, labels, relaxed) {
  return relaxed.map(({ dropped, text, total }) => {
    const key = dropped.facet ?? dropped.range ?? "";
    const isWord = dropped.word !== undefined;
    const rest = isWord && text && text.length <= LONGEST_REST ? `“${text}” ` : "";
    const other = dropped.ids ? "among all datasets" : `any ${labelOf(labels, key).toLowerCase()}`;
    const words = isWord ? `${rest}without “${shorten(withoutStop(dropped.word ?? ""))}”` : other;
    return {
      key: isWord ? `q=${dropped.word}` : dropped.ids ? "ids" : key,
      text: `${words} (${writeCount(total)})`,
      state: isWord ? { ...state, text, page: 1 } : dropped.ids ? withOnly(state, null) : withoutKey(state, key),
    };
  });
}

/** Return words without the sign that ends a sentence. @param {string} text */
export const withoutStop = (text) => text.replace(/(?<=[\p{L}\p{N}])[?!.,;:]+$/u, "");

/**
 * Return what the visitor should know of how the words were read.
 * @param {import("../search/catalog.js").Answer} answer
 * @returns {string[]}
 */
export function notes({ corrections, problems, leftOut }) {
  const quoted = (/** @type {string} */ word) => `“${shorten(withoutStop(word))}”`;
  const corrected = corrections.map(
    ({ word, to }) => `No exact match for ${quoted(word)}; searched for ${to.map(quoted).join(", ")} instead.`,
  );
  const left = leftOut.map(quoted).join(", ");
  return [...problems, ...corrected, ...(left ? [`Ignored: ${left}. Quotes keep words.`] : [])];
}

/** @param {NonNullable<State["only"]>} only */
const nameOf = (only) =>
  only === "selected"
    ? "Selected datasets"
    : `Only ${only.length === 1 ? "1 dataset" : `${writeCount(only.length)} datasets`}`;

/**
 * Return what the visitor should know where a link names datasets.
 * @param {State} state
 * @param {import("../search/catalog.js").Answer} answer
 * @returns {string[]}
 */
export function notesOnLink({ only }, { gone, total }) {
  if (!only) return [];
  if (only === "selected" && !total && !gone) return ["None of the matching datasets is selected in this browser."];
  if (!gone) return [];
  return [
    gone === 1
      ? "One dataset of the link is no longer in this catalog."
      : `${writeCount(gone)} datasets of the link are no longer in this catalog.`,
  ];
}

/**
 * Return values in their order, those that the catalog has before all others.
 * @param {string[]} values
 * @param {Record<string, string>} [texts]
 */
function knownFirst(values, texts) {
  const isKnown = (/** @type {string} */ value) => own(texts, value) !== undefined;
  return [...values.filter(isKnown), ...values.filter((value) => !isKnown(value))];
}

/** @param {Labels} labels @param {string} key */
const labelOf = (labels, key) => own(labels, key)?.label ?? key;

/** @param {Labels} labels @param {string} key @param {string} value */
const textOf = (labels, key, value) => shorten(own(own(labels, key)?.texts, value) ?? (value || "not stated"));
