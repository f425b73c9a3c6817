// Which parts of a query are alternatives: joined by `OR`, listed before it, or values of which a dataset has only one,
// such as `mouse and human`. What stands around an `or` is in `phrases.js`. Pure functions.

import { COMMA, lengthOfListed, makeEitherPart, partsAround } from "./phrases.js";
import { isOr } from "./query-names.js";

/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {import("./query.js").Atom} Atom */
/** @typedef {import("./query.js").Clause} Clause */
/** @typedef {import("./query.js").Token} Token */

const AND = /^(?:and|[&+/])$/;

/** @param {Token[]} tokens @param {Grammar} grammar @returns {Clause[]} */
export function makeClauses(tokens, grammar) {
  /** @type {Clause[]} */
  const clauses = [];
  let isAlternative = false;
  /** Clauses before an `and` that may join values. */
  let listed = 0;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (isOr(token)) {
      const side = token.raw === "AND" ? [] : sideBehind(tokens.slice(at + 1));
      const joined = joinParts(clauses, side.map(clauseOf), grammar);
      if (joined) at = tokens.indexOf(side[joined - 1]);
      if (joined) continue;
      isAlternative = token.raw !== "AND" && clauses.length > 0;
      if (isAlternative) joinListed(clauses);
      continue;
    }
    if (AND.test(token.raw) && !token.isExcluded) listed = clauses.length;
    if (!token.atom) continue;
    const own = clauseOf(token);
    const before = clauses[(listed || clauses.length) - 1];
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

/** @param {Token} token @returns {Clause} */
const clauseOf = ({ raw, isExcluded, atom, others = [] }) => ({
  raw,
  isExcluded,
  atoms: [.../** @type {Atom[]} */ (atom ? [atom] : []), ...others],
});

/** Return the tokens behind an `or`, up to a comma, another `or` or an exclusion. @param {Token[]} tokens */
function sideBehind(tokens) {
  const end = tokens.findIndex((token, at) => isOr(token) || token.isExcluded || COMMA.test(tokens[at - 1]?.raw ?? ""));
  return tokens.slice(0, end < 0 ? tokens.length : end).filter(({ atom }) => atom);
}

/**
 * Join parts of several words around an `or`; return how many clauses of those behind it belong to them.
 * @param {Clause[]} clauses before
 * @param {Clause[]} behind
 * @param {Grammar} grammar
 */
function joinParts(clauses, behind, grammar) {
  const before = clauses.at(-1)?.atoms.at(-1);
  const isGroup = before?.kind === "group"; // of an `or` before
  const found = partsAround(isGroup ? before.clauses : clauses, behind, (clause) => kindsOf(clause, grammar));
  if (!found) return 0;
  const last = behind.slice(0, found.behind);
  const parts = [last];
  let rest = clauses;
  for (let length = isGroup ? 1 : found.before; length; length = lengthOfListed(rest, last)) {
    parts.unshift(rest.slice(-length));
    rest = rest.slice(0, -length);
  }
  const either = makeEitherPart(parts);
  if (!either) return 0;
  clauses.splice(rest.length, Infinity, either);
  return found.behind;
}

/** Return the filters and numbers that a clause asks for. @param {Clause} clause @param {Grammar} grammar */
const kindsOf = (clause, grammar) => [
  ...valuesOf(clause, grammar).keys(),
  ...clause.atoms.flatMap((atom) => ("key" in atom ? [atom.key] : [])),
];

/** Return what tells a clause from others: not whether its last word may go on. @param {Clause} clause */
const keyOf = ({ isExcluded, atoms }) =>
  JSON.stringify([isExcluded, atoms], (key, value) => (key === "isDone" ? undefined : value));

/** Make what the last clause asks an alternative to another. @param {Clause[]} clauses @param {Clause} other */
function join(clauses, { raw, atoms }) {
  const last = /** @type {Clause} */ (clauses.at(-1));
  last.atoms.push(...atoms);
  last.raw = `${last.raw.replace(COMMA, "")} OR ${raw}`;
}

/**
 * Join what a list names before its `or`: `human, mouse or rat`; not `plants, 3 channels or no value`.
 * @param {Clause[]} clauses
 */
function joinListed(clauses) {
  if (clauses.at(-1)?.atoms.some(({ kind }) => kind === "limit")) return;
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
    const isNamed = atom.kind === "phrase" || atom.kind === "value";
    const names = atom.kind === "word" ? [atom.text, ...atom.alike] : isNamed ? [atom.text] : [];
    const known = names.flatMap((name) => [...(named.get(name) ?? [])]);
    if (!known.length) return new Map();
    for (const [key, values] of known) found.set(key, new Set([...(found.get(key) ?? []), ...values]));
  }
  return found;
}
