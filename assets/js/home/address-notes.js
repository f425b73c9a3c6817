// What of an address this page does not have, or cannot read, in sentences. Pure functions; loaded where a visit begins
// with an address that asks for something.

import { shorten } from "./facet-values.js";
import { own } from "../own.js";
import { PER_PAGE, readState } from "./state.js";

/** @typedef {import("./state.js").State} State */

const MOST_NAMED = 3;
/** Keys of an address that are no filters and say nothing about the result: those of pages, and of others' counters. */
const NO_FILTERS = /^(?:q|ids|sort|view|group|per|page|columns|density|ref|.*clid|utm_.*|mc_.*|_.*)$/i;
/** Keys that have one value. */
const ONCE = ["q", "ids", "sort", "view", "group", "per", "page", "columns", "density"];

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
