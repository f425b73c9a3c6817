// Finding pieces of text in the texts of a catalog. Pure functions on columns in memory.
//
// How well a dataset fits is a number: 10 its stem is the word, 9 the stem begins with it; where a word begins, 8 in
// the stem, 7 in the name or a facet's value, 6 in the description, 5 in the rest; else 4, 3, 2 and 1; 0 not at all.

import { partOf, readCodes, readJson, readTexts } from "./files.js";
import { STEM, canCross, finderOf, fitAt, fitIn, withStem } from "./pieces.js";
import { candidatesOf, makeParts, makeShards, textsOf } from "./shards.js";
import { findRuns } from "./vocabulary.js";
import { raise } from "./weights.js";

/** @typedef {import("./files.js").Codes} Codes */
/** @typedef {import("./files.js").Manifest} Manifest */
/** @typedef {import("./shards.js").Block} Block */
/** @typedef {import("./words.js").Literal} Literal */

const WEIGHTS = { rest: 1, description: 2, name: 3 };
const IN_STEM = 4;
/** Added where a word begins. */
const BEGINS = 4;
const STEM_BEGINS = 9;
export const STEM_IS = 10;
/** Texts that people do not write: where a word begins in them means nothing. */
const ADDRESSES = ["url", "origin"];

/**
 * Texts in one string, so that one call of `indexOf` runs through many of them.
 * @typedef {{text: string, starts: Uint32Array}} Lines
 */

/**
 * @typedef {object} TextColumn
 * @property {string} key
 * @property {number} weight
 * @property {boolean} isProse whether people wrote it: other spellings are looked for in it
 * @property {Lines} lines the different templates; none of a text that is in shards
 * @property {Codes} codes which one each dataset has
 * @property {(string[] | undefined)[]} pieces of each template with stems: what is around them
 * @property {boolean} isInShards
 */

/**
 * @typedef {object} FacetNames
 * @property {string} key
 * @property {boolean} searched whether words are looked for in it
 * @property {boolean} whole whether its values are named as a whole
 * @property {boolean} isTree whether its values are terms of ontologies, with names that are a few words each
 * @property {string[]} names by code; by line what the value is called
 * @property {Lines} lines those in which a part of a name is looked for
 * @property {() => Codes | undefined} codes undefined while their file is missing
 */

/**
 * @typedef {object} TextIndex
 * @property {number} count how many datasets there are
 * @property {import("./shards.js").Shards | null} shards where stems and long texts are, in a large catalog
 * @property {import("./shards.js").Parts} parts
 * @property {string[]} stems none where they are in shards
 * @property {Lines} stemLines
 * @property {TextColumn[]} columns
 * @property {FacetNames[]} facets
 * @property {Map<string, import("./kept.js").Found>} found by what was looked for, the last used last
 * @property {Lines & {sorted: string[]}} runs what is between borders in names, descriptions, stems, names of values
 * @property {Map<string, import("./vocabulary.js").Near>} near words that nothing has, and what was near to them
 * @property {string[] | null} vocabulary words that a typo may stand for, once they were needed
 */

/**
 * Return the texts of the catalog, ready to be searched.
 * @param {Manifest} manifest
 * @param {Map<string, Uint8Array>} pack
 * @param {(key: string) => Codes | undefined} facetCodes
 * @param {import("./shards.js").Parts} [parts] of a large catalog
 * @returns {TextIndex}
 */
export function makeTextIndex(manifest, pack, facetCodes, parts = makeParts()) {
  const shape = pack.get("shards");
  const shards = shape ? makeShards(readJson(shape), manifest.datasets, parts) : null;
  const stems = shards ? [] : readTexts(pack, "stem");
  const columns = manifest.texts.map(({ key, weight }) =>
    shards?.columns.includes(key)
      ? makeShardedColumn(key, WEIGHTS[weight])
      : makeTextColumn(pack, key, WEIGHTS[weight], manifest.datasets),
  );
  const facets = manifest.facets.map(({ key, searched, whole, values, names, depths }) => {
    const stated = names.filter((_, at) => values[at][0]);
    const byCode = ["", ...stated];
    const lines = makeLines(whole ? byCode.map(ownParts) : byCode);
    return { key, searched, whole, isTree: depths.length > 0, names: byCode, lines, codes: () => facetCodes(key) };
  });
  const index = {
    count: manifest.datasets,
    shards,
    parts,
    stems,
    stemLines: makeLines(stems),
    columns,
    facets,
    found: new Map(),
    near: new Map(),
    vocabulary: null,
  };
  const sorted = shards ? [] : findRuns(stems, columns, facets).sort();
  return { ...index, runs: { sorted, ...makeLines(sorted) } };
}

