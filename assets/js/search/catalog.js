// A catalog's search files, fetched when a question needs them, and the answers to questions.
//
// What a question costs: the manifest alone answers nothing but the totals; facets need one small file, words the
// texts, a sort or a range its own column, and a page of results the files that hold its cards. `read` is the only
// way to the outside, so that tests answer from a folder and the worker from the network.

import * as engine from "./engine.js";
import { readJson } from "./files.js";
import { makeGrammar } from "./grammar.js";
import { matchQuery } from "./listed.js";
import { loadChosen, loadFacets, loadRecords, loadSort, loadTexts, settle } from "./loading.js";
import { own } from "../own.js";
import { ranks } from "./match.js";
import { askedNumbers, readQuery } from "./query.js";
import { readingsOf, writeQuery } from "./readings.js";
import { makeParts } from "./shards.js";
import { isLight } from "./small-words.js";
import { groupByStudy, inSections, sharedTexts, sumOf } from "./studies.js";
import { byMatch } from "./text.js";
import { vocabularyOf } from "./vocabulary.js";
import { satisfying } from "./weights.js";

/** @typedef {import("./files.js").Card} Card */
/** @typedef {import("./files.js").Codes} Codes */
/** @typedef {import("./loading.js").Catalog} Catalog */
/** @typedef {import("./loading.js").Read} Read */
/** @typedef {import("./readings.js").Reading} Reading */

/**
 * @typedef {engine.Query & {offset?: number, limit?: number, histograms?: string[], cells?: boolean,
 *   group?: string, ids?: string[]}} Question
 *   `histograms`: the ranges whose live histogram is wanted; `cells`: whether those of the table are; `group`: `study`
 *   for one entry a study, `sections` for all datasets, study by study; `ids`: the only datasets that
 *   may be found, by the ends of their ids
 */

/**
 * @typedef {object} Answer
 * @property {number} total datasets
 * @property {boolean} isAbout whether that is about right: some words were not compared with texts
 * @property {number} entries how many cards there are on all pages: studies, where they are asked for, else datasets
 * @property {number} studyCount how many studies there are among them, where studies are asked for
 * @property {(import("./studies.js").StudyEntry | null)[]} studies for each card its study, if it stands for several
 *   datasets of one, or is the first of its section; empty where studies are not asked for
 * @property {Card[]} cards from `offset`, at most `limit`
 * @property {Record<string, number[]>} counts of each facet's values, in the order of the manifest
 * @property {Record<string, number[]>} histograms
 * @property {Record<string, number>} unstated how many datasets do not state each of these numbers
 * @property {import("./ways.js").Relaxed[]} relaxed where nothing was found: without one demand; the most first
 * @property {import("./ways.js").CountedWay[]} ways where nothing was found: other questions that find something
 * @property {string[]} missing where nothing was found: words that nothing of the whole catalog has
 * @property {Reading[]} readings what of the words was read as more than words
 * @property {string[]} leftOut words that mean nothing beside the others
 * @property {import("./match.js").Correction[]} corrections words that nothing has, and those taken for them
 * @property {string[]} problems what of the words is not understood, in sentences
 * @property {number} gone how many of the question's `ids` are not in the catalog
 */

/** Random orders are new each day, so that pages of a result and the way back to it agree. */
const DAY_MS = 86_400_000;
/** Decks that are fetched ahead: the cards of 100,000 datasets, up to 3 MB. */
const MOST_DECKS = 25;

/**
 * @param {Read} read
 * @param {string} name of the manifest
 * @returns {Promise<Catalog>}
 */
export async function openCatalog(read, name) {
  const manifest = readJson(await read(name));
  manifest.alike = manifest.alike.map((/** @type {string} */ names) =>
    names.split("\n").flatMap((each) => (each[1] === "." ? [each, each.replace(".", "")] : each)),
  );
  return { manifest, grammar: makeGrammar(manifest), read, kept: new Map(), decks: new Map(), parts: makeParts() };
}

/** Fetch what nearly every question needs, and meanwhile make ready what reads words. @param {Catalog} catalog */
export async function prefetch(catalog) {
  const shown = catalog.manifest.facets.filter((facet) => facet.shown).map(({ key }) => key);
  await Promise.all([loadFacets(catalog, shown), loadTexts(catalog), warmUp(catalog)]);
}

