// Lists of datasets by trigram: `sitegen/site/search_grams.py` writes them. Pure functions.

import { partOf, readPack } from "./files.js";

/** The lists of a file: where each begins and ends. @typedef {Map<number, Uint8Array>} Lists by hash */

const FACTORS = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35];
const SEED = 0x27d4eb2f;

/**
 * Return the hash of three characters; the first is 0 where there are two. Its last bit is 0 for prose, 1 for
 * addresses. As `search_grams.py` does.
 * @param {number[]} signs code points
 * @param {boolean} isProse
 */
function hashOf(signs, isProse) {
  let mixed = SEED;
  signs.forEach((sign, at) => (mixed = (mixed + Math.imul(sign, FACTORS[at])) | 0));
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (((mixed ^ (mixed >>> 16)) & ~1) | Number(!isProse)) >>> 0;
}

/**
 * Return the hashes of a text's trigrams, those that cover all of it first, and how many these are.
 * @param {number[]} signs code points; of prose two at least, of addresses three
 * @param {boolean} isProse
 */
export function gramsOf(signs, isProse) {
  if (signs.length === 2) return { hashes: [hashOf([0, ...signs], isProse)], covering: 1 };
  const places = Array.from({ length: signs.length - 2 }, (_, at) => at);
  const isCovering = (/** @type {number} */ at) => at % 3 === 0 || at === places.length - 1;
  const ordered = [...places.filter(isCovering), ...places.filter((at) => !isCovering(at))];
  const hashes = ordered.map((at) => hashOf(signs.slice(at, at + 3), isProse));
  return { hashes, covering: places.filter(isCovering).length };
}

/** @param {Uint8Array} content @returns {Lists} */
export function readGrams(content) {
  const pack = readPack(content);
  const lists = partOf(pack, "lists");
  const sizes = readVarints(partOf(pack, "sizes"));
  let hash = 0;
  let start = 0;
  return new Map(
    Array.from(readVarints(partOf(pack, "grams")), (step, at) => {
      hash += step;
      start += sizes[at];
      return [hash, lists.subarray(start - sizes[at], start)];
    }),
  );
}

/**
 * Return numbers of which each has as many bytes as it needs, 7 bits in each, lowest first.
 * @param {Uint8Array} bytes
 * @returns {Uint32Array}
 */
function readVarints(bytes) {
  const numbers = new Uint32Array(bytes.length);
  let count = 0;
  for (let at = 0; at < bytes.length;) {
    let byte = bytes[at++];
    let number = byte & 127;
    for (let bits = 7; byte > 127; bits += 7) {
      byte = bytes[at++];
      number |= (byte & 127) << bits;
    }
    numbers[count++] = number >>> 0;
  }
  return numbers.subarray(0, count);
}

/**
 * Return the datasets that are in all lists.
 * @param {Uint8Array[]} lists of which each is differences, ascending
 * @returns {Uint32Array}
 */
export function intersect(lists) {
  const [first, ...others] = [...lists].sort((one, other) => one.length - other.length);
  let found = readSums(first);
  for (const list of others) found = common(found, readSums(list));
  return found;
}

/** @param {Uint8Array} list */
function readSums(list) {
  const numbers = readVarints(list);
  for (let at = 1; at < numbers.length; at++) numbers[at] += numbers[at - 1];
  return numbers;
}

/** @param {Uint32Array} one ascending @param {Uint32Array} other ascending */
function common(one, other) {
  const found = new Uint32Array(Math.min(one.length, other.length));
  let count = 0;
  for (let at = 0, each = 0; at < one.length && each < other.length;) {
    if (one[at] === other[each]) {
      found[count++] = one[at++];
      each++;
    } else if (one[at] < other[each]) at++;
    else each++;
  }
  return found.subarray(0, count);
}