const NEGATED = /^(?:non?|not|without) /;

/**
 * Return the names of a value without those that only add words to another, and those that say what it is not: a part
 * of `isotropic voxels` or `not isotropic` means neither.
 * @param {string} lines
 */
function ownParts(lines) {
  const names = lines.split("\n");
  const isMore = (/** @type {string} */ name) =>
    names.some((other) => other && other !== name && ` ${name} `.includes(` ${other} `));
  return names.filter((name) => !NEGATED.test(name) && !isMore(name)).join("\n");
}

/** @param {string} key @param {number} weight @returns {TextColumn} */
function makeShardedColumn(key, weight) {
  const none = { lines: makeLines([]), codes: new Uint8Array(), pieces: [] };
  return { key, weight, isProse: isProse(key), isInShards: true, ...none };
}

/** @param {string} key of a text */
const isProse = (key) => !ADDRESSES.includes(key);

/**
 * @param {Map<string, Uint8Array>} pack
 * @param {string} key
 * @param {number} weight
 * @param {number} count
 * @returns {TextColumn}
 */
function makeTextColumn(pack, key, weight, count) {
  const templates = readTexts(pack, key);
  const pieces = templates.map((template) => (template.includes(STEM) ? template.split(STEM) : undefined));
  const codes = readCodes(partOf(pack, `${key}.codes`), count);
  return { key, weight, isProse: isProse(key), isInShards: false, lines: makeLines(templates), codes, pieces };
}

