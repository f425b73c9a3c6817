// Which values of a facet are shown, and in which order. Pure functions.

import { plain } from "../search/words.js";

/** More lines than this make a page slow; further values are found by searching within them. */
export const MOST_LINES = 200;
const LONGEST_TEXT = 90;

/**
 * @typedef {object} FacetValue
 * @property {string} value empty for "not stated"
 * @property {string} text
 * @property {number} count of all datasets
 * @property {number} depth in a tree
 * @property {string} [names] by line, as they are searched
 */
/**
 * @typedef {object} View how a facet is looked at
 * @property {number[]} counts by value, now
 * @property {boolean[]} isChosen by value
 * @property {number} most how many values are shown, unless all are
 * @property {boolean} isAll
 * @property {boolean} withNone whether values that find nothing are shown, too
 * @property {boolean} byName in the order of names, not of counts
 * @property {string} search what the values are searched for
 * @property {number[] | null} [places] positions of the values that are shown, where these keep their places
 */
/**
 * @typedef {object} Arranged
 * @property {number[]} shown positions of values in their order
 * @property {number} others how many others find something
 * @property {number} none how many others find nothing
 * @property {boolean} isTree whether depths are shown
 */

/** @type {Intl.Collator | undefined} made when names are first put in order: that takes 20 ms */
let collator;

/**
 * Return the manifest's values.
 * @param {import("../search/files.js").FacetSummary} facet
 * @returns {FacetValue[]}
 */
export const valuesOf = ({ values, names, depths }) =>
  values.map(([value, text, count], at) => ({ value, text, count, depth: depths[at] ?? 0, names: names[at] }));

/**
 * Return what of a facet is shown: chosen values first, "not stated" last, those that find nothing behind the others;
 * of a search those of which a word begins with what is searched before others.
 * @param {FacetValue[]} values
 * @param {View} view
 * @returns {Arranged}
 */
export function arrange(values, view) {
  const { counts, isChosen, byName, withNone } = view;
  const wanted = plain(view.search).trim();
  const isTree = !byName && !wanted && values.some(({ depth }) => depth);
  const isNone = (/** @type {number} */ at) => !counts[at] && !isChosen[at];
  const looked = [...values.keys()].filter((at) => !wanted || namesOf(values[at]).includes(wanted));
  const some = order(
    looked.filter((at) => !isNone(at)),
    values,
    view,
    isTree,
  );
  const none = looked.filter(isNone);
  const first = wanted || view.isAll ? some : some.filter(firstOf(values, some, view));
  const last = wanted || withNone ? order(none, values, view, isTree) : [];
  const shown = view.places ?? [...first, ...last].slice(0, MOST_LINES);
  const shownNone = shown.filter(isNone).length;
  return { shown, others: some.length - (shown.length - shownNone), none: none.length - shownNone, isTree };
}

function namesInOrder() {
  collator ??= new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  return collator;
}

/** @param {number[]} positions @param {FacetValue[]} values @param {View} view @param {boolean} isTree */
function order(positions, values, { counts, isChosen, byName, search }, isTree) {
  const wanted = plain(search).trim();
  const ranks = new Map(wanted ? positions.map((at) => [at, rankOf(namesOf(values[at]), wanted)]) : []);
  const rank = (/** @type {number} */ at) => ranks.get(at) ?? 0;
  const compare = (/** @type {number} */ one, /** @type {number} */ other) =>
    Number(isChosen[other] ?? false) - Number(isChosen[one] ?? false) ||
    Number(!values[one].value) - Number(!values[other].value) ||
    rank(one) - rank(other) ||
    (byName
      ? namesInOrder().compare(values[one].text, values[other].text)
      : isTree
        ? 0
        : counts[other] - counts[one]) ||
    one - other;
  return positions.sort(compare);
}

/**
 * Return how well names fit what is searched: 0 where it is one of them, 1 where a word begins with it, else 2: "rat"
 * is a rat, and a part of other words.
 * @param {string} names by line
 * @param {string} wanted
 */
function rankOf(names, wanted) {
  if (names.split("\n").includes(wanted)) return 0;
  for (let at = names.indexOf(wanted); at >= 0; at = names.indexOf(wanted, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(names[at - 1] ?? "")) return 1;
  }
  return 2;
}

/** @param {FacetValue[]} values @param {number[]} some @param {View} view @returns {(at: number) => boolean} */
function firstOf(values, some, { counts, isChosen, byName, most }) {
  const depths = values.map(({ depth }) => depth);
  if (!byName && depths.some(Boolean)) {
    const shown = valuesToShow(counts, isChosen, most, depths);
    return (at) => shown.has(at) || isChosen[at];
  }
  const rank = (/** @type {number} */ one, /** @type {number} */ other) =>
    Number(isChosen[other] ?? false) - Number(isChosen[one] ?? false) || counts[other] - counts[one] || one - other;
  const shown = new Set((byName ? some : [...some].sort(rank)).slice(0, most));
  return (at) => shown.has(at) || isChosen[at];
}

/**
 * Return the positions of the values to show: the chosen ones, then the most frequent, up to `most` in all. In a tree
 * these are values that comprise no others, and those that comprise them are shown, too.
 * @param {number[]} counts
 * @param {boolean[]} isChosen
 * @param {number} most
 * @param {number[]} [depths] of the values of a tree, each before those that it comprises
 */
export function valuesToShow(counts, isChosen, most, depths = []) {
  const depthOf = (/** @type {number} */ at) => depths[at] ?? 0;
  const isInner = (/** @type {number} */ at) => at + 1 < counts.length && depthOf(at + 1) > depthOf(at);
  const positions = [...counts.keys()].filter((at) => !isInner(at) || isChosen[at]);
  const weight = (/** @type {number} */ at) => (isChosen[at] ? Infinity : counts[at]);
  positions.sort((one, other) => (weight(one) === weight(other) ? one - other : weight(other) - weight(one)));
  const shown = new Set(positions.filter((at, rank) => rank < most || isChosen[at]));
  for (let at = counts.length - 1, open = 0; at >= 0; at--) {
    if (depthOf(at) < open && isInner(at)) shown.add(at);
    if (shown.has(at)) open = depthOf(at);
  }
  return shown;
}

/** @param {FacetValue} value */
const namesOf = ({ names, text, value }) => names || plain(`${text}\n${value}`);

/** Return a text that fits a line or two, cut as the pages cut it (`shorten` of formatting.py). @param {string} text */
export function shorten(text) {
  if (text.length <= LONGEST_TEXT) return text;
  const letters = [...text.slice(0, 2 * LONGEST_TEXT)];
  if (letters.length <= LONGEST_TEXT && text.length <= 2 * LONGEST_TEXT) return text;
  const cut = letters.slice(0, LONGEST_TEXT - 1).join("");
  const word = cut.lastIndexOf(" ");
  return `${(word > 0.7 * LONGEST_TEXT ? cut.slice(0, word) : cut).replace(/[ ,;:.]+$/, "")}…`;
}
