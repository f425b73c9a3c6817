// Which datasets a query finds, and how well each fits. Pure functions on columns in memory.

import { allowedByRange } from "./engine.js";
import {
  matchAlike,
  matchBeginning,
  matchEverywhere,
  matchNamed,
  matchProse,
  matchWhole,
  matchWord,
  raiseByFacet,
  WORD,
} from "./everywhere.js";
import { hasAnyYet, kept } from "./kept.js";
import { NOT_STATED } from "./query-fields.js";
import { matchColumn, matchDates, matchName, matchNames, matchStems } from "./text.js";
import { matchSmall } from "./small.js";
import { isWord, nearWords } from "./vocabulary.js";
import { bestOf, better, both, flat, hasAny, raise, satisfying } from "./weights.js";
import { matchPattern } from "./wildcards.js";
import { formOf, variantsOf } from "./words.js";

/** @typedef {import("./query.js").Atom} Atom */
/** @typedef {import("./query.js").Clause} Clause */
/** @typedef {import("./text.js").TextIndex} TextIndex */
/** @typedef {import("./vocabulary.js").Near} Near */
/** @typedef {import("./words.js").Literal} Literal */
/** @typedef {{values: number[], codes: import("./files.js").Codes}} NumberColumn */
/** @typedef {{word: string, to: string[]}} Correction a word that nothing has, and the words that were taken for it */

/** What all datasets that have it have alike. */
const RANKLESS = ["limit", "unstated", "value"];
/** Words of which is kept what is near to them. */
const MOST_NEAR = 1000;
/** Zeros before a number that identifiers may have. */
const MOST_ZEROS = 6;
/**
 * @typedef {object} Matched
 * @property {Uint32Array} datasets those that satisfy all clauses, ascending
 * @property {Uint8Array} weights how well each of these fits them
 * @property {import("./weights.js").Demand[]} demands what each clause demands
 * @property {Correction[]} corrections
 */

/**
 * Return which datasets satisfy all clauses, and how well; null without clauses.
 * @param {TextIndex} index
 * @param {Record<string, NumberColumn>} numbers by key, those that the clauses limit
 * @param {Clause[]} clauses
 * @returns {Matched | null}
 */
export function matchClauses(index, numbers, clauses) {
  if (!clauses.length) return null;
  /** @type {Correction[]} */
  const corrections = [];
  const demands = clauses.map((clause) => {
    const { isExcluded } = clause;
    return { isExcluded, weights: matchClause(index, numbers, clause, isExcluded ? null : corrections) };
  });
  const datasets = satisfying(index.count, demands);
  return { datasets, weights: bestOf(datasets, demands), demands, corrections };
}

/**
 * Return what a query finds: all clauses, with those of the small words that count; and which of these were left out.
 * @param {TextIndex} index
 * @param {Record<string, NumberColumn>} numbers
 * @param {import("./query.js").Query} query
 * @returns {{matched: Matched | null, clauses: Clause[], leftOut: string[]}}
 */
export function matchAll(index, numbers, query) {
  let matched = matchClauses(index, numbers, query.clauses);
  const clauses = [...query.clauses];
  const leftOut = [];
  for (const { clause, at, isMissed, ...small } of query.small) {
    const place = at + clauses.length - query.clauses.length;
    const own = { isExcluded: false, weights: matchSmall(index, small) };
    const demands = [...(matched?.demands ?? [])];
    demands.splice(place, 0, own);
    const datasets = satisfying(index.count, demands);
    if (datasets.length) {
      matched = { datasets, weights: bestOf(datasets, demands), demands, corrections: matched?.corrections ?? [] };
      clauses.splice(place, 0, clause);
    } else if (isMissed) leftOut.push(clause.raw);
  }
  return { matched, clauses, leftOut };
}

/**
 * Return for each dataset how well it fits a clause, excluded or not.
 * @param {TextIndex} index
 * @param {Record<string, NumberColumn>} numbers
 * @param {Clause} clause
 * @param {Correction[] | null} corrections
 */
export const matchClause = (index, numbers, { atoms }, corrections) =>
  atoms.map((atom) => matchAtom(index, numbers, atom, corrections)).reduce(better);

/** Whether a clause says which datasets fit better than others. @param {Clause} clause */
export const ranks = ({ isExcluded, atoms }) =>
  !isExcluded &&
  atoms.some((atom) => (atom.kind === "group" ? atom.clauses.some(ranks) : !RANKLESS.includes(atom.kind)));

