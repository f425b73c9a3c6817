// How the words of a query were read, where they are more than words: limits, orders, exclusions, alternatives, what is
// not stated; each with the query without it. Pure functions.

import { SIGNS_BEHIND } from "./query-fields.js";
import { merged } from "./several.js";

/** @typedef {import("./query.js").Atom} Atom */
/** @typedef {import("./query.js").Clause} Clause */
/** @typedef {import("./query.js").Query} Query */
/** @typedef {import("./several.js").Ends} Ends */
/**
 * What was read. `raw`: the words; `without`: the query without them; `included`: the query that finds what does not
 * state the number, too, and `unstated`: how many datasets that adds. `signs`: of dates that are compared each in its
 * way; `isBoth`: with both.
 * @typedef {{raw: string, without: string, unstated?: number, included?: string} & (
 *   {kind: "limit", key: string, ranges: [from: number, to: number][], isUnstated: boolean}
 *   | {kind: "limits", limits: {key: string, from: number, to: number}[]}
 *   | {kind: "unstated", key: string}
 *   | {kind: "stated", keys: string[]}
 *   | {kind: "value", key: string, texts: string[], sign: string, signs?: string[], isBoth?: boolean}
 *   | {kind: "not", texts: string[]}
 *   | {kind: "either", texts: string[]}
 *   | {kind: "order", key: string, isLargestFirst: boolean})} Reading
 */

/**
 * Return what of a query is more than words.
 * @param {Query} query
 * @param {boolean} isOrdered whether the order in words counts
 * @returns {Reading[]}
 */
export function readingsOf({ clauses, order }, isOrdered) {
  const read = clauses.flatMap((clause, at) => {
    const found = readingOf(clause);
    const others = clauses.filter((_, each) => each !== at);
    return found ? [{ ...found, raw: clause.raw, without: writeQuery(others, order) }] : [];
  });
  const { key = "", isLargestFirst = false, raw = "" } = order ?? {};
  const without = writeQuery(clauses, null);
  return order && isOrdered ? [...read, { kind: "order", key, isLargestFirst, raw, without }] : read;
}

/**
 * Return the text of a query; `order`: one in words, or none.
 * @param {{raw: string}[]} clauses
 * @param {{raw: string} | null} order
 */
export const writeQuery = (clauses, order) => [...clauses, ...(order ? [order] : [])].map(({ raw }) => raw).join(" ");

/** @param {Clause} clause */
function readingOf({ raw, isExcluded, atoms }) {
  if (isExcluded) return { kind: /** @type {const} */ ("not"), texts: textsOf(raw.slice(1)) };
  const limit = rangesOf(atoms) ?? rangesOf([bareLimitOf({ raw, atoms })]);
  if (limit) return { kind: /** @type {const} */ ("limit"), ...limit };
  const [atom] = atoms;
  const isStated = atom.kind !== "unstated" && (atom.kind !== "value" || atom.text !== "none");
  if (!isStated && atoms.length === 1) return { kind: /** @type {const} */ ("unstated"), key: atom.key };
  const value = valueOf(atoms, raw);
  if (value) return value;
  if (atoms.every((each) => each.kind === "value" && each.text === /** @type {{text: string}} */ (atom).text))
    return {
      kind: /** @type {const} */ ("either"),
      texts: atoms.flatMap((each) => ("key" in each && "text" in each ? [`${each.key}: ${each.text}`] : [])),
    };
  if (atoms.length === 1) return atom.kind === "group" ? groupOf(atom.clauses) : speciesOf(atom);
  return raw.includes(" OR ") ? { kind: /** @type {const} */ ("either"), texts: textsOf(raw) } : null;
}

/**
 * Return the value of a field that a clause is or names, or several of one; else null.
 * @param {Atom[]} atoms
 * @param {string} raw
 * @returns {{kind: "value", key: string, texts: string[], sign: string, signs?: string[]} | null}
 */
