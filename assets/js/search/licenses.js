// Licenses in a query, by what their texts call them: `CC BY-SA`, `MIT license`, `attribution 4.0`. Pure functions.

import { makeEither } from "./query-numbers.js";
import { makeName } from "./query-names.js";
import { plain } from "./words.js";

/** What licenses demand, and the sign of it in names of Creative Commons: https://creativecommons.org/licenses/. */
const DEMANDS = ["attribution|by", "non[- ]?commercial|nc", "share[- ]?alike|sa", "no[- ]?deriv(?:ative)?s?|nd"];
const DEMAND = `(?:${DEMANDS.join("|")})`;
const LIST = `${DEMAND}(?:[- ]${DEMAND})*`;
const PATTERN = new RegExp(
  "^(licen[sc]e[sd]?\\s+(?:(?:is|as|under|with)\\s+)?(?:(?:an?|the)\\s+)?)?" +
    `((cc|creative commons)[- ]?(?:0|zero|${LIST})|${LIST}|public domain|mit|apache|bsd|isc|[al]?gpl|mpl|odbl|pddl)` +
    "((?:\\s+licen[sc]e[sd]?|[- ]?v?\\d(?:\\.\\d)?|[- ](?:clause|international))*)(?![\\p{L}\\p{N}])[,;]?",
  "iu",
);

/**
 * Return the license that a text begins with, where its words say that it is one; null where they do not, or no dataset
 * states any. One that none has is looked for as a whole, and not by the words in it.
 * @param {string} text
 * @param {import("./grammar.js").Grammar} grammar
 * @returns {import("./query-fields.js").Read | null}
 */
export function readLicense(text, grammar) {
  const { named } = grammar;
  const names = named.get("license");
  const found = names && PATTERN.exec(text);
  if (!found) return null;
  const [{ length }, before, name, creative, after] = found;
  const version = /\d.*\d|\d/.exec(after)?.[0] ?? "";
  const written = plain(`${name} ${version}`).trim();
  if (names.has(written)) {
    return before || !written.includes(" ") ? null : { length, atom: makeName(written, grammar), word: "" };
  }
  const isVersion = /\.\d/.test(after) && name !== "by";
  const isLicense = before || creative || isVersion || /licen/i.test(after) || /^(?:share|no[- ]?d|public)/i.test(name);
  if (!isLicense) return null;
  const signs = DEMANDS.reduce(
    (all, words) => all.replace(new RegExp(words, "iu"), words.slice(-2)),
    plain(written).replace("creative commons", "cc"),
  );
  const value = (signs.startsWith("by") ? "cc " : "") + signs;
  const ids = [...names].filter((each) => /\d/.test(each) && ` ${each}`.includes(` ${value}`));
  return makeEither("license", names.has(value) || !ids.length ? [value] : ids, found[0]);
}
