// Ways on from a question that finds nothing: the questions beside it that find something, and what each finds.

import { own } from "../own.js";
import { bareLimitOf, limitOf, rangesOf, writeQuery } from "./readings.js";
import { nearWords, otherCodes, otherValues } from "./ways-values.js";
import { namesAsWords, otherWritings, splitCode, widerTerms } from "./ways-words.js";

/** @typedef {import("./catalog.js").Question} Question */
/** @typedef {import("./files.js").Manifest} Manifest */
/** @typedef {import("./query.js").Clause} Clause */
/** @typedef {import("./query.js").Query} Query */
/**
 * A demand of a question: words, a facet's choice, a number's limits, or that datasets are among chosen ones.
 * @typedef {{word?: string, facet?: string, range?: string, ids?: true}} Demand
 */
/**
 * Another question. `without`: all demands but some; `only`: one demand of several; `either`: one word or the other;
 * `words`: as they are typed; `value`: another value of a field; `near`: other words, such as those with two typos;
 * `limit`: a limit that reaches the nearest number; `all`: everything.
 * @typedef {({how: "without", demands: Demand[]} | {how: "only", demand: Demand} | {how: "either", texts: string[]}
 *   | {how: "all"}
 *   | {how: "words", texts: string[]} | {how: "near", text: string} | {how: "value", key: string, value: string}
 *   | {how: "limit", key: string, from: number, to: number}) & {question: Question}} Way
 */

/** @typedef {Way & {total: number}} CountedWay */
/**
 * A question without one of its demands: what is left of the words, and how many it finds.
 * @typedef {{dropped: Demand, text: string, total: number}} Relaxed
 */
/**
 * What ways are looked for in. `count`: how many datasets a question finds; `numbers`: the different numbers that they
 * state, sorted; `vocabulary`: the words of all texts.
 * @typedef {object} Place
 * @property {Manifest} manifest
 * @property {(question: Question) => Promise<number>} count
 * @property {(question: Question, key: string) => Promise<number[]>} numbers
 * @property {() => Promise<string[]>} vocabulary
 */

/** Of a limit, as `amounts.js` rounds it. */
const DIGITS = 12;
const MOST_EITHER = 4;
/** Parts of a query of which each is left out to see what the others find. */
const MOST_PARTS = 10;
/** How many questions without two parts, or more, are offered, and how many are counted. */
const MOST_WITHOUT = 3;
const MOST_PAIRS = 21;

/**
 * Return what to ask instead of a question that finds nothing: without one of its demands; if that finds nothing
 * either, each alone; other words, values and limits. `missing`: the words that nothing of the whole catalog has.
 * @param {Question} question
 * @param {Query} asked
 * @param {Place} place
 * @returns {Promise<{relaxed: Relaxed[], ways: CountedWay[], missing: string[]}>}
 */
export async function findWays(question, asked, place) {
  const query = { ...asked, clauses: asked.clauses.flatMap(splitCode).flatMap((each) => splitLimits(each, place)) };
  const demands = demandsOf(question, query);
  const relaxed = [];
  for (const { demand: dropped, without } of demands.length > 1 || !query.clauses.length ? demands : []) {
    const total = await place.count(without);
    if (total) relaxed.push({ dropped, text: without.text ?? "", total });
  }
  const found = new Set();
  for (const { demand, alone } of demands) if (await place.count(alone)) found.add(demand);
  const lost = query.clauses.filter((_, at) => demands[at]?.demand.word && !found.has(demands[at].demand));
  const less = relaxed.length ? [] : await withoutSeveral(demands, found, question, query.order, place);
  const only = relaxed.length || less.length || demands.length < 2 ? [] : demands;
  const ways = await countWays(place, [
    ...widerTerms(question, query, lost, place.manifest),
    ...otherWritings(question, query, lost),
    ...namesAsWords(question, query),
    ...(lost.length ? nearWords(question, query, lost, await place.vocabulary()) : []),
    ...less,
    ...otherValues(question, query, place.manifest),
    ...otherCodes(question, query, lost, place.manifest),
    ...(await otherLimits(question, query, place)),
    ...only.map(({ demand, alone }) => ({ how: /** @type {const} */ ("only"), demand, question: alone })),
    ...otherReadings(question, query, lost),
    ...comparedSizes(question, asked),
    ...(relaxed.length || less.length ? [] : [everything(question)]),
  ]);
  const missing = [...new Set(lost.flatMap(({ isExcluded, raw, said = raw }) => (isExcluded ? [] : [said])))];
  const weigh = (/** @type {Relaxed} */ { dropped }) => demands.find(({ demand }) => demand === dropped)?.weight ?? 0;
  relaxed.sort((one, other) => weigh(one) - weigh(other) || other.total - one.total);
  return { relaxed, ways, missing: [...new Set(missing)] };
}