function valueOf(atoms, raw) {
  const [first] = atoms;
  const [key, ...others] = ("keys" in first && first.keys) || [];
  const words = raw.replace(SIGNS_BEHIND, "").replace(/^n(?:either|or)(?= )/i, "no");
  const named = { kind: /** @type {const} */ ("value"), key, texts: [words], sign: "" };
  if (key && !others.length && atoms.length === 1) return named;
  if (first.kind !== "value" || !atoms.every((each) => each.kind === "value" && each.key === first.key)) return null;
  const typed = /^[^\s:=]+\s?[:=]+\s*(.+)$/su.exec(raw)?.[1].replace(/^["“„«]|["”»]$/g, "");
  const isTyped = typed && first.key !== "missing" && !raw.includes(" OR ");
  const texts = isTyped ? [typed] : atoms.map((each) => ("text" in each ? each.text : ""));
  const signs = atoms.map((each) => ("sign" in each && each.sign) || "");
  const compared = new Set(signs).size > 1 ? { signs } : {};
  return { kind: /** @type {const} */ ("value"), key: first.key, texts, sign: first.sign ?? "", ...compared };
}

/** Return the limits that a group is, what is stated, or what is excluded; else null. @param {Clause[]} clauses */
function groupOf(clauses) {
  const limits = clauses.flatMap((each) => (each.isExcluded ? [] : (limitOf(each.atoms) ?? [])));
  if (limits.length === clauses.length) return { kind: /** @type {const} */ ("limits"), limits };
  const dates = clauses.every(({ isExcluded }) => !isExcluded)
    ? valueOf(
        clauses.flatMap(({ atoms }) => atoms),
        "",
      )
    : null;
  if (dates?.signs) return { ...dates, isBoth: true };
  if (!clauses.every(({ isExcluded }) => isExcluded)) return null;
  const keys = clauses.flatMap(({ atoms: [atom] }) =>
    atom.kind === "unstated" || (atom.kind === "value" && (atom.text === "none" || atom.key === "missing"))
      ? [atom.key === "missing" && "text" in atom ? atom.text : atom.key]
      : [],
  );
  if (keys.length === clauses.length) return { kind: /** @type {const} */ ("stated"), keys };
  return clauses.length === 1 ? { kind: /** @type {const} */ ("not"), texts: textsOf(clauses[0].raw) } : null;
}

/** Return that a short name of a species was read as that: `cat` is no `CAT scan`. @param {Atom} atom */
const speciesOf = (atom) =>
  atom.kind === "word" && atom.isSpecies
    ? { kind: /** @type {const} */ ("value"), key: "organism", texts: [atom.text], sign: "" }
    : null;

/**
 * Return the one limit that a clause is, perhaps besides that the same number is not stated; else null.
 * @param {Atom[]} atoms
 */
export function limitOf([atom, ...others]) {
  if (atom.kind !== "limit") return null;
  return others.every(({ kind, ...other }) => kind === "unstated" && "key" in other && other.key === atom.key)
    ? atom
    : null;
}

/**
 * Return the ranges of one number that a clause is, perhaps besides that it is not stated; else null.
 * @param {(Atom | null)[]} atoms
 * @returns {{key: string, ranges: [from: number, to: number][], isUnstated: boolean} | null}
 */
export function rangesOf(atoms) {
  const [first] = atoms;
  if (first?.kind !== "limit") return null;
  const { key } = first;
  if (!atoms.every((each) => (each?.kind === "limit" || each?.kind === "unstated") && each.key === key)) return null;
  const ranges = atoms.flatMap((each) => (each?.kind === "limit" ? [/** @type {Ends} */ ([each.from, each.to])] : []));
  return { key, ranges: merged(ranges), isUnstated: ranges.length < atoms.length };
}

/**
 * Return the limit that a number with a unit may be, which may be words of a text as well; else null.
 * @param {{raw: string, atoms: Atom[]}} clause
 */
export const bareLimitOf = ({ raw, atoms: [atom, other] }) =>
  atom.kind === "limit" && other?.kind === "word" && !raw.includes(" OR ") ? atom : null;

/** @param {string} raw */
const textsOf = (raw) =>
  withoutParentheses(raw)
    .split(raw.includes(" OR ") ? " OR " : " or ")
    .map((each) => withoutParentheses(each.replace(/,$/, "")));

/** @param {string} text */
const withoutParentheses = (text) => text.replace(/^\(([^()]*)\)$/, "$1");
