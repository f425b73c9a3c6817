// The search itself: pure functions on columns in memory. No network, no page; `worker.js` brings the columns.
//
// A query is words (`text.js`), facets and ranges. Every word must be found, somewhere; the values chosen in one facet
// are alternatives; facets and ranges must all hold. What a facet counts ignores its own choice, so that it shows what
// another choice would give. All of it is one pass over the datasets, exact, without an estimate anywhere.

/** @typedef {import("./files.js").Codes} Codes */

/**
 * @typedef {object} Query
 * @property {string} [text] as typed
 * @property {Record<string, string[]>} [facets] chosen values by facet; "" is "not stated"
 * @property {Record<string, [from: number, to: number]>} [ranges] both ends belong to it
 * @property {string[]} [unstated] numbers that may be not stated; without a range these datasets alone are meant
 * @property {string} [sort] key of a sort, with `-` before it for the largest first; "" for the best match first
 */

/**
 * A facet, or a number, as the one pass sees it.
 * @typedef {object} Column
 * @property {string} key
 * @property {Codes} codes
 * @property {number} size how many codes there are
 * @property {Uint8Array | null} allowed by code; null where nothing is chosen
 * @property {boolean} isCounted whether it is asked how many datasets have each code
 */

/**
 * Return which codes a facet's choice allows; null without a choice. A value allows those that it comprises, too.
 * @param {import("./files.js").FacetSummary} facet
 * @param {string[] | undefined} chosen
 */
export function allowedByChoice({ values, wider }, chosen) {
  if (!chosen?.length) return null;
  const all = new Set(chosen);
  const isChosen = values.map(([value]) => all.has(value));
  const allowed = new Uint8Array(values.length + 1);
  values.forEach(([value], at) => {
    allowed[value ? at + 1 : 0] = Number(isChosen[at] || (wider[at]?.some((each) => isChosen[each]) ?? false));
  });
  return allowed;
}

/**
 * Return how many datasets each value has, with those of the values that it comprises.
 * @param {import("./files.js").FacetSummary} facet
 * @param {Uint32Array} counts by code
 */
export function countValues({ values, wider }, counts) {
  const sums = values.map(([value], at) => counts[value ? at + 1 : 0]);
  const own = [...sums];
  wider.forEach((above, at) => above.forEach((each) => (sums[each] += own[at])));
  return sums;
}

/**
 * Return which codes of a sorted number lie in a range, or are not stated; null without a choice.
 * @param {number[]} values sorted; code 1 is the first of them
 * @param {[number, number] | undefined} range
 * @param {boolean} [withUnstated]
 */
export function allowedByRange(values, range, withUnstated = false) {
  if (!range && !withUnstated) return null;
  const allowed = new Uint8Array(values.length + 1);
  allowed[0] = Number(withUnstated);
  if (!range) return allowed;
  for (let at = 0; at < values.length; at++) allowed[at + 1] = Number(values[at] >= range[0] && values[at] <= range[1]);
  return allowed;
}

/**
 * Return those datasets that all columns allow, and for each counted column how many there are of each code if its own
 * choice were not made.
 * @param {number} count of the whole catalog
 * @param {Uint32Array} datasets ascending
 * @param {Column[]} columns
 * @returns {{datasets: Uint32Array, counts: Record<string, Uint32Array>}}
 */
export function filter(count, datasets, columns) {
  const filters = columns.filter((column) => column.allowed);
  const failed = findFailed(datasets, filters);
  const found = filters.length ? select(datasets, failed) : datasets;
  const others = found.length > count / 2 ? othersThan(found, count) : null;
  const counted = columns.filter((column) => column.isCounted);
  const counts = counted.map((column) => {
    const counts = others ? countOthers(column, others) : countCodes(column, found);
    const own = filters.indexOf(column) + 1;
    if (own) for (let at = 0; at < failed.length; at++) if (failed[at] === own) counts[column.codes[datasets[at]]]++;
    return [column.key, counts];
  });
  return { datasets: found, counts: Object.fromEntries(counts) };
}

/** Return the datasets that fail nothing. @param {Uint32Array} datasets @param {Uint16Array} failed */
function select(datasets, failed) {
  const found = new Uint32Array(datasets.length);
  let total = 0;
  for (let at = 0; at < datasets.length; at++) if (!failed[at]) found[total++] = datasets[at];
  return found.subarray(0, total);
}

/** Return all datasets of a catalog. @param {number} count */
export function allOf(count) {
  const datasets = new Uint32Array(count);
  for (let at = 0; at < count; at++) datasets[at] = at;
  return datasets;
}

/** Return the datasets of the catalog that are not among these, which are ascending. */
function othersThan(/** @type {Uint32Array} */ datasets, /** @type {number} */ count) {
  const others = new Uint32Array(count - datasets.length);
  let total = 0;
  for (let at = 0, next = 0; at < count; at++) {
    if (at === datasets[next]) next++;
    else others[total++] = at;
  }
  return others;
}

/** Marks a dataset that fails in more than one way. */
const FAILED = 2 ** 16 - 1;

