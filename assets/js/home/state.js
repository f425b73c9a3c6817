// What the visitor asked for, as the address says it, and back. Pure functions. People keep addresses as links, so what
// one means never changes: words in `q`, a facet's values under its key (empty: not stated), a number's limits as
// `from..to` with either end open, and empty where it may be not stated, then `ids`, `sort`, `view`, `columns`,
// `density`, `group`, `per` (results on a page) and `page`.

import { readColumns, writeColumns } from "./columns.js";
import { own } from "../own.js";

/**
 * @typedef {object} State
 * @property {string} text
 * @property {Record<string, string[]>} facets
 * @property {Record<string, [from: number, to: number]>} ranges
 * @property {string[]} unstated keys of numbers that may be not stated
 * @property {string[] | "selected" | null} only the datasets to look among, by the ends of their ids; those that are
 *   selected in this browser; null: all
 * @property {string} sort
 * @property {"gallery" | "table"} view
 * @property {import("./columns.js").Column[] | null} columns of the table; null: those of this browser
 * @property {"compact" | "roomy"} density of the table's rows
 * @property {"" | "study"} group what has one card; a dataset where this is empty
 * @property {number} per results on a page; 0 for as many as the page came with
 * @property {number} page from 1
 */

/** @typedef {{facets: string[], ranges: string[], sorts: string[], columns: string[]}} Keys what the page offers */

/** @type {Readonly<State>} */
export const EMPTY = Object.freeze({
  text: "",
  facets: {},
  ranges: {},
  unstated: [],
  only: null,
  sort: "",
  view: "gallery",
  columns: null,
  density: "compact",
  group: "",
  per: 0,
  page: 1,
});

/** How many results a page may have; whole rows of a gallery with 2, 3, 4, 6 or 8 columns. */
export const PER_PAGE = [24, 48, 96, 192];

/**
 * Return the state in an address; what the page doesn't offer, or can't read, is left out.
 * @param {string} search with its `?`, or empty
 * @param {Keys} keys
 * @returns {State}
 */
export function readState(search, keys) {
  const given = new URLSearchParams(search);
  const facets = keys.facets.map((key) => [key, [...new Set(given.getAll(key))]]).filter(([, values]) => values.length);
  const ranges = keys.ranges.map((key) => [key, readRange(given.getAll(key))]).filter(([, range]) => range);
  const sort = given.get("sort") ?? "";
  const [per, page] = ["per", "page"].map((key) => Number(given.get(key)));
  return {
    text: given.get("q") ?? "",
    facets: Object.fromEntries(facets),
    ranges: Object.fromEntries(ranges),
    unstated: keys.ranges.filter((key) => given.getAll(key).includes("")),
    only: readIds(given.get("ids")),
    sort: keys.sorts.includes(sort) ? sort : "",
    view: given.get("view") === "table" ? "table" : "gallery",
    columns: readColumns(given.get("columns"), keys.columns),
    density: given.get("density") === "roomy" ? "roomy" : "compact",
    group: given.get("group") === "study" ? "study" : "",
    per: PER_PAGE.includes(per) ? per : 0,
    page: page >= 1 && page === Math.floor(page) ? page : 1,
  };
}

/**
 * Return the address of a state: `?…`, or empty where nothing is asked for.
 * @param {State} state
 */
export function writeState(state) {
  const given = new URLSearchParams();
  if (state.text) given.set("q", state.text);
  for (const [key, values] of Object.entries(state.facets)) for (const value of values) given.append(key, value);
  for (const [key, range] of Object.entries(state.ranges)) given.append(key, range.map(writeEnd).join(".."));
  for (const key of state.unstated) given.append(key, "");
  if (state.only) given.set("ids", typeof state.only === "string" ? state.only : state.only.join("."));
  if (state.sort) given.set("sort", state.sort);
  if (state.view !== "gallery") given.set("view", state.view);
  if (state.columns) given.set("columns", writeColumns(state.columns));
  if (state.density !== "compact") given.set("density", state.density);
  if (state.group) given.set("group", state.group);
  if (state.per) given.set("per", String(state.per));
  if (state.page > 1) given.set("page", String(state.page));
  return given.size ? `?${given}` : "";
}

const RANGE = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)?\.\.(\d+(?:\.\d+)?(?:e[+-]?\d+)?)?$/;

/** Return the first range among the values of a key. @param {string[]} texts @returns {[number, number] | null} */
function readRange(texts) {
  const ends = texts.map((text) => RANGE.exec(text)).find((found) => found?.[1] || found?.[2]);
  if (!ends) return null;
  return [ends[1] ? Number(ends[1]) : -Infinity, ends[2] ? Number(ends[2]) : Infinity];
}

/** What of a dataset's `id` tells it from all others; as `search.ID_END`. */
const ID_END = 12;

/** Return what links and the browser's storage hold of an `id`. @param {string} id */
export const endOf = (id) => id.slice(-ID_END);

/**
 * Return the ends of ids that an address names, null where it names none; several are joined by dots, which are not
 * escaped in addresses.
 * @param {string | null} text
 * @returns {State["only"]}
 */