/**
 * @param {TextIndex} index
 * @param {Record<string, NumberColumn>} numbers
 * @param {Atom} atom
 * @param {Correction[] | null} corrections what is added to; null where typos do not count
 * @returns {Uint8Array}
 */
function matchAtom(index, numbers, atom, corrections) {
  if (atom.kind === "limit") return matchLimit(index, numbers[atom.key], atom);
  if (atom.kind === "unstated")
    return numbers[atom.key] ? matchUnstated(numbers[atom.key]) : new Uint8Array(index.count);
  if (atom.kind === "group") return matchGroup(index, numbers, atom.clauses, corrections);
  const asked = atom.kind === "word" ? withoutEnd(index, atom) : atom;
  const weights = kept(index, JSON.stringify(asked), () => matchText(index, asked));
  if (atom.kind !== "word" || !corrections || atom.alike.length || hasAnyYet(index, weights)) return weights;
  const parts = [...new Set(atom.parts.flatMap((part) => part.split(" ")).filter(Boolean))];
  const isOne = parts.length > atom.parts.length && !parts.every((part) => /\p{L}.|.\p{L}/u.test(part));
  if (isOne || (parts.length > 1 && namesLike(index.facets, atom.text).length)) return weights;
  const joined = parts.length > atom.parts.length ? nearOf(index, parts.join("")) : { to: [] };
  if (joined.to.length) return matchTypo(index, parts.join(""), 1, corrections);
  const before = corrections.length;
  const found = parts
    .map((part) => matchTypo(index, part, parts.length, corrections))
    .reduce((all, one) => both(one, all), new Uint8Array(weights.length).fill(1));
  const isSplit = parts.length > atom.parts.length && corrections.length === before;
  if (isSplit && hasAny(found)) corrections.push({ word: atom.text, to: parts });
  return found;
}

/**
 * Return a word without the note that it was typed to its end, where that changes nothing: what was found before
 * counts.
 * @param {TextIndex} index
 * @param {Extract<Atom, {kind: "word"}>} atom
 */
const withoutEnd = (index, { isDone, ...atom }) =>
  isDone && (atom.isWhole || atom.parts.some((part) => WORD.test(part) && !isWord(index, part)))
    ? { ...atom, isDone }
    : atom;

/**
 * Return the facets with a name of the same form, but another number: `12 bit` is as `16 bit`.
 * @template {{whole: boolean, names: string[]}} Facet
 * @param {Facet[]} facets
 * @param {string} text
 */
export function namesLike(facets, text) {
  const isLike = (/** @type {string} */ names) => names.split("\n").some((name) => formOf(name) === formOf(text));
  return /\d/.test(text) && /\p{L}/u.test(text) ? facets.filter(({ whole, names }) => whole && names.some(isLike)) : [];
}

/**
 * @param {TextIndex} index
 * @param {NumberColumn | undefined} column
 * @param {{from: number, to: number}} limit
 */
function matchLimit(index, column, { from, to }) {
  const weights = new Uint8Array(index.count);
  const allowed = column && allowedByRange(column.values, [from, to]);
  if (column && allowed) raise(weights, column.codes, allowed);
  return weights;
}

/** @param {NumberColumn} column */
function matchUnstated({ values, codes }) {
  const weights = new Uint8Array(codes.length);
  const allowed = allowedByRange(values, undefined, true);
  if (allowed) raise(weights, codes, allowed);
  return weights;
}

/**
 * @param {TextIndex} index
 * @param {Record<string, NumberColumn>} numbers
 * @param {Clause[]} clauses
 * @param {Correction[] | null} corrections
 */
function matchGroup(index, numbers, clauses, corrections) {
  const matched = matchClauses(index, numbers, clauses);
  corrections?.push(...(matched?.corrections ?? []));
  return matched?.weights ?? new Uint8Array(index.count);
}

/** @typedef {Exclude<Atom, {kind: "limit" | "unstated" | "group"}>} TextAtom */

