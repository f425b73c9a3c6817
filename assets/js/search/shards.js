// The texts of a large catalog, of which only the parts that may have a word are fetched: blocks of datasets, lists of
// datasets by trigram (`grams.js`), and words.
//
// Everything here is a pure function of what is in memory. What is missing is noted (`need`), and taken for empty; the
// caller fetches it and asks again, until nothing is missing (`loading.js`). So matching is written once, whatever the
// size of the catalog.

import { gramsOf, intersect, readGrams } from "./grams.js";
import { readPack, readText, readTexts } from "./files.js";

/**
 * How a file is read, and about how many times as large it is then.
 * @template T
 * @typedef {{make: (content: Uint8Array) => T, growth: number}} Reader
 */

/**
 * Files of a catalog that are fetched when an answer needs them.
 * @typedef {object} Parts
 * @property {Map<string, {made: any, bytes: number}>} loaded what was made of each, by name; the last used last
 * @property {Map<string, Promise<any>>} pending those that are on their way
 * @property {Map<string, Reader<any>>} wanted those that are missing, and how they are read
 * @property {number} misses how often one was missing
 * @property {boolean} isAbout whether what is found is not compared with texts
 */

/**
 * Where the texts are, as `search_texts.py` writes it.
 * @typedef {object} Shape
 * @property {number} perBlock datasets in a block
 * @property {number} mostRead blocks that are read for one word
 * @property {string[]} columns texts that are in the blocks, besides the stems
 * @property {string} blocks digests in the names of the files, of ten characters each
 * @property {string} grams
 * @property {number[]} starts the first trigram of each file, as differences
 * @property {string} words
 * @property {string[]} firsts the first word of each file
 */

/**
 * @typedef {object} Shards
 * @property {number} datasets
 * @property {number} perBlock
 * @property {number} mostRead
 * @property {string[]} columns
 * @property {string[]} blocks names of files
 * @property {string[]} grams
 * @property {number[]} starts
 * @property {string[]} words
 * @property {string[]} firsts
 * @property {Parts} parts
 * @property {Map<string, Candidates>} found the last candidates, by what was looked for
 */

/**
 * The texts of a block by key, read when they are looked at, with U+0001 for the stem; the key of stems is `stem`.
 * @typedef {(key: string) => string[]} Block
 */
/** @typedef {{datasets: Uint32Array, isRead: boolean}} Candidates `isRead`: whether their texts are in memory */

const DIGEST = 10;
/** About how many trigrams of a long piece are looked at first, from its beginning to its end. */
const FIRST_GRAMS = 4;
/** Blocks that are read without looking at all trigrams of a piece first; more where these are twice as many files. */
const FEW_BLOCKS = 4;
/** Blocks of a catalog of which all are read for a word that has no trigram. */
const MOST_FOR_SHORT = 8;
const MOST_FOUND = 16;

/** @returns {Parts} */
export const makeParts = () => ({
  loaded: new Map(),
  pending: new Map(),
  wanted: new Map(),
  misses: 0,
  isAbout: false,
});

/**
 * Return what a file holds; undefined if it is not here yet.
 * @template T
 * @param {Parts} parts
 * @param {string} name
 * @param {Reader<T>} reader
 * @returns {T | undefined}
 */
export function need(parts, name, reader) {
  const known = lastUsed(parts, name);
  if (known !== undefined) return known;
  parts.wanted.set(name, reader);
  parts.misses++;
  return undefined;
}

/** Return what a file holds, and keep it for longer; undefined if it is not here. */
export function lastUsed(/** @type {Parts} */ { loaded }, /** @type {string} */ name) {
  const known = loaded.get(name);
  if (!known) return undefined;
  loaded.delete(name);
  loaded.set(name, known);
  return known.made;
}

/**
 * @param {Shape} shape
 * @param {number} datasets
 * @param {Parts} parts
 * @returns {Shards}
 */
export function makeShards(shape, datasets, parts) {
  let sum = 0;
  return {
    ...shape,
    datasets,
    parts,
    blocks: namesOf("blocks", shape.blocks),
    grams: namesOf("grams", shape.grams),
    words: namesOf("words", shape.words),
    starts: shape.starts.map((step) => (sum += step)),
    found: new Map(),
  };
}

/** @param {string} kind @param {string} digests @returns {string[]} */
const namesOf = (kind, digests) =>
  Array.from({ length: digests.length / DIGEST }, (_, at) => {
    return `${kind}-${digests.slice(at * DIGEST, (at + 1) * DIGEST)}.bin`;
  });

/**
 * Return the place of the last that is not after a value; -1 if all are.
 * @template {string | number} T
 * @param {T[]} sorted
 * @param {T} value
 */
