// Which parts of a query are alternatives: joined by `OR`, listed before it, or values of which a dataset has only one,
// such as `mouse and human`. Pure functions.

import { isOr } from "./query-names.js";

/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {import("./query.js").Atom} Atom */
/** @typedef {import("./query.js").Clause} Clause */
/** @typedef {import("./query.js").Token} Token */

/** What ends a word in a list, or stands between two. */
const COMMA = /[,;/]$/;
const AND = /^(?:and|[&+/])$/;

/** @param {Token[]} tokens @param {Grammar} grammar @returns {Clause[]} */
export function makeClauses(tokens, grammar) {
  /** @type {Clause[]} */
  const clauses = [];
  let isAlternative = false;
  /** Clauses before an `and` that may join values. */
  let listed = 0;
  for (const token of tokens) {
    if (isOr(token)) {
      isAlternative = token.raw !== "AND" && clauses.length > 0;
      if (isAlternative) joinListed(clauses);
      continue;
    }
    if (AND.test(token.raw) && !token.isExcluded) listed = clauses.length;
    if (!token.atom) continue;
    const before = clauses[(listed || clauses.length) - 1];
    const atoms = [token.atom, ...(token.others ?? [])];
    const own = { raw: token.raw, isExcluded: token.isExcluded, atoms };
    const isJoined = listed > 0 || COMMA.test(before?.raw ?? "");
    if (isAlternative && !clauses.at(-1)?.isExcluded && !token.isExcluded) join(clauses, own);
    else if (isJoined && !AND.test(token.raw) && areApart(before, own, grammar)) {
      clauses.length = listed || clauses.length; // without the `and`
      join(clauses, own);
    } else clauses.push(own);
    if (!AND.test(token.raw)) listed = 0;
    isAlternative = false;
  }
  return [...new Map(clauses.map((clause) => [keyOf(clause), clause])).values()];
}

/** Return what tells a clause from others: not whether its last word may go on. @param {Clause} clause */
const keyOf = ({ isExcluded, atoms }) =>
  JSON.stringify([isExcluded, atoms], (key, value) => (key === "isDone" ? undefined : value));

/** Make what the last clause asks an alternative to another. @param {Clause[]} clauses @param {Clause} other */
function join(clauses, { raw, atoms }) {
  const last = /** @type {Clause} */ (clauses.at(-1));
  last.atoms.push(...atoms);
  last.raw = `${last.raw.replace(COMMA, "")} OR ${raw}`;
}

/** Join what a list names before its `or`: `human, mouse or rat`. @param {Clause[]} clauses */
function joinListed(clauses) {
  for (let before = clauses.at(-2); before && isMember(before); before = clauses.at(-2)) {
    const last = /** @type {Clause} */ (clauses.pop());
    join([before], last);
  }
}

/** @param {Clause} clause */
const isMember = ({ raw, isExcluded, atoms: [atom] }) =>
  !isExcluded && raw.endsWith(",") && (atom.kind === "word" || atom.kind === "phrase");

/**
 * Return whether two clauses name different values of one facet, so that no dataset has both.
 * @param {Clause} one
 * @param {Clause} other
 * @param {Grammar} grammar
 */
function areApart(one, other, grammar) {
  if (one.isExcluded || other.isExcluded) return false;
  const [values, others] = [valuesOf(one, grammar), valuesOf(other, grammar)];
  const isApart = (/** @type {[string, Set<number>]} */ [key, own]) => {
    const against = others.get(key);
    return against !== undefined && ![...own].some((value) => against.has(value));
  };
  return values.size > 0 && [...values].every(isApart);
}

/**
 * Return the values that the names in a clause mean, by facet; none where it has anything else.
 * @param {Clause} clause
 * @param {Grammar} grammar
 */
function valuesOf({ atoms }, { valuesOf: named }) {
  /** @type {Map<string, Set<number>>} */
  const found = new Map();
  for (const atom of atoms) {
    const names = atom.kind === "word" ? [atom.text, ...atom.alike] : atom.kind === "phrase" ? [atom.text] : [];
    const known = names.flatMap((name) => [...(named.get(name) ?? [])]);
    if (!known.length) return new Map();
    for (const [key, values] of known) found.set(key, new Set([...(found.get(key) ?? []), ...values]));
  }
  return found;
}