/** Read by nearly all patterns of the language; twice, as V8 compiles a pattern for its second use once more. */
const WARM_UP = ["a", "a", "a 5", "a 5"];

/**
 * Read some words before the visitor writes any, which takes a quarter of a second the first time, as browsers compile
 * patterns when they are used. Questions that come meanwhile go between.
 * @param {Catalog} catalog
 */
async function warmUp({ grammar }) {
  for (const text of WARM_UP) {
    await new Promise((resolve) => setTimeout(resolve));
    readQuery(text, grammar);
  }
}

/**
 * Fetch cards ahead, one deck after the other, so that results are shown without waiting for the network.
 * @param {Catalog} catalog
 */
export async function prefetchCards(catalog) {
  for (const [number, name] of catalog.manifest.files.decks.slice(0, MOST_DECKS).entries()) {
    catalog.decks.set(number, readJson(await catalog.read(name)));
  }
}

/**
 * Return the datasets that a question finds, the key of its order, and the counts; null if it went stale while files
 * came.
 * @param {Catalog} catalog
 * @param {Question} question
 * @param {boolean} isCounted whether counts and histograms are wanted
 * @param {() => boolean} [isStale]
 */
async function find(catalog, question, isCounted, isStale = () => false) {
  const { manifest } = catalog;
  const query = readQuery(question.text ?? "", catalog.grammar);
  const { order: inWords, small, problems } = query;
  const sortKey = question.sort || (inWords ? `${inWords.isLargestFirst ? "-" : ""}${inWords.key}` : "");
  const sort = manifest.sorts.find(({ key }) => key === sortKey.replace(/^-/, ""));
  const isWanted = (/** @type {string} */ key) =>
    own(question.ranges, key) || question.unstated?.includes(key) || question.histograms?.includes(key);
  const numbers = manifest.ranges.filter(({ key }) => isWanted(key));
  const limited = askedNumbers(query.clauses);
  const used = manifest.facets.filter(({ key, shown }) => own(question.facets, key)?.length || (isCounted && shown));
  const [facets, chosen, texts, order, limits, ...columns] = await Promise.all([
    loadFacets(
      catalog,
      used.map(({ key }) => key),
    ),
    question.ids ? loadChosen(catalog, question.ids) : null,
    query.clauses.length || small.some(({ word }) => isLight(word)) ? loadTexts(catalog) : null,
    sort ? loadSort(catalog, sort.key) : null,
    Promise.all(limited.map(async (key) => [key, await loadSort(catalog, key)])),
    ...numbers.map(({ key }) => loadSort(catalog, key)),
  ]);
  if (isStale()) return null;
  const match = (/** @type {import("./text.js").TextIndex} */ index) =>
    matchQuery(index, Object.fromEntries(limits), query);
  const settled = texts && (await settle(catalog, () => match(texts), isStale));
  if (texts && !settled) return null;
  const { matched, clauses, leftOut } = settled?.made ?? { matched: null, clauses: [], leftOut: [] };
  const asked = { ...query, clauses };
  const isUnread = problems.length > 0 && !clauses.length && !query.asksOrder;
  const some = isUnread ? new Uint32Array() : (matched?.datasets ?? engine.allOf(manifest.datasets));
  const filters = [
    ...used.map((facet) => facetColumn(facet, facets[facet.key], question, isCounted && facet.shown)),
    ...numbers.map((range, at) => rangeColumn(range.key, columns[at], question, isCounted)),
    ...(chosen ? [chosen.column] : []),
  ];
  const found = engine.filter(manifest.datasets, some, filters);
  const limitColumns = Object.fromEntries(limits);
  const key = order
    ? engine.byCodes(order.codes, sortKey.startsWith("-"))
    : inWords?.key === "random" && !question.sort
      ? engine.byChance(Math.floor(Date.now() / DAY_MS))
      : matched && clauses.some(ranks)
        ? byMatch(matched.weights)
        : engine.byTurns(manifest.lists);
  const counted = isCounted ? numbers : [];
  const histograms = counted.map(({ key, edges }, at) => [
    key,
    engine.histogram(edges, columns[at].values, found.counts[key]),
  ]);
  return {
    ...found,
    key,
    histograms: Object.fromEntries(histograms),
    unstated: Object.fromEntries(counted.map(({ key }) => [key, found.counts[key][0]])),
    corrections: matched?.corrections ?? [],
    isAbout: settled?.isAbout ?? false,
    problems,
    isUnread,
    leftOut,
    readings: isCounted ? withUnstated(asked, readingsOf(asked, !question.sort), matched, limitColumns, filters) : [],
    gone: chosen?.gone ?? 0,
  };
}

