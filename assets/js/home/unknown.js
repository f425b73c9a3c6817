// What an address asks for that the catalog does not have, or no longer: it is said, and offered to be removed. Pure
// functions.

import { shorten } from "./facet-values.js";
import { PER_PAGE, readState, withChoice } from "./state.js";
import { writeCount } from "../writing.js";

/** @typedef {import("./filters.js").Chip} Chip */
/** @typedef {import("./state.js").State} State */

/** Keys of an address that are no filters and say nothing about the result: those of pages, and of others' counters. */
const NO_FILTERS = /^(?:q|ids|sort|view|group|per|page|columns|density|ref|.*clid|utm_.*|mc_.*|_.*)$/i;
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
  columns: {
    has: ({ columns }) => columns !== null,
    note: (text) => `“${text}” names no columns of the table; those kept in this browser are shown.`,
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
 * Return the values of facets that the catalog does not have, each with the state without it.
 * @param {State} state
 * @param {import("../search/files.js").Manifest} manifest
 * @returns {Chip[]}
 */
export function withoutUnknown(state, manifest) {
  return Object.entries(state.facets).flatMap(([key, chosen]) => {
    const facet = manifest.facets.find((each) => each.key === key);
    const known = new Set(facet?.values.map(([value]) => value));
    return chosen
      .filter((value) => value && !known.has(value))
      .map((value) => {
        const text = `${facet?.label ?? key}: ${shorten(value)}`;
        return { key: `${key}=${value}`, text, label: `Remove ${text}`, state: withChoice(state, key, value, false) };
      });
  });
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
  const unread = keys.ranges.filter((key) => given.get(key) && !state.ranges[key]);
  const unshown = Object.keys(SHOWN).filter((key) => given.get(key) && !SHOWN[key].has(state, given.get(key) ?? ""));
  return [
    ...unknown.slice(0, MOST_NAMED).map((key) => `This catalog has no filter “${shorten(key)}”; it is ignored.`),
    ...unread.map((key) => `“${shorten(given.get(key) ?? "")}” is not a range of “${key}”; it is ignored.`),
    ...unshown.map((key) => SHOWN[key].note(shorten(given.get(key) ?? ""))),
  ];
}
