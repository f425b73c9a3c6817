// Fields that are stated or not, in a query: `with license`, `without labels`, `no organism`. Pure functions.

import { readMeasure } from "./measures.js";
import { makeName } from "./query-names.js";
import { makeUnstatedAtom, nameAhead, SIGNS_BEHIND } from "./query-fields.js";
import { readStated, readUnstated } from "./sentences.js";
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
  const contrast = readContrast(rest, grammar);
  if (contrast) return contrast;
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

/** Words that say what a dataset is rather than that it states something: `study without license`. */
const THINGS = /^(?:stud(?:y|ies)|institutions?|institutes?|sources?|hosts?|lists?|projects?|kinds?|types?)$/i;
const BUT = new RegExp(
  "^(\\p{L}[\\p{L} -]{1,30}?)(?:,?\\s+(?:(?:but|and|yet)\\s+)?)" +
    "(?=(?:has |have |with )?(?:not?|without|w\\/o|lacking|missing)\\s)",
  "iu",
);
const BUT_WITH = /^(?:but|yet)\s+(?:(?:with|has|have|having)\s+)?(?:(?:an?|any|the)\s+)?(?=\p{L})/iu;

/**
 * Return the field that a text begins with, and that is stated as others are not: `organism but no method`, `method
 * without organism`, or, after what is not, `but license`; null without.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
function readContrast(rest, grammar) {
  const but = BUT_WITH.exec(rest)?.[0] ?? "";
  const found = but ? null : BUT.exec(rest);
  const lacked = found ? rest.slice(found[0].length).replace(/^(?:has|have|with) /i, "") : "";
  const isLacked = lacked && (readUnstated(lacked, grammar) ?? readLacked(lacked, grammar));
  if (!but && (!found || !isLacked || THINGS.test(found[1]))) return null;
  const name = found ? found[1] : rest.slice(but.length);
  const stated = readStated(`with ${name}`, grammar);
  const length = stated ? stated.length - "with ".length : 0;
  const atom = stated && (!found || length === name.length) ? makeUnstatedAtom(stated.name, grammar) : null;
  if (!stated || !atom) return null;
  const clauses = [{ raw: stated.name, isExcluded: true, atoms: [atom] }];
  return { length: but.length + length, atom: { kind: "group", clauses }, word: "" };
}

/** What says the same as `without`, of which names of values begin: `without labels`. */
const LACKING = new RegExp(
  "^(?:no|0|zero|neither|nor|without|w/o|lacking|missing|not having|(?:do|does)(?: not|n['’]?t) have|" +
    "(?:has|have|having|with) no)\\s+(?:(?:an?|any)\\s+)?(?=\\p{L})",
  "iu",
);

/**
 * Return the name of a value that a text begins with in other words: `lacking labels` is `without labels`; else null.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
export function readLacked(rest, grammar) {
  const isCount = /^(?:0|zero)\s/i.test(rest) && readMeasure(rest, grammar.numbers);
  const lacking = isCount ? "" : LACKING.exec(rest)?.[0];
  const after = rest.slice(lacking?.length);
  const name = lacking && nameAhead(`without ${after.replace(/[,;.!?]+(?=\s|$)/, "")}`, grammar);
  if (!name) return null;
  const end = name.length - "without ".length;
  const length = lacking.length + end + (/^[,;.!?]*/.exec(after.slice(end))?.[0].length ?? 0);
  return { length, atom: makeName(plain(name).replace(SIGNS_BEHIND, ""), grammar), word: "" };
}