/**
 * Return the readings of a query, each limit with how many datasets do not state the number, and satisfy all else.
 * @param {import("./query.js").Query} query
 * @param {Reading[]} readings
 * @param {import("./match.js").Matched | null} matched
 * @param {Record<string, {codes: Codes}>} numbers
 * @param {engine.Column[]} filters
 * @returns {Reading[]}
 */
function withUnstated({ clauses, order }, readings, matched, numbers, filters) {
  const chosen = filters.filter(({ allowed }) => allowed).map((each) => ({ ...each, isCounted: false }));
  return readings.map((reading) => {
    if (reading.kind !== "limit" || reading.isUnstated || !matched) return reading;
    const number = clauses.findIndex(({ raw }) => raw === reading.raw);
    const { codes } = numbers[reading.key];
    const others = satisfying(
      codes.length,
      matched.demands.filter((_, at) => at !== number),
    );
    const column = { key: "", codes, size: 0, allowed: Uint8Array.of(1), isCounted: false };
    const unstated = engine.filter(codes.length, others, [...chosen, column]).datasets.length;
    const raw = `${reading.raw} OR ${reading.key}:none`;
    const included = writeQuery(
      clauses.map((each, at) => (at === number ? { raw } : each)),
      order,
    );
    return unstated ? { ...reading, unstated, included } : reading;
  });
}

/**
 * @param {import("./files.js").FacetSummary} facet
 * @param {Codes} codes
 * @param {Question} question
 * @param {boolean} isCounted
 * @returns {engine.Column}
 */
function facetColumn(facet, codes, question, isCounted) {
  const allowed = engine.allowedByChoice(facet, own(question.facets, facet.key));
  return { key: facet.key, codes, size: facet.values.length + 1, allowed, isCounted };
}

/**
 * @param {string} key
 * @param {{values: number[], codes: Codes}} column
 * @param {Question} question
 * @param {boolean} isCounted
 * @returns {engine.Column}
 */
function rangeColumn(key, { values, codes }, question, isCounted) {
  const allowed = engine.allowedByRange(values, own(question.ranges, key), question.unstated?.includes(key));
  return { key, codes, size: values.length + 1, allowed, isCounted };
}

/**
 * Return the answer; null if the question went stale while files came.
 * @param {Catalog} catalog
 * @param {Question} question
 * @param {() => boolean} [isStale]
 * @returns {Promise<Answer | null>}
 */
export async function answer(catalog, question, isStale = () => false) {
  const found = await find(catalog, question, true, isStale);
  if (!found) return null;
  const offset = question.offset ?? 0;
  const end = offset + (question.limit ?? 48);
  const isWhole = question.group === "sections";
  const grouped = question.group ? await groupFound(catalog, found, isWhole) : null;
  const shown = (grouped?.firsts ?? engine.orderBy(found.datasets, found.key, end)).subarray(offset, end);
  const [cards, cells] = await Promise.all([
    loadRecords(catalog, "cards", shown),
    question.cells ? loadRecords(catalog, "cells", shown) : [],
  ]);
  cells.forEach((each, at) => (cards[at].cells = each));
  const shownFacets = catalog.manifest.facets.filter((facet) => facet.shown);
  const counts = shownFacets.map((facet) => [facet.key, engine.countValues(facet, found.counts[facet.key])]);
  const total = found.datasets.length;
  const { histograms, unstated, corrections, problems, gone, isUnread, readings, leftOut, isAbout } = found;
  const ways = total || isUnread ? NO_WAYS : await findWaysOn(catalog, question);
  const members = grouped?.members.slice(offset, offset + shown.length) ?? [];
  const heads = isWhole ? members.map((each, at) => (each === members[at - 1] ? [] : each)) : members;
  const studies = await describeStudies(catalog, heads, isWhole ? 1 : 2);
  const studyCount = grouped?.count ?? 0;
  const some = {
    total,
    isAbout,
    entries: grouped?.firsts.length ?? total,
    studyCount,
    studies,
    cards,
    counts: Object.fromEntries(counts),
  };
  const read = { corrections, problems, readings, leftOut };
  return isStale() ? null : { ...some, histograms, unstated, ...ways, ...read, gone };
}

