// The words of a catalog's texts: whether another spelling may be anywhere, and what a word with a typo stands for.

import { allWords, hasWord } from "./shards.js";
import { isOrdinary } from "./small-words.js";
import { isNear, otherNumbers } from "./words.js";

/** @typedef {import("./text.js").TextColumn} TextColumn */
/** @typedef {import("./text.js").FacetNames} FacetNames */
/** @typedef {import("./text.js").TextIndex} TextIndex */
/** @typedef {import("./words.js").Literal} Literal */
/** @typedef {{to: string[], bound: 1 | 2}} Near words, and how they must stand */

/** Words of this many letters and more may have a typo. */
const FEWEST_LETTERS = 5;
/** And so many of their singular. */
const FEWEST_IN_SINGULAR = 7;
const MOST_CORRECTIONS = 8;
/** A word with a typo may be typed to the end but for so many letters. */
const MOST_LETTERS_LEFT = 3;

/**
 * Return the runs of a text: letters, or digits, as far as they go. What has a border on both sides (see `isBorder`)
 * is made of whole runs. `isBorder` looks at units of UTF-16, and takes letters of two units for none.
 * @param {string} text
 * @returns {string[]}
 */
const runsOf = (text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, " ").match(/\p{L}+|\p{N}+/gu) ?? [];

/**
 * Return the runs of all texts that people wrote. A run that goes on from a template into a stem is in neither, so such
 * texts are put together.
 * @param {string[]} stems
 * @param {TextColumn[]} columns
 * @param {FacetNames[]} facets
 */
export function findRuns(stems, columns, facets) {
  /** @type {Set<string>} */
  const runs = new Set();
  const add = (/** @type {string} */ text) => runsOf(text).forEach((run) => runs.add(run));
  stems.forEach(add);
  for (const { names } of facets.filter(({ searched }) => searched)) names.forEach(add);
  for (const { pieces, codes, lines } of columns.filter(({ isProse }) => isProse)) {
    const isOpen = pieces.map((each) => each !== undefined && isJoined(each));
    lines.text.split("\n").forEach((template, at) => isOpen[at] || add(template));
    for (let dataset = 0; dataset < stems.length; dataset++) {
      if (isOpen[codes[dataset]]) add(pieces[codes[dataset]]?.join(stems[dataset]) ?? "");
    }
  }
  return [...runs];
}

/** Return whether a letter or digit is right beside a stem. @param {string[]} pieces the text around stems */
function isJoined(pieces) {
  const ends = pieces.slice(0, -1).map((piece) => piece.at(-1) ?? "");
  const starts = pieces.slice(1).map((piece) => piece[0] ?? "");
  return [...ends, ...starts].some((sign) => /[\p{L}\p{N}]/u.test(sign)) || pieces.slice(1, -1).includes("");
}

/**
 * Return whether a text that people wrote may have a piece. Most of the other spellings of a word are nowhere, and need
 * not be looked for.
 * @param {TextIndex} index
 * @param {Literal} literal
 */
export function mayHave({ runs, shards }, { text, bound }) {
  const parts = runsOf(text);
  if (shards) return bound === 0 || mayBeInShards(shards, parts, bound);
  if (bound === 0) return parts.every((part) => runs.text.includes(part));
  return parts.every((part, at) => {
    const next = runs.sorted[placeOf(runs.sorted, part)];
    return bound === 1 && at === parts.length - 1 ? next?.startsWith(part) : next === part;
  });
}

/**
 * Return whether a word of letters is one of the texts that people wrote, or of the names of values.
 * @param {TextIndex} index
 * @param {string} word
 */
export function isWord({ runs, shards }, word) {
  const [run, ...others] = runsOf(word);
  if (run !== word || others.length || !/^\p{L}/u.test(word)) return false;
  return shards ? hasWord(shards, word, false) : runs.sorted[placeOf(runs.sorted, word)] === word;
}

/**
 * Return whether a large catalog may have runs beside one another; of digits it does not know.
 * @param {import("./shards.js").Shards} shards
 * @param {string[]} parts
 * @param {1 | 2} bound
 */
function mayBeInShards(shards, parts, bound) {
  const isWord = (/** @type {string} */ part) => /\p{L}/u.test(part);
  const isOpen = (/** @type {number} */ at) => bound === 1 && at === parts.length - 1;
  return parts.every((part, at) => !isWord(part) || hasWord(shards, part, isOpen(at)));
}

/** Return the place of the first that is not before a text. @param {string[]} sorted @param {string} text */
function placeOf(sorted, text) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Return the words that a typo may stand for: those of letters in names, descriptions, stems and values.
 * @param {TextIndex} index
 * @returns {string[]} none while files are missing
 */
export function vocabularyOf(index) {
  index.vocabulary ??= index.shards ? shardedVocabulary(index.shards) : wordsOf(index);
  return index.vocabulary ?? [];
}

/** @param {import("./shards.js").Shards} shards */
const shardedVocabulary = (shards) => allWords(shards)?.filter((word) => word.length > 3 && word.length <= 30) ?? null;

/** @param {TextIndex} index */
function wordsOf(index) {
  const texts = [
    index.stemLines.text,
    ...index.columns.filter(({ isProse }) => isProse).map(({ lines }) => lines.text),
    ...index.facets.filter(({ searched }) => searched).map(({ lines }) => lines.text),
  ];
  return [...new Set(texts.flatMap((text) => text.match(/\p{L}{4,30}/gu) ?? []))];
}

/** @param {TextIndex} index @param {string} word @returns {Near} */
export function nearWords(index, word) {
  if (word.length < FEWEST_LETTERS || !/^\p{L}+$/u.test(word) || isOrdinary(word)) return { to: [], bound: 2 };
  const vocabulary = vocabularyOf(index);
  const isOne = (/** @type {string} */ own) => vocabulary.filter((each) => isNear(own, each));
  const found = isOne(word);
  const others = otherNumbers(word).filter((each) => each.length >= FEWEST_IN_SINGULAR);
  const near = likeliest(found.length ? found : others.flatMap(isOne), word);
  const to = (near.length ? near : beginnings(vocabulary, word)).slice(0, MOST_CORRECTIONS);
  return { to, bound: near.length ? 2 : 1 };
}

/**
 * Return those words that begin as another; all where none does, as a typo is seldom in the first letter.
 * @param {string[]} words
 * @param {string} typed
 */
function likeliest(words, typed) {
  const alike = words.filter(([first, second]) => first === typed[0] || (first === typed[1] && second === typed[0]));
  return alike.length ? alike : words;
}

/**
 * Return the words that begin nearly so, and of which not much is left to type.
 * @param {string[]} all
 * @param {string} word
 */
function beginnings(all, word) {
  const lengths = [word.length - 1, word.length, word.length + 1];
  const longer = all.filter((each) => each.length > word.length && each.length <= word.length + MOST_LETTERS_LEFT);
  const isBegun = (/** @type {string} */ each, /** @type {number} */ length) =>
    each[length - 1] === word.at(-1) && isNear(word, each.slice(0, length));
  return longer.filter((each) => each[0] === word[0] && lengths.some((length) => isBegun(each, length)));
}
