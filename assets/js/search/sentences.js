// What the words of a sentence mean where they are no names: what is not stated (`no license`), exclusions (`not`,
// `except`), and words that mean nothing beside others. Orders are in `orders.js`. Pure functions.

import { FEW } from "./orders.js";

/** @typedef {import("./grammar.js").Grammar} Grammar */

/** Verbs that negate what follows. */
export const NEGATED =
  "(?:(?:do(?:es)?|did|ca|could|wo|will|would|should|is|are|was|were|has|have|had)(?: not|n['’]?t)|can ?not|never|" +
  "no longer(?! than))";
/** A complaint excludes nothing: `I can't find mouse data`. */
const COMPLAINT = new RegExp(`^(?:why )?(?:i )?${NEGATED} (?:i )?(?:find|see)\\s+(?=\\S)`, "iu");
const WHAT = /^(?:i|it|that|there|what|where|who)['’](?:d|m|s|ve)\s+(?=\S)/iu;
const FIRST = new RegExp(
  `^(?:(?:the )?(?:first|best)\\s+(${FEW})\\s+(?=\\p{L})|(?:(?:show|give)(?: me)? )?(\\d{1,4})\\s+` +
    "(?:examples?|datasets|(?:images|pictures)\\s+(?:of|from|showing))\\s+(?=\\S))",
  "iu",
);
const HOW = new RegExp(
  "^(?:(?:tell|show) me )?how " +
    "(?:many\\s+(?=\\S)|(?:big|large|small|heavy|long|wide|deep|high|tall)\\s+(?:is|are)\\s+(?=\\S))",
  "iu",
);

/**
 * Return how long the words are by which a text asks what there is, some of it, or how large it is, and of how many.
 * @param {string} text
 */
export function readAsking(text) {
  const found = [COMPLAINT, HOW, WHAT, FIRST].map((pattern) => pattern.exec(text)).find(Boolean);
  return { length: found?.[0].length ?? 0, count: found?.[1] ?? found?.[2] ?? "" };
}

const NO =
  "(?:no|without|w/o|lacking|(?:do|does)(?: not|n['’]?t) (?:have|state)|not having|not (?:stated|known)|" +
  "missing|unknown|unstated|unspecified|undefined)\\s+" +
  "(?:(?:an?|any|the|known|stated)\\s+)?";
const SAID = "(?:stated|known|given|specified|info(?:rmation)?)";
const IS = "\\s+(?:(?:is|are)\\s+)?";
const UNSTATED = `${IS}(?:not\\s+${SAID}|unknown|missing|unstated|unspecified)`;
/** Behind a field of which no value is asked. */
const ALONE = "(?=[,;.!?)]*(?:$|\\s+(?:is$|(?:and|n?or|but|yet)\\s)))";
const UNLICENSED = /^(?:un|not )licen[sc]ed(?![\p{L}\p{N}]| (?:as|by|for|to|under|with))/iu;

/**
 * Return the field that a text begins with, and of which it says that it is not stated; null where it says it of none.
 * @param {string} text
 * @param {Grammar} grammar
 * @returns {{name: string, length: number} | null}
 */
export function readUnstated(text, grammar) {
  const unlicensed = UNLICENSED.exec(text);
  if (unlicensed) return { name: "license", length: unlicensed[0].length };
  const found = grammar.unstated.exec(text);
  const name = (found?.[1] ?? found?.[2] ?? found?.[3])?.toLowerCase();
  const key = grammar.values.get(found?.[2]?.toLowerCase() ?? "")?.key ?? "";
  const isValue = found && grammar.named.get(key)?.has(/\p{L}+$/u.exec(found[0])?.[0].toLowerCase() ?? "");
  return found && name && !isValue && !(found[3] && grammar.valuesOf.has(name))
    ? { name, length: found[0].length }
    : null;
}

/**
 * Return the patterns of what says that a field is stated, or not.
 * @param {Iterable<string>} names of fields
 */
export function makeStatements(names) {
  const all = [...names].sort((one, other) => other.length - one.length).join("|");
  const joint = "(?:,|,?\\s+and)\\s+";
  const make = (/** @type {string} */ pattern) => new RegExp(`^(?:${pattern})(?![\\p{L}\\p{N}:])`, "iu");
  return {
    unstated: make(
      `${NO}(${all})(?:\\s+${SAID})?|(${all})${UNSTATED}|(?:not|neither|nor)\\s+(?:an?\\s+)?(${all})${ALONE}`,
    ),
    stated: make(
      `(?:(?:with|has|have|having|states?|stating)\\s+(?:(?:both|an?|any|the|known|stated)\\s+)?|known\\s+)(${all})` +
        `(?:${IS}${SAID}|${ALONE}|(?=,\\s+(?:${all})${ALONE}))|` +
        `(?:both\\s+)?(${all})(?:${IS}${SAID}|(?=${joint}(?:\\p{L}+${joint})?\\p{L}+${IS}${SAID}))`,
    ),
  };
}

/** What says in words what is wrong with metadata, or not. @type {[words: string, value: string, field?: string][]} */
const VALIDITIES = [
  [
    "(?:not|non)[ -](?:valid|compliant|conforming)(?: metadata)?|invalid(?: metadata)?(?: only)?|" +
      "fail(?:s|ed|ing)? (?:the )?validation|(?:with|has|have|having) (?:metadata )?(?:errors|problems)|" +
      "(?:broken|bad|wrong) metadata",
    "no",
  ],
  [
    "(?:only )?valid(?: metadata)?(?: only)?|(?:metadata )?error[- ]free|compliant|" +
      "pass(?:es|ed|ing)? (?:the )?validation|" +
      "(?:without|no|0|zero|free of)(?: any)? (?:metadata )?(?:errors|problems)",
    "yes",
  ],
  ["(?:(?:with|has|have|having) )?(?:metadata )?warnings", "warnings", "rule"],
];
const VALIDITY = VALIDITIES.map(([words, value, field = "valid"]) => ({
  pattern: new RegExp(`^(?:${words})(?![\\p{L}\\p{N}_]|-\\p{L}|\\s?[:<>=≤≥])`, "iu"),
  value,
  field,
}));

/**
 * Return whether metadata are valid or have warnings, as a text begins; null where it says nothing of it, or the
 * catalog does not.
 * @param {string} text
 * @param {Grammar} grammar
 */
export function readValidity(text, { values }) {
  const said = VALIDITY.find(({ pattern }) => pattern.test(text));
  const field = said && values.get(said.field);
  return field ? { field, value: said.value, length: said.pattern.exec(text)?.[0].length ?? 0 } : null;
}

/**
 * Return the field that a text begins with, and of which it says that it is stated: `with license`, if nothing follows
 * that it may have; null where it says it of none. Values that are called so, such as `labels`, are meant themselves.
 * @param {string} text
 * @param {Grammar} grammar
 * @returns {{name: string, length: number} | null}
 */
export function readStated(text, grammar) {
  const found = grammar.stated.exec(text);
  const name = (found?.[1] ?? found?.[2] ?? "").toLowerCase();
  return found && !grammar.valuesOf.has(name) ? { name, length: found[0].length } : null;
}

const AHEAD = '[\\p{L}"“„«(]';
/** `not` alone is a word of titles. */
const NOT_SHOWN =
  `(?:(?:please )?(?:${NEGATED}|no need to)` +
  "(?:\\s+(?:show|want|include|need|like|display|list|give|have|contain|used?|come|care(?: for| about)?|be|been))*|" +
  "none of|nothing(?= (?:from|of|by|with|on|under|over|above|below|before|after|\\p{L}+er than) )|" +
  "not\\s+(?:interested in|having|containing|including|with)|" +
  "lacking|hide|hiding|skip|omit|ignor(?:e|ing)|leav(?:e|ing) out|filter out|minus|w/o)(?:\\s+(?:me|any))*";
const NOT = new RegExp(
  "^(?:(?:without|(?:but|and)\\s+(?:not|no|without))\\s+(?=\\S)|" +
    `(?:${NOT_SHOWN}|not|(?:all\\s+)?except(?:ing|\\s+for)?|excluding|exclude|neither|` +
    "(?:all|anything|everything)\\s+but|other\\s+than|apart\\s+from|rather\\s+than|instead\\s+of):?" +
    `\\s+(?=[<>≤≥]?\\d|${AHEAD})|` +
    'no\\s+(?!derivative)(?=\\p{L}{2}|\\d{1,3}[- ]?(?:d|bit)(?!\\p{L})|["“„«(]))',
  "iu",
);
/** What may stand between what excludes and what is excluded. */
const ARTICLES = new RegExp(
  "^(?:(?:an?|any|the|all|from|in|by|of|with|(?:data|datasets?|images?|files|anything|everything|those|ones)" +
    "(?:\\s+(?:from|of|with|by|in|(?:that|which)(?:\\s+(?:is|are))?)|(?=\\s+(?:i|we|you)\\s)))\\s+(?=\\S))+",
  "iu",
);

/** Return the words that a text begins with, and that exclude what follows; else nothing. */
export function readNot(/** @type {string} */ text) {
  const not = /^NOT(?:\s+(?=\S)|$)/.exec(text)?.[0] ?? NOT.exec(text)?.[0] ?? "";
  return not && not + (ARTICLES.exec(text.slice(not.length))?.[0] ?? "");
}