/**
 * Return what was found by study; each dataset alone where the catalog has no studies.
 * @param {Catalog} catalog
 * @param {{datasets: Uint32Array, key: (dataset: number) => number}} found
 * @param {boolean} isWhole whether all datasets of a study are shown, not one
 */
async function groupFound(catalog, { datasets, key }, isWhole) {
  const { study = new Uint8Array(catalog.manifest.datasets) } = await loadFacets(catalog, ["study"]);
  return (isWhole ? inSections : groupByStudy)(engine.orderBy(datasets, key), study);
}

/** What is said of a study if all of its datasets have it. */
const SHARED_FACETS = ["source", "organism", "modality"];

/**
 * Return the study of each group of datasets; null for a smaller one, which is shown as itself.
 * @param {Catalog} catalog
 * @param {number[][]} groups
 * @param {number} least datasets of a group
 * @returns {Promise<(import("./studies.js").StudyEntry | null)[]>}
 */
async function describeStudies(catalog, groups, least) {
  if (!groups.some((datasets) => datasets.length >= least)) return groups.map(() => null);
  const { manifest } = catalog;
  const codes = await loadFacets(catalog, ["study", ...SHARED_FACETS]);
  const images = manifest.sorts.some(({ key }) => key === "images") ? await loadSort(catalog, "images") : null;
  const summaries = manifest.facets.filter(({ key }) => SHARED_FACETS.includes(key));
  const facets = summaries.map(({ key, values }) => ({ codes: codes[key], values }));
  const names = manifest.facets.find(({ key }) => key === "study")?.values ?? [];
  return groups.map((datasets) => {
    if (datasets.length < least) return null;
    const [value, text] = names[codes.study?.[datasets[0]] - 1] ?? ["", ""];
    const counted = { datasets: datasets.length, images: sumOf(datasets, images) };
    return { value, text, ...counted, shared: sharedTexts(datasets, facets) };
  });
}

/** What is said where nothing was found and nothing can be offered. */
const NO_WAYS = { relaxed: [], ways: [], missing: [] };

/**
 * Return what to ask instead of a question that finds nothing. What looks for that is loaded then; where it cannot be,
 * nothing is offered.
 * @param {Catalog} catalog
 * @param {Question} question
 * @returns {Promise<Pick<Answer, "relaxed" | "ways" | "missing">>}
 */
async function findWaysOn(catalog, question) {
  const loaded = await import("./ways.js").catch(() => null);
  if (!loaded) return NO_WAYS;
  return loaded.findWays(question, readQuery(question.text ?? "", catalog.grammar), {
    manifest: catalog.manifest,
    count: (other) => countOf(catalog, other),
    numbers: (other, key) => numbersOf(catalog, other, key),
    vocabulary: async () => {
      const texts = await loadTexts(catalog);
      return (await settle(catalog, () => vocabularyOf(texts)))?.made ?? [];
    },
  });
}

/** @param {Catalog} catalog @param {Question} question */
async function countOf(catalog, question) {
  const found = await find(catalog, { ...question, histograms: [] }, false);
  return found?.datasets.length ?? 0;
}

/** Return the different numbers of what a question finds, sorted. */
async function numbersOf(/** @type {Catalog} */ catalog, /** @type {Question} */ question, /** @type {string} */ key) {
  const { values, codes } = await loadSort(catalog, key);
  const found = await find(catalog, { ...question, histograms: [] }, false);
  const isStated = new Uint8Array(values.length + 1);
  for (const dataset of found?.datasets ?? []) isStated[codes[dataset]] = 1;
  return values.filter((_, at) => isStated[at + 1]);
}

/**
 * Return what is exported of everything that a question finds, in its order.
 * @param {Catalog} catalog
 * @param {Question} question
 * @returns {Promise<import("./client.js").Row[]>}
 */
export async function exportRows(catalog, question) {
  const found = await find(catalog, question, false);
  return loadRecords(catalog, "rows", found ? engine.orderBy(found.datasets, found.key) : new Uint32Array());
}
