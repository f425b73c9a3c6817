// Finding pieces of text everywhere: in what people wrote, in addresses, and in the names of values. Pure functions.

import { matchColumn, matchName, matchNames, matchStems } from "./text.js";
import { isWord, mayHave } from "./vocabulary.js";
import { hasAny, raise } from "./weights.js";
import { otherNumbers, variantsOf } from "./words.js";

/** @typedef {import("./text.js").TextIndex} TextIndex */
/** @typedef {import("./words.js").Literal} Literal */

/**
 * Return for each dataset how well a short name fits, as a whole word; that of a species is all of the name of a term.
 * @param {TextIndex} index
 * @param {string} name plain
 * @param {string[]} alike other names of the same
 * @param {boolean} [isSpecies]
 */
export function matchWhole(index, name, alike, isSpecies = false) {
  const weights = new Uint8Array(index.count);
  const spellings = [name, `${name}s`, ...variantsOf(name).map(({ text }) => text)];
  const looked = isSpecies ? { ...index, facets: index.facets.filter(({ isTree }) => !isTree) } : index;
  for (const text of spellings) matchEverywhere(looked, [{ text, bound: 2 }], weights, true);
  for (const other of isSpecies ? [name, ...alike] : alike) matchAlike(index, other, weights);
  return weights;
}

/**
 * Look for whole values by their name, in any spelling: such a word is no word of texts.
 * @param {TextIndex} index
 * @param {string} text
 * @param {string[]} keys of facets
 */
export function matchNamed(index, text, keys) {
  const weights = new Uint8Array(index.count);
  const spellings = [/** @type {Literal} */ ({ text, bound: 0 }), ...variantsOf(text)];
  for (const facet of index.facets) {
    if (keys.includes(facet.key)) raiseByFacet(facet, matchNames(facet, spellings, true), weights);
  }
  return weights;
}

/**
 * Look for another name of what was typed: all of a name of a term, as not every worm is one that is called so; whole
 * words elsewhere.
 * @param {TextIndex} index
 * @param {string} text
 * @param {Uint8Array} weights
 */
export function matchAlike(index, text, weights) {
  const literal = /** @type {Literal} */ ({ text, bound: 2 });
  for (const facet of index.facets.filter(({ searched }) => searched)) {
    if (facet.isTree) raiseByFacet(facet, matchName(facet, text), weights);
    else if (facet.whole || mayHave(index, literal)) raiseByFacet(facet, matchNames(facet, [literal]), weights);
  }
  matchProse(index, literal, weights);
}

/**
 * Look for pieces in all texts, or those that people wrote, and in the names of values; there in other spellings, too.
 * Of names that are a few words each, a word that is one of the catalog's, or was typed to its end, is one of the
 * words, not a part: `liver` finds no liverworts.
 * @param {TextIndex} index
 * @param {Literal[]} literals
 * @param {Uint8Array} weights
 * @param {boolean} inProse
 * @param {Literal[]} [variants]
 * @param {boolean} [isDone]
 */
export function matchEverywhere(index, literals, weights, inProse, variants = [], isDone = false) {
  const spellings = [...literals, ...variants];
  const likely = spellings.filter((literal) => mayHave(index, literal));
  const [{ text, bound }] = literals;
  const isWhole = bound === 0 && WORD.test(text) && (isDone || isWord(index, text));
  const parts = isWhole ? withPlurals(text) : undefined;
  const inTrees = parts
    ? [...parts, ...variants.map((each) => /** @type {Literal} */ ({ ...each, bound: 2 }))].filter((literal) =>
        mayHave(index, literal),
      )
    : likely;
  for (const facet of index.facets) {
    if (!facet.searched) continue;
    const looked = facet.whole ? spellings : facet.isTree ? inTrees : likely; // whole names also without their spaces
    if (looked.length) raiseByFacet(facet, matchNames(facet, looked, false, parts), weights);
  }
  for (const literal of literals) {
    matchProse(index, literal, weights);
    if (!inProse) matchAddresses(index, literal, weights);
  }
}

/** A singular of so many letters is found wherever it is found if typed: `brains` as `brain`. */
const FEWEST_LETTERS = 5;

/**
 * Return for each dataset how well a word fits, in any of its spellings; in addresses, as singular and plural.
 * @param {TextIndex} index
 * @param {string} word plain
 * @param {boolean} [isDone] whether it is typed to its end
 */
export function matchWord(index, word, isDone = false) {
  const weights = new Uint8Array(index.count);
  const [variants, numbers] = [variantsOf(word), otherNumbers(word)];
  matchEverywhere(index, [{ text: word, bound: 0 }], weights, false, variants, isDone);
  for (const variant of variants) {
    const { text } = variant;
    const isNumber = numbers.includes(text);
    const bound = isNumber && text.length >= FEWEST_LETTERS && word.startsWith(text) ? 0 : variant.bound;
    matchProse(index, { text, bound }, weights);
    if (isNumber) matchAddresses(index, { text, bound }, weights);
  }
  return weights;
}

/** @param {TextIndex} index @param {Literal} literal @param {Uint8Array} weights */
function matchAddresses(index, literal, weights) {
  for (const column of index.columns) if (!column.isProse) matchColumn(index, column, literal, weights);
}

/** A word of letters alone. */
export const WORD = /^\p{L}+$/u;

/** Return a word and its plurals, as whole words; `mu` has none, as `mus` is no plural. */
const withPlurals = (/** @type {string} */ word) =>
  (word.length > 2 ? [word, `${word}s`, `${word}es`] : [word]).map(
    (text) => /** @type {Literal} */ ({ text, bound: 2 }),
  );

/** @param {import("./text.js").FacetNames} facet @param {Uint8Array} values by code @param {Uint8Array} weights */
export function raiseByFacet(facet, values, weights) {
  const codes = hasAny(values) ? facet.codes() : undefined;
  if (codes) raise(weights, codes, values);
}

/** @param {TextIndex} index @param {Literal} literal @param {Uint8Array} weights */
export function matchProse(index, literal, weights) {
  if (!mayHave(index, literal)) return;
  for (const column of index.columns) if (column.isProse) matchColumn(index, column, literal, weights);
  matchStems(index, literal, weights);
}

/**
 * Look for the beginning of a word that people wrote. A name of a term is no beginning of the name of another: `rat` is
 * no `ratón`, a mouse.
 * @param {TextIndex} index
 * @param {{text: string, alike: string[]}} word
 */
export function matchBeginning(index, { text, alike }) {
  const facets = index.facets.filter(({ isTree }) => !isTree || !alike.length);
  const weights = new Uint8Array(index.count);
  matchEverywhere({ ...index, facets }, [{ text, bound: 1 }], weights, true);
  return weights;
}
