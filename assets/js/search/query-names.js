// Words of a query that together are a name of an organism, a method or a value. Pure functions.

import { isOrdinary, isSmall } from "./small-words.js";
import { formOf, otherNumbers, plain, variantsOf } from "./words.js";

/** @typedef {import("./query.js").Atom} Atom */
/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {import("./query.js").Token} Token */

export const MOST_WORDS_IN_NAME = 6;
/** What may be an identifier with a space in it, as of archives: `idr 51`, `EMPIAR 11666`. */
const CODE = /^\p{L}{2,8} [0-9]{1,6}$/u;

/** The first names of a term, of which one is English, of one word: it is found in texts and addresses as if typed. */
const USUAL = /^[a-z]{5,}$/;

/** Names of values that texts use for something else at least as often: `dead cells`, `static field`. */
const OF_TEXTS = new Set("dead down gray grey live mask masks open static".split(" "));

/**
 * Join neighboring words that together are a name, the longest first.
 * @param {Token[]} tokens
 * @param {Grammar} grammar
 */
export function joinNames(tokens, grammar) {
  /** @type {Token[]} */
  const joined = [];
  for (let at = 0; at < tokens.length;) {
    const most = countWords(tokens, at);
    let count = Math.max(1, most);
    let atom = null;
    for (; count >= 1 && most; count--) {
      const words = tokens.slice(at, at + count).map(({ word }) => word);
      atom = nameOf(words, grammar, tokens[at].raw);
      if (atom || count === 1) break;
    }
    const pair = atom || !most ? null : pairAt(tokens, at, most);
    if (pair && pair.text !== tokens[at].word) count = 2;
    const raw = tokens
      .slice(at, at + count)
      .map((token) => token.raw)
      .join(" ");
    const word = tokens[at].word;
    const own = atom ?? pair ?? (word && !isOr(tokens[at]) ? makeWord(word) : tokens[at].atom);
    const isDone = own?.kind === "word" && tokens[at + count - 1].isDone;
    joined.push({
      ...tokens[at],
      raw,
      atom: isDone ? { ...own, isDone } : own,
      word: count === 1 ? word : "",
    });
    at += count;
  }
  joined.forEach((token, at) => {
    // `Tonsil 1 or 2`
    const joint = joined[at - 1];
    const one = /^(?:and|or)$/i.test(joint?.raw) ? joined[at - 2] : /,$/.test(joint?.raw) ? joint : null;
    const letters = one?.atom?.kind === "word" && one.atom.code && one.raw.split(" ")[0];
    if (!letters || token.isExcluded || !/^\d{1,6}$/.test(token.word)) return;
    const atom = nameOf([plain(letters), token.word], grammar, letters);
    joined[at] = { ...token, raw: `${letters} ${token.raw}`, atom, word: "" };
  });
  return joined;
}

/** What one letter may follow: it is a name beside these, and begins none. */
const NAMED_BY_LETTERS = new Set("axis chromosome column group panel part plate row type vitamin well".split(" "));

/** Whether a word before a letter and a number is named by them, or a number. @param {string} [word] */
export const isNamedByLetters = (word = "") => NAMED_BY_LETTERS.has(word) || /^\d/.test(word);

/**
 * Return a letter and the word after it as one: `T cells`, `T-cells`; not an article, nor what names the word before:
 * `plate B`.
 * @param {Token[]} tokens
 * @param {number} at
 * @param {number} count how many plain words follow each other
 * @returns {Extract<Atom, {kind: "word"}> | null}
 */
function pairAt(tokens, at, count) {
  const [{ raw, word }, next] = [tokens[at], tokens[at + 1]];
  const before = tokens[at - 1]?.word ?? "";
  if (/^\p{L} \p{L}{3,}$/u.test(word)) return { ...makeWord(word), isWhole: true };
  const isLetter = /^\p{L}$/u.test(word) && /^(?:[^aeioyAI])$/u.test(raw);
  if (count < 2 || !isLetter || !/^\p{L}{3,}$/u.test(next.word)) return null;
  if (isSmall(next.word) || isSmall(before) || NAMED_BY_LETTERS.has(before)) return null;
  return { ...makeWord(`${word} ${next.word}`), isWhole: true };
}