/** @param {string[]} texts @returns {Lines} */
function makeLines(texts) {
  const starts = new Uint32Array(texts.length + 1);
  texts.forEach((text, at) => (starts[at + 1] = starts[at] + text.length + 1));
  return { text: texts.join("\n"), starts };
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
 * Call `hit` for each line that has the piece, with how well at best. Of a piece beside a stem, and where the stem
 * matters, `unsure` is called instead.
 * @param {Lines} lines
 * @param {Literal} literal
 * @param {boolean} isFlat whether it means nothing where a word begins
 * @param {(line: number, fit: number) => void} hit
 * @param {(line: number) => void} [unsure]
 */
function scan({ text, starts }, literal, isFlat, hit, unsure) {
  const piece = literal.text;
  if (literal.pattern) return scanPattern({ text, starts }, literal, hit, unsure);
  let line = -1;
  let best = 0;
  for (let at = text.indexOf(piece); at >= 0;) {
    if (line < 0 || at >= starts[line + 1]) {
      if (best) hit(line, best);
      line = lineAt(starts, at);
      best = 0;
    }
    if (isFlat && !literal.bound) best = 1;
    else if (unsure && (text[at - 1] === STEM || text[at + piece.length] === STEM)) unsure(line);
    else best = Math.max(best, fitAt(text, at, literal));
    const isDone = best === 2 || (isFlat && best);
    if (isDone && line + 2 >= starts.length) break;
    at = text.indexOf(piece, isDone ? starts[line + 1] : at + 1);
  }
  if (best) hit(line, best);
}

/**
 * Call `hit` for each line that fits a pattern, and `unsure` for each that has a stem.
 * @param {Lines} lines
 * @param {Literal} literal
 * @param {(line: number, fit: number) => void} hit
 * @param {(line: number) => void} [unsure]
 */
function scanPattern({ text, starts }, literal, hit, unsure) {
  for (let line = 0; line + 1 < starts.length; line++) {
    const own = text.slice(starts[line], starts[line + 1] - 1);
    if (unsure && own.includes(STEM)) unsure(line);
    else if (fitIn(own, literal)) hit(line, 2);
  }
}

/**
 * Raise the weights of the datasets whose stem has the piece.
 * @param {TextIndex} index
 * @param {Literal} literal
 * @param {Uint8Array} weights
 */
export function matchStems(index, literal, weights) {
  const { shards, stems } = index;
  const weigh = (/** @type {string} */ stem, /** @type {number} */ fit) => {
    const begins = fit === 2 && !literal.pattern && stem.startsWith(literal.text);
    if (begins) return stem.length === literal.text.length ? STEM_IS : STEM_BEGINS;
    return [0, IN_STEM, IN_STEM + BEGINS][fit];
  };
  if (shards) {
    const weigherOf = (/** @type {Block} */ texts) => {
      const own = texts("stem");
      return (/** @type {number} */ at) => weigh(own[at], fitIn(own[at], literal));
    };
    return matchCandidates(shards, true, literal, weights, { weigherOf, unread: IN_STEM, most: STEM_IS });
  }
  scan(index.stemLines, literal, false, (dataset, fit) => {
    const weight = weigh(stems[dataset], fit);
    if (weights[dataset] < weight) weights[dataset] = weight;
  });
}

/**
 * Raise the weights of the datasets in shards that may have the piece.
 * @param {import("./shards.js").Shards} shards
 * @param {boolean} isProse
 * @param {Literal} literal
 * @param {Uint8Array} weights
 * @param {{weigherOf: (texts: Block) => (at: number, dataset: number) => number, unread: number, most: number}} how
 *   `weigherOf`: returns for a block how datasets are weighed, by their places in it; `unread`: the weight of datasets
 *   whose texts are not looked at; a piece that must be at the border of a word is not taken to be in these
 */
function matchCandidates(shards, isProse, literal, weights, { weigherOf, unread, most }) {
  const { datasets, isRead } = candidatesOf(shards, isProse, literal.near ?? literal.text) ?? NONE;
  if (!isRead && literal.bound) return;
  let weigh = (/** @type {number} */ _at, /** @type {number} */ _dataset) => unread;
  let [start, stop] = [0, isRead ? 0 : shards.datasets];
  for (let each = 0; each < datasets.length; each++) {
    const dataset = datasets[each];
    if (weights[dataset] >= most) continue;
    if (dataset >= stop) {
      const block = Math.floor(dataset / shards.perBlock);
      start = block * shards.perBlock;
      stop = start + shards.perBlock;
      weigh = weigherOf(textsOf(shards, block));
    }
    const weight = weigh(dataset - start, dataset);
    if (weights[dataset] < weight) weights[dataset] = weight;
  }
}

const NONE = { datasets: new Uint32Array(), isRead: true };

/**
 * Raise the weights of the datasets whose text in a column has the piece.
 * @param {TextIndex} index
 * @param {TextColumn} column
 * @param {Literal} literal
 * @param {Uint8Array} weights
 */
export function matchColumn(index, column, literal, weights) {
  const { shards } = index;
  const weightOf = [0, column.weight, column.isProse ? column.weight + BEGINS : column.weight];
  const most = weightOf[2];
  if (shards && column.isInShards) {
    const isFlat = !column.isProse && !literal.bound && !literal.pattern;
    const weigherOf = (/** @type {Block} */ texts) => {
      const [templates, stems] = [texts(column.key), texts("stem")];
      const isIn = finderOf(literal.text);
      return (/** @type {number} */ at) =>
        isFlat
          ? Number(isIn(templates[at], stems[at])) * most
          : weightOf[fitIn(withStem(templates[at], stems[at]), literal)];
    };
    return matchCandidates(shards, column.isProse, literal, weights, { weigherOf, unread: column.weight, most });
  }
  const open = matchTemplates(column, literal, weightOf, weights);
  if (!open.size) return;
  const weigh = (/** @type {number} */ dataset, /** @type {string} */ stem) => {
    const template = column.codes[dataset];
    return open.has(template) ? weightOf[fitIn(column.pieces[template]?.join(stem) ?? "", literal)] : 0;
  };
  if (shards) {
    const weigherOf = (/** @type {Block} */ texts) => {
      const stems = texts("stem");
      return (/** @type {number} */ at, /** @type {number} */ dataset) => weigh(dataset, stems[at]);
    };
    return matchCandidates(shards, column.isProse, literal, weights, { weigherOf, unread: 0, most });
  }
  for (let dataset = 0; dataset < weights.length; dataset++) {
    if (weights[dataset] >= most) continue;
    const weight = weigh(dataset, index.stems[dataset]);
    if (weights[dataset] < weight) weights[dataset] = weight;
  }
}

/**
 * Raise the weights of the datasets whose template has the piece, and return the templates in which it may be together
 * with a stem.
 * @param {TextColumn} column
 * @param {Literal} literal
 * @param {number[]} weightOf by how it fits
 * @param {Uint8Array} weights
 */
function matchTemplates(column, literal, weightOf, weights) {
  const values = new Uint8Array(column.pieces.length);
  /** @type {Set<number>} */
  const open = new Set();
  const unsure = (/** @type {number} */ template) => open.add(template);
  scan(column.lines, literal, !column.isProse, (template, fit) => (values[template] = weightOf[fit]), unsure);
  raise(weights, column.codes, values);
  column.pieces.forEach((pieces, template) => {
    if (pieces && values[template] < weightOf[2] && canCross(pieces, literal.text)) open.add(template);
  });
  return open;
}

/**
 * Return for each code of a facet how its names have one of the pieces. Of values that are named as a whole, those with
 * a name that is the first of them, else one of them; only where there is none, those with a word that begins so: `lin`
 * is not `online`.
 * @param {FacetNames} facet
 * @param {Literal[]} literals the first is what was typed
 * @param {boolean} [isStrict] whether a part of a name of a whole value is not enough
 * @param {Literal[]} [parts] what parts of names of whole values are compared with
 */
export function matchNames({ names, lines, whole }, literals, isStrict = false, parts = begun(literals)) {
  const weightOf = [0, WEIGHTS.name, WEIGHTS.name + BEGINS];
  if (whole) {
    const spellings = new Set(literals.map(({ text }) => text));
    const isSpelled = (/** @type {string} */ name) => spellings.has(name) || spellings.has(name.replaceAll(" ", ""));
    const isTyped = (/** @type {string} */ name) => name === literals[0].text;
    const namedBy = (/** @type {(name: string) => boolean} */ is) =>
      names.map((lines) => lines.split("\n").some((name) => name && is(name)));
    const typed = namedBy(isTyped);
    const isNamed = typed.includes(true) ? typed : namedBy(isSpelled);
    if (isStrict || isNamed.includes(true)) return Uint8Array.from(isNamed, (is) => (is ? weightOf[2] : 0));
  }
  const values = new Uint8Array(names.length);
  for (const literal of whole ? parts : literals) {
    scan(lines, literal, false, (code, fit) => (values[code] = Math.max(values[code], weightOf[fit])));
  }
  return values;
}

/**
 * Return for each code of a facet how one of its names fits a literal; in words, without the parts of names of whole
 * values.
 * @param {FacetNames} facet
 * @param {Literal} literal
 * @param {boolean} isField
 */
export const matchLines = ({ names, whole }, literal, isField) =>
  Uint8Array.from(names, (own) =>
    fitIn(whole && !isField ? ownParts(own) : own, literal) ? WEIGHTS.name + BEGINS : 0,
  );

/** Return the first literal, at the beginning of a word. @param {Literal[]} literals @returns {Literal[]} */
const begun = ([{ text, bound }]) => [{ text, bound: bound || 1 }];

/**
 * Return for each code of a facet whether exactly this is one of its names.
 * @param {FacetNames} facet
 * @param {string} name
 */
export const matchName = ({ names }, name) =>
  Uint8Array.from(names, (lines) => (lines.split("\n").includes(name) ? WEIGHTS.name + BEGINS : 0));

/**
 * Return for each code of a facet of dates whether it is before or after one, as far as both say.
 * @param {FacetNames} facet
 * @param {string} sign `<`, `<=`, `>` or `>=`
 * @param {string} date with spaces: `2024 05`
 */
export const matchDates = ({ names }, sign, date) =>
  Uint8Array.from(names, (lines) => {
    const own = lines.split("\n").filter((name) => /^\d{4}(?: \d{2})*$/.test(name));
    const [longest = ""] = own.sort((one, other) => other.length - one.length);
    const [known, asked] = [longest.slice(0, date.length), date.slice(0, longest.length)];
    if (known === asked) return known === date && sign.includes("=") ? 1 : 0;
    return known && known < asked === sign.startsWith("<") ? 1 : 0;
  });

/** @param {Uint8Array} weights @returns {(dataset: number) => number} the best match first */
export const byMatch = (weights) => (dataset) => STEM_IS - weights[dataset];
