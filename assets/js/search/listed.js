// Identifiers side by side in a query, as they are pasted from a list. Pure functions on columns in memory.
//
// The rule: identifiers of which no dataset has all are alternatives, if several of them are found.

import { matchAll, matchClause, namesLike } from "./match.js";
import { hasAny } from "./weights.js";

/** @typedef {import("./match.js").NumberColumn} NumberColumn */
/** @typedef {import("./query.js").Clause} Clause */
/** @typedef {import("./text.js").TextIndex} TextIndex */

const FEWEST_SIGNS = 4;

/**
 * Return what a query finds: all clauses, with those of the small words that count; and which of these, and of
 * identifiers in a list, were left out.
 * @param {TextIndex} index
 * @param {Record<string, NumberColumn>} numbers
 * @param {import("./query.js").Query} query
 */
export function matchQuery(index, numbers, query) {
  const found = matchAll(index, numbers, query);
  const listed = found.matched?.datasets.length ? [] : query.clauses.filter((clause) => isIdentifier(index, clause));
  if (listed.length < 2) return found;
  const known = listed.filter((clause) => hasAny(matchClause(index, numbers, clause, null)));
  if (known.length < 2) return found;
  const [first] = known;
  const either = { ...first, raw: known.map(rawOf).join(" OR "), atoms: known.flatMap(({ atoms }) => atoms) };
  const stay = query.clauses.filter((clause) => clause === first || !listed.includes(clause));
  const placeOf = (/** @type {number} */ at) => stay.filter((clause) => query.clauses.indexOf(clause) < at).length;
  const other = matchAll(index, numbers, {
    ...query,
    clauses: stay.map((clause) => (clause === first ? either : clause)),
    small: query.small.map((each) => ({ ...each, at: placeOf(each.at) })),
  });
  const gone = listed.filter((clause) => !known.includes(clause)).map(rawOf);
  return other.matched?.datasets.length ? { ...other, leftOut: [...other.leftOut, ...gone] } : found;
}

const rawOf = (/** @type {Clause} */ { raw }) => raw.replace(/[,;]+$/, "");

/** Whether a clause is one identifier: an address, or a word with a digit. */
function isIdentifier(/** @type {TextIndex} */ index, /** @type {Clause} */ { isExcluded, atoms: [atom, ...others] }) {
  if (isExcluded || others.length) return false;
  if (atom.kind !== "word") return atom.kind === "address";
  const { text, alike, keys, isWhole } = atom;
  const isNamed = alike.length > 0 || keys?.length || isWhole || namesLike(index.facets, text).length > 0;
  return !isNamed && /\p{N}/u.test(text) && text.length >= FEWEST_SIGNS;
}