/**
 * Return how many plain words follow each other; an excluded one stays alone.
 * @param {Token[]} tokens
 * @param {number} at
 */
function countWords(tokens, at) {
  if (!tokens[at].word || isOr(tokens[at])) return 0;
  if (tokens[at].isExcluded) return 1;
  let count = 1;
  while (
    count < MOST_WORDS_IN_NAME &&
    tokens[at + count]?.word &&
    !tokens[at + count].isExcluded &&
    !isOr(tokens[at + count])
  ) {
    count++;
  }
  return count;
}

/**
 * Return the words as one name; null if they are none.
 * @param {string[]} words
 * @param {Grammar} grammar
 * @param {string} raw the first word as typed
 * @returns {Atom | null}
 */
export function nameOf(words, grammar, raw) {
  const text = words.join(" ");
  const joined = text.replaceAll(" ", "");
  for (const name of new Set([text, ...otherNumbers(text), ...(words.length === 1 ? spaced(joined, grammar) : [])])) {
    const alike = grammar.alike.get(name);
    if (alike) {
      const usual = alike.slice(0, 3).find((each) => USUAL.test(each));
      return {
        kind: "word",
        text,
        parts: words,
        alike: [...new Set([name, ...alike])].filter((each) => each !== text),
        ...(usual && usual !== text ? { usual } : {}),
        ...(isShort(text, raw, grammar) ? { isWhole: true, ...(isCapital(raw) ? { isDone: true } : {}) } : {}),
        ...(isCapital(raw) && grammar.acronymsOf.has(text) ? { inTexts: grammar.acronymsOf.get(text) } : {}),
        ...(grammar.species.has(name) && words.length === 1 ? { isWhole: true, isSpecies: true } : {}),
      };
    }
    if (words.length > 1 && grammar.names.has(name)) return makeName(name, grammar);
  }
  const keys = words.length === 1 && !isSmall(text) && !OF_TEXTS.has(text) ? keysOf(text, grammar) : [];
  if (keys.length) return { ...makeWord(text), keys };
  if (words.length === 1 && grammar.shortNames.has(text)) return { ...makeWord(text), isWhole: true };
  if (words.length > 1 && /\d/.test(text) && grammar.forms.has(formOf(text))) return makeWord(text);
  return words.length === 2 && CODE.test(text) && !isOrdinary(words[0])
    ? { kind: "word", text, parts: words, alike: [], code: joined }
    : null;
}

/**
 * Return a name of several words, of values that it finds alone, if it is the name of any.
 * @param {string} text
 * @param {Grammar} grammar
 * @returns {Atom}
 */
export const makeName = (text, grammar) => ({ kind: "phrase", text, keys: keysOf(text, grammar) });

/**
 * Return the keys of the facets of which a text names whole values, in any spelling.
 * @param {string} text
 * @param {Grammar} grammar
 */
const keysOf = (text, { valuesOf, wholeKeys }) => {
  const spellings = [text, ...variantsOf(text).map((each) => each.text)];
  const keys = spellings.flatMap((each) => [...(valuesOf.get(each)?.keys() ?? [])]);
  return [...wholeKeys].filter((key) => keys.includes(key));
};

/**
 * Whether a name is so short that many other words have it: `rat`, `EM`, `STED`.
 * @param {string} text
 * @param {string} raw
 * @param {Grammar} grammar
 */
const isShort = (text, raw, { acronyms }) =>
  acronyms.has(text) || (/^\p{L}{1,4}$/u.test(text) && (text.length < 4 || raw === raw.toUpperCase()));

/** Whether a name is an acronym, as it is written. @param {string} raw */
const isCapital = (raw) => raw === raw.toUpperCase() && /\p{Lu}{2}/u.test(raw);

/** Return the names that a word is without their spaces. @param {string} word @param {Grammar} grammar */
const spaced = (word, { joined }) => [word, ...otherNumbers(word)].flatMap((each) => joined.get(each) ?? []);

/** @param {string} word @returns {Extract<Atom, {kind: "word"}>} */
const makeWord = (word) => ({ kind: "word", text: word, parts: [word], alike: [] });

/** @param {Token} token */
export const isOr = ({ raw }) => /^(?:OR|or|AND|and\/|vs\.?|versus|\|+)$/.test(raw);
