// Values and words in place of those that nothing has: nearest values of a field, studies with a code like it, words
// with two typos. Pure functions.

import { namesLike } from "./match.js";
import { writeQuery } from "./readings.js";
import { isOrdinary } from "./small-words.js";
import { isNear, plain } from "./words.js";

/** @typedef {import("./catalog.js").Question} Question */
/** @typedef {import("./files.js").FacetSummary} FacetSummary */
/** @typedef {import("./files.js").Manifest} Manifest */
/** @typedef {import("./query.js").Clause} Clause */
/** @typedef {import("./query.js").Query} Query */
/** @typedef {import("./ways.js").Way} Way */

const MOST_VALUES = 5;
/** Letters of a word that may have two typos. */
const FEWEST_LETTERS = 8;
const MOST_NEAR = 3;

/**
 * Return the values that a facet has in place of one that it has not, the nearest first; of facets that were chosen, of
 * fields, and of words that are as a value.
 * @param {Question} question
 * @param {Query} query
 * @param {Manifest} manifest
 * @returns {Way[]}
 */
export function otherValues(question, query, manifest) {
  const { clauses, order } = query;
  const inWords = clauses.flatMap((clause) =>
    facetsOf(clause, manifest).flatMap((facet) => {
      const [atom] = clause.atoms;
      const ask = (/** @type {string} */ _, /** @type {string} */ name) => {
        const raw = `${facet.asked[0]}:${/\s/.test(name) ? `"${name.replaceAll('"', "")}"` : name}`;
        return {
          ...question,
          text: writeQuery(
            clauses.map((each) => (each === clause ? { raw } : each)),
            order,
          ),
        };
      };
      return waysOf(facet, "text" in atom ? atom.text : "", ask);
    }),
  );
  const chosen = unknownValues(question, manifest).flatMap(({ facet, values, unknown }) => {
    const known = values.filter((value) => !unknown.includes(value));
    const ask = (/** @type {string} */ value) => ({
      ...question,
      facets: { ...question.facets, [facet.key]: [...known, value] },
    });
    return waysOf(facet, plain(unknown[0]), ask);
  });
  return [...inWords, ...chosen];
}

/** Return the facets whose values a part of a query means. @param {Clause} clause @param {Manifest} manifest */
function facetsOf({ isExcluded, atoms: [atom] }, { facets }) {
  if (isExcluded) return [];
  if (atom.kind === "value") return facets.filter(({ key, asked }) => !atom.isText && key === atom.key && asked.length);
  if (atom.kind !== "word") return [];
  const alike = namesLike(facets, atom.text);
  return facets.filter((facet) => alike.includes(facet) && facet.asked.length);
}

/**
 * Return the choices with values that their facets do not have.
 * @param {Question} question
 * @param {Manifest} manifest
 */
const unknownValues = ({ facets: chosen = {} }, { facets }) =>
  facets.flatMap((facet) => {
    const values = chosen[facet.key] ?? [];
    const unknown = values.filter((value) => value && !facet.values.some(([each]) => each === value));
    return unknown.length ? [{ facet, values, unknown }] : [];
  });

/**
 * Return the ways to values of a facet: those with a name near to a text, else the most frequent.
 * @param {FacetSummary} facet
 * @param {string} text plain
 * @param {(value: string, name: string) => Question} ask
 * @returns {Way[]}
 */
function waysOf(facet, text, ask) {
  const stated = facet.values.flatMap(([value, name, count], at) => (value ? [{ value, name, count, at }] : []));
  const near = stated.filter(({ at }) => facet.names[at].split("\n").some((name) => isLike(text, name)));
  const isInner = (/** @type {number} */ at) => facet.wider.some((above) => above.includes(at));
  const usual = stated.filter(({ at }) => !isInner(at));
  const most = (near.length ? near : usual).sort((one, other) => other.count - one.count).slice(0, MOST_VALUES);
  return most.map(({ value, name }) => ({
    how: "value",
    key: facet.key,
    value,
    question: ask(value, name.split("\n")[0]),
  }));
}

/** Whether one text is nearly a name, or one begins as the other. @param {string} text @param {string} name */
const isLike = (text, name) =>
  name === text ||
  (text.length > 2 && (name.startsWith(text) || (name.length > 2 && text.startsWith(name)) || isNear(text, name)));

/**
 * Return the studies whose names begin with the letters of codes that nothing has, those with the nearest number first.
 * @param {Question} question
 * @param {Query} query
 * @param {Clause[]} lost
 * @param {Manifest} manifest
 * @returns {Way[]}
 */
export function otherCodes(question, { clauses, order }, lost, { facets }) {
  const study = facets.find(({ key }) => key === "study");
  return lost.flatMap((clause) => {
    const [atom] = clause.atoms;
    const code = study && atom.kind === "word" ? /^(\p{L}+)([0-9]+)$/u.exec(atom.text.replaceAll(" ", "")) : null;
    if (!study || !code) return [];
    const numbered = study.values.flatMap(([value], at) => {
      const own = new RegExp(`(?<![\\p{L}\\p{N}])${code[1]} ?([0-9]+)`, "u").exec(study.names[at]);
      return own ? [{ value, distance: Math.abs(Number(own[1]) - Number(code[2])) }] : [];
    });
    numbered.sort((one, other) => one.distance - other.distance);
    const text = writeQuery(
      clauses.filter((each) => each !== clause),
      order,
    );
    return numbered.slice(0, MOST_VALUES).map(({ value }) => ({
      how: /** @type {const} */ ("value"),
      key: study.key,
      value,
      question: { ...question, text, facets: { ...question.facets, [study.key]: [value] } },
    }));
  });
}

/**
 * Return what is near to words that nothing has: words with two typos.
 * @param {Question} question
 * @param {Query} query
 * @param {Clause[]} missing
 * @param {string[]} vocabulary
 * @returns {Way[]}
 */
export function nearWords(question, { clauses, order }, missing, vocabulary) {
  return missing.flatMap((clause) => {
    const [atom] = clause.atoms;
    const isTypo = atom.kind === "word" && atom.text.length >= FEWEST_LETTERS && /^\p{L}+$/u.test(atom.text);
    if (clause.isExcluded || !isTypo || isOrdinary(atom.text)) return [];
    const near = vocabulary.filter((each) => isTwiceNear(atom.text, each)).slice(0, MOST_NEAR);
    return near.map((text) => ({
      how: /** @type {const} */ ("near"),
      text,
      question: {
        ...question,
        text: writeQuery(
          clauses.map((each) => (each === clause ? { raw: text } : each)),
          order,
        ),
      },
    }));
  });
}

/** Whether words that begin alike differ by two typos at most. @param {string} one @param {string} other */
function isTwiceNear(one, other) {
  if (one[0] !== other[0] || Math.abs(one.length - other.length) > 2) return false;
  let start = 1;
  while (start < one.length && one[start] === other[start]) start++;
  const [rest, left] = [one.slice(start), other.slice(start)];
  const swapped = rest[1] + rest[0] + rest.slice(2);
  return [
    [rest.slice(1), left.slice(1)],
    [rest.slice(1), left],
    [rest, left.slice(1)],
    [rest.length > 1 ? swapped : rest, left],
  ].some(([each, another]) => isNear(each, another));
}
