// Whether and how a text has a piece. Texts that neighbors share are templates, with a sign for the stem of each. Pure
// functions.

import { isBorder } from "./words.js";

/** @typedef {import("./words.js").Literal} Literal */

/** Stands in a text that neighbors share, where each has its stem. */
export const STEM = "\u0001";

/**
 * Return how a piece of text is at a position of a text: 0 it does not count there, 1 inside a word, 2 a word begins.
 * @param {string} text
 * @param {number} at where the text has it
 * @param {Literal} literal
 */
export function fitAt(text, at, { text: piece, bound }) {
  const begins = isBorder(text[at - 1], piece[0]);
  if (bound && !begins) return 0;
  const end = at + piece.length;
  if (bound === 2 && !isBorder(text[end], piece[piece.length - 1])) return 0;
  return begins ? 2 : 1;
}

/**
 * Return how a text has a piece at best: 0 not at all, 1 inside a word, 2 where a word begins.
 * @param {string} text
 * @param {Literal} literal
 */
export function fitIn(text, literal) {
  if (literal.pattern) return text.includes(literal.text) && literal.pattern.test(text) ? 2 : 0;
  let best = 0;
  for (let at = text.indexOf(literal.text); at >= 0 && best < 2; at = text.indexOf(literal.text, at + 1)) {
    best = Math.max(best, fitAt(text, at, literal));
  }
  return best;
}

/**
 * Return whether texts have a piece, wherever. Neighbors mostly have the same template, which is looked at once.
 * @param {string} piece
 * @returns {(template: string, stem: string) => boolean}
 */
export function finderOf(piece) {
  let [last, isInLast] = ["", false];
  return (template, stem) => {
    if (template !== last) [last, isInLast] = [template, template.includes(piece)];
    return isInLast || isAtStem(template, stem, piece);
  };
}

/**
 * Return whether a text has a piece in its stem, or across the border of it. Only what is near the stem is made for
 * that, and only where the piece has a sign that is beside the stem.
 * @param {string} template
 * @param {string} stem
 * @param {string} piece
 */
function isAtStem(template, stem, piece) {
  const [at, last] = [template.indexOf(STEM), template.lastIndexOf(STEM)];
  if (at < 0) return false;
  if (stem.includes(piece)) return true;
  const mayCross = piece.includes(template.charAt(at - 1)) || piece.includes(template.charAt(at + 1));
  if (at === last && !mayCross) return false;
  const begin = template.slice(Math.max(0, at - piece.length + 1), at);
  return withStem(begin + template.slice(at, last + piece.length), stem).includes(piece);
}

/** Return a text from its template; a loop is some times as fast as `split` and `join`. */
export function withStem(/** @type {string} */ template, /** @type {string} */ stem) {
  let [text, start] = ["", 0];
  for (let at = template.indexOf(STEM); at >= 0; at = template.indexOf(STEM, start)) {
    text += template.slice(start, at) + stem;
    start = at + 1;
  }
  return text + template.slice(start);
}

/**
 * Return whether a piece could begin in a stem and end beside it, or the other way round.
 * @param {string[]} pieces the text around stems
 * @param {string} word
 */
export function canCross(pieces, word) {
  for (let each = 0; each < pieces.length; each++) {
    const piece = pieces[each];
    if (!piece) continue;
    const [first, last] = [piece[0], piece[piece.length - 1]];
    for (let at = 1; at < word.length; at++) {
      if (each < pieces.length - 1 && word[at - 1] === last) {
        const head = word.slice(0, at);
        if (piece.endsWith(head) || head.endsWith(piece)) return true;
      }
      if (each > 0 && word[at] === first) {
        const tail = word.slice(at);
        if (piece.startsWith(tail) || tail.startsWith(piece)) return true;
      }
    }
  }
  // Two stems side by side, or a text that is nothing but one: what is between them is empty.
  return pieces.slice(1, -1).includes("");
}