/**
 * Return the questions without more than one demand: without all that find nothing alone, else without two, those that
 * keep what matters most first.
 * @param {AskedDemand[]} demands
 * @param {Set<Demand>} found those that find something alone
 * @param {Question} question
 * @param {import("./query.js").Query["order"]} order
 * @param {Place} place
 * @returns {Promise<Way[]>}
 */
async function withoutSeveral(demands, found, question, order, place) {
  if (demands.length < 3) return [];
  const drop = (/** @type {AskedDemand[]} */ dropped) => {
    const kept = demands.filter((each) => !dropped.includes(each));
    const own = dropped.reduce((left, { remove }) => remove(left), question);
    const text = writeQuery(
      kept.flatMap(({ clause }) => clause ?? []),
      order,
    );
    return {
      how: /** @type {const} */ ("without"),
      demands: dropped.map(({ demand }) => demand),
      question: { ...own, text },
    };
  };
  const lost = demands.filter(({ demand }) => !found.has(demand));
  const pairs = demands.flatMap((one, at) => demands.slice(at + 1).map((other) => [one, other]));
  const weigh = (/** @type {AskedDemand[]} */ pair) => pair.reduce((sum, { weight }) => sum + weight, 0);
  const tried = [
    ...(lost.length > 1 && lost.length < demands.length ? [lost] : []),
    ...(lost.length > 2 ? [] : pairs.filter((pair) => lost.every((each) => pair.includes(each)))),
  ];
  const ways = [];
  for (const dropped of tried.sort((one, other) => weigh(one) - weigh(other)).slice(0, MOST_PAIRS)) {
    const way = drop(dropped);
    if (ways.length < MOST_WITHOUT && (await place.count(way.question))) ways.push(way);
  }
  return ways;
}

/** How much a demand matters: what lives most, limits and choices least. @type {Record<string, number>} */
const WEIGHTS = { limit: 1, unstated: 1, group: 1, value: 2, phrase: 2, pattern: 2, word: 2, address: 3, term: 3 };

/** @param {Clause} clause */
function weightOf({ isExcluded, atoms: [atom] }) {
  if (isExcluded) return 1;
  const isLiving = atom.kind === "word" ? atom.alike.length > 0 : atom.kind === "value" && atom.key === "organism";
  return isLiving ? 3 : WEIGHTS[atom.kind];
}

/** @param {Place} place @param {Way[]} ways @returns {Promise<CountedWay[]>} those that find something, each once */
async function countWays(place, ways) {
  const counted = [];
  for (const way of new Map(ways.map((each) => [JSON.stringify(each.question), each])).values()) {
    const total = await place.count(way.question);
    if (total) counted.push({ ...way, total });
  }
  return counted;
}

/** Return how to see everything: the question without its words and filters. @param {Question} question */
const everything = (question) => ({ how: /** @type {const} */ ("all"), question: bareOf(question) });

/** @param {Question} question @returns {Question} */
const bareOf = (question) => ({ ...question, text: "", facets: {}, ranges: {}, unstated: [], ids: undefined });

/**
 * A demand with the question without it, and with it alone. `remove`: makes a question one without it, but for its
 * words; `clause`: its words; `weight`: how much it matters.
 * @typedef {{demand: Demand, without: Question, alone: Question, remove: (question: Question) => Question,
 *   clause?: Clause, weight: number}} AskedDemand
 */

/**
 * Return the demands of a question, each with the question without it, and with it alone.
 * @param {Question} question
 * @param {Query} query
 * @returns {AskedDemand[]}
 */