/**
 * Return for each of the datasets what it fails: 0 nothing, n only the filter before n, FAILED more.
 * @param {Uint32Array} datasets
 * @param {Column[]} filters fewer than FAILED
 */
function findFailed(datasets, filters) {
  const failed = new Uint16Array(filters.length ? datasets.length : 0);
  filters.forEach(({ codes, allowed }, each) => {
    if (!allowed) return;
    for (let at = 0; at < datasets.length; at++) {
      if (!allowed[codes[datasets[at]]]) failed[at] = failed[at] ? FAILED : each + 1;
    }
  });
  return failed;
}

/** Return how many of the datasets have each code. @param {Column} column @param {Uint32Array} datasets */
function countCodes({ codes, size }, datasets) {
  const counts = new Uint32Array(size);
  for (let at = 0; at < datasets.length; at++) counts[codes[datasets[at]]]++;
  return counts;
}

/** How many of all datasets have each code, by column. @type {WeakMap<Codes, Uint32Array>} */
const totals = new WeakMap();

/**
 * Return how many of all datasets but these have each code: where most are found, the others are counted sooner.
 * @param {Column} column
 * @param {Uint32Array} others
 */
function countOthers({ codes, size }, others) {
  if (!totals.has(codes)) {
    const counts = new Uint32Array(size);
    for (let at = 0; at < codes.length; at++) counts[codes[at]]++;
    totals.set(codes, counts);
  }
  const counts = Uint32Array.from(/** @type {Uint32Array} */ (totals.get(codes)));
  for (let at = 0; at < others.length; at++) counts[codes[others[at]]]--;
  return counts;
}

/**
 * Return how many datasets each bin holds; the last holds its end, too.
 * @param {number[]} edges
 * @param {number[]} values sorted; code 1 is the first of them
 * @param {Uint32Array} counts by code
 */
export function histogram(edges, values, counts) {
  const bins = new Array(edges.length - 1).fill(0);
  let bin = 0;
  values.forEach((value, at) => {
    while (bin < bins.length - 1 && value >= edges[bin + 1]) bin++;
    bins[bin] += counts[at + 1];
  });
  return bins;
}

/**
 * Return the first datasets in the order of a key; what is equal stays in the order of the catalog.
 * @param {Uint32Array} datasets ascending
 * @param {(dataset: number) => number} key a whole number, at most some times the number of datasets, or LAST
 * @param {number} [end] how many are wanted
 * @returns {Uint32Array}
 */
export function orderBy(datasets, key, end = datasets.length) {
  const keys = new Uint32Array(datasets.length); // filled by a loop, as `from` is ten times as slow
  let most = 0;
  for (let at = 0; at < keys.length; at++) {
    const own = key(datasets[at]);
    keys[at] = own;
    if (own !== LAST && own > most) most = own;
  }
  // Count how many have each key, then put each dataset into its place: linear, and equal ones stay in order.
  const places = new Uint32Array(most + 3);
  for (let at = 0; at < keys.length; at++) {
    if (keys[at] === LAST) keys[at] = most + 1;
    places[keys[at] + 1]++;
  }
  for (let each = 1; each < places.length; each++) places[each] += places[each - 1];
  const ordered = new Uint32Array(Math.min(end, datasets.length));
  for (let at = 0; at < keys.length; at++) {
    const place = places[keys[at]]++;
    if (place < ordered.length) ordered[place] = datasets[at];
  }
  return ordered;
}

/** The key of what comes last. */
const LAST = 2 ** 26 - 1;

/**
 * Return the key of a sorted column; what is not stated comes last, whatever the direction.
 * @param {Codes} codes
 * @param {boolean} largestFirst
 * @returns {(dataset: number) => number}
 */
export function byCodes(codes, largestFirst) {
  let most = 0;
  for (let at = 0; at < codes.length; at++) if (codes[at] > most) most = codes[at];
  return (dataset) => (codes[dataset] === 0 ? LAST : largestFirst ? most - codes[dataset] : codes[dataset] - 1);
}

/**
 * Return the key that shows one dataset of every study, then the second of every study, and so on.
 * @param {number[]} lists how many datasets each study has
 * @returns {(dataset: number) => number}
 */
export function byTurns(lists) {
  const turns = turnsOf.get(lists) ?? makeTurns(lists);
  turnsOf.set(lists, turns);
  return (dataset) => turns[dataset];
}

/**
 * Return the key of an order that looks like none, and stays the same for the same seed.
 * @param {number} seed
 * @returns {(dataset: number) => number}
 */
export const byChance = (seed) => (dataset) => {
  let mixed = Math.imul(dataset + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca77); // odd constants of xxHash32
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae3d);
  return (mixed ^ (mixed >>> 16)) >>> 14; // few enough for `orderBy`
};

/** The turn of each dataset, by catalog. @type {WeakMap<number[], Uint32Array>} */
const turnsOf = new WeakMap();

/** @param {number[]} lists */
function makeTurns(lists) {
  const turns = new Uint32Array(lists.reduce((sum, count) => sum + count, 0));
  let start = 0;
  for (const count of lists) {
    for (let at = 0; at < count; at++) turns[start + at] = at;
    start += count;
  }
  return turns;
}
