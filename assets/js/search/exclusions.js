// What excludes a part of a query: a minus, or words; and how far it reaches in a list: `without A, B and C`. Pure
// functions.

import { readDate } from "./dates.js";
import { readMeasure } from "./measures.js";
import { readOrder } from "./orders.js";
import { readHost } from "./hosts.js";
import { anyNameAhead, nameAhead, readField } from "./query-fields.js";
import { readNumber } from "./query-numbers.js";
import { readLacked } from "./query-stated.js";
import { readNot, readStated, readUnstated, readValidity } from "./sentences.js";
import { plain } from "./words.js";

/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {import("./query.js").Token} Token */

/** Words after which `and` goes on with what is excluded; after `no` and `not` it may begin what is wanted. */
const REACHES_FAR = new RegExp(
  "^(?:(?:but|and)\\s+)?(?:without|w/o|all|any|every|except|exclud|neither|other|apart|hid|skip|omit|ignor|leav|" +
    "filter|minus|lacking|rather|instead|please|do)",
  "i",
);
/** What begins the name of something that is not stated, or that there is none of: `no license`, `without labels`. */
const LACKING = /^(?:without|w\/o|lacking|missing|no)\s+/i;
/** What excludes the name before it. */
const BEHIND = /^\s+(?:(?:is|are)\s+)?(?:excluded|omitted|left out)(?![\p{L}\p{N}])/iu;
const JOINT = /^(?:(and|[&+])|n?or|\/)\s+(?=\S)/;
/** The rest of a list, up to what joins its last part. */
const LIST = /^(?:[^\s,]+(?: [^\s,]+)?,\s+)*[^\s,]+(?: [^\s,]+)?,?\s+(?:(and)|n?or)\s+\S/;
/** What follows is no part of a list. */
const ELSE = new RegExp(
  "^(?:with|has|have|having|in|on|from|by|of|that|which|who|at|under|over|above|below|between|up|only|also|then|" +
    "show)\\s",
  "i",
);

/** Things of which a limit may follow that excludes them: `anything over 1 GB`. */
const THINGS =
  /^(?:(?:data|datasets?|images?|files?|anything|everything|those|ones)(?:\s+(?:(?:that|which)|is|are))*)\s+/i;
/** What stands between what excludes and a name, and means nothing: `not imaged with confocal`, `not on google`. */
const VERBS = new RegExp(
  "^(?:(?:(?:been|being|publicly)\\s+)*" +
    "(?:\\p{L}{3,}ed|available|made|done|taken|shot|shown|seen|built|written|grown)\\s+" +
    "(?:with|by|using|via|as|through|on|in|at|from|to|under|of|for)|" +
    "using|showing|depicting|displaying|featuring|involving|containing|including|having|coming\\s+from|" +
    'on|under|at|about|as|via|within|inside|for)\\s+(?:(?:an?|any|the)\\s+)?(?=[\\p{L}"“„«(]|\\dD)',
  "iu",
);

/**
 * Return what excludes the token that a text begins with, and what means nothing before the token; names that begin so
 * do not exclude.
 * @param {string} rest
 * @param {Grammar} grammar
 * @param {Date} today
 */
export function readExclusion(rest, grammar, today) {
  const not = readWordsBefore(rest, grammar);
  const after = rest.slice(not.length);
  if (!/^\p{L}/u.test(not) || isDemand(after, grammar, today) || nameAhead(after, grammar)) return not;
  const thing = THINGS.exec(after)?.[0] ?? "";
  const behind = after.slice(thing.length);
  if (thing && isDemand(behind, grammar, today)) return not + thing;
  const verb = readHost(behind, grammar) || readPrepared(behind, grammar) ? "" : VERBS.exec(behind)?.[0];
  return verb ? not + thing + verb : not;
}

const PREPARED = /^(?:embedded|mounted|fixed|cleared|cultured)\s+[io]n\s+(?:(?:an?|the)\s+)?(\p{L}{3,})/iu;

/**
 * Return how a sample was prepared, as a phrase, if a text that is excluded begins so: agarose may be somewhere else in
 * what is not `embedded in agarose`. Null where the words are a name.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {import("./query-fields.js").Read | null}
 */
export function readPrepared(rest, grammar) {
  const found = PREPARED.exec(rest);
  if (!found || kindsOf(found[1], grammar).length || grammar.alike.has(plain(found[1]))) return null;
  return { length: found[0].length, atom: { kind: "phrase", text: plain(found[0]) }, word: "" };
}

