// Identifiers in a query, as people copy them: names of studies with what follows them, and codes of rules. Pure
// functions.

import { makeValue } from "./query-fields.js";
import { plain } from "./words.js";

/** @typedef {import("./query-fields.js").Read} Read */

/** A study of the IDR with its name (`idr0012-fuchs-cellmorph`), a part (`idr0012/screenA`), or the part's letter. */
const STUDY = /^(idr\d{4})(?:[a-z]|[-_]\p{L}[^\s/]*)?(?:\/(?:screen|experiment)s?[-_]?[a-z\d]?)?\/?(?=[,;.]?$)/iu;

/**
 * Return the study that a word is with more than its accession; what is behind that counts only where a dataset has it.
 * @param {string} run
 * @returns {Read | null}
 */
export function readStudy(run) {
  const [written, accession] = STUDY.exec(run) ?? [];
  if (!written || !accession || written === accession) return null;
  const text = plain(written.replace(/\/$/, ""));
  return { length: run.length, atom: { kind: "address", texts: [text], names: [plain(accession)] }, word: "" };
}

/**
 * Return the code of a rule that a word is: it finds the datasets with that problem.
 * @param {string} run
 * @param {import("./grammar.js").Grammar} grammar
 * @returns {Read | null}
 */
export function readRule(run, grammar) {
  const code = run.replace(/[,;.!?)]+$/, "");
  const field = grammar.values.get("rule");
  const isCode = field && /\p{L}-\p{L}/u.test(code) && grammar.named.get(field.key)?.has(plain(code));
  return isCode ? { length: run.length, atom: makeValue(code, field, grammar), word: "" } : null;
}
