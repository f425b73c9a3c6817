// Other words in place of those that nothing has: parts of identifiers and addresses, words without the space between,
// acronyms inside of words, and what is wider than a term that no dataset states. Pure functions.

import { writeQuery } from "./readings.js";
import { plain } from "./words.js";

/** @typedef {import("./catalog.js").Question} Question */
/** @typedef {import("./files.js").Manifest} Manifest */
/** @typedef {import("./query.js").Clause} Clause */
/** @typedef {import("./query.js").Query} Query */
/** @typedef {import("./ways.js").Way} Way */

const FEWEST_LETTERS = 4;
const MOST_PARTS = 4;

/**
 * Return a clause, or its two words where it was taken for an identifier with a space in it: `Colin 2017`.
 * @param {Clause} clause
 * @returns {Clause[]}
 */
export function splitCode(clause) {
  const [atom, ...others] = clause.atoms;
  const words = clause.raw.split(/\s+/);
  if (others.length || clause.isExcluded || atom.kind !== "word" || !atom.code || words.length < 2) return [clause];
  return words.map((raw) => {
    const text = plain(raw).trim();
    return { ...clause, raw, atoms: [{ kind: "word", text, parts: [text], alike: [] }] };
  });
}

/**
 * Return a wider organism or method that datasets have, in place of one that they do not.
 * @param {Question} question
 * @param {Query} query
 * @param {Clause[]} lost
 * @param {Manifest} manifest
 * @returns {Way[]}
 */
export function widerTerms(question, query, lost, { facets, alike, nearest }) {
  return lost.flatMap((clause) => {
    const [atom] = clause.atoms;
    const names = !clause.isExcluded && atom.kind === "word" ? [atom.text, ...atom.alike] : [];
    const wider = nearest.filter((value, at) => value && alike[at].some((name) => names.includes(name)));
    return [...new Set(wider)].flatMap((value) => {
      const facet = facets.find(({ values }) => values.some(([each]) => each === value));
      if (!facet) return [];
      const chosen = { ...question.facets, [facet.key]: [value] };
      const other = { ...question, text: write(query, clause, ""), facets: chosen };
      return [{ how: /** @type {const} */ ("value"), key: facet.key, value, question: other }];
    });
  });
}

/**
 * Return other ways to write words that nothing has.
 * @param {Question} question
 * @param {Query} query
 * @param {Clause[]} lost
 * @returns {Way[]}
 */
export function otherWritings(question, query, lost) {
  return lost.flatMap((clause) => {
    const [atom] = clause.atoms;
    if (clause.isExcluded || (atom.kind !== "word" && atom.kind !== "address")) return [];
    const asked = (/** @type {string} */ raw) => ({ ...question, text: write(query, clause, raw) });
    const isAcronym = atom.kind === "word" && atom.isWhole && !atom.isSpecies;
    return [
      ...[...joined(query, clause), ...partsOf(clause.raw)].map((text) => {
        return { how: /** @type {const} */ ("near"), text, question: asked(text) };
      }),
      ...(isAcronym
        ? [{ how: /** @type {const} */ ("words"), texts: [clause.raw], question: asked(`"${clause.raw}"`) }]
        : []),
    ];
  });
}

/**
 * Return names of values as words of texts: `gray matter` is no gray image.
 * @param {Question} question
 * @param {Query} query
 * @returns {Way[]}
 */
export const namesAsWords = (question, query) =>
  query.clauses.flatMap((clause) => {
    const [atom, ...others] = clause.atoms;
    const isNamed = !clause.isExcluded && !others.length && "keys" in atom && atom.keys?.length;
    const quoted = { ...question, text: write(query, clause, `"${clause.raw}"`) };
    return isNamed ? [{ how: /** @type {const} */ ("words"), texts: [clause.raw], question: quoted }] : [];
  });

/**
 * Return the query with other words in place of a clause, and of the one after it where these are both.
 * @param {Query} query
 * @param {Clause} clause
 * @param {string} raw
 */
function write({ clauses, order }, clause, raw) {
  const next = clauses[clauses.indexOf(clause) + 1];
  const isBoth = next && raw === clause.raw + next.raw;
  const others = clauses.filter((each) => !isBoth || each !== next);
  const written = others.map((each) => (each === clause ? { raw } : each));
  return writeQuery(
    written.filter((each) => each.raw),
    order,
  );
}

/** Return a word and the one after it as one: `U-2 OS` is `U2OS`. @param {Query} query @param {Clause} clause */
function joined({ clauses }, clause) {
  const next = clauses[clauses.indexOf(clause) + 1];
  const isWord = next && !next.isExcluded && next.atoms.length === 1 && next.atoms[0].kind === "word";
  return isWord && /^[\p{L}\p{N}-]+$/u.test(clause.raw + next.raw) ? [clause.raw + next.raw] : [];
}

/** Return the parts of an identifier or an address that may be found, the last first. @param {string} raw */
function partsOf(raw) {
  const path = raw.replace(/^[a-z0-9]+:\/\/[^/]*/i, "").replace(/[?#].*$/, "");
  const segments = path.split("/").map((each) => each.replace(/(?:\.ome)?\.zarr$/i, ""));
  const named = segments.filter((segment, at) => at === segments.length - 1 || /\p{L}[\p{L}-]*\d/u.test(segment));
  const parts = segments.length > 1 ? named : path.split(/[^\p{L}\p{N}]+/u);
  const long = parts.filter((part) => part.length >= FEWEST_LETTERS && part !== raw && !/\s|^\d{1,4}$/.test(part));
  return [...new Set(long.reverse())].slice(0, MOST_PARTS);
}
