// Whether datasets can be reached, in ordinary words: `can't be opened`, `never answered`, `can I still download`. Pure
// functions.

import { makeValue } from "./query-fields.js";
import { NEGATED } from "./sentences.js";

const WHO = "(?:(?:that|which) )?(?:(?:i|we|you|one) )?";
const BESIDE = "(?:(?:i|we|you|be|been|still|now|ever|even|yet|able to) )*";
const DONE =
  "(?:(?:re)?open|reach|access|read|load|download|respond|answer|work|fetch|online|available|found)" +
  "(?:s|ed|ing|able|ible)?";
/** What ends a text, or stands before another demand. */
const STOP = "(?=[\\s?!.]*$|[,;])";
/** Not `not found`, which is one value alone, and not `not open`, which may go on with `access`. */
const pattern = (/** @type {string} */ words) =>
  new RegExp(
    `^(?!(?:(?:is|are) )?not (?:found|open)(?!\\p{L}))(?:${words})(?![\\p{L}\\p{N}]|-\\p{L}|:|\\s(?:under|as)\\s)`,
    "iu",
  );
const UNREACHABLE = pattern(
  `${WHO}(?:${NEGATED}|not|unable to|fail(?:s|ed|ing)? to|can (?:i|we|you) not) ${BESIDE}${DONE}|inaccessible|` +
    `(?:is|are) down|(?:down|failed)${STOP}`,
);
const REACHABLE = pattern(
  `${WHO}(?:(?<=(?:i|we|you|one) )can|can (?:i|we|you) still|can be|(?:can )?still) ${BESIDE}${DONE}`,
);

/**
 * Return whether datasets can be reached, as a text begins; null where it says nothing of it, or no dataset states it.
 * @param {string} rest
 * @param {import("./grammar.js").Grammar} grammar
 * @returns {import("./query-fields.js").Read | null}
 */
export function readAvailability(rest, grammar) {
  const field = grammar.values.get("status");
  const not = field && UNREACHABLE.exec(rest);
  const said = not || (field && REACHABLE.exec(rest));
  if (!said) return null;
  const atom = makeValue("reachable", field, grammar);
  const clauses = [{ raw: "reachable", isExcluded: true, atoms: [atom] }];
  return { length: said[0].length, atom: not ? { kind: "group", clauses } : atom, word: "" };
}
