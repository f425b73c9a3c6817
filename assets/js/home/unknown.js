// What an address asks for that the catalog does not have, or no longer: it is said, and offered to be removed. Pure
// functions.

import { shorten } from "./facet-values.js";
import { readState, withChoice } from "./state.js";

/** @typedef {import("./filters.js").Chip} Chip */
/** @typedef {import("./state.js").State} State */

/** Keys of an address that are no filters and say nothing about the result: those of pages, and of others' counters. */
const NO_FILTERS = /^(?:q|ids|sort|view|group|per|page|columns|density|ref|.*clid|utm_.*|mc_.*|_.*)$/i;
const MOST_NAMED = 3;

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
export const notesOnValues = (unknown) =>
  unknown.map(({ text }) => `No dataset of this catalog has “${text}”, or none any longer.`);

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
  const sort = given.get("sort");
  return [
    ...unknown.slice(0, MOST_NAMED).map((key) => `This catalog has no filter “${shorten(key)}”; it is left out.`),
    ...unread.map((key) => `“${shorten(given.get(key) ?? "")}” is no range of “${key}”; it is left out.`),
    ...(sort && !state.sort ? [`Results cannot be sorted by “${shorten(sort)}”; that is left out.`] : []),
  ];
}
