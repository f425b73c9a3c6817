// Finding words in the texts of a catalog. Pure functions on columns in memory.

import { partOf, readCodes, readTexts } from "./files.js";

/** @typedef {import("./files.js").Codes} Codes */
/** @typedef {import("./files.js").Manifest} Manifest */

/** A text that neighbors share, with the stem cut out. */
const STEM = "\u0001";
const WEIGHTS = { rest: 1, description: 2, name: 3 };
const IN_STEM = 3;
const STEM_BEGINS = 4;
const STEM_IS = 5;
const DOCUMENTS = new Set(["zarr.json", ".zattrs", ".zgroup", ".zarray", ".zmetadata"]);

/**
 * Return the text as it is searched: lower case, without accents, on one line; as `columns.fold` does.
 * @param {string} text
 */
export function fold(text) {
  const lower = text.normalize("NFKD").toLowerCase().replaceAll("ς", "σ");
  return lower
    .replace(/[\p{M}\p{Cs}]/gu, "")
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim();
}

/**
 * Return the words of a query: split at spaces and `/`, folded. Of a pasted address, or of a viewer's link with an
 * address in it, what tells one dataset from another is left: neither `https:` nor a document's name is a word.
 * @param {string} text
 * @returns {string[]}
 */
export function readWords(text) {
  const address = text.replace(/\S*[?&#](?:source|url|src)=([^\s&]+)\S*/gi, (_, value) => ` ${decode(value)} `);
  const words = fold(address.replace(/(?:%[0-9a-f]{2})+/gi, decode)).split(/[ /]+/);
  return [...new Set(words.filter((word) => word && !/^[a-z][a-z0-9+.-]*:$/.test(word) && !DOCUMENTS.has(word)))];
}

/** @param {string} escaped */
function decode(escaped) {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}

/**
 * Texts in one string, so that one call of `indexOf` runs through many of them.
 * @typedef {{text: string, starts: Uint32Array}} Lines
 */

/**
 * @typedef {object} TextColumn
 * @property {number} weight
 * @property {Lines} lines the different templates
 * @property {Codes} codes which one each dataset has
 * @property {string[]} patterns what surrounds stems, such as `STEM.ome.zarr`
 * @property {(number[] | undefined)[]} patternsOf the patterns of each template
 */

/**
 * @typedef {object} TextIndex
 * @property {string[]} stems
 * @property {Lines} stemLines
 * @property {TextColumn[]} columns
 * @property {{texts: string[], codes: Codes}[]} facets whose values are searched, too
 * @property {Map<string, Uint8Array>} found weights by word, the last used last
 */

/**
 * Return the texts of the catalog, ready to be searched.
 * @param {Manifest} manifest
 * @param {Map<string, Uint8Array>} pack
 * @param {Record<string, Codes>} facetCodes
 * @returns {TextIndex}
 */
export function makeTextIndex(manifest, pack, facetCodes) {
  const stems = readTexts(pack, "stem");
  const columns = manifest.texts.map(({ key, weight }) =>
    makeTextColumn(pack, key, WEIGHTS[weight], manifest.datasets),
  );
  const searched = manifest.facets.filter((facet) => facet.searched);
  const facets = searched.map((facet) => {
    const stated = facet.values.filter(([value]) => value);
    return { texts: ["", ...stated.map(([value, text]) => fold(`${text} ${value}`))], codes: facetCodes[facet.key] };
  });
  return { stems, stemLines: makeLines(stems), columns, facets, found: new Map() };
}

/**
 * @param {Map<string, Uint8Array>} pack
 * @param {string} key
 * @param {number} weight
 * @param {number} count
 * @returns {TextColumn}
 */
function makeTextColumn(pack, key, weight, count) {
  const templates = readTexts(pack, key);
  /** @type {Map<string, number>} */
  const numbers = new Map();
  const patternsOf = templates.map((template) => {
    if (!template.includes(STEM)) return undefined;
    const around = template.split(/[ /]/).filter((part) => part.includes(STEM) && part !== STEM);
    return around.map((pattern) => numbers.get(pattern) ?? numbers.set(pattern, numbers.size).size - 1);
  });
  const codes = readCodes(partOf(pack, `${key}.codes`), count);
  return { weight, lines: makeLines(templates), codes, patterns: [...numbers.keys()], patternsOf };
}

/** @param {string[]} texts @returns {Lines} */
function makeLines(texts) {
  const starts = new Uint32Array(texts.length + 1);
  texts.forEach((text, at) => (starts[at + 1] = starts[at] + text.length + 1));
  return { text: texts.join("\n"), starts };
}

/**
 * Call `hit` for each line that holds the word, with its number and where in it the word is first.
 * @param {Lines} lines
 * @param {string} word
 * @param {(line: number, at: number) => void} hit
 */
function scan({ text, starts }, word, hit) {
  for (let at = text.indexOf(word); at >= 0;) {
    const line = lineAt(starts, at);
    hit(line, at - starts[line]);
    if (line + 2 >= starts.length) return;
    at = text.indexOf(word, starts[line + 1]);
  }
}

/** @param {Uint32Array} starts @param {number} position */
function lineAt(starts, position) {
  let low = 0;
  let high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= position) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Return for each dataset how well the word fits: 0 not at all, 1 somewhere, … 5 it is the stem of its address.
 * @param {TextIndex} index
 * @param {string} word folded, without a space or `/`
 * @returns {Uint8Array}
 */
export function matchWord(index, word) {
  const weights = new Uint8Array(index.stems.length);
  for (const { texts, codes } of index.facets) {
    const holds = Uint8Array.from(texts, (text) => Number(text.includes(word)));
    raise(weights, codes, holds, WEIGHTS.rest);
  }
  for (const column of index.columns) matchColumn(index, column, word, weights);
  scan(index.stemLines, word, (dataset, at) => {
    const whole = index.stems[dataset].length === word.length;
    weights[dataset] = Math.max(weights[dataset], at ? IN_STEM : whole ? STEM_IS : STEM_BEGINS);
  });
  return weights;
}

/**
 * @param {TextIndex} index
 * @param {TextColumn} column
 * @param {string} word
 * @param {Uint8Array} weights
 */
function matchColumn(index, column, word, weights) {
  const holds = new Uint8Array(column.patternsOf.length);
  scan(column.lines, word, (template) => (holds[template] = 1));
  raise(weights, column.codes, holds, column.weight);
  const crossed = column.patterns.map((pattern) => (canCross(pattern, word) ? pattern : ""));
  if (!crossed.some(Boolean)) return;
  for (let dataset = 0; dataset < weights.length; dataset++) {
    if (weights[dataset] >= column.weight) continue;
    const patterns = column.patternsOf[column.codes[dataset]];
    const stem = index.stems[dataset];
    if (patterns?.some((each) => crossed[each] && crossed[each].replaceAll(STEM, () => stem).includes(word))) {
      weights[dataset] = column.weight;
    }
  }
}

/**
 * @param {Uint8Array} weights
 * @param {Codes} codes
 * @param {Uint8Array} holds by code
 * @param {number} weight
 */
function raise(weights, codes, holds, weight) {
  if (!holds.includes(1)) return;
  for (let at = 0; at < weights.length; at++) if (holds[codes[at]] && weights[at] < weight) weights[at] = weight;
}

/**
 * Return whether the word could cross the border between a stem and the text beside it.
 * @param {string} pattern
 * @param {string} word
 */
export function canCross(pattern, word) {
  const parts = pattern.split(STEM);
  for (let at = 1; at < word.length; at++) {
    const [head, tail] = [word.slice(0, at), word.slice(at)];
    const before = parts.slice(0, -1).some((part) => part && (part.endsWith(head) || head.endsWith(part)));
    const after = parts.slice(1).some((part) => part && (part.startsWith(tail) || tail.startsWith(part)));
    if (before || after) return true;
  }
  return false;
}

/**
 * Return for each dataset how well the best of the words fits, 0 where one of them doesn't; null without words.
 * Words looked for lately are kept, as many as 4 MB hold: typing goes on from them.
 * @param {TextIndex} index
 * @param {string[]} words
 * @returns {Uint8Array | null}
 */
export function matchWords(index, words) {
  if (!words.length) return null;
  const each = words.map((word) => {
    const weights = index.found.get(word) ?? matchWord(index, word);
    index.found.delete(word);
    index.found.set(word, weights);
    return weights;
  });
  const most = Math.max(words.length, Math.floor(4e6 / (index.stems.length + 1)));
  for (const word of index.found.keys()) if (index.found.size > most) index.found.delete(word);
  return each.reduce((all, one) => all.map((weight, at) => (weight && one[at] ? Math.max(weight, one[at]) : 0)));
}

/** @param {Uint8Array} weights @returns {(dataset: number) => number} the best match first */
export const byMatch = (weights) => (dataset) => STEM_IS - weights[dataset];