/** @param {TextIndex} index @param {TextAtom} atom @returns {Uint8Array} */
function matchText(index, atom) {
  if ("keys" in atom && atom.keys?.length) return matchNamed(index, atom.text, atom.keys);
  if (atom.kind === "phrase") return matchPhrase(index, atom.text);
  if (atom.kind === "pattern") return matchPattern(index, atom.text);
  if (atom.kind === "address") return matchAddress(index, atom);
  if (atom.kind === "term") return matchTerm(index, atom);
  if (atom.kind === "value") return matchValue(index, atom);
  if (atom.inTexts) {
    const weights = new Uint8Array(index.count);
    for (const text of atom.inTexts) matchProse(index, { text, bound: 2 }, weights);
    if (hasAnyYet(index, weights)) return weights;
  }
  const whole = atom.isWhole ? matchWhole(index, atom.text, atom.alike, atom.isSpecies) : null;
  const { usual = "" } = atom;
  const asUsual = (/** @type {Uint8Array} */ own) =>
    usual
      ? better(
          own,
          kept(index, usual, () => matchWord(index, usual)),
        )
      : own;
  if (whole && (atom.isDone || atom.isSpecies || hasAnyYet(index, whole))) return asUsual(whole);
  if (whole) return matchBeginning(index, atom);
  const named = atom.code ? matchCode(index, atom.text, atom.code) : null;
  if (named && hasAnyYet(index, named)) return named;
  const words = isAbbreviated(atom)
    ? matchWhole(index, atom.text, [])
    : atom.parts.map((part) => matchPart(index, part, atom)).reduce(both);
  if (!atom.alike.length) return words;
  const weights = asUsual(words).slice();
  for (const name of atom.alike) matchAlike(index, name, weights);
  return weights;
}

/** Whether a name is as `E. coli` or `H and E`: its parts alone mean nothing. */
const isAbbreviated = (/** @type {{parts: string[], alike: string[]}} */ { parts, alike }) =>
  alike.length > 0 && parts.length > 1 && (parts.some((part) => part.endsWith(".")) || parts.every(isShort));

const isShort = (/** @type {string} */ part) => part.length < 4;

/** Look for letters and a number: side by side, or as one word. */
function matchCode(/** @type {TextIndex} */ index, /** @type {string} */ text, /** @type {string} */ code) {
  const weights = matchNear(index, nearOf(index, code), true);
  matchEverywhere(
    index,
    [
      { text, bound: 2 },
      { text: code, bound: 2 },
    ],
    weights,
    false,
  );
  return weights;
}

/** @param {string} text @returns {Literal} */
const anywhere = (text) => ({ text, bound: 0 });

/**
 * Return for each dataset how well one word of several fits; a short one of a name (`volume EM`) as a whole word.
 * @param {TextIndex} index
 * @param {string} part
 * @param {{parts: string[], alike: string[], isDone?: boolean}} atom
 */
function matchPart(index, part, { parts, alike, isDone }) {
  if (parts.length > 1 && alike.length && /^\p{L}{1,3}$/u.test(part)) return matchWhole(index, part, []);
  return kept(index, isDone ? `${part} ` : part, () => matchWord(index, part, isDone));
}

/** @param {TextIndex} index @param {string} text plain */
function matchPhrase(index, text) {
  const weights = new Uint8Array(index.count);
  const joined = text.includes(" ") ? [anywhere(text.replaceAll(" ", ""))] : [];
  matchEverywhere(index, [anywhere(text)], weights, false, joined);
  for (const variant of joined) matchProse(index, variant, weights);
  return weights;
}

/**
 * Look for an address: the first form that any dataset has, else what it names, else the parts of it.
 * @param {TextIndex} index
 * @param {{texts: string[], names: string[]}} address
 */
function matchAddress(index, { texts, names }) {
  const forms = [...texts.map(anywhere), ...names.map((text) => /** @type {Literal} */ ({ text, bound: 2 }))];
  for (const form of forms) {
    const weights = new Uint8Array(index.count);
    for (const column of index.columns) matchColumn(index, column, form, weights);
    if (form.bound) matchStems(index, form, weights);
    if (hasAnyYet(index, weights)) return weights;
  }
  const parts = texts[0]?.split("/").filter(Boolean) ?? [];
  if (!parts.length) return new Uint8Array(index.count); // an identifier has no parts
  return parts.map((part) => kept(index, part, () => matchWord(index, part))).reduce(both);
}

/** @param {TextIndex} index @param {{name: string, text: string}} term */
function matchTerm(index, { name, text }) {
  const weights = new Uint8Array(index.count);
  for (const facet of index.facets) raiseByFacet(facet, matchName(facet, name), weights);
  matchProse(index, { text: name, bound: 2 }, weights);
  return hasAnyYet(index, weights) ? weights : matchWord(index, text);
}

