// What a query says: text in, clauses out. Pure functions.
//
// All clauses must hold. A clause is one or several alternatives (`OR`), and may be excluded (`-`). An alternative is
// a word or several that name one thing, a phrase, an address, a term of an ontology, a field's value or a limit of a
// number.

import { readAddress, readTerm } from "./addresses.js";
import { readAmount, readComparison, readCount } from "./amounts.js";
import { isOr, joinNames, MOST_WORDS_IN_NAME } from "./query-names.js";
import { plain } from "./words.js";

/** @typedef {import("./files.js").Manifest} Manifest */
/**
 * @typedef {{kind: "word", text: string, parts: string[], alike: string[], isWhole?: boolean}
 *   | {kind: "phrase", text: string}
 *   | {kind: "address", texts: string[]}
 *   | {kind: "term", name: string, text: string}
 *   | {kind: "value", key: string, text: string, isText: boolean, name: string}
 *   | {kind: "limit", key: string, from: number, to: number}} Atom
 * `parts`: words that must all be found; `alike`: other names of the same; `isWhole`: `rat` is not found in `ratio`;
 * `texts`: addresses, the best first; `isText`: whether `key` is that of a searched text, not a facet;
 * `name`: of a term, where the value is one
 */
/** @typedef {{raw: string, isExcluded: boolean, atoms: Atom[]}} Clause */
/** @typedef {{clauses: Clause[], problems: string[]}} Query */
/**
 * @typedef {object} Grammar
 * @property {Map<string, string[]>} alike name → other names of the same
 * @property {Set<string>} names of several words, of values that words find and that a query names as a whole
 * @property {Map<string, {key: string, isText: boolean}>} values fields with values, by what they are called
 * @property {Map<string, {key: string, unit: string}>} numbers
 */

