// What an address asks for that the catalog does not have, or no longer, or that it has under another name: it is said,
// and offered to be removed. Pure functions.

import { shorten, valuesOf } from "./facet-values.js";
import { withoutRest } from "./filters.js";
import { withChoice } from "./state.js";
import { writeCount } from "../writing.js";

/** @typedef {import("./filters.js").Chip} Chip */
/** @typedef {import("./state.js").State} State */

const MOST_NAMED = 3;

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
    const most = unknown.length === MOST_NAMED + 1 ? unknown.length : MOST_NAMED; // a single other is named, too
    const named = unknown.slice(0, most).map((value) => {
      const text = `${label}: ${shorten(value)}`;
      return { key: `${key}=${value}`, text, label: `Remove ${text}`, state: withChoice(state, key, value, false) };
    });
    const rest = unknown.slice(most);
    const note = `No dataset has any of the link’s ${writeCount(rest.length)} other values of “${label}” either.`;
    const others = withoutRest(state, key, label, rest, "other values of the link").map((chip) => ({ ...chip, note }));
    return [...named, ...others];
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
export const notesOnValues = (unknown) =>
  unknown.map(({ text, note }) => note ?? `No dataset in this catalog has “${text}”.`);

/**
 * Return what is said where a result has fewer pages than the address asks for.
 * @param {number} page
 * @param {number} last
 */
export const noteOnPage = (page, last) =>
  last === 1
    ? `There is no page ${writeCount(page)}: the result has one page.`
    : `There is no page ${writeCount(page)}: the last one, ${writeCount(last)}, is shown.`;
