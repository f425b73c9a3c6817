// Small words of a query: left out, unless a name has them. `mouse project` asks for mice; but where a dataset is named
// "Project X", `project X` asks for that one.
//
// The rule: a word that says little counts where the name of a dataset, an institution, a study or a list has it right
// beside the same word as the query, or is that word alone, and where a dataset that has it satisfies all else.

import { raiseByFacet } from "./everywhere.js";
import { kept } from "./kept.js";
import { EVERYTHING, isForeignAcronym, isLight, isMissed, isPartOfName, isSmall } from "./small-words.js";
import { matchColumn, matchName, matchNames, matchStems } from "./text.js";
import { better, hasAny } from "./weights.js";

/** @typedef {import("./query.js").Clause} Clause */
/** @typedef {import("./text.js").TextIndex} TextIndex */
/**
 * A word that may be left out, as a clause. `at`: how many of the others stand before it; `word`: plain; `beside`: what
 * stands beside it in the query, and both together in both orders; `isMissed`: whether it is said that it was left out.
 * @typedef {{clause: Clause, at: number, word: string, beside: {near: string, texts: string[]}[], isMissed: boolean}}
 *   SmallWord
 */

/**
 * Return clauses without small words, and these. Where they are all that is asked, one alone is looked for, several
 * together are a name or nothing.
 * @param {Clause[]} clauses
 * @param {boolean} isMore whether anything else is asked
 * @returns {{clauses: Clause[], small: SmallWord[]}}
 */
export function withoutSmallWords(clauses, isMore) {
  const words = clauses.map((clause, at) => (isLeftOut(clause, at === clauses.length - 1) ? wordOf(clause) : ""));
  const left = clauses.filter((_, at) => !words[at]);
  const isAll = words.some((word) => EVERYTHING.has(word));
  if (!left.length && !isMore && !isAll && clauses.length < 2) return { clauses, small: [] };
  const small = clauses.flatMap((clause, place) => {
    const [word, at] = [words[place], words.slice(0, place).filter((each) => !each).length];
    const beside = besideOf(clauses, words, place, left.length > 0);
    return word ? [{ clause, at, word, beside, isMissed: isMissed(word) }] : [];
  });
  return { clauses: left, small };
}

/** @param {Clause} clause @returns {string} empty where it is anything but a word or a phrase */
const wordOf = ({ isExcluded, atoms: [atom, ...others] }) =>
  !isExcluded && !others.length && (atom.kind === "word" || atom.kind === "phrase") ? atom.text : "";

/** Whether a clause is a small word; a capital at the end is none: `plate A`; nor is an acronym: `MIT`. */
const isLeftOut = (/** @type {Clause} */ clause, /** @type {boolean} */ isLast) =>
  clause.atoms[0].kind === "word" &&
  isSmall(wordOf(clause)) &&
  !isForeignAcronym(clause.raw) &&
  !(isLast && /^[A-Z]$/.test(clause.raw));

/**
 * @param {Clause[]} clauses
 * @param {string[]} words small ones
 * @param {number} at
 * @param {boolean} isMore whether there are others
 */
function besideOf(clauses, words, at, isMore) {
  const word = words[at];
  const isWanted = (/** @type {number} */ other) =>
    clauses[other] &&
    (isMore ? !words[other] : isLight(words[other])) &&
    wordOf(clauses[other]) &&
    isPartOfName(word, wordOf(clauses[other]));
  return [at - 1, at + 1].filter(isWanted).map((other) => {
    const near = wordOf(clauses[other]);
    return { near, texts: [`${word} ${near}`, `${near} ${word}`] };
  });
}

/**
 * Return for each dataset how well its names have a small word, or a value has it alone.
 * @param {TextIndex} index
 * @param {Pick<SmallWord, "word" | "beside">} small
 */
export function matchSmall(index, { word, beside }) {
  if (!isLight(word)) return new Uint8Array(index.count);
  return kept(index, JSON.stringify(["small", word, beside]), () => {
    const weights = new Uint8Array(index.count);
    const facets = index.facets.filter(({ searched, whole, isTree }) => searched && !whole && !isTree);
    if (isMissed(word)) for (const facet of facets) raiseByFacet(facet, matchName(facet, word), weights);
    return beside
      .flatMap(({ near, texts }) => texts.map((text) => matchBeside(index, facets, { text, bound: 2, near })))
      .filter(hasAny)
      .reduce(better, weights);
  });
}

/**
 * @param {TextIndex} index
 * @param {import("./text.js").FacetNames[]} facets
 * @param {import("./words.js").Literal} literal
 */
function matchBeside(index, facets, literal) {
  const weights = new Uint8Array(index.count);
  for (const facet of facets) raiseByFacet(facet, matchNames(facet, [literal]), weights);
  for (const column of index.columns) if (column.key === "name") matchColumn(index, column, literal, weights);
  matchStems(index, literal, weights);
  return weights;
}
