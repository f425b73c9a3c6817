// Where data are hosted, by a part of the name of a host or an institution: `host jax`, `hosted by ebi`. Pure.

import { institutionAhead, SIGNS_BEHIND } from "./query-fields.js";
import { plain } from "./words.js";

/** @typedef {import("./query.js").Atom} Atom */
/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {import("./query-fields.js").Read} Read */

const HOSTED = new RegExp(
  "^(?:(?:hosted|stored|served)\\s+(?:by|at|on|in)\\s+|" +
    "(?:host|server|domain)(?:\\s?([:=])\\s?|\\s+(?:is\\s+)?))(?=(\\S+))",
  "iu",
);
const FEWEST_LETTERS = 2;

/**
 * Return the hosts and the institutions that have a word in their names, as a text begins; null where none has.
 * @param {string} text
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
export function readHost(text, grammar) {
  const found = HOSTED.exec(text);
  const written = found?.[2].replace(SIGNS_BEHIND, "") ?? "";
  const word = plain(written);
  if (!found || word.length < FEWEST_LETTERS || institutionAhead(text.slice(found[0].length), grammar)) return null;
  const [host, source] = ["host", "source"].map((name) => grammar.values.get(name));
  const has = (/** @type {typeof host} */ field, /** @type {(name: string) => boolean} */ is) =>
    field && [...(grammar.named.get(field.key) ?? [])].some(is) ? [field] : [];
  const hosts = has(host, (name) => name.includes(word));
  if (found[1] && hosts.length) return null; // the field says it
  const sources = has(source, (name) => name.split(/[^\p{L}\p{N}]+/u).includes(word));
  const [atom, ...others] = [...hosts, ...sources].map((field) => {
    return /** @type {Atom} */ ({ kind: "value", ...field, text: word, name: "" });
  });
  return atom ? { length: found[0].length + written.length, atom, word: "", others } : null;
}