export function readIds(text) {
  if (text === null || text === "selected") return text;
  const ids = text.split(/[.,\s]+/).filter((id) => /^[A-Za-z0-9-]+$/.test(id));
  return ids.length ? [...new Set(ids.map(endOf))] : null;
}

/** @param {number} end */
const writeEnd = (end) => (Number.isFinite(end) ? String(end) : "");

/** Whether anything narrows the catalog. @param {State} state */
export const isNarrowed = (state) =>
  Boolean(state.only || state.text.trim() || Object.keys(state.facets).length || rangeKeys(state).length);

/**
 * Return the keys of the numbers that narrow the catalog.
 * @param {Pick<State, "ranges" | "unstated">} state
 */
export const rangeKeys = ({ ranges, unstated }) => [...new Set([...Object.keys(ranges), ...unstated])];

/** Whether anything is asked for that the page does not show from the first. @param {State} state */
export const isAsked = (state) => writeState(state) !== "";

/** Whether results are shown by study; a table lists datasets. @param {State} state */
export const isGrouped = ({ group, view }) => group === "study" && view === "gallery";

/** Whether each study has a section with its datasets, as words are about these; else one card. @param {State} state */
export const isInSections = (state) => isGrouped(state) && state.text.trim() !== "";

/** How many filters are active, without the words. @param {State} state */
export const countFilters = (state) => Object.values(state.facets).flat().length + rangeKeys(state).length;

/**
 * Return what the search is asked. The cards of an unchanged catalog came with the page: none are asked for then.
 * @param {State} state
 * @param {number} perPage
 * @param {string[]} histograms keys of the ranges whose live histogram is wanted
 */
export function makeQuestion(state, perPage, histograms) {
  const { text, facets, ranges, unstated, sort, page, view } = state;
  const size = state.per || perPage;
  const limit = isAsked(state) ? size : 0;
  const offset = (page - 1) * size;
  const shown = { cells: view === "table", group: isInSections(state) ? "sections" : isGrouped(state) ? "study" : "" };
  return { text, facets, ranges, unstated, sort, offset, limit, histograms, ...shown };
}

/**
 * Return the state with a facet's value chosen if it was not, and the other way round.
 * @param {State} state
 * @param {string} key
 * @param {string} value
 */
export const withToggled = (state, key, value) =>
  withChoice(state, key, value, !own(state.facets, key)?.includes(value));

/**
 * Return the state with a facet's value chosen or not, on the first page.
 * @param {State} state
 * @param {string} key
 * @param {string} value
 * @param {boolean} chosen
 * @returns {State}
 */
export function withChoice(state, key, value, chosen) {
  const others = (own(state.facets, key) ?? []).filter((each) => each !== value);
  return withValues(state, key, chosen ? [...others, value] : others);
}

/**
 * Return the state without some values of a facet, on the first page.
 * @param {State} state
 * @param {string} key
 * @param {string[]} values
 * @returns {State}
 */
export function withoutValues(state, key, values) {
  const gone = new Set(values);
  return withValues(
    state,
    key,
    (own(state.facets, key) ?? []).filter((each) => !gone.has(each)),
  );
}

/**
 * Return the state with these values of a facet alone, on the first page.
 * @param {State} state
 * @param {string} key
 * @param {string[]} values
 * @returns {State}
 */
function withValues(state, key, values) {
  const { [key]: _, ...facets } = state.facets;
  return { ...state, facets: values.length ? { ...facets, [key]: values } : facets, page: 1 };
}

/**
 * Return the state with a number limited, or not (null), on the first page.
 * @param {State} state
 * @param {string} key
 * @param {[number, number] | null} range
 * @returns {State}
 */
export function withRange(state, key, range) {
  const { [key]: _, ...ranges } = state.ranges;
  return { ...state, ranges: range ? { ...ranges, [key]: range } : ranges, page: 1 };
}

/**
 * Return the state that looks among these datasets alone, or among all (null), on the first page.
 * @param {State} state
 * @param {State["only"]} only
 * @returns {State}
 */
export const withOnly = (state, only) => ({ ...state, only, page: 1 });

/**
 * Return the state with a number that may be not stated, or not, on the first page.
 * @param {State} state
 * @param {string} key
 * @param {boolean} isUnstated
 * @returns {State}
 */
export function withUnstated(state, key, isUnstated) {
  const others = state.unstated.filter((each) => each !== key);
  return { ...state, unstated: isUnstated ? [...others, key] : others, page: 1 };
}

/**
 * Return the state without a facet's values, or without a number's limits.
 * @param {State} state
 * @param {string} key
 * @returns {State}
 */
export function withoutKey(state, key) {
  const { [key]: _, ...facets } = state.facets;
  return { ...withUnstated(withRange(state, key, null), key, false), facets };
}

/** Return the state with nothing that narrows it; how results are shown stays. @param {State} state @returns {State} */
export const cleared = ({ sort, view, columns, density, group, per }) => ({
  ...EMPTY,
  ...{ sort, view, columns, density, group, per },
});
