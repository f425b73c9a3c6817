// What stands on both sides of `or` where it is more than a word: `mouse brain or rat brain`. Pure functions.
//
// The rule: `or` joins what stands right beside it. But where both sides have the same word, or values of one filter or
// number, and these are not right beside the `or`, the parts around them are alternatives, as many words on each side:
// `mouse brain or rat liver`, `mouse under 5 GB or human under 1 GB`. A comma, another `or` and an exclusion end a
// side.

import { withoutSmallWords } from "./small.js";
import { isLight, isSmall } from "./small-words.js";

/** @typedef {import("./query.js").Atom} Atom */
/** @typedef {import("./query.js").Clause} Clause */
/** What ends a word in a list, or stands between two. */
export const COMMA = /[,;/]$/;

/**
 * Return the parts that an `or` joins: how many clauses at the end of those before it, and at the begin of those
 * behind; null where it joins what is right beside it.
 * @param {Clause[]} before
 * @param {Clause[]} behind
 * @param {(clause: Clause) => string[]} kindsOf filters and numbers that a clause asks for
 * @returns {{before: number, behind: number} | null}
 */
export function partsAround(before, behind, kindsOf) {
  const start = startOfSide(before);
  const left = positionsOf(before).filter((at) => at >= start);
  const right = positionsOf(behind);
  const [own, others] = [left.map((at) => before[at]), right.map((at) => behind[at])].map((side) =>
    side.map((clause) => [nameOf(clause), ...kindsOf(clause)]),
  );
  for (let other = 0; other < right.length; other++) {
    const one = own.map((kinds) => kinds.some((kind) => others[other].includes(kind))).lastIndexOf(true);
    const after = left.length - one;
    if (one < 0) continue;
    if (after === 1 && !other) return null;
    const last = right[Math.min(right.length, other + after) - 1];
    return { before: before.length - left[Math.max(0, one - other)], behind: last + 1 };
  }
  return null;
}

/**
 * Return how many clauses at the end are one more part of a list, after a comma: `mouse brain, rat brain or human
 * brain`.
 * @param {Clause[]} before
 * @param {Clause[]} part which has a word of it
 */
export function lengthOfListed(before, part) {
  const start = startOfSide(before);
  const names = part.map(nameOf);
  const isMember = before.at(-1)?.raw.endsWith(",") && before.slice(start).some((each) => names.includes(nameOf(each)));
  return isMember ? before.length - start : 0;
}

/**
 * Return a clause of which each part is an alternative; null where one says nothing.
 * @param {Clause[][]} parts
 * @returns {Clause | null}
 */
export function makeEitherPart(parts) {
  const said = parts.map((part) => withoutSmallWords(part, true).clauses.map(withoutComma));
  if (said.some((part) => !part.length)) return null;
  const atoms = said.flatMap((clauses) =>
    clauses.length === 1 ? clauses[0].atoms : [/** @type {Atom} */ ({ kind: "group", clauses })],
  );
  return { raw: said.map(write).join(" OR "), isExcluded: false, atoms };
}

/** @param {Clause} clause @returns {Clause} */
const withoutComma = (clause) => ({ ...clause, raw: clause.raw.replace(COMMA, "") });

/** @param {Clause[]} part */
const write = (part) => {
  const raw = part.map((each) => each.raw).join(" ");
  return part.length === 1 ? raw : `(${raw})`;
};

/** Return where the side before an `or` begins. @param {Clause[]} clauses */
const startOfSide = (clauses) =>
  clauses
    .map(({ raw, isExcluded }, at) => isExcluded || (COMMA.test(raw) && at < clauses.length - 1))
    .lastIndexOf(true) + 1;

/** Return where clauses stand that are no function words. @param {Clause[]} clauses */
const positionsOf = (clauses) => [...clauses.keys()].filter((at) => !isFunctionWord(nameOf(clauses[at])));

const isFunctionWord = (/** @type {string} */ word) => isSmall(word) && !isLight(word);

/** Return what tells a clause from others, without an s at its end. @param {Clause} clause */
const nameOf = ({ raw, atoms: [atom, ...others] }) =>
  atom.kind === "word" && !others.length ? atom.text.replace(/s$/, "") : raw.replace(COMMA, "").toLowerCase();
