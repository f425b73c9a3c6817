// What queries of a catalog can name: fields, their values, numbers, orders. Pure functions.

import { makeStatements } from "./sentences.js";
import { formOf } from "./words.js";

/** @typedef {import("./files.js").Manifest} Manifest */
/**
 * @typedef {object} Grammar
 * @property {Map<string, string[]>} alike name → all names of the same, as the list has them
 * @property {Map<string, string[]>} joined names without their spaces → these names
 * @property {Map<string, string[]>} acronymsOf acronyms that organisms are called, too → all names of what they mean
 * @property {Set<string>} acronyms names that are meant as whole words
 * @property {Set<string>} names of several words, of values that words find and that a query names as a whole
 * @property {Set<string>} wholeKeys searched facets of which queries name whole values
 * @property {Set<string>} shortNames of institutions: they are meant as whole words
 * @property {Set<string>} forms of names with numbers, without these
 * @property {Map<string, Map<string, Set<number>>>} valuesOf name, with its spaces or without → by facet,
 *   which of its values are called so
 * @property {Map<string, Set<string>>} named by facet that a query can name, what its values are called
 * @property {Set<string>} species names of organisms that are short, as of species that other names may hold
 * @property {Set<string>} otherNames of several words, of institutions, studies and other values that words find
 * @property {Set<string>} institutions names of several words, of institutions alone
 * @property {Map<string, {key: string, isText: boolean}>} values fields with values, by what they are called
 * @property {Map<string, {key: string, unit: string}>} numbers
 * @property {Map<string, string>} orders keys of what results can be ordered by, by what they are called
 * @property {Map<string, {key: string, isText: boolean}>} facetOf facets, by what the page calls them
 * @property {RegExp} unstated what says in words that a field is not stated
 * @property {RegExp} stated what says in words that a field is stated
 */

const TEXT_FIELDS = ["name", "description", "url", "origin"];

/**
 * Return what queries of a catalog can name.
 * @param {Manifest} manifest
 * @returns {Grammar}
 */
export function makeGrammar({ facets, sorts, alike, acronyms = [], texts }) {
  const values = new Map(
    texts.filter(({ key }) => TEXT_FIELDS.includes(key)).map(({ key }) => [key, { key, isText: true }]),
  );
  for (const { key, asked } of facets) for (const name of asked) values.set(name.toLowerCase(), { key, isText: false });
  const numbers = new Map(sorts.flatMap(({ key, asked, unit }) => asked.map((name) => [name, { key, unit }])));
  const namesIn = (/** @type {typeof facets} */ some) =>
    new Set(
      some.flatMap((facet) =>
        facet.names
          .join("\n")
          .split("\n")
          .filter((name) => name.includes(" ")),
      ),
    );
  const searched = facets.filter((facet) => facet.searched);
  const names = namesIn(searched.filter(({ whole }) => whole));
  const otherNames = namesIn(searched.filter(({ whole }) => !whole));
  const institutions = namesIn(searched.filter(({ key }) => key === "source"));
  const orders = new Map([
    ["random", "random"],
    ...sorts.flatMap(({ key, asked, label = key }) =>
      [key, ...asked, label.toLowerCase()].map((each) => /** @type {[string, string]} */ ([each, key])),
    ),
  ]);
  const facetOf = new Map(facets.map(({ key, label = key }) => [label.toLowerCase(), { key, isText: false }]));
  const fieldNames = [
    ...facets.flatMap(({ asked, label = "" }) => [...asked, label.toLowerCase()]),
    "size",
    "pixel size",
    ...linesOf(facets.filter(({ key }) => key === "missing")),
  ];
  const named = new Map(facets.filter(({ asked }) => asked.length).map((each) => [each.key, new Set(linesOf([each]))]));
  return {
    alike: makeAlike(alike),
    acronymsOf: acronymsAmong(alike, named.get("organism")),
    joined: joinNames(alike.flat()),
    acronyms: new Set(acronyms),
    names,
    wholeKeys: new Set(searched.flatMap(({ key, whole }) => (whole ? [key] : []))),
    shortNames: shortNamesOf(searched),
    forms: new Set([...names].filter((name) => /\d/.test(name)).map(formOf)),
    valuesOf: valuesByName(searched),
    named,
    species: new Set(alike.filter(isSpecies).flatMap((each) => each.filter((name) => name.length < 5))),
    otherNames,
    institutions,
    values,
    numbers,
    orders,
    facetOf,
    ...makeStatements(fieldNames),
  };
}

/** Whether names are those of a species, with the short form of it: `F. catus`. */
const isSpecies = (/** @type {string[]} */ names) => names.some((name) => /^\p{L}\. \p{L}+$/u.test(name));

/**
 * Return the acronyms that organisms are called, too, with all names of what they mean; they are the first of these,
 * where that of an organism is a Latin one.
 * @param {string[][]} groups
 * @param {Set<string>} [organisms] names
 */
const acronymsAmong = (groups, organisms = new Set()) =>
  new Map(
    groups
      .filter(([first, ...others]) => organisms.has(first) && !others.every((name) => organisms.has(name)))
      .map((names) => [names[0], names]),
  );

/** @typedef {Manifest["facets"][number]} Facet */

/** Return all names of values. @param {Facet[]} facets */
const linesOf = (facets) => facets.flatMap(({ names }) => names.join("\n").split("\n")).filter(Boolean);

/** Return the short words of institutions that begin with a capital. */
function shortNamesOf(/** @type {Facet[]} */ facets) {
  const sources = facets.filter(({ key }) => key === "source").flatMap(({ values }) => values.map(([value]) => value));
  const acronyms = sources.flatMap(
    (source) => source.match(/(?<![\p{L}\p{N}])\p{Lu}\p{L}{1,3}(?![\p{L}\p{N}])/gu) ?? [],
  );
  return new Set(acronyms.map((each) => each.toLowerCase()));
}

/** Return which values each name means, of facets of which a dataset has one value. @param {Facet[]} facets */
function valuesByName(facets) {
  /** @type {Map<string, Map<string, Set<number>>>} */
  const found = new Map();
  const single = facets.filter(({ whole, depths, key }) => whole || depths.length || key === "source");
  for (const { key, names } of single) {
    names.forEach((lines, at) => {
      for (const name of lines.split("\n").flatMap((each) => (each ? [each, each.replaceAll(" ", "")] : []))) {
        const own = found.get(name) ?? new Map();
        found.set(name, own.set(key, (own.get(key) ?? new Set()).add(at)));
      }
    });
  }
  return found;
}

/** @param {string[]} names @returns {Map<string, string[]>} */
function joinNames(names) {
  /** @type {Map<string, string[]>} */
  const joined = new Map();
  for (const name of new Set(names.filter((each) => each.includes(" ")))) {
    const word = name.replaceAll(" ", "");
    joined.set(word, [...(joined.get(word) ?? []), name]);
  }
  return joined;
}

/** @param {string[][]} groups @returns {Map<string, string[]>} */
function makeAlike(groups) {
  /** @type {Map<string, number[]>} */
  const groupsOf = new Map();
  groups.forEach((names, at) => {
    for (const name of names) groupsOf.set(name, [...(groupsOf.get(name) ?? []), at]);
  });
  const isOwn = (/** @type {string} */ name, /** @type {number[]} */ own) =>
    groupsOf.get(name)?.every((group) => own.includes(group));
  const named = [...groupsOf].map(([name, own]) => {
    const others = own.flatMap((group) => groups[group]).filter((other) => isOwn(other, own));
    return /** @type {[string, string[]]} */ ([name, [...new Set(others)]]);
  });
  return new Map(named);
}
