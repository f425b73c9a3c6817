// The files of `sitegen/site/columns.py`, read: bytes in, columns out. Pure, but for `unpack`, which is a stream.

/**
 * A column of small numbers, one for each dataset.
 * @typedef {Uint8Array | Uint16Array | Uint32Array} Codes
 */

/**
 * @typedef {object} FacetSummary
 * @property {string} key
 * @property {string} label
 * @property {boolean} shown whether the page shows it as a filter
 * @property {boolean} searched whether words of a query are looked for in it
 * @property {string[]} asked what it is called in a query
 * @property {boolean} whole whether a query names its values as a whole
 * @property {[value: string, text: string, count: number][]} values those stated have the codes 1, 2, …; "" is code 0
 * @property {string[]} names by line what people call each value
 * @property {number[]} depths how deep each value of a tree is; empty where there is no tree
 * @property {number[][]} wider for each value of a tree, the values that comprise it; empty where there is no tree
 */

/**
 * @typedef {object} RangeSummary
 * @property {string} key
 * @property {string} unit `bytes`, `um` (micrometers), `px` or none
 * @property {number[]} edges where the bins begin, and the end of the last
 * @property {number[]} counts
 * @property {number} unstated datasets that do not state it
 */

/**
 * @typedef {object} FieldSummary
 * @property {string} key
 * @property {string} label
 * @property {boolean} sorts
 * @property {boolean} number
 * @property {string[]} asked what it is called in a query that limits it
 * @property {string} unit
 */

/**
 * @typedef {object} Manifest
 * @property {number} datasets
 * @property {number[]} lists how many datasets each study has, in their order
 * @property {{key: string, weight: "name" | "description" | "rest"}[]} texts
 * @property {FacetSummary[]} facets
 * @property {RangeSummary[]} ranges
 * @property {FieldSummary[]} sorts
 * @property {FieldSummary[]} columns of the table view
 * @property {string[]} acronyms names among these that are meant as whole words
 * @property {string[][]} alike groups of names that texts use for the same thing
 * @property {string[]} nearest for each of these the nearest wider value that datasets have, if they have not its own
 * @property {Record<"texts" | "facets" | "sorts" | "ids" | "cards" | "decks" | "cells" | "rows", string[]>} files
 * @property {{cards: number, decks: number, cells: number, rows: number}} perFile
 * @property {true} [inParts] of a large catalog: each facet has a file, the one of `ids` says which others have which
 * @property {{cards?: number, cells?: number, rows?: number}} [namesPerFile] kinds whose names are in files
 */

/**
 * What a card shows, and a row of the table.
 * @typedef {object} Card
 * @property {string} id
 * @property {string} title
 * @property {string} context institution and study
 * @property {string} subject organism and imaging method
 * @property {string} facts dimensions, size, license
 * @property {string} kind
 * @property {string} flag
 * @property {string} tone
 * @property {string} blank
 * @property {string} picture path below the site's root; empty where there is none
 * @property {number} width
 * @property {number} height
 * @property {Record<string, string | null>} [cells] by key of the column, where the table is asked for; empty where
 *   it is not stated, null where it does not apply
 */

const decoder = new TextDecoder();

/**
 * Return the content of a file. Some hosts unpack gzip on the way; then there is nothing left to do.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Uint8Array>}
 */
export async function unpack(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  if (typeof DecompressionStream === "undefined") throw new Error("This browser is too old to read the search files.");
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** @param {Uint8Array} bytes */
export const readText = (bytes) => decoder.decode(bytes);

/** @param {Uint8Array} bytes @returns {any} */
export const readJson = (bytes) => JSON.parse(readText(bytes));

/**
 * Return the parts of a pack by name: a line of JSON names them and their lengths.
 * @param {Uint8Array} bytes
 * @returns {Map<string, Uint8Array>}
 */
export function readPack(bytes) {
  const headEnd = bytes.indexOf(10);
  const parts = new Map();
  let start = headEnd + 1;
  for (const [name, length] of readJson(bytes.subarray(0, headEnd))) {
    parts.set(name, bytes.subarray(start, start + length));
    start += length;
  }
  return parts;
}

/**
 * Return the part of that name.
 * @param {Map<string, Uint8Array>} pack
 * @param {string} name
 */
export function partOf(pack, name) {
  const part = pack.get(name);
  if (!part) throw new Error(`the search file has no part ${name}`);
  return part;
}

/**
 * Return codes from byte planes, lowest first.
 * @param {Uint8Array} planes
 * @param {number} count
 * @returns {Codes}
 */
export function readCodes(planes, count) {
  const width = count ? planes.length / count : 1;
  if (width === 1) return planes;
  const codes = width === 2 ? new Uint16Array(count) : new Uint32Array(count);
  for (let plane = 0; plane < width; plane++) {
    for (let at = 0; at < count; at++) codes[at] |= planes[plane * count + at] << (8 * plane);
  }
  return codes;
}

/**
 * Return texts from how many signs each shares with the one before, and the rests, by lines.
 * @param {Map<string, Uint8Array>} pack
 * @param {string} key
 * @returns {string[]}
 */
export function readTexts(pack, key) {
  const shared = partOf(pack, `${key}.shared`);
  const texts = readText(partOf(pack, `${key}.rest`)).split("\n");
  texts.length = shared.length;
  for (let at = 1; at < texts.length; at++) {
    const before = texts[at - 1];
    texts[at] = texts[at] || shared[at] < before.length ? before.slice(0, shared[at]) + texts[at] : before;
  }
  return texts;
}

/**
 * Return one record of a file that holds its records by column.
 * @param {Record<string, any[]>} columns
 * @param {number} at
 * @returns {any}
 */
export const readRecord = (columns, at) =>
  Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, column[at]]));