/** @param {TextIndex} index @param {Extract<Atom, {kind: "value"}>} value */
function matchValue(index, { key, text, isText, name, isName, isPattern, sign }) {
  if (isPattern) return flat(matchPattern(index, text, key));
  const weights = new Uint8Array(index.count);
  const spellings = [anywhere(text), ...variantsOf(text)];
  if (isText) {
    const column = index.columns.find((each) => each.key === key);
    for (const spelling of spellings) if (column) matchColumn(index, column, spelling, weights);
    return flat(weights);
  }
  const facet = index.facets.find((each) => each.key === key);
  if (!facet) return weights;
  if (sign) {
    raiseByFacet(facet, matchDates(facet, sign, text), weights);
    return weights;
  }
  let found = name ? matchName(facet, name) : new Uint8Array();
  const isTerm = facet.isTree && isName;
  for (const bound of isTerm ? WHOLE_BOUNDS : /^\p{L}{1,3}$/u.test(text) ? SHORT_BOUNDS : BOUNDS) {
    if (!hasAny(found)) found = matchNames(facet, bounded(spellings, bound), true);
  }
  if (!hasAny(found) && NOT_STATED.includes(text)) found[0] = 1;
  raiseByFacet(facet, flat(found), weights);
  return weights;
}

/**
 * Where a field's value may have what was asked, the best first: `organism:rat` is no vertebrate.
 * @type {(0 | 1 | 2)[]}
 */
const BOUNDS = [1, 0];
/** @type {(0 | 1 | 2)[]} */
const SHORT_BOUNDS = [2, 1, 0];
/** @type {(0 | 1 | 2)[]} */
const WHOLE_BOUNDS = [2];

/** @param {Literal[]} literals @param {0 | 1 | 2} least @returns {Literal[]} */
const bounded = (literals, least) =>
  literals.map(({ text, bound }) => ({ text, bound: /** @type {0 | 1 | 2} */ (Math.max(bound, least)) }));

/**
 * Look for a word that nothing has: for those that differ from it by one typo; else for those that begin so. Of letters
 * and a number, for those with as large a number: `idr13` is `idr0013`.
 * @param {TextIndex} index
 * @param {string} word
 * @param {number} parts of how many words it is one
 * @param {Correction[]} corrections
 */
function matchTypo(index, word, parts, corrections) {
  const own = parts > 1 ? kept(index, word, () => matchWord(index, word)) : new Uint8Array(index.count);
  if (hasAnyYet(index, own)) return own;
  const near = nearOf(index, word);
  if (index.parts.misses) return own;
  const weights = kept(index, `~${word}`, () => matchNear(index, near, /\d/.test(word)));
  if (near.to.length && hasAny(weights)) corrections.push({ word, to: near.to });
  return weights;
}

/** Return what is nearly a word, found once. @param {TextIndex} index @param {string} word @returns {Near} */
function nearOf(index, word) {
  const near = index.near.get(word) ?? (/^\p{L}+[0-9]+$/u.test(word) ? sameCodes(index, word) : nearWords(index, word));
  if (index.near.size > MOST_NEAR) index.near.clear();
  if (!index.parts.misses) index.near.set(word, near);
  return near;
}

/**
 * Look for what was taken for a word: a right word finds what it finds alone.
 * @param {TextIndex} index
 * @param {Near} near
 * @param {boolean} isCode whether addresses may have it, too
 */
function matchNear(index, { to, bound }, isCode) {
  const weights = new Uint8Array(index.count);
  if (bound === 2 && !isCode) return to.map((text) => matchWord(index, text, true)).reduce(better, weights);
  for (const text of to) matchEverywhere(index, [{ text, bound }], weights, !isCode);
  return weights;
}

/**
 * Return the codes of the same letters and number, with more zeros or fewer.
 * @param {TextIndex} index
 * @param {string} word
 * @returns {Near}
 */
function sameCodes(index, word) {
  const letters = word.replace(/[0-9]+$/, "");
  const number = word.slice(letters.length).replace(/^0+(?=\d)/, "");
  const forms = Array.from({ length: MOST_ZEROS + 1 }, (_, zeros) => letters + "0".repeat(zeros) + number);
  const isThere = (/** @type {string} */ text) => {
    const weights = new Uint8Array(index.count);
    matchEverywhere(index, [{ text, bound: 2 }], weights, false);
    return hasAny(weights);
  };
  return { to: forms.filter((form) => form !== word && isThere(form)), bound: 2 };
}