function placeBefore(sorted, value) {
  let low = -1;
  let high = sorted.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Return the datasets that may have a piece of text; undefined while files are missing. Where they are too many to look
 * at their texts, they are all that have its trigrams; where it is too short for these, none.
 * @param {Shards} shards
 * @param {boolean} isProse whether in what people wrote, else in addresses
 * @param {string} text
 * @returns {Candidates | undefined}
 */
export function candidatesOf(shards, isProse, text) {
  const key = `${isProse} ${text}`;
  const known = shards.found.get(key) ?? findCandidates(shards, isProse, text);
  if (!known || (known.isRead && !readBlocks(shards, known.datasets))) return undefined;
  if (!known.isRead) shards.parts.isAbout = true;
  shards.found.delete(key);
  shards.found.set(key, known);
  const [first] = shards.found.keys();
  if (shards.found.size > MOST_FOUND) shards.found.delete(first);
  return known;
}

/** @param {Shards} shards @param {boolean} isProse @param {string} text @returns {Candidates | undefined} */
function findCandidates(shards, isProse, text) {
  const signs = Array.from(text, (sign) => sign.codePointAt(0) ?? 0);
  if (signs.length < 3 && shards.blocks.length <= MOST_FOR_SHORT) return { datasets: allOf(shards), isRead: true };
  if (signs.length < (isProse ? 2 : 3)) return { datasets: new Uint32Array(), isRead: false };
  const { hashes, covering } = gramsOf(signs, isProse);
  const most = signs.length < 3 ? Math.min(MOST_FOR_SHORT, shards.mostRead) : shards.mostRead;
  const datasets = intersectInSteps(shards, hashes, covering);
  return datasets && { datasets, isRead: blocksOf(shards, datasets).length <= most };
}

/**
 * Return the datasets that have trigrams: some of them, those that cover the piece, or all; more only where the
 * datasets are in so many blocks that these are worth more files.
 * @param {Shards} shards
 * @param {number[]} hashes
 * @param {number} covering how many at the beginning cover the piece
 */
function intersectInSteps(shards, hashes, covering) {
  const step = Math.max(1, Math.floor(covering / FIRST_GRAMS));
  const some = hashes.filter((_, at) => at < covering && at % step === 0);
  for (const own of [some, hashes.slice(0, covering)]) {
    const datasets = intersectLists(shards, own);
    if (!datasets) return undefined;
    const few = Math.max(FEW_BLOCKS, (hashes.length - own.length) / 2);
    if (blocksOf(shards, datasets).length <= few) return datasets;
  }
  return intersectLists(shards, hashes);
}

/** @param {Shards} shards @param {number[]} hashes @returns {Uint32Array | undefined} */
function intersectLists(shards, hashes) {
  const lists = hashes.map((hash) => listOf(shards, hash));
  if (lists.includes(null)) return new Uint32Array();
  return lists.includes(undefined) ? undefined : intersect(/** @type {Uint8Array[]} */ (lists));
}

const GRAMS = { make: readGrams, growth: 1 };

/** @param {Shards} shards */
const allOf = ({ datasets }) => Uint32Array.from({ length: datasets }, (_, at) => at);

/**
 * Return the list of a trigram; null if nothing has it, undefined if its file is missing.
 * @param {Shards} shards
 * @param {number} hash
 */
function listOf({ parts, grams, starts }, hash) {
  const file = placeBefore(starts, hash);
  if (file < 0) return null;
  const lists = need(parts, grams[file], GRAMS);
  return lists && (lists.get(hash) ?? null);
}

/** Return the blocks that have the datasets. @param {Shards} shards @param {Uint32Array} datasets ascending */
function blocksOf({ perBlock }, datasets) {
  const blocks = [];
  for (let at = 0, next = 0; at < datasets.length; at++) {
    if (datasets[at] < next) continue;
    const block = Math.floor(datasets[at] / perBlock);
    blocks.push(block);
    next = (block + 1) * perBlock;
  }
  return blocks;
}

/** Return whether the texts of the datasets are here. @param {Shards} shards @param {Uint32Array} datasets */
const readBlocks = (shards, datasets) =>
  blocksOf(shards, datasets)
    .map((block) => blockOf(shards, block))
    .every(Boolean);

/** @param {Shards} shards @param {number} block */
const blockOf = ({ parts, blocks }, block) => need(parts, blocks[block], BLOCK);

/** @param {Uint8Array} content @returns {Block} */
function readBlock(content) {
  const pack = readPack(content);
  /** @type {Map<string, string[]>} */
  const read = new Map();
  return (key) => {
    const texts = read.get(key) ?? readTexts(pack, key);
    read.set(key, texts);
    return texts;
  };
}

/** Texts of a block are strings, as the search compares them, and most share their beginnings in the file. */
const BLOCK = { make: readBlock, growth: 14 };

/** Return the texts of a block that `candidatesOf` has made sure of. @param {Shards} shards @param {number} block */
export const textsOf = ({ parts, blocks }, block) => /** @type {Block} */ (parts.loaded.get(blocks[block])?.made);

/** @param {Uint8Array} content */
const readWords = (content) => readText(content).split("\n");
const WORDS = { make: readWords, growth: 6 };

/**
 * Return whether the texts have a word; false if its file is missing.
 * @param {Shards} shards
 * @param {string} word
 * @param {boolean} isBeginning whether one that begins so is enough
 */
export function hasWord({ parts, words, firsts }, word, isBeginning) {
  const file = placeBefore(firsts, word);
  const own = file < 0 ? [] : need(parts, words[file], WORDS);
  if (!own) return false;
  const before = placeBefore(own, word);
  const next = own[before] === word ? word : (own[before + 1] ?? firsts[file + 1]);
  return isBeginning ? (next?.startsWith(word) ?? false) : next === word;
}

/** Return all words; undefined while files are missing. @param {Shards} shards @returns {string[] | undefined} */
export function allWords({ parts, words }) {
  const files = words.map((name) => need(parts, name, WORDS));
  return files.includes(undefined) ? undefined : /** @type {string[][]} */ (files).flat();
}
