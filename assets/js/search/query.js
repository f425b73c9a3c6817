// What a query says: text in, clauses out. Pure functions.
//
// All clauses must hold. A clause is one or several alternatives (`OR`), and may be excluded (`-`). An alternative is
// a word or several that name one thing, a phrase, an address, a term of an ontology, a field's value or a limit of a
// number, or several clauses in parentheses.

import { readAddress, readDoi, readIdentifier, readNames, readTaxon, readTerm, readZarr } from "./addresses.js";
import { makeClauses } from "./alternatives.js";
import { readAvailability } from "./availability.js";
import { readDate } from "./dates.js";
import { readDimensions } from "./dimensions.js";
import { readExclusion, readPrepared, withExclusion } from "./exclusions.js";
import { readHost } from "./hosts.js";
import { readRule, readStudy } from "./identifiers.js";
import { readLicense, readLicenseAddress } from "./licenses.js";
import { readSign } from "./measures.js";
import { readOrder } from "./orders.js";
import { readDates } from "./query-dates.js";
import {
  anyNameAhead,
  institutionAhead,
  makeUnstatedAtom,
  nameAhead,
  QUOTES,
  readField,
  readFieldInWords,
  shorten,
  SIGNS_BEHIND,
} from "./query-fields.js";
import { isOr, joinNames, nameOf } from "./query-names.js";
import { readAxis, readBareNumber, readNumber, withRightNoun } from "./query-numbers.js";
import { readFurther } from "./several.js";
import { lengthOfPower } from "./sides.js";
import { readAllStated, readIncomplete, readLacked } from "./query-stated.js";
import { asTyped, readWildcards, readWord } from "./query-words.js";
import { readAsking, readUnstated, readValidity } from "./sentences.js";
import { isOrdinary, isUnfinished } from "./small-words.js";
import { withoutSmallWords } from "./small.js";
import { plain } from "./words.js";
import { writeCount } from "../writing.js";

/**
 * @typedef {{kind: "word", text: string, parts: string[], alike: string[], isWhole?: boolean, isDone?: boolean,
 *     isSpecies?: boolean, inTexts?: string[], code?: string, keys?: string[], usual?: string}
 *   | {kind: "phrase", text: string, keys?: string[]}
 *   | {kind: "pattern", text: string}
 *   | {kind: "address", texts: string[], names: string[]}
 *   | {kind: "term", name: string, text: string}
 *   | {kind: "value", key: string, text: string, isText: boolean, name: string, isName?: boolean,
 *     isPattern?: boolean, sign?: string}
 *   | {kind: "limit", key: string, from: number, to: number}
 *   | {kind: "unstated", key: string}
 *   | {kind: "group", clauses: Clause[]}} Atom
 * `parts`: words that must all be found; `alike`: other names of the same, `usual`: the one of these that most
 * write; `isWhole`: `rat` is not found in `ratio`;
 * `isDone`: no letter can follow, as something else follows, or the word is an acronym in capitals;
 * `isSpecies`: `cat` is no `CAT scan`; `inTexts`: what texts call it that is meant in capitals: `FISH` is no fish;
 * `keys`: facets of which it names whole values: it finds these and no texts;
 * `code`: letters and a number that are one identifier where any dataset has it: `idr 51` is `idr0051`;
 * `texts`: addresses, the best first; `names`: what they name, as whole words; `isText`: whether `key` is that of a
 * searched text, not a facet; `name`: of a term, where the value is one; `isName`: whether the text is a term's name,
 * `isPattern`: whether it has wildcards;
 * `sign`: of a date to compare values with
 */
/** @typedef {{raw: string, isExcluded: boolean, atoms: Atom[], said?: string}} Clause `said`: what it is a part of */
/** @typedef {import("./orders.js").Order & {raw: string}} Order an order of the results, in words */
/**
 * @typedef {{clauses: Clause[], order: Order | null, asksOrder: boolean, small: import("./small.js").SmallWord[],
 *   problems: string[]}} Query
 * `asksOrder`: also for one that the catalog cannot have, or for another demand that is left out with a note;
 * `small`: words that mean nothing beside the others, unless they are a part of a name
 */
/** @typedef {import("./grammar.js").Grammar} Grammar */

/** A longer query is a mistake of the clipboard: it is answered with words. */
export const MOST_LETTERS = 2000;
const MOST_CLAUSES = 40;
/** What has no space in it, up to the next address: lists of these are pasted. */
const RUN = /^\S+?(?=[,;|]+(?:https?|s3|gs):\/\/|\s|$)[,;|]*/i;
/** Parentheses in parentheses. */
const MOST_DEPTH = 5;
/**
 * @typedef {{raw: string, isExcluded: boolean, atom: Atom | null, word: string, others?: Atom[], not?: string,
 *   isDone?: boolean}} Token
 * `word`: of a plain word, which may be a part of a longer name; `atom`: of everything else; `others`: alternatives;
 * `not`: what excludes it; `isDone`: whether anything follows
 */