/** A longer query is a mistake of the clipboard: it is answered with words. */
export const MOST_LETTERS = 2000;
const MOST_CLAUSES = 40;
/** Words that mean nothing beside others. */
const SMALL_WORDS = new Set(
  (
    "a an all and any are at but by data dataset datasets find for from image images in is me of on or picture " +
    "pictures please show that the to what where which with"
  ).split(" "),
);
const TEXT_FIELDS = ["name", "description", "url", "origin"];
/** `not` alone is a word of titles. */
const NOT = /^(?:(?:NOT|without|(?:but|and)\s+not)\s+(?=\S)|NOT$)/;
const QUOTES = /^(?:"([^"]*)(?:"|$)|“([^”"]*)(?:[”"]|$)|„([^“”"]*)(?:[“”"]|$)|«([^»]*)(?:»|$))/;
const FIELD = /^([\p{L}_][\p{L}_. ]{0,40}?)\s?(:|(?=[<>=≤≥]))\s*/u;

/**
 * Return what queries of a catalog can name.
 * @param {Manifest} manifest
 * @returns {Grammar}
 */
export function makeGrammar({ facets, sorts, alike, texts }) {
  const values = new Map(
    texts.filter(({ key }) => TEXT_FIELDS.includes(key)).map(({ key }) => [key, { key, isText: true }]),
  );
  for (const { key, asked } of facets) for (const name of asked) values.set(name.toLowerCase(), { key, isText: false });
  const numbers = new Map(sorts.flatMap(({ key, asked, unit }) => asked.map((name) => [name, { key, unit }])));
  const whole = facets
    .filter((facet) => facet.whole && facet.searched)
    .flatMap((facet) => facet.names.join("\n").split("\n"));
  return { alike: makeAlike(alike), names: new Set(whole.filter((name) => name.includes(" "))), values, numbers };
}

/** @param {string[][]} groups @returns {Map<string, string[]>} */
function makeAlike(groups) {
  /** @type {Map<string, number[]>} */
  const groupsOf = new Map();
  groups.forEach((names, at) => {
    for (const name of names) groupsOf.set(name, [...(groupsOf.get(name) ?? []), at]);
  });
  const isOwn = (/** @type {string} */ name, /** @type {number[]} */ own) =>
    groupsOf.get(name)?.every((group) => own.includes(group));
  const named = [...groupsOf].map(([name, own]) => {
    const others = own.flatMap((group) => groups[group]).filter((other) => other !== name && isOwn(other, own));
    return /** @type {[string, string[]]} */ ([name, [...new Set(others)]]);
  });
  return new Map(named);
}

/**
 * @typedef {{raw: string, isExcluded: boolean, atom: Atom | null, word: string, others?: Atom[]}} Token
 * `word`: of a plain word, which may be a part of a longer name; `atom`: of everything else; `others`: alternatives
 */

/**
 * Return what a text asks.
 * @param {string} text as typed
 * @param {Grammar} grammar
 * @returns {Query}
 */
export function readQuery(text, grammar) {
  if (text.length > MOST_LETTERS) {
    return {
      clauses: [],
      problems: [
        `The search is ${write(text.length)} characters long; ${write(MOST_LETTERS)} are possible. Shorten it.`,
      ],
    };
  }
  /** @type {string[]} */
  const problems = [];
  const tokens = joinNames(readTokens(text, grammar, problems), grammar);
  const clauses = withoutSmallWords(makeClauses(tokens));
  if (clauses.length <= MOST_CLAUSES) return { clauses, problems };
  return {
    clauses: [],
    problems: [`The search has ${clauses.length} parts; ${MOST_CLAUSES} are possible. Remove some.`],
  };
}

/**
 * @param {string} text
 * @param {Grammar} grammar
 * @param {string[]} problems
 */
function readTokens(text, grammar, problems) {
  /** @type {Token[]} */
  const tokens = [];
  let rest = text.trim();
  let isExcluded = false;
  while (rest) {
    const minus = /^[-−–](?=[^\s\-−–])/.exec(rest) ?? NOT.exec(rest);
    if (minus && !isExcluded) {
      isExcluded = true;
      rest = rest.slice(minus[0].length);
      continue;
    }
    const { length, ...token } = readToken(rest, grammar, problems);
    const raw = (isExcluded ? "-" : "") + rest.slice(0, length).trim();
    tokens.push({ ...token, raw, isExcluded });
    isExcluded = false;
    rest = rest.slice(length).trimStart();
  }
  return tokens;
}

/**
 * Return the token that a text begins with, and how long it is.
 * @param {string} rest
 * @param {Grammar} grammar
 * @param {string[]} problems
 * @returns {{length: number, atom: Atom | null, word: string, others?: Atom[]}}
 */
function readToken(rest, grammar, problems) {
  const quoted = QUOTES.exec(rest);
  if (quoted) {
    const phrase = plain(quoted.slice(1).find((each) => each !== undefined) ?? "");
    return { length: quoted[0].length, atom: phrase ? { kind: "phrase", text: phrase } : null, word: "" };
  }
  const amount = readComparison(rest);
  if (amount && grammar.numbers.has("size")) {
    const { length, from, to } = amount;
    return { length, atom: { kind: "limit", key: "bytes", from, to }, word: "" };
  }
  const counted = readCount(rest);
  const number = counted && grammar.numbers.get(counted.name);
  if (counted && number) {
    const { length, from, to } = counted;
    return { length, atom: { kind: "limit", key: number.key, from, to }, word: "" };
  }
  const field = readField(rest, grammar, problems);
  if (field) return field;
  const run = /^\S+/.exec(rest)?.[0] ?? rest;
  const term = readTerm(run);
  if (term) return { length: run.length, atom: { kind: "term", name: term, text: plain(run) }, word: "" };
  const texts = readAddress(run);
  if (texts.length) return { length: run.length, atom: { kind: "address", texts }, word: "" };
  return readWord(run);
}

/** Return a word, up to the `/` after it. @param {string} run */
function readWord(run) {
  const decoded = run.replace(/(?:%[0-9a-f]{2})+/gi, decode);
  if (decoded !== run) {
    const words = plain(decoded)
      .split("/")
      .map((word) => word.trim())
      .filter(Boolean);
    return words.length === 1
      ? { length: run.length, atom: null, word: words[0] }
      : {
          length: run.length,
          atom: /** @type {Atom} */ ({ kind: "word", text: words.join(" "), parts: words, alike: [] }),
          word: "",
        };
  }
  const part = /^\|+|^\/*[^/|]*\/*/.exec(run)?.[0] ?? run;
  const bare = part.replaceAll("/", "").replace(/^[,;!?()[\]&+*|]+|[,;!?()[\]&*|]+$/g, "");
  if (!bare.includes("*")) return { length: part.length, atom: null, word: plain(bare).trim() };
  const parts = bare.split(/\*+/).map((each) => plain(each).trim());
  return {
    length: part.length,
    atom: /** @type {Atom} */ ({ kind: "word", text: parts.join(" "), parts, alike: [] }),
    word: "",
  };
}

/** @param {string} escaped */
function decode(escaped) {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}

/**
 * Return a field and what is asked of it; null where the text begins with none.
 * @param {string} rest
 * @param {Grammar} grammar
 * @param {string[]} problems
 * @returns {{length: number, atom: Atom | null, word: string, others?: Atom[]} | null}
 */
function readField(rest, grammar, problems) {
  const head = FIELD.exec(rest);
  if (!head) return null;
  const name = head[1].toLowerCase();
  const number = grammar.numbers.get(name);
  const after = rest.slice(head[0].length);
  if (number && (head[2] !== ":" || !grammar.values.has(name) || /^[<>=≤≥\d.]/.test(after))) {
    return readNumberField(rest, head[0].length, number, problems);
  }
  const isSign = head[2] !== ":";
  if (isSign && after[0] !== "=") return null;
  const field = grammar.values.get(name);
  if (!field) return isSign ? null : readUnknownField(rest, name, problems);
  const start = head[0].length + (isSign ? (/^=\s*/.exec(after)?.[0].length ?? 0) : 0);
  return readValueField(rest, start, field, grammar);
}

/**
 * Say that a field is unknown, and leave the word after it; null where the text is none: `Thorpe: cells`, `doi:10.1`.
 * @param {string} rest
 * @param {string} name
 * @param {string[]} problems
 */
function readUnknownField(rest, name, problems) {
  const written = /^\p{L}+:(?=[\p{L}"])/u.exec(rest);
  if (!written || readTerm(/^\S+/.exec(rest)?.[0] ?? "")) return null;
  problems.push(
    `“${shorten(name)}” is not a field, so only what follows it is looked for. Fields are organism, method, ` +
      "license and others, which are suggested while you type.",
  );
  return { length: written[0].length, atom: null, word: "" };
}

/**
 * @param {string} rest
 * @param {number} start where the value begins
 * @param {{key: string, isText: boolean}} field
 * @param {Grammar} grammar
 */
function readValueField(rest, start, field, grammar) {
  const after = rest.slice(start);
  if (/\s$/.test(rest.slice(0, start)) && FIELD.test(after)) return { length: start, atom: null, word: "" };
  const quoted = QUOTES.exec(after);
  const written = quoted ? quoted[0] : (nameAhead(after, grammar) ?? /^\S*/.exec(after)?.[0] ?? "");
  const inside = quoted ? (quoted.slice(1).find((each) => each !== undefined) ?? "") : written.replace(/[,;]+$/, "");
  const length = start + written.length;
  const several = quoted ? [] : inside.split(/[,|]/).filter((each) => plain(each));
  const [atom, ...others] = [inside, ...(several.length > 1 ? several : [])].map((each) => {
    return /** @type {Atom} */ ({ kind: "value", ...field, text: plain(each), name: readTerm(each) });
  });
  return plain(inside) ? { length, atom, word: "", others } : { length, atom: null, word: "" };
}

/** Return the name of several words that a text begins with: `CC BY`. @param {string} text @param {Grammar} grammar */
function nameAhead(text, grammar) {
  for (let count = MOST_WORDS_IN_NAME; count > 1; count--) {
    const words = new RegExp(`^\\S+(?:\\s+\\S+){${count - 1}}`).exec(text)?.[0];
    if (words && grammar.names.has(plain(words))) return words;
  }
  return null;
}

/**
 * @param {string} rest
 * @param {number} start where the amount begins
 * @param {{key: string, unit: string}} number
 * @param {string[]} problems
 */
function readNumberField(rest, start, { key, unit }, problems) {
  const amount = readAmount(rest.slice(start), unit);
  if (amount) {
    const { from, to, length } = amount;
    return { length: start + length, atom: /** @type {Atom} */ ({ kind: "limit", key, from, to }), word: "" };
  }
  const written = /^\S*/.exec(rest.slice(start))?.[0] ?? "";
  const length = start + written.length;
  if (/^[<>=≤≥]*$/.test(written)) return { length, atom: null, word: "" };
  const example = unit === "bytes" ? "<5GB" : unit === "um" ? "<0.5um" : ">100";
  const asked = rest.slice(0, length).trim();
  problems.push(
    `“${shorten(asked)}” is not understood: expected a number, such as ${rest
      .slice(0, start)
      .trim()
      .replace(/[:<>=≤≥]+$/, "")}:${example}.`,
  );
  return { length, atom: null, word: "" };
}

/** @param {number} count */
const write = (count) => count.toLocaleString("en");

/** @param {string} text */
const shorten = (text) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** @param {Token[]} tokens @returns {Clause[]} */
function makeClauses(tokens) {
  /** @type {Clause[]} */
  const clauses = [];
  let isAlternative = false;
  for (const token of tokens) {
    if (isOr(token)) {
      isAlternative = token.raw !== "AND" && clauses.length > 0;
      continue;
    }
    if (!token.atom) continue;
    const last = clauses.at(-1);
    const atoms = [token.atom, ...(token.others ?? [])];
    if (isAlternative && last && !last.isExcluded && !token.isExcluded) {
      last.atoms.push(...atoms);
      last.raw += ` OR ${token.raw}`;
    } else clauses.push({ raw: token.raw, isExcluded: token.isExcluded, atoms });
    isAlternative = false;
  }
  const different = new Map(clauses.map((clause) => [JSON.stringify([clause.isExcluded, clause.atoms]), clause]));
  return [...different.values()];
}

/** @param {Clause[]} clauses */
function withoutSmallWords(clauses) {
  const isSmall = (/** @type {Clause} */ { isExcluded, atoms: [atom] }) =>
    !isExcluded && atom.kind === "word" && SMALL_WORDS.has(atom.text);
  const left = clauses.filter((clause) => clause.atoms.length > 1 || !isSmall(clause));
  return left.length ? left : clauses;
}
