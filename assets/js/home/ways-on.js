// What to do where nothing was found, in words: other questions, each with how many datasets it finds. Pure functions.

import { shorten } from "./facet-values.js";
import { suggestions, withoutStop } from "./filters.js";
import { writeAmount, writeLimits } from "./limits.js";
import { wholeLimits } from "./readings.js";
import { cleared, isNarrowed, rangeKeys } from "./state.js";
import { own } from "../own.js";
import { writeCount } from "../writing.js";

/** @typedef {import("./filters.js").Chip} Chip */
/** @typedef {import("./filters.js").Labels} Labels */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("../search/ways.js").CountedWay} CountedWay */

const MOST_NAMED = 3;
/** How many other searches are offered: without a part of this one, and of other kinds. */
const MOST_SUGGESTIONS = 5;
const MOST_WAYS = 7;
/** What is left of the words is named where it has no more letters. */
const LONGEST_REST = 40;

/**
 * Return why nothing was found, and what may be asked instead: what changes one part of the search first, then what
 * leaves one out, then the others.
 * @param {State} state
 * @param {Labels} labels
 * @param {Pick<import("../search/catalog.js").Answer, "missing" | "problems" | "relaxed" | "ways">} answer
 * @param {Chip[]} unknown the same without values that the catalog does not have
 */
export function explainNothing(state, labels, answer, unknown) {
  const less = suggestions(state, labels, answer.relaxed.slice(0, MOST_SUGGESTIONS));
  const ways = [...answer.ways.filter((way) => !isAll(way)).slice(0, MOST_WAYS - 1), ...answer.ways.filter(isAll)];
  const whole = waysOn(state, labels, ways.filter(isWhole));
  const others = waysOn(
    state,
    labels,
    ways.filter((way) => !isWhole(way)),
    whole.length,
  );
  const chips = [...whole, ...(less.length ? less : unknown), ...others];
  if (chips.every((chip) => isNarrowed(chip.state)))
    chips.push({ key: "all", text: "all datasets", state: cleared(state) });
  const inVain = unknown.length ? "" : reasonInFilters(state, labels);
  return { hint: inVain || reasonFor(answer, unknown.length > 0), chips };
}

/** Whether a way keeps all parts of a search, one of them changed. @param {{how: string}} way */
const isWhole = ({ how }) => how === "near" || how === "limit";

/** @param {{how: string}} way */
const isAll = ({ how }) => how === "all";

/**
 * Return the states that ways lead to.
 * @param {State} state
 * @param {Labels} labels
 * @param {CountedWay[]} ways
 * @param {number} [start] number of the first
 * @returns {Chip[]}
 */
const waysOn = (state, labels, ways, start = 0) =>
  ways.map((way, at) => {
    const { text = "", facets = {}, ranges = {}, unstated = [], ids } = way.question;
    const given = Object.entries(facets).filter(([, values]) => values.length);
    const asked = { text, facets: Object.fromEntries(given), ranges, unstated, only: ids ? state.only : null };
    return {
      key: `way:${start + at}`,
      text: `${writeWay(way, labels)} (${writeCount(way.total)})`,
      state: { ...state, ...asked, page: 1 },
    };
  });

/** @param {CountedWay} way @param {Labels} labels */
function writeWay(way, labels) {
  if (way.how === "all") return "all datasets";
  if (way.how === "near") return quote(way.text);
  if (way.how === "words") return `the words ${way.texts.map(quote).join(" and ")}`;
  if (way.how === "either") return way.texts.map(quote).join(" or ");
  if (way.how === "without") {
    const rest = way.question.text && way.question.text.length <= LONGEST_REST ? `${quote(way.question.text)} ` : "";
    return `${rest}without ${way.demands.map((each) => writeDemand(each, labels)).join(" and ")}`;
  }
  if (way.how === "only") return `only ${writeDemand(way.demand, labels)}`;
  const label = own(labels, way.key)?.label ?? way.key;
  if (way.how === "value") return `${label}: ${shorten(own(own(labels, way.key)?.texts, way.value) ?? way.value)}`;
  const unit = own(labels, way.key)?.unit ?? "";
  return `${label}: ${writeLimits(wholeLimits(way, unit), unit)}`;
}

/** @param {import("../search/ways.js").Demand} demand @param {Labels} labels */
function writeDemand({ word, facet, range, ids }, labels) {
  if (word !== undefined) return quote(word);
  if (ids) return "the chosen datasets";
  const key = facet ?? range ?? "";
  return `the filter ${quote(own(labels, key)?.label ?? key)}`;
}

/** @param {string} text */
const quote = (text) => `“${shorten(withoutStop(text))}”`;

/**
 * Return why nothing can be found with these filters, or with the only one; empty where that is not known.
 * @param {State} state
 * @param {Labels} labels
 */
function reasonInFilters({ text, facets, ranges, unstated, only }, labels) {
  const crossed = Object.entries(ranges).find(([key, [from, to]]) => from > to && !unstated.includes(key));
  if (crossed) {
    const [key, ends] = crossed;
    const { label = key, unit = "" } = own(labels, key) ?? {};
    const [from, to] = ends.map((end) => writeAmount(end, unit));
    return `No number is at least ${from} and at most ${to}. Change or remove “${label}”:`;
  }
  const filters = Object.keys(facets).length + rangeKeys({ ranges, unstated }).length + (only ? 1 : 0);
  if (text.trim() || filters > 1 || !filters) return "";
  if (only === "selected") return "No dataset is selected in this browser. Remove this filter:";
  return only
    ? "The catalog has none of these datasets. Remove this filter:"
    : "No dataset passes this filter. Remove it:";
}

/**
 * Return why nothing was found, and what may be done.
 * @param {{missing: string[], problems: string[], relaxed: unknown[], ways: {how: string}[]}} answer
 * @param {boolean} hasUnknown whether the address asks for values that there are not
 */
function reasonFor({ missing, problems, relaxed, ways }, hasUnknown) {
  const named = missing.slice(0, MOST_NAMED).map(quote).join(" or ");
  const lost = missing.length ? `No dataset in this catalog has ${named}.` : "";
  if (hasUnknown) return "The link asks for something that this catalog does not have. Remove it:";
  if (!relaxed.length && ways.length && ways.every(isAll))
    return `${lost || "No dataset matches the search."} Check the spelling, search for a part of it, or see all:`;
  if (relaxed.length || ways.length) return `${lost || "No dataset matches all parts of the search."} Try instead:`;
  if (problems.length && !lost) return "No part of the search can be used. Change it, or clear it.";
  return `${lost} Check the spelling, or search for a part of a name or address.`.trim();
}
