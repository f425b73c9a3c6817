// The files of a catalog, fetched once each, and made into what they are for. `read` is the only way to the outside.

import { partOf, readCodes, readJson, readPack, readRecord, readText } from "./files.js";
import { lastUsed, need } from "./shards.js";
import { makeTextIndex } from "./text.js";

/** @typedef {import("./engine.js").Column} Column */
/** @typedef {import("./files.js").Codes} Codes */
/** @typedef {(name: string) => Promise<Uint8Array>} Read content of a file beside the manifest, unpacked */

/**
 * @typedef {object} Catalog
 * @property {import("./files.js").Manifest} manifest
 * @property {import("./grammar.js").Grammar} grammar
 * @property {Read} read
 * @property {Map<string, Promise<any>>} kept what was read, by file; the last used last
 * @property {Map<number, Record<string, any[]>>} decks cards that are in memory, by number of the deck
 * @property {import("./shards.js").Parts} parts of the texts of a large catalog, and codes of its facets
 */

// Columns and texts stay; of cards and rows as many files as a long visit looks at, about 20 MB.
const KEPT_FILES = 400;
/** Of texts in parts and codes of facets: those of 100,000 datasets take some 40 MB. */
const KEPT_BYTES = 64e6;

/**
 * Return a file, made into what it is for, once. A failure is not kept, so that a retry is one.
 * @template T
 * @param {Catalog} catalog
 * @param {string} name
 * @param {(content: Uint8Array) => T | Promise<T>} make
 * @returns {Promise<T>}
 */
function load(catalog, name, make) {
  const { kept } = catalog;
  const made = kept.get(name) ?? catalog.read(name).then(make);
  kept.delete(name);
  kept.set(name, made);
  made.catch(() => kept.delete(name));
  const first = kept.keys().next().value;
  if (kept.size > KEPT_FILES && first !== undefined) kept.delete(first);
  return made;
}

/**
 * Return what a function makes of what is in memory, once nothing that it needs is missing; null if it went stale while
 * files came. Each time it runs, it gets further.
 * @template T
 * @param {Catalog} catalog
 * @param {() => T} run
 * @param {() => boolean} [isStale]
 * @returns {Promise<{made: T, isAbout: boolean} | null>}
 */
export async function settle(catalog, run, isStale = () => false) {
  const { parts } = catalog;
  while (!isStale()) {
    parts.wanted.clear();
    parts.misses = 0;
    parts.isAbout = false;
    const made = run();
    const { isAbout } = parts;
    if (!parts.wanted.size) {
      forget(parts);
      return { made, isAbout };
    }
    await Promise.all([...parts.wanted].map(([name, reader]) => loadPart(catalog, name, reader)));
  }
  return null;
}

/** Let go what was used least lately, but for as much as is kept. @param {import("./shards.js").Parts} parts */
function forget({ loaded }) {
  let bytes = 0;
  for (const [name, part] of [...loaded].reverse()) {
    bytes += part.bytes;
    if (bytes > KEPT_BYTES) loaded.delete(name);
  }
}

/**
 * Return a part, fetched once, also where several questions wait for it.
 * @template T
 * @param {Catalog} catalog
 * @param {string} name
 * @param {import("./shards.js").Reader<T>} reader
 * @returns {Promise<T>}
 */
async function loadPart({ read, parts }, name, { make, growth }) {
  const known = lastUsed(parts, name);
  if (known !== undefined) return known;
  const fetched =
    parts.pending.get(name) ??
    read(name).then((content) => {
      const made = make(content);
      parts.loaded.set(name, { made, bytes: content.length * growth });
      return made;
    });
  parts.pending.set(name, fetched);
  try {
    return await fetched;
  } finally {
    parts.pending.delete(name);
  }
}

/**
 * Return the file with the codes of a facet: of a large catalog, those that the page does not show have one each.
 * @param {Catalog} catalog
 * @param {string} key
 */
function facetFile({ manifest: { facets, files, inParts } }, key) {
  const others = inParts ? facets.filter(({ shown }) => !shown) : [];
  return files.facets[others.findIndex((each) => each.key === key) + 1];
}

/** @param {Catalog} catalog @returns {import("./shards.js").Reader<Record<string, Codes>>} */
const facetReader = ({ manifest }) => ({
  make: (content) =>
    Object.fromEntries([...readPack(content)].map(([key, planes]) => [key, readCodes(planes, manifest.datasets)])),
  growth: 1,
});

/**
 * Return the codes of facets: of those that are asked for, and of all that are in the same file.
 * @param {Catalog} catalog
 * @param {string[]} keys
 * @returns {Promise<Record<string, Codes>>}
 */
