// What an address asks for that the catalog does not have, or no longer, or that it has under another name: it is said,
// and offered to be removed. Pure functions.

import { shorten, valuesOf } from "./facet-values.js";
import { withoutRest } from "./filters.js";
import { PER_PAGE, readState, withChoice } from "./state.js";
import { own } from "../own.js";
import { writeCount } from "../writing.js";

/** @typedef {import("./filters.js").Chip} Chip */
/** @typedef {import("./state.js").State} State */

/** Keys of an address that are no filters and say nothing about the result: those of pages, and of others' counters. */
const NO_FILTERS = /^(?:q|ids|sort|view|group|per|page|columns|density|ref|.*clid|utm_.*|mc_.*|_.*)$/i;
/** Keys that have one value. */
const ONCE = ["q", "ids", "sort", "view", "group", "per", "page", "columns", "density"];
const MOST_NAMED = 3;

/**
 * How results are shown: by the key of an address whether a state has what it says, and what is said where not.
 * @type {Record<string, {has: (state: State, text: string) => boolean, note: (text: string) => string}>}
 */
const SHOWN = {
  sort: {
    has: ({ sort }, text) => sort === text,
    note: (text) => `Results cannot be sorted by “${text}”; this is ignored.`,
  },
  view: {
    has: ({ view }, text) => view === text,
    note: (text) => `There is no view “${text}”; results are shown as pictures.`,
  },
  density: {
    has: ({ density }, text) => density === text,
    note: (text) => `Rows of the table cannot be “${text}”; this is ignored.`,
  },
  group: {
    has: ({ group }, text) => group === text,
    note: (text) => `Results cannot be grouped by “${text}”; this is ignored.`,
  },
  per: {
    has: ({ per }, text) => per === Number(text),
    note: (text) => `A page cannot show “${text}” results; choose ${PER_PAGE.join(", ")}.`,
  },
  page: {
    has: ({ page }, text) => page === Number(text),
    note: (text) => `There is no page “${text}”; the first one is shown.`,
  },
};

/**
 * Return the values of facets that the catalog does not have, each with the state without it; the first of many.
 * @param {State} state
 * @param {import("../search/files.js").Manifest} manifest
 * @returns {Chip[]}
 */
export function withoutUnknown(state, manifest) {
  return Object.entries(state.facets).flatMap(([key, chosen]) => {
    const facet = manifest.facets.find((each) => each.key === key);
    const label = facet?.label ?? key;
    const known = new Set(facet?.values.map(([value]) => value));
    const unknown = chosen.filter((value) => value && !known.has(value));
    const named = unknown.slice(0, MOST_NAMED).map((value) => {
      const text = `${label}: ${shorten(value)}`;
      return { key: `${key}=${value}`, text, label: `Remove ${text}`, state: withChoice(state, key, value, false) };
    });
    return [...named, ...withoutRest(state, key, label, unknown.slice(MOST_NAMED), "other values of the link")];
  });
}

/**
 * Return the state with the values that it names as the page shows them, such as `Mus musculus`, as the catalog has
 * them; the same state where there are none.
 * @param {State} state
 * @param {import("../search/files.js").Manifest} manifest
 * @returns {State}
 */
export function withNamedValues(state, manifest) {
  let isChanged = false;
  const facets = Object.entries(state.facets).map(([key, chosen]) => {
    const summary = manifest.facets.find((each) => each.key === key);
    const values = summary ? valuesOf(summary) : [];
    const known = new Set(values.map(({ value }) => value));
    /** @type {Map<string, string | null>} by name; null for one of several */
    const named = new Map();
    for (const { text, value } of values) named.set(text.toLowerCase(), named.has(text.toLowerCase()) ? null : value);
    const meant = chosen.map((name) => (known.has(name) ? name : (named.get(name.toLowerCase()) ?? name)));
    isChanged ||= meant.some((value, at) => value !== chosen[at]);
    return [key, [...new Set(meant)]];
  });
  return isChanged ? { ...state, facets: Object.fromEntries(facets) } : state;
}

/** @param {Chip[]} unknown @returns {string[]} */
export const notesOnValues = (unknown) => unknown.map(({ text }) => `No dataset in this catalog has “${text}”.`);

/**
 * Return what is said where a result has fewer pages than the address asks for.
 * @param {number} page
 * @param {number} last
 */
export const noteOnPage = (page, last) =>
  last === 1
    ? `There is no page ${writeCount(page)}: the result has one page.`
    : `There is no page ${writeCount(page)}: the last one, ${writeCount(last)}, is shown.`;

/**
 * Return what the visitor should know of an address that asks for what this page does not have, or cannot read.
 * @param {string} search of the address, with its `?`, or empty
 * @param {import("./state.js").Keys} keys
 * @returns {string[]}
 */
export function notesOnAddress(search, keys) {
  const given = new URLSearchParams(search);
  const state = readState(search, keys);
  const known = [...keys.facets, ...keys.ranges];
  const unknown = [...new Set(given.keys())].filter((key) => key && !known.includes(key) && !NO_FILTERS.test(key));
  const unread = keys.ranges.filter((key) => given.get(key) && !own(state.ranges, key));
  const twice = [...keys.ranges, ...ONCE].filter((key) => new Set(given.getAll(key).filter(Boolean)).size > 1);
  const unshown = Object.keys(SHOWN).filter((key) => given.get(key) && !SHOWN[key].has(state, given.get(key) ?? ""));
  return [
    ...unknown.slice(0, MOST_NAMED).map((key) => `This catalog has no filter “${shorten(key)}”; it is ignored.`),
    ...unread.map((key) => `“${shorten(given.get(key) ?? "")}” is not a range of “${key}”; it is ignored.`),
    ...twice.map((key) => `The link has “${key}” more than once; only the first is used.`),
    ...notesOnIds(given.get("ids"), state),
    ...notesOnColumns(given.get("columns"), keys.columns),
    ...unshown.map((key) => SHOWN[key].note(shorten(given.get(key) ?? ""))),
  ];
}

/** @param {string | null} text @param {State} state */
const notesOnIds = (text, { only }) =>
  text === null || only ? [] : [`“${shorten(text)}” names no datasets; it is ignored.`];

/**
 * @param {string | null} text
 * @param {string[]} keys of all columns
 */
function notesOnColumns(text, keys) {
  if (text === null) return [];
  const named = text.split(".").filter(Boolean);
  const unknown = named.filter((each) => !/^[a-z0-9_]+(\*\d{1,4})?$/.test(each) || !keys.includes(each.split("*")[0]));
  const isNone = unknown.length === named.length;
  const words = unknown.slice(0, MOST_NAMED).map((each) => `“${shorten(each)}”`);
  const said = words.map((each) => `The table has no column ${each}; it is ignored.`);
  return isNone ? [...said, "The link names no columns; those kept in this browser are shown."] : said;
}
