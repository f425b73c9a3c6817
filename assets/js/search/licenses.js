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

/** Addresses of licenses: of Creative Commons, SPDX, the Open Source Initiative and Open Data Commons. */
const ADDRESS = new RegExp(
  "^<?(?:https?:\\/\\/)?(?:www\\.)?(?:" +
    "creativecommons\\.org\\/licenses\\/([a-z-]+)\\/(\\d\\.\\d)|" +
    "creativecommons\\.org\\/publicdomain\\/(zero\\/1\\.0)|" +
    "(?:spdx|opensource|opendatacommons)\\.org\\/licen[sc]es?\\/([a-z0-9.+-]+?)(?:\\.(?:html|json|php|txt))?" +
    ")(?:\\/[^\\s,;]*)?(?=$|[\\s,;>)])[,;>)]*",
  "i",
);

/**
 * Return the license whose address a text begins with, in any of its forms; null where it is none.
 * @param {string} text
 * @param {import("./grammar.js").Grammar} grammar
 * @returns {import("./query-fields.js").Read | null}
 */
export function readLicenseAddress(text, grammar) {
  const found = ADDRESS.exec(text);
  const [, demands, version, zero, id = ""] = found ?? [];
  const name = demands ? `CC ${demands} ${version}` : zero ? "CC0 1.0" : id;
  if (!found || !grammar.named.has("license")) return null;
  const isNamed = grammar.named.get("license")?.has(plain(name));
  const read = isNamed ? { atom: makeName(plain(name), grammar), word: "" } : readLicense(name, grammar);
  return read && { ...read, length: found[0].length };
}

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