function demandsOf(question, { clauses, order }) {
  const bare = bareOf(question);
  const words = clauses.slice(0, MOST_PARTS).map((clause) => ({
    demand: { word: clause.raw.toLowerCase() },
    remove: (/** @type {Question} */ left) => left,
    clause,
    weight: weightOf(clause),
    without: {
      ...question,
      text: writeQuery(
        clauses.filter((each) => each !== clause),
        order,
      ),
    },
    alone: { ...bare, text: writeQuery([clause], order) },
  }));
  const filter = (
    /** @type {Demand} */ demand,
    /** @type {AskedDemand["remove"]} */ remove,
    /** @type {object} */ own,
  ) => ({
    demand,
    remove,
    weight: demand.facet === "organism" ? 3 : 1,
    without: remove(question),
    alone: { ...bare, ...own },
  });
  const chosen = Object.entries(question.facets ?? {}).filter(([, values]) => values.length);
  const choices = chosen.map(([facet, values]) =>
    filter({ facet }, (left) => ({ ...left, facets: { ...left.facets, [facet]: [] } }), {
      facets: { [facet]: values },
    }),
  );
  const keys = [...new Set([...Object.keys(question.ranges ?? {}), ...(question.unstated ?? [])])];
  const limits = keys.map((range) =>
    filter({ range }, (left) => withoutRange(left, range), {
      ranges: own(question.ranges, range) ? { [range]: own(question.ranges, range) } : {},
      unstated: question.unstated?.includes(range) ? [range] : [],
    }),
  );
  const among = question.ids
    ? [filter({ ids: true }, (left) => ({ ...left, ids: undefined }), { ids: question.ids })]
    : [];
  return [...words, ...choices, ...limits, ...among];
}

/** @param {Question} question @param {string} range @returns {Question} */
const withoutRange = (question, range) => ({
  ...question,
  ranges: Object.fromEntries(Object.entries(question.ranges ?? {}).filter(([key]) => key !== range)),
  unstated: question.unstated?.filter((key) => key !== range),
});

/**
 * Return one of several words in place of all, and the words as they are typed in place of what they were read as.
 * @param {Question} question
 * @param {Query} query
 * @param {Clause[]} lost those that nothing has
 * @returns {Way[]}
 */
