// How well datasets fit: one byte for each dataset of the catalog, 0 not at all. Most are 0, and four of them are
// looked at together where that is enough. Pure functions.

import { allOf } from "./engine.js";

/** @typedef {import("./files.js").Codes} Codes */
/** @typedef {{weights: Uint8Array, isExcluded: boolean}} Demand `isExcluded`: of those that do not fit */

/** Return weights as numbers of four bytes, but for up to three at the end. @param {Uint8Array} weights */
const inFours = (weights) => new Uint32Array(weights.buffer, weights.byteOffset, weights.length >> 2);

/** Return whether any dataset fits. @param {Uint8Array} weights */
export function hasAny(weights) {
  const fours = inFours(weights);
  for (let at = 0; at < fours.length; at++) if (fours[at]) return true;
  for (let at = fours.length * 4; at < weights.length; at++) if (weights[at]) return true;
  return false;
}

/** What `fittingOf` writes to; made once, because a new one of 4 MB would have to be cleared for each call. */
let space = new Uint32Array();

/** Return the datasets that fit, ascending. @param {Uint8Array} weights */
export function fittingOf(weights) {
  const { length } = weights;
  if (space.length < length) space = new Uint32Array(length);
  const datasets = space;
  const fours = inFours(weights);
  let count = 0;
  for (let at = 0, four = 0; at < length; at += 4, four++) {
    if (four < fours.length && !fours[four]) continue;
    for (let each = at; each < at + 4 && each < length; each++) if (weights[each]) datasets[count++] = each;
  }
  return datasets.slice(0, count);
}

/** Return how well datasets fit one of two demands, whichever is better. */
export function better(/** @type {Uint8Array} */ one, /** @type {Uint8Array} */ other) {
  const best = one.slice();
  const datasets = fittingOf(other);
  for (let at = 0; at < datasets.length; at++) {
    const dataset = datasets[at];
    if (best[dataset] < other[dataset]) best[dataset] = other[dataset];
  }
  return best;
}

/** Return how well datasets fit that fit both of two demands. @param {Uint8Array} one @param {Uint8Array} other */
export function both(one, other) {
  const found = new Uint8Array(one.length);
  const datasets = fittingOf(one);
  for (let at = 0; at < datasets.length; at++) {
    const dataset = datasets[at];
    if (other[dataset]) found[dataset] = Math.max(one[dataset], other[dataset]);
  }
  return found;
}

/** Return 1 for each dataset that fits, whatever its weight. @param {Uint8Array} weights */
export function flat(weights) {
  const found = new Uint8Array(weights.length);
  const datasets = fittingOf(weights);
  for (let at = 0; at < datasets.length; at++) found[datasets[at]] = 1;
  return found;
}

/**
 * Return the datasets that satisfy all demands, ascending.
 * @param {number} count of the whole catalog
 * @param {Demand[]} demands
 */
export function satisfying(count, demands) {
  const first = demands.find(({ isExcluded }) => !isExcluded);
  const others = demands.filter((each) => each !== first);
  return others.reduce(narrow, first ? fittingOf(first.weights) : allOf(count));
}

/** Return those of the datasets that satisfy a demand. @param {Uint32Array} datasets @param {Demand} demand */
function narrow(datasets, { weights, isExcluded }) {
  const left = new Uint32Array(datasets.length);
  let count = 0;
  for (let at = 0; at < datasets.length; at++) {
    if (isExcluded === !weights[datasets[at]]) left[count++] = datasets[at];
  }
  return left.subarray(0, count);
}

/**
 * Return how well each dataset fits, in the best way; 1 where nothing says more.
 * @param {Uint32Array} datasets that satisfy all demands
 * @param {Demand[]} demands at least one
 */
export function bestOf(datasets, demands) {
  const [{ weights: own, isExcluded }] = demands;
  if (demands.length === 1 && !isExcluded) return own;
  const best = new Uint8Array(own.length);
  for (let at = 0; at < datasets.length; at++) best[datasets[at]] = 1;
  for (const { weights } of demands.filter((each) => !each.isExcluded)) {
    for (let at = 0; at < datasets.length; at++) {
      const dataset = datasets[at];
      if (best[dataset] < weights[dataset]) best[dataset] = weights[dataset];
    }
  }
  return best;
}

/** Where each run of neighbors with the same code begins, by column. @type {WeakMap<Codes, Uint32Array>} */
const runs = new WeakMap();

/** @param {Codes} codes */
function runsOf(codes) {
  const known = runs.get(codes);
  if (known) return known;
  if (space.length < codes.length) space = new Uint32Array(codes.length);
  let count = 0;
  for (let at = 0; at < codes.length; at++) if (!at || codes[at] !== codes[at - 1]) space[count++] = at;
  const made = space.slice(0, count);
  runs.set(codes, made);
  return made;
}

/**
 * Raise weights by the value of a column. Neighbors are of one study and alike, so that whole runs of them are passed
 * over.
 * @param {Uint8Array} weights
 * @param {Codes} codes
 * @param {Uint8Array} values by code
 */
export function raise(weights, codes, values) {
  if (!hasAny(values)) return;
  const starts = runsOf(codes);
  for (let run = 0; run < starts.length; run++) {
    const value = values[codes[starts[run]]];
    if (!value) continue;
    const stop = run + 1 < starts.length ? starts[run + 1] : codes.length;
    for (let at = starts[run]; at < stop; at++) if (weights[at] < value) weights[at] = value;
  }
}