/**
 * Return what a text asks.
 * @param {string} text as typed
 * @param {Grammar} grammar
 * @param {Date} [today]
 * @returns {Query}
 */
export function readQuery(text, grammar, today = new Date()) {
  if (text.length > MOST_LETTERS) {
    return nothing(
      `The search is ${writeCount(text.length)} characters long; ${writeCount(MOST_LETTERS)} are allowed. Shorten it.`,
    );
  }
  const read = readPart(asTyped(text), grammar, today, 0);
  const count = countClauses(read.clauses);
  if (count <= MOST_CLAUSES) return read;
  return nothing(`The search has ${count} parts; ${MOST_CLAUSES} are allowed. Remove some.`);
}

/** @param {string} problem @returns {Query} */
const nothing = (problem) => ({
  clauses: [],
  order: null,
  asksOrder: false,
  small: [],
  problems: [problem],
});

/** @param {Clause[]} clauses @returns {number} */
const countClauses = (clauses) =>
  clauses.reduce((sum, { atoms }) => {
    return (
      sum + atoms.reduce((most, each) => Math.max(most, each.kind === "group" ? countClauses(each.clauses) : 1), 1)
    );
  }, 0);

/** Return the keys of the numbers that clauses ask about. @param {Clause[]} clauses @returns {string[]} */
export const askedNumbers = (clauses) =>
  clauses.flatMap(({ atoms }) =>
    atoms.flatMap((atom) =>
      atom.kind === "group"
        ? askedNumbers(atom.clauses)
        : atom.kind === "limit" || atom.kind === "unstated"
          ? [atom.key]
          : [],
    ),
  );

/**
 * Return what a text asks, or a part of one in parentheses.
 * @param {string} text
 * @param {Grammar} grammar
 * @param {Date} today
 * @param {number} depth in how many parentheses it is
 * @returns {Query}
 */
function readPart(text, grammar, today, depth) {
  /** @type {Reading} */
  const reading = { grammar, today, depth, order: null, behind: null, asksOrder: false, problems: [] };
  const tokens = joinNames(readTokens(text, reading), grammar);
  const { order, asksOrder, problems } = reading;
  return { ...withoutSmallWords(makeClauses(tokens, grammar), asksOrder), order, asksOrder, problems };
}

/**
 * @typedef {{grammar: Grammar, today: Date, depth: number, order: Order | null, asksOrder: boolean, problems: string[],
 *   behind: {left: number, length: number} | null}} Reading
 * What is read so far; `behind`: words of the order that stand behind others: how much of the text is left where they
 * begin; `asksOrder`: also for one that the catalog cannot have.
 */

/**
 * @param {string} text
 * @param {Reading} reading
 */
function readTokens(text, reading) {
  /** @type {Token[]} */
  const tokens = [];
  let rest = text.trim();
  const asking = readAsking(rest);
  rest = rest.slice(asking.length);
  noteCount(asking.count, reading);
  /** What excludes the next token: a minus, or words. */
  let not = "";
  while (rest && !(tokens.length && isUnfinished(rest) && !readAlike(rest, tokens, reading.grammar))) {
    if (!not) rest = withExclusion(rest, tokens, reading);
    const own = readOwn(rest, not, reading.grammar);
    const skipped = not || own ? 0 : readOrderAt(rest, reading) || readBut(rest, reading);
    if (skipped) {
      rest = rest.slice(skipped).trimStart();
      continue;
    }
    const begin = not || own ? "" : readExclusion(rest, reading.grammar, reading.today);
    if (begin) {
      not = begin;
      rest = rest.slice(begin.length);
      continue;
    }
    const name = !own && /^\p{L}/u.test(not) ? anyNameAhead(rest, reading.grammar) : null;
    const prepared = not ? readPrepared(rest, reading.grammar) : null;
    const named = own ?? (name ? readName(name, reading.grammar) : prepared);
    const { length, ...token } =
      named ?? readAlike(rest, tokens, reading.grammar) ?? readToken(rest, reading, tokens.at(-1));
    const written = rest.slice(0, length).trim();
    const quoted = prepared ? `"${written}"` : named && /\s/.test(written) ? `(${written})` : written;
    const raw = not ? `-${quoted}` : written;
    rest = rest.slice(length).trimStart();
    tokens.push({ ...token, raw, isExcluded: not !== "", not, isDone: rest !== "" || reading.depth > 0 });
    not = "";
  }
  return tokens;
}