function otherReadings(question, { clauses, order }, lost) {
  const words = clauses.filter(({ isExcluded, atoms }) => !isExcluded && atoms.every(({ kind }) => isText(kind)));
  const others = clauses.filter((clause) => !words.includes(clause));
  const areNames = words.every(({ atoms: [atom] }) => atom.kind === "word" && atom.alike.length > 0);
  const areListed = words.slice(0, -1).every(({ raw }) => raw.endsWith(","));
  const most = areNames || areListed ? MOST_EITHER : 2;
  const isEither = words.length > 1 && words.length <= most && !words.some((each) => lost.includes(each));
  const texts = words.map(({ raw }) => raw.replace(/,$/, ""));
  const joined = { raw: texts.join(" OR ") };
  const read = clauses.filter(({ raw, atoms }) => rangesOf(atoms) && !/[:<>=≤≥"]/.test(raw));
  const typed = [...read, ...(order ? [order] : [])].map(({ raw }) => raw);
  const quoted = clauses.map((clause) => (read.includes(clause) ? { raw: `"${clause.raw}"` } : clause));
  const asTyped = writeQuery([...quoted, ...(order ? [{ raw: `"${order.raw}"` }] : [])], null);
  return [
    ...(isEither
      ? [
          {
            how: /** @type {const} */ ("either"),
            texts,
            question: { ...question, text: writeQuery([joined, ...others], order) },
          },
        ]
      : []),
    ...(typed.length
      ? [{ how: /** @type {const} */ ("words"), texts: typed, question: { ...question, text: asTyped } }]
      : []),
  ];
}

const SIZE = /^[\d.,]+ ?[kmgtp]i?b$/i;
const SIDES = /^\d{2,6} ?[x×] ?\d{2,6}$/;

/**
 * Return a size without a sign as a limit, either way; of one along two axes, about so much.
 * @param {Question} question
 * @param {Query} query
 * @returns {Way[]}
 */
function comparedSizes(question, { clauses, order }) {
  const sizes = clauses.filter(({ raw, isExcluded }) => !isExcluded && (SIZE.test(raw) || SIDES.test(raw)));
  return sizes.flatMap((clause) =>
    (SIZE.test(clause.raw) ? ["under", "over"] : ["about", "at least"]).map((word) => {
      const text = `${word} ${clause.raw}`;
      const written = clauses.map((each) => (each === clause ? { raw: text } : each));
      return { how: /** @type {const} */ ("near"), text, question: { ...question, text: writeQuery(written, order) } };
    }),
  );
}

/** @param {string} kind */
const isText = (kind) => kind === "word" || kind === "phrase";

/**
 * Return the question with each of its limits in turn reaching the nearest number of what all else finds.
 * @param {Question} question
 * @param {Query} query
 * @param {Place} place
 * @returns {Promise<Way[]>}
 */
async function otherLimits(question, { clauses, order }, place) {
  const limits = clauses.flatMap((clause) => {
    const limit = clause.isExcluded ? null : (rangesOf(clause.atoms) ?? rangesOf([bareLimitOf(clause)]));
    if (!limit) return [];
    const name = nameOf(limit.key, place.manifest);
    const others = clauses.filter((each) => each !== clause);
    const ask = (/** @type {Limits} */ reached) => ({
      ...question,
      text: writeQuery([...others, { raw: writeLimit(name, reached) }], order),
    });
    const without = { ...question, text: writeQuery(others, order) };
    return limit.ranges.map(([from, to]) => ({ key: limit.key, from, to, ask, without }));
  });
  const ranges = Object.entries(question.ranges ?? {}).map(([key, [from, to]]) => {
    const ask = (/** @type {Limits} */ { from: low, to: high }) => ({
      ...question,
      ranges: { ...question.ranges, [key]: /** @type {[number, number]} */ ([low, high]) },
    });
    return { key, from, to, ask, without: withoutRange(question, key) };
  });
  /** @type {Way[]} */
  const ways = [];
  for (const { key, ask, without, from, to } of [...limits, ...ranges]) {
    for (const reached of reachedLimits({ from, to }, await place.numbers(without, key))) {
      const isThere = ways.some((way) => way.how === "limit" && way.key === key && reaches(way, reached));
      if (!isThere) ways.push({ how: "limit", key, ...reached, question: ask(reached) });
    }
  }
  return ways;
}

/** @typedef {{from: number, to: number}} Limits */

/** Whether limits reach the same number, of several alternatives. @param {Limits} one @param {Limits} other */
const reaches = (one, other) => one.from === other.from || one.to === other.to;

/** @param {string} one @param {string} other */
const shorter = (one, other) => (other.length < one.length ? other : one);

/**
 * Return limits that reach the nearest number that is stated, from either side.
 * @param {{from: number, to: number}} limits
 * @param {number[]} stated numbers of the datasets that all else finds, sorted
 * @returns {{from: number, to: number}[]}
 */
function reachedLimits({ from, to }, stated) {
  const below = stated.filter((value) => value < from).at(-1);
  const above = stated.find((value) => value > to);
  return [...(above === undefined ? [] : [{ from, to: above }]), ...(below === undefined ? [] : [{ from: below, to }])];
}

/**
 * Return the clauses of a group of limits, such as a size along several axes, each as a query says it; else the clause.
 * @param {Clause} clause
 * @param {Place} place
 * @returns {Clause[]}
 */
function splitLimits(clause, { manifest }) {
  const [atom, ...others] = clause.atoms;
  if (others.length || clause.isExcluded || atom.kind !== "group") return [clause];
  const limits = atom.clauses.map(({ isExcluded, atoms }) => (isExcluded ? null : limitOf(atoms)));
  return limits.some((each) => !each)
    ? [clause]
    : limits.flatMap((each) =>
        each
          ? [{ said: clause.raw, raw: writeLimit(nameOf(each.key, manifest), each), isExcluded: false, atoms: [each] }]
          : [],
      );
}

/** Return the shortest name of a number in queries. @param {string} key @param {Manifest} manifest */
const nameOf = (key, { sorts }) => sorts.find((each) => each.key === key)?.asked.reduce(shorter) ?? key;

/** Return limits as a query says them. @param {string} name @param {{from: number, to: number}} limits */
function writeLimit(name, { from, to }) {
  const [low, high] = [from, to].map((end) => Number(end.toPrecision(DIGITS))); // more are of an end that is left out
  if (!Number.isFinite(from)) return `${name}:${high > to ? "<" : "<="}${high}`;
  if (!Number.isFinite(to)) return `${name}:${low < from ? ">" : ">="}${low}`;
  return from === to ? `${name}:${from}` : `${name}:${from}..${to}`;
}
