// What was found before, and whether it is all: of a large catalog some files may be missing yet (`shards.js`).

import { hasAny } from "./weights.js";

/** @typedef {import("./text.js").TextIndex} TextIndex */
/** @typedef {{weights: Uint8Array, isAbout: boolean, isWhole: boolean}} Found `isWhole`: whether no file was missing */

/**
 * Return whether any dataset is found, or may be once all files are here: what is looked for instead waits for them.
 * @param {TextIndex} index
 * @param {Uint8Array} weights
 */
export const hasAnyYet = ({ parts }, weights) => parts.misses > 0 || hasAny(weights);

/**
 * Return what was found before, or find it: typing goes on from it. As many are kept as 4 MB hold.
 * @param {TextIndex} index
 * @param {string} key
 * @param {() => Uint8Array} find
 */
export function kept(index, key, find) {
  const { found, parts } = index;
  const made = found.get(key) ?? observe(parts, find);
  found.delete(key);
  parts.isAbout ||= made.isAbout;
  if (!made.isWhole) return made.weights;
  found.set(key, made);
  const most = Math.max(50, Math.floor(4e6 / (index.count + 1)));
  const [first] = found.keys();
  if (found.size > most) found.delete(first);
  return made.weights;
}

/**
 * Find something, and return whether that is for good, and about right. What was missing before it, for other words of
 * the query, says nothing of it: what waits for files (`hasAnyYet`) waits for its own.
 * @param {import("./shards.js").Parts} parts
 * @param {() => Uint8Array} find
 */
function observe(parts, find) {
  const { misses, isAbout: wasAbout } = parts;
  parts.isAbout = false;
  parts.misses = 0;
  const weights = find();
  const { isAbout, misses: own } = parts;
  parts.isAbout = wasAbout;
  parts.misses += misses;
  return { weights, isAbout, isWhole: !own };
}