/**
 * Return what a text begins with and no other reading may take words of: validity, availability, a field that is
 * stated, or an institution; else null.
 * @param {string} rest
 * @param {string} not what excludes it
 * @param {Grammar} grammar
 * @returns {import("./query-fields.js").Read | null}
 */
function readOwn(rest, not, grammar) {
  const valid = readValidity(rest, grammar);
  if (valid)
    return { length: valid.length, atom: { kind: "value", ...valid.field, text: valid.value, name: "" }, word: "" };
  const availability = readAvailability(rest, grammar);
  if (availability) return availability;
  const lacked = not ? null : readLacked(rest, grammar);
  if (lacked) return lacked;
  const stated = not ? null : (readIncomplete(rest, grammar) ?? readAllStated(rest, grammar));
  if (stated) return stated;
  const name = not ? null : institutionAhead(rest, grammar);
  return name ? readName(name, grammar) : null;
}

/** Read an order, of several the first; return how long it is. @param {string} rest @param {Reading} reading */
function readOrderAt(rest, reading) {
  const { grammar, today, depth, behind, problems } = reading;
  if (behind?.length && behind.left === rest.length) return behind.length;
  if (depth || (/^(?:new|recent)\s/i.test(rest) && readDate(rest, grammar, today))) return 0;
  const found = readOrder(rest, grammar);
  if (!found) return 0;
  const { length, key, isLargestFirst, count } = found;
  const raw = `${rest.slice(0, length)} ${found.behind}`.trim();
  reading.asksOrder = true;
  reading.behind = { left: rest.length - length - found.gap, length: found.behind.length };
  noteCount(count, reading);
  if (!found.isKnown) {
    problems.push(`No dataset states what “${shorten(raw)}” would be sorted by, so nothing is sorted by it.`);
  } else if (key && reading.order) {
    problems.push(`“${shorten(raw)}” is left out: results have one order.`);
  } else if (key) reading.order = { key, isLargestFirst, raw };
  return length;
}

/** Say that all is shown, where only some is asked for. @param {string} count @param {Reading} reading */
function noteCount(count, { problems }) {
  if (count) problems.push(`All results are shown, not only ${count}: the number is left out.`);
}

/**
 * Return how long `but` is before what is not stated, or a name that begins so.
 * @param {string} rest
 * @param {Reading} reading
 */
function readBut(rest, { grammar }) {
  const but = /^(?:but|and)\s+(?=\S)/i.exec(rest)?.[0] ?? "";
  const after = rest.slice(but.length);
  return but && (readUnstated(after, grammar) || readLacked(after, grammar)) ? but.length : 0;
}

/**
 * Return a name of several words.
 * @param {string} name
 * @param {Grammar} grammar
 * @returns {import("./query-fields.js").Read}
 */
function readName(name, grammar) {
  const text = plain(name).replace(SIGNS_BEHIND, "");
  return { length: name.length, atom: nameOf(text.split(" "), grammar, name) ?? { kind: "phrase", text }, word: "" };
}

/**
 * Return the number that a text begins with after `and`, compared as the one before (`at least 3 channels and 100
 * slices`), or after `or`, of the same as before (`2 channels or more than 3`).
 * @param {string} rest
 * @param {Token[]} tokens before
 * @param {Grammar} grammar
 * @returns {import("./query-fields.js").Read | null}
 */
function readAlike(rest, tokens, grammar) {
  const last = tokens.at(-1);
  const limit = last && isOr(last) ? tokens.at(-2) : null;
  if (limit?.atom?.kind === "limit") return readFurther(rest, { raw: limit.raw, key: limit.atom.key }, grammar);
  const and = /^(?:and|,)\s+(?=\d)/.exec(rest)?.[0];
  const sign = and && last?.atom?.kind === "limit" ? readSign(last.raw) : null;
  if (!and || !last || !sign || !/[<>]/.test(sign.sign)) return null;
  const words = last.raw.slice(0, sign.length);
  const read = readNumber(words + rest.slice(and.length), grammar);
  return read && { ...read, length: read.length - words.length + and.length };
}

/** Whether a number behind a token may belong to it: `plate 3`. @param {Token | undefined} token */
const isName = (token) => Boolean(token?.word) && !/[,;]$/.test(token?.raw ?? "") && !isOrdinary(token?.word ?? "");

/**
 * Return the token that a text begins with, and how long it is.
 * @param {string} rest
 * @param {Reading} reading
 * @param {Token} [before]
 * @returns {import("./query-fields.js").Read}
 */
