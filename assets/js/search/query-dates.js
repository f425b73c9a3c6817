// Dates in a query, as what their field should have: one, a list, or from one to another. Pure functions.

import { readDate } from "./dates.js";
import { readMeasure } from "./measures.js";
import { makePiece } from "./query-numbers.js";
import { plain } from "./words.js";

/** @typedef {import("./query.js").Atom} Atom */
/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {import("./dates.js").SaidDate} SaidDate */
/** @typedef {import("./query-fields.js").Read} Read */

const YEAR = "(?:19|20)\\d{2}";
const VERB = /^(?:added|listed|uploaded|imported|indexed|published|released|new)\s+/i;
const BETWEEN = /^(?:between|from)\s+(\S.{2,20}?)\s+(?:and|to|until|till|or)\s+(?=\S)/iu;
const YEARS = new RegExp(`^(?:in\\s+)?(${YEAR})(?:\\s?[-–—]\\s?|\\s+to\\s+)(?=${YEAR}(?![\\p{L}\\p{N}-]))`, "iu");
const JOINT = /^(?:\s*[,/]\s*(?:(?:or|and)\s+)?|\s+(?:or|and|but)\s+)(?=\S)/i;
/** More dates are a table that somebody pasted. */
const MOST_DATES = 12;

/**
 * Return what a text begins to say of dates, with what the visitor should know; null where it says nothing of them.
 * @param {string} text
 * @param {Grammar} grammar
 * @param {Date} today
 * @returns {(Read & {notes: string[]}) | null}
 */
export function readDates(text, grammar, today) {
  const range = readRange(text, grammar, today);
  if (range) return range;
  const first = readDate(text, grammar, today);
  if (!first) return null;
  const verb = VERB.exec(text)?.[0] ?? "";
  const said = [first];
  let [length, isEither] = [first.length, false];
  while (said.length < MOST_DATES) {
    const joint = JOINT.exec(text.slice(length))?.[0] ?? "";
    const after = text.slice(length + joint.length);
    const next = joint && !readMeasure(after, grammar.numbers) ? readDate(verb + after, grammar, today) : null;
    if (!next || next.length <= verb.length || next.field?.key !== first.field?.key) break;
    said.push(next);
    length += joint.length + next.length - verb.length;
    isEither ||= /or|\//i.test(joint);
  }
  const isBoth = !isEither && said.every(({ sign }) => /^[<>]/.test(sign));
  return makeRead(length, said, isBoth && said.length > 1);
}

/**
 * Return the dates from one to another that a text begins with: `published between 2022 and 2024`, `2022-2024`.
 * @param {string} text
 * @param {Grammar} grammar
 * @param {Date} today
 */
function readRange(text, grammar, today) {
  const verb = VERB.exec(text)?.[0] ?? "";
  const rest = text.slice(verb.length);
  const found = BETWEEN.exec(rest) ?? YEARS.exec(rest);
  if (!found) return null;
  const [low, high] = [`${verb}since ${found[1]}`, `${verb}until ${rest.slice(found[0].length)}`];
  const [from, to] = [readDate(low, grammar, today), readDate(high, grammar, today)];
  if (!from || !to || from.length < low.length || from.field?.key !== to.field?.key) return null;
  const length = verb.length + found[0].length + to.length - verb.length - "until ".length;
  const notes = (/** @type {SaidDate} */ said, /** @type {string} */ as) =>
    said.note.replace(as, text.slice(0, length));
  const said = { ...from, note: from.field ? from.note : notes(from, low) };
  return makeRead(length, from.field ? [said, to] : [said], from.field !== null);
}

/**
 * @param {number} length
 * @param {SaidDate[]} said
 * @param {boolean} isBoth whether all of it must hold
 * @returns {Read & {notes: string[]}}
 */
function makeRead(length, said, isBoth) {
  const atoms = said.map(({ field, value, sign, also, words }) => {
    const asked = { text: plain(value), name: "", ...(sign ? { sign } : {}) };
    const fields = [...(field ? [field] : []), ...also];
    const own = fields.map((each) => /** @type {Atom} */ ({ kind: "value", ...each, ...asked }));
    return words ? [...own, makePiece(plain(words))] : own;
  });
  const notes = [...new Set(said.map(({ note }) => note).filter(Boolean))];
  const clauses = atoms.map((each) => ({ raw: "", isExcluded: false, atoms: each }));
  if (isBoth && said[0].field) return { length, atom: { kind: "group", clauses }, word: "", notes };
  const [atom = null, ...others] = said[0].field ? atoms.flat() : [];
  return { length, atom, word: "", others, notes };
}
