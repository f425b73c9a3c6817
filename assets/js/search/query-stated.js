// Fields that are stated or not, in a query: `with license`, `without labels`, `no organism`. Pure functions.

import { makeName } from "./query-names.js";
import { nameAhead, SIGNS_BEHIND } from "./query-fields.js";
import { readStated } from "./sentences.js";
import { plain } from "./words.js";

/** @typedef {import("./query.js").Atom} Atom */
/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {import("./query-fields.js").Read} Read */

/**
 * Return the fields that a text begins with, and of which it says that they are stated: `with name and license`.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
export function readAllStated(rest, grammar) {
  const clauses = [];
  let length = 0;
  for (let text = rest, joint = 0; ;) {
    const stated = readStated(text, grammar);
    const atom = stated && makeUnstatedAtom(stated.name, grammar);
    if (!atom) break;
    clauses.push({ raw: stated.name, isExcluded: true, atoms: [atom] });
    length += stated.length + joint;
    const and = /^(?:,|,?\s+and)\s+(?:with\s+)?/.exec(rest.slice(length));
    if (!and) break;
    joint = and[0].length - "with ".length;
    text = `with ${rest.slice(length + and[0].length)}`;
  }
  return clauses.length ? { length, atom: { kind: "group", clauses }, word: "" } : null;
}

const INCOMPLETE =
  /^(?:(?:with|has|have|having)\s+)?(?:missing|incomplete)\s+(?:metadata|annotations?)(?![\p{L}\p{N}:])/iu;
/** What lists say of a dataset, where they say it. */
const ANNOTATED = ["organism", "method", "license", "description"];

/**
 * Return that any of what lists say of a dataset is not stated, if a text begins so: `missing metadata`.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
export function readIncomplete(rest, grammar) {
  const length = INCOMPLETE.exec(rest)?.[0].length ?? 0;
  const [atom, ...others] = length ? ANNOTATED.flatMap((name) => makeUnstatedAtom(name, grammar) ?? []) : [];
  return atom ? { length, atom, word: "", others } : null;
}

/** What says the same as `without`, of which names of values begin: `without labels`. */
const LACKING = new RegExp(
  "^(?:no|without|w/o|lacking|missing|not having|(?:do|does)(?: not|n['’]?t) have|(?:has|have|having|with) no)\\s+" +
    "(?:(?:an?|any)\\s+)?(?=\\p{L})",
  "iu",
);

/**
 * Return the name of a value that a text begins with in other words: `lacking labels` is `without labels`; else null.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
export function readLacked(rest, grammar) {
  const lacking = LACKING.exec(rest)?.[0];
  const name = lacking && nameAhead(`without ${rest.slice(lacking.length)}`, grammar);
  if (!name) return null;
  const length = lacking.length + name.length - "without ".length;
  return { length, atom: makeName(plain(name).replace(SIGNS_BEHIND, ""), grammar), word: "" };
}

/** @param {string} name of a field @param {Grammar} grammar @returns {Atom | null} */
export function makeUnstatedAtom(name, { values, numbers, facetOf }) {
  const number = numbers.get(name === "pixel size" ? "pixel" : name);
  if (number && !values.has(name)) return { kind: "unstated", key: number.key };
  const field = values.get(name) ?? facetOf.get(name);
  const isMissing = !field || field.isText;
  return field || values.has("missing")
    ? isMissing
      ? { kind: "value", key: "missing", isText: false, text: plain(name), name: "" }
      : { kind: "value", ...field, text: "none", name: "" }
    : null;
}