/** @param {string} rest @param {Grammar} grammar */
function readWordsBefore(rest, grammar) {
  const outside = /^outside\s+(?:of\s+)?(?=\S)/i.exec(rest)?.[0] ?? "";
  const after = rest.slice(outside.length);
  const isInstitution = anyNameAhead(after, grammar) || grammar.shortNames.has(plain(after).split(" ")[0]);
  if (outside && (isInstitution || kindsOf(after, grammar).length)) return outside;
  const minus = /^(?:[-−–](?=[^\s\-−–])|!(?=[\p{L}\p{N}"“(]))/u.exec(rest)?.[0];
  if (minus) return minus;
  const non = /^non[- ](?=(\p{L}{3,}))/iu.exec(rest);
  if (non) return [grammar.alike, grammar.valuesOf].some((names) => names.has(plain(non[1]))) ? non[0] : "";
  const none = /^(?:0|zero)\s+(?=\p{L})/iu.exec(rest)?.[0] ?? /^no\s+(?=\d+\s?\p{L})/iu.exec(rest)?.[0];
  if (none && !nameAhead(rest, grammar)) {
    const isMeasured = readMeasure(rest.slice(none.length), grammar.numbers);
    const isNamed = !readMeasure(rest, grammar.numbers) && kindsOf(rest.slice(none.length), grammar).length;
    if (/^no/i.test(none) ? isMeasured : isNamed) return none;
  }
  const isOther = /^(?:n?o|without)/i.test(rest) && readMeasure(rest, grammar.numbers);
  return isOther || readUnstated(rest, grammar) || nameAhead(rest, grammar) ? "" : readNot(rest);
}

/** What excludes the name behind it, after a name that reaches over all: `all mammals but mice`. */
const ALL_BUT =
  /^(?:all|every)\s+(?:the\s+)?([^\s,]+(?:\s[^\s,]+)?),?\s+but\s+(?!(?:not?|with|without|only)\s)(?=\p{L})/iu;

/**
 * Return a text that begins with a name and `excluded` with `excluding` before the name; of `all … but`, with `except`;
 * else the text as it is.
 * @param {string} rest
 * @param {Grammar} grammar
 */
function withWordBefore(rest, grammar) {
  const all = ALL_BUT.exec(rest);
  if (all) return `${all[1]} except ${rest.slice(all[0].length)}`;
  const name = anyNameAhead(rest, grammar) ?? /^[^\s,;]+/.exec(rest)?.[0] ?? "";
  const behind = BEHIND.exec(rest.slice(name.length))?.[0];
  return name && behind ? `excluding ${name}${rest.slice(name.length + behind.length)}` : rest;
}

/**
 * Return a text with the words before it that exclude, too, what it begins with, in place of what joins it to the token
 * before: after `without labels`, `and plates` is `without plates`. Elsewhere the text as it is.
 * @param {string} rest
 * @param {Token[]} tokens before
 * @param {{grammar: Grammar, today: Date}} reading
 */
export function withExclusion(rest, tokens, { grammar, today }) {
  const last = tokens.filter(({ atom, word }) => atom || word).at(-1);
  const isComma = /[,;]$/.test(tokens.at(-1)?.raw ?? "");
  const isSlash = last?.raw.endsWith("/");
  const lacking = last && !last.isExcluded && last.atom ? (LACKING.exec(last.raw)?.[0] ?? "") : "";
  const not = last?.not || lacking;
  if (!last || !not || /^(?:NOT|[-−–!])/.test(not)) return withWordBefore(rest, grammar);
  const reachesFar = REACHES_FAR.test(not);
  const joint = JOINT.exec(rest);
  const list = !joint && isComma ? LIST.exec(rest) : null;
  const after = rest.slice(joint?.[0].length ?? 0);
  const isIn = joint
    ? !joint[1] || reachesFar || areAlike(last.raw, after, not, grammar)
    : list
      ? !list[1] || reachesFar
      : isSlash ||
        (isComma && (isLackedAlone(not + after, grammar) || (reachesFar && !/^(?:but\s+)?(?:w|lacking)/i.test(not))));
  return isIn && isPart(after, grammar, today) ? not + after : rest;
}

/** Whether a text lacks a field of which no value is named: `without license, organism`. */
function isLackedAlone(/** @type {string} */ text, /** @type {Grammar} */ grammar) {
  const read = readUnstated(text, grammar) ?? readLacked(text, grammar);
  return read !== null && /^[.!?)]*(?:$|[,;]|\s+(?:and|n?or)\s)/i.test(text.slice(read.length));
}

/** Whether a text begins with words, not with another demand: a limit, a date, a field, an order, an exclusion. */
const isPart = (/** @type {string} */ text, /** @type {Grammar} */ grammar, /** @type {Date} */ today) =>
  !ELSE.test(text) && !isDemand(text, grammar, today) && !readNot(text);

const isDemand = (/** @type {string} */ text, /** @type {Grammar} */ grammar, /** @type {Date} */ today) =>
  [
    readNumber(text, grammar),
    readDate(text, grammar, today),
    readField(text, grammar, []),
    readStated(text, grammar),
    readUnstated(text, grammar),
    readValidity(text, grammar),
    readLacked(text, grammar),
    readOrder(text, grammar),
  ].some(Boolean);

/**
 * Return whether two parts of a query are of one kind, so that `not` before the first means both: values of the same
 * fields, words that are none, or what there may be none of.
 * @param {string} raw
 * @param {string} after
 * @param {string} not
 * @param {Grammar} grammar
 */
function areAlike(raw, after, not, grammar) {
  if (readLacked(not + after, grammar) || readUnstated(not + after, grammar)) return true;
  const [one, other] = [raw.replace(/^-\(?/, ""), after].map((text) => kindsOf(text, grammar));
  return one.length ? one.some((each) => other.includes(each)) : !other.length;
}

/** Return the facets whose values a text begins with. @param {string} text @param {Grammar} grammar */
function kindsOf(text, grammar) {
  const name = nameAhead(text, grammar) ?? /^\S+/.exec(text)?.[0] ?? "";
  const word = plain(name).replace(/[^\p{L}\p{N}]+$/u, "");
  return [word, word.replace(/s$/, "")].flatMap((each) => [...(grammar.valuesOf.get(each)?.keys() ?? [])]);
}