function readToken(rest, reading, before) {
  const { grammar, today, depth, problems } = reading;
  const isAfterName = isName(before);
  const quoted = QUOTES.exec(rest);
  if (quoted) {
    const phrase = plain(quoted.slice(1).find((each) => each !== undefined) ?? "");
    return { length: quoted[0].length, atom: phrase ? { kind: "phrase", text: phrase } : null, word: "" };
  }
  const group = depth < MOST_DEPTH ? readGroup(rest, reading) : null;
  if (group) return group;
  const identifier = readIdentifier(rest);
  if (identifier) {
    const { names, length } = identifier;
    return { length, atom: { kind: "address", texts: [], names }, word: "" };
  }
  const power = lengthOfPower(rest);
  if (power) {
    problems.push(`“${rest.slice(0, power)}” is left out: the search knows lengths of pixels, not areas or volumes.`);
    reading.asksOrder = true;
    return { length: power, atom: null, word: "" };
  }
  const number = readAxis(rest, grammar, before) ?? readNumber(rest, grammar, isAfterName);
  if (number) return number;
  const right = withRightNoun(rest);
  const counted = right && readNumber(right.text, grammar, isAfterName);
  if (right && counted && counted.length >= right.least) {
    problems.push(`“${right.word}” is taken as “${right.near}”.`);
    return { ...counted, length: counted.length + right.word.length - right.near.length };
  }
  const date = readDates(rest, grammar, today);
  if (date) {
    problems.push(...date.notes);
    if (!date.atom) reading.asksOrder = true;
    return date;
  }
  const unstated = nameAhead(rest, grammar) ? null : readUnstated(rest, grammar);
  if (unstated) return { length: unstated.length, atom: makeUnstatedAtom(unstated.name, grammar), word: "" };
  const bare = readBareNumber(rest, grammar);
  if (bare) return bare;
  const field = readDimensions(rest, grammar) ?? readHost(rest, grammar) ?? readField(rest, grammar, problems);
  if (field) return field;
  const license = readLicenseAddress(rest, grammar) ?? readLicense(rest, grammar);
  if (license) return license;
  const inWords = nameAhead(rest, grammar) ? null : readFieldInWords(rest, grammar);
  if (inWords) return inWords;
  const run = RUN.exec(rest)?.[0] ?? rest;
  const taxon = readTaxon(rest);
  if (taxon) return { length: taxon.length, atom: { kind: "term", name: taxon.name, text: taxon.name }, word: "" };
  const term = readTerm(run);
  if (term) return { length: run.length, atom: { kind: "term", name: term, text: plain(run) }, word: "" };
  const doi = readDoi(run);
  const texts = doi ? [doi] : readAddress(run);
  if (texts.length) return { length: run.length, atom: makeAddress(texts, readNames(run)), word: "" };
  const zarr = readZarr(run);
  if (zarr) return { length: run.length, atom: { kind: "address", texts: [zarr.text], names: [zarr.name] }, word: "" };
  return readRule(run, grammar) ?? readStudy(run) ?? readWildcards(run) ?? readWord(run);
}

/**
 * Return an address. Of a dataset, it names no other; else it means another page without its query, where the query
 * names what is looked for.
 * @param {string[]} texts
 * @param {string[]} named
 * @returns {Atom}
 */
function makeAddress(texts, named) {
  const names = texts.some((text) => text.includes(".zarr")) ? [] : named;
  return { kind: "address", texts: names.length ? texts.slice(0, 1) : texts, names };
}

/**
 * Return what stands in parentheses; null where they hold a single word, as those of titles do.
 * @param {string} rest
 * @param {Reading} reading
 * @returns {import("./query-fields.js").Read | null}
 */
function readGroup(rest, { grammar, today, depth, problems }) {
  const length = rest[0] === "(" ? lengthOfGroup(rest) : 0;
  const inside = rest.slice(1, Math.max(1, length - 1));
  if (!/\S\s+\S/.test(inside)) return null;
  const { clauses, problems: others } = readPart(inside, grammar, today, depth + 1);
  problems.push(...others);
  if (!clauses.length) return null;
  if (clauses.length > 1 || clauses[0].isExcluded) return { length, atom: { kind: "group", clauses }, word: "" };
  const [atom, ...alternatives] = clauses[0].atoms;
  return { length, atom, word: "", others: alternatives };
}

/** Return how long the parentheses are that a text begins with; 0 where they are not closed. @param {string} text */
function lengthOfGroup(text) {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(") open++;
    else if (text[at] === ")" && --open === 0) return /^(?:$|[\s,;.)?!])/.test(text.slice(at + 1)) ? at + 1 : 0;
  }
  return 0;
}