export async function loadFacets(catalog, keys) {
  const known = keys.filter((key) => catalog.manifest.facets.some((facet) => facet.key === key));
  const names = [...new Set(known.map((key) => facetFile(catalog, key)))];
  return Object.assign({}, ...(await Promise.all(names.map((name) => loadPart(catalog, name, facetReader(catalog))))));
}

/** @param {Catalog} catalog @returns {Promise<import("./text.js").TextIndex>} */
export function loadTexts(catalog) {
  const { manifest, parts } = catalog;
  const codesOf = (/** @type {string} */ key) => need(parts, facetFile(catalog, key), facetReader(catalog))?.[key];
  const make = (/** @type {Uint8Array} */ content) => makeTextIndex(manifest, readPack(content), codesOf, parts);
  return load(catalog, manifest.files.texts[0], make);
}

/**
 * Return a sorted column: its different values (none of a text) and every dataset's place among them.
 * @param {Catalog} catalog
 * @param {string} key
 * @returns {Promise<{values: number[], codes: Codes}>}
 */
export function loadSort(catalog, key) {
  const { files, sorts, datasets } = catalog.manifest;
  const at = sorts.findIndex((sort) => sort.key === key);
  return load(catalog, files.sorts[at], (content) => {
    const pack = readPack(content);
    let sum = 0;
    const values = pack.has("values")
      ? readJson(partOf(pack, "values"))
      : readJson(partOf(pack, "steps")).map((/** @type {number} */ step) => (sum += step));
    return { values, codes: readCodes(partOf(pack, "codes"), datasets) };
  });
}

/**
 * Return the only datasets that a question may find, as a column, and how many of them the catalog does not have.
 * @param {Catalog} catalog
 * @param {string[]} ids
 * @returns {Promise<{column: Column, gone: number}>}
 */
export async function loadChosen(catalog, ids) {
  const { files, datasets, inParts } = catalog.manifest;
  const codes = new Uint8Array(datasets);
  const names = inParts ? await idFiles(catalog, ids) : files.ids;
  const parts = await Promise.all(names.map((name) => load(catalog, name, readIds)));
  const known = ids.flatMap((id) => parts.flatMap((numbers) => numbers.get(id) ?? []));
  for (const each of known) codes[each] = 1;
  const column = { key: "", codes, size: 2, allowed: Uint8Array.of(0, 1), isCounted: false };
  return { column, gone: ids.length - known.length };
}

/** Return the files that may have these ids. @param {Catalog} catalog @param {string[]} ids */
async function idFiles(catalog, ids) {
  const { starts, files } = await load(catalog, catalog.manifest.files.ids[0], readJson);
  const places = ids.map((id) => starts.findLastIndex((/** @type {string} */ start) => start <= id));
  return [...new Set(places)].filter((place) => place >= 0).map((place) => files[place]);
}

/** @param {Uint8Array} content @returns {Map<string, number>} numbers of datasets by the ends of their ids */
function readIds(content) {
  const pack = readPack(content);
  const ends = readText(partOf(pack, "ends")).split("\n");
  const numbers = pack.get("numbers");
  const codes = numbers && readCodes(numbers, ends.length);
  return new Map(ends.map((end, at) => [end, codes?.[at] ?? at]));
}

/**
 * @param {Catalog} catalog
 * @param {"cards" | "cells" | "rows"} kind
 * @param {Uint32Array} datasets
 * @returns {Promise<any[]>}
 */
export async function loadRecords(catalog, kind, datasets) {
  const { perFile } = catalog.manifest;
  const deckOf = (/** @type {number} */ dataset) =>
    kind === "cards" ? catalog.decks.get(Math.floor(dataset / perFile.decks)) : undefined;
  const others = Array.from(datasets).filter((dataset) => !deckOf(dataset));
  const numbers = [...new Set(others.map((dataset) => Math.floor(dataset / perFile[kind])))];
  const loaded = numbers.map(async (number) => load(catalog, await nameOf(catalog, kind, number), readJson));
  const parts = await Promise.all(loaded);
  const partOfNumber = new Map(numbers.map((number, at) => [number, parts[at]]));
  return Array.from(datasets, (dataset) => {
    const part = partOfNumber.get(Math.floor(dataset / perFile[kind]));
    return part
      ? readRecord(part, dataset % perFile[kind])
      : readRecord(deckOf(dataset) ?? {}, dataset % perFile.decks);
  });
}

/**
 * Return the name of a file; where there are many, names are in files themselves.
 * @param {Catalog} catalog
 * @param {"cards" | "cells" | "rows"} kind
 * @param {number} number
 * @returns {Promise<string>}
 */
async function nameOf(catalog, kind, number) {
  const { files, namesPerFile } = catalog.manifest;
  const most = namesPerFile?.[kind];
  if (!most) return files[kind][number];
  return (await load(catalog, files[kind][Math.floor(number / most)], readJson))[number % most];
}
