// Fields in a query, and what is asked of them: `organism:mouse`, `size:<5GB`. Pure functions.

import { readTerm } from "./addresses.js";
import { own } from "../own.js";
import { MOST_WORDS_IN_NAME } from "./query-names.js";
import { WILDCARD } from "./query-words.js";
import { limitsOf, readAmounts } from "./several.js";
import { isNear, otherNumbers, plain } from "./words.js";

/** @typedef {import("./query.js").Atom} Atom */
/** @typedef {import("./grammar.js").Grammar} Grammar */
/** @typedef {{length: number, atom: Atom | null, word: string, others?: Atom[]}} Read `length`: of what was read */

/** Of several languages. */
export const QUOTES = /^(?:"([^"]*)(?:"|$)|“([^”"]*)(?:[”"]|$)|„([^“”"]*)(?:[“”"]|$)|«([^»]*)(?:»|$))/;
const FIELD = /^([\p{L}_][\p{L}_. ]{0,40}?)\s?(:|(?=[<>=≤≥≠]|!=))\s*/u;
/** What is written for a number or a value that is not stated. */
export const NOT_STATED = ["none", "not stated", "unknown", "unstated", "not known", "unspecified"];
const NONE = new RegExp(`^"?(${NOT_STATED.join("|")})"?(?![\\p{L}\\p{N}])`, "iu");
/** What is written for any value. */
const ANY = /^(?:\*|any|stated|known)(?=[\s,;]|$)/iu;
/** A number of pixels, or of bytes, which is no count of anything else: `images > 500 px wide`, `images > 5 GB`. */
const OF_PIXELS = /^[<>=≤≥]+\s*\d[\d.,]*\s?(?:px|pixels?|[kmgtp]i?b|[nuµμm]m)(?!\p{L})/iu;
/** What may stand between a field and its value; the first group excludes it. */
const SIGN_OF_VALUE = /^(?:==?|(!==?|<>|≠))\s*/;
/** Names of fields of this many letters and more may have a typo. */
const FEWEST_LETTERS = 4;

/** @param {string} text */
export const shorten = (text) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** What people call fields, besides the names that are suggested. */
const OTHER_NAMES = {
  channels: ["nchannels"],
  codec: ["compression", "compressor"],
  dimensions: ["dim", "dims", "dimension"],
  dtype: ["bitdepth", "data type", "datatype", "pixel type", "pixeltype"],
  host: ["domain", "server"],
  kind: ["type"],
  label: ["label image", "label images"],
  list: ["csv"],
  method: ["imaging", "imaging method", "microscopy"],
  name: ["title"],
  organism: ["animal"],
  pixel: ["pixel size", "pixelsize", "voxel", "voxel size", "voxelsize"],
  rule: ["code", "error", "problem"],
  size: ["file size", "filesize"],
  source: ["center", "centre", "lab", "laboratory", "provider", "university"],
  status: ["availability"],
  study: ["project"],
  version: ["format", "ngff", "spec", "specification"],
};
/** @type {Record<string, string>} */
const ALIASES = Object.fromEntries(
  Object.entries(OTHER_NAMES).flatMap(([field, names]) => names.map((name) => [name, field])),
);

/**
 * Return a field and what is asked of it; null where the text begins with none.
 * @param {string} rest
 * @param {Grammar} grammar
 * @param {string[]} problems
 * @returns {Read | null}
 */
export function readField(rest, grammar, problems) {
  const head = FIELD.exec(rest);
  if (!head) return null;
  const after = rest.slice(head[0].length);
  const name = valuedName(nameOf(rest, head[1].toLowerCase(), grammar, problems), after, grammar);
  const number = grammar.numbers.get(name);
  if (number?.unit === "" && head[2] !== ":" && OF_PIXELS.test(after)) return null;
  if (number && (head[2] !== ":" || !grammar.values.has(name) || /^[<>=≤≥\d.]/.test(after))) {
    return readNumberField(rest, head[0].length, number, problems);
  }
  const isSign = head[2] !== ":";
  const sign = isSign ? SIGN_OF_VALUE.exec(after) : null;
  if (isSign && !sign) return null;
  const field = grammar.values.get(name);
  if (!field) return isSign ? null : readUnknownField(rest, name, problems);
  const read = readValueField(rest, head[0].length + (sign?.[0].length ?? 0), field, grammar);
  return sign?.[1] && read.atom ? withoutValue(read, rest, field, grammar) : read;
}

/** What joins a further value; a comma may belong to the value before. */
const AMONG = /(?:,\s*|(?<=,)\s+|\s+(?=(?:n?or|and)\s))(?:(?:n?or|and)\s+)?/iy;

/**
 * Return that a field has none of its values in a list: `organism != mouse`, `organism not mouse or human`.
 * @param {Read} read of the first value
 * @param {string} rest
 * @param {{key: string, isText: boolean}} field
 * @param {Grammar} grammar
 * @returns {Read}
 */
function withoutValue({ length, atom, others = [] }, rest, field, grammar) {
  const atoms = [...(atom ? [atom] : []), ...others];
  for (;;) {
    AMONG.lastIndex = length;
    const further = AMONG.exec(rest)?.[0];
    if (!further) break;
    const value = namedAhead(rest.slice(length + further.length), field, grammar);
    if (!value) break;
    atoms.push(makeValue(value, field, grammar));
    length += further.length + value.length;
  }
  const raw = rest.slice(0, length).replace(/^(?:[^!<≠]*[!<≠=>]+|.*?\snot)\s*/i, "");
  return { length, atom: { kind: "group", clauses: [{ raw, isExcluded: true, atoms }] }, word: "" };
}

/**
 * Return what a text begins with and a value of a field is called; else nothing.
 * @param {string} text
 * @param {{key: string}} field
 * @param {Grammar} grammar
 */
function namedAhead(text, { key }, { named }) {
  const names = named.get(key);
  const word = /^[^\s,;]+/.exec(text)?.[0].replace(SIGNS_BEHIND, "") ?? "";
  const isNamed = (/** @type {string} */ each) => names?.has(each.replace(SIGNS_BEHIND, "")) ?? false;
  const isAxes = key === "axes" && /^[tczyx]{2,5}$/i.test(word);
  return longestAhead(text, isNamed)?.replace(SIGNS_BEHIND, "") ?? (isAxes || isNamed(plain(word)) ? word : "");
}

/**
 * Return the name of the field that has what is asked: `channels: DAPI` asks for a name, not how many there are, and
 * `axes: 3D` for dimensions.
 * @param {string} name
 * @param {string} after
 * @param {Grammar} grammar
 */
function valuedName(name, after, { values, named }) {
  const word = plain(/^"?([^\s",;]*)/.exec(after)?.[1] ?? "");
  const has = (/** @type {string} */ other) => [...(named.get(values.get(other)?.key ?? "") ?? [])];
  if ((!/^\p{L}/u.test(word) && name !== "axes") || NONE.test(after)) return name;
  const others = [...otherNumbers(name), ...(name === "axes" ? ["dimensions"] : [])].filter((each) => values.has(each));
  if (has(name).some((each) => each.startsWith(word))) return name;
  const usual = name === "axes" ? name : others[0];
  return others.find((each) => has(each).some((value) => value.startsWith(word))) ?? usual ?? name;
}

const IN_WORDS = new RegExp(
  "^([\\p{L}_]+(?: (?:type|method|size))?)\\s+" +
    "(?:(?:(?:is|are|was)\\s+)?(?:(named|called|labell?ed)|(not))\\s+|" +
    '(?:is|are|was|of type|of)\\s+)?(?=["“«\\p{L}\\p{N}])',
  "iu",
);

/**
 * Return a field and one of its values that follow each other without a sign, as a text begins: `organism mouse`,
 * `channel named DAPI`; or a channel before the word: `DAPI channel`. Null where it begins with none.
 * @param {string} rest
 * @param {Grammar} grammar
 * @returns {Read | null}
 */
export function readFieldInWords(rest, grammar) {
  const { values, named, alike } = grammar;
  const behind = /^(\S+)\s+channels?(?![\p{L}\p{N}:])/iu.exec(rest);
  const field = values.get("channel");
  if (behind && field && named.get(field.key)?.has(plain(behind[1])))
    return { length: behind[0].length, atom: makeValue(behind[1], field, grammar), word: "" };
  const letters = /^[tczyx]{3,5}(?![\p{L}\p{N}:])/iu.exec(rest)?.[0] ?? "";
  const axes = new Set(letters.toLowerCase()).size === letters.length ? values.get("axes") : undefined;
  if (axes && /y.*x|x.*y/i.test(letters)) {
    return { length: letters.length, atom: makeValue(letters, axes, grammar), word: "" };
  }
  const head = IN_WORDS.exec(rest);
  if (!head) return null;
  const after = rest.slice(head[0].length);
  const name = valuedName(nameOf("", head[1].toLowerCase(), grammar, []), after, grammar);
  const own = values.get(name);
  if (!own) return null;
  if (head[2]) return readValueField(rest, head[0].length, own, grammar);
  const isValue = head[3] && [head[1], `${head[1]}s`].some((each) => alike.has(plain(each)));
  if (own.isText || (isValue && !/\s(?:is|are|was)\s/i.test(head[0]))) return null; // `animal not human`
  const value = namedAhead(after, own, grammar);
  const number = /s$/i.test(head[1]) ? grammar.numbers.get(name) : null;
  const digits = number && /^\d{1,2}(?![\p{L}\p{N}.,:-])/u.exec(after)?.[0];
  if (!value && number && digits) {
    const atom = /** @type {Atom} */ ({ kind: "limit", key: number.key, from: Number(digits), to: Number(digits) });
    return { length: head[0].length + digits.length, atom, word: "" };
  }
  if (!value) return null;
  const read = { length: head[0].length + value.length, atom: makeValue(value, own, grammar), word: "" };
  return head[3] ? withoutValue(read, rest, own, grammar) : read;
}

/**
 * @param {string} written
 * @param {{key: string, isText: boolean}} field
 * @param {Grammar} grammar
 */
export function makeValue(written, field, { alike }) {
  const text = plain(written);
  const isName = alike.has(text) ? { isName: true } : {};
  const isPattern = WILDCARD.test(written) ? { isPattern: true } : {};
  return /** @type {Atom} */ ({ kind: "value", ...field, text, name: readTerm(written), ...isName, ...isPattern });
}

/** Return what queries call a field. @param {{key: string}} field @param {Grammar} grammar */
const ownName = (field, { values }) => [...values].find(([, { key }]) => key === field.key)?.[0] ?? field.key;

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

/**
 * Return the name of a field; of one that differs by a typo, and of which that is said.
 * @param {string} rest
 * @param {string} written
 * @param {Grammar} grammar
 * @param {string[]} problems
 */
function nameOf(rest, written, { values, numbers }, problems) {
  const isKnown = (/** @type {string} */ name) => values.has(name) || numbers.has(name);
  const spaced = written.replaceAll("_", " ");
  const meant = [own(ALIASES, written) ?? own(ALIASES, spaced) ?? spaced, ...otherNumbers(written)].find(isKnown);
  if (meant && !isKnown(written)) return meant;
  const isField = written.length >= FEWEST_LETTERS && /^\p{L}+[:<>=≤≥≠!](?=\S)/u.test(rest);
  if (!isField || values.has(written) || numbers.has(written)) return written;
  const near = [...values.keys(), ...numbers.keys()].filter((each) => each.length > 2 && isNear(written, each));
  const fields = new Set(near.map((each) => (values.get(each) ?? numbers.get(each))?.key));
  if (fields.size !== 1) return written;
  problems.push(`“${shorten(written)}” is not a field; taken as “${near[0]}”.`);
  return near[0];
}

/**
 * Say that a field is unknown, and leave the word after it; null where the text is none: `Thorpe: cells`, `doi:10.1`.
 * @param {string} rest
 * @param {string} name
 * @param {string[]} problems
 */
function readUnknownField(rest, name, problems) {
  const written = /^(?:\p{L}{2,}:|(?:author|cell|gene|sample|stain|strain|tissue): )(?=[\p{L}"\d])/u.exec(rest);
  if (!written || /^doi:/i.test(rest) || readTerm(/^\S+/.exec(rest)?.[0] ?? "")) return null;
  problems.push(`“${shorten(name)}” is not a field of any dataset, so only the words after it are searched for.`);
  return { length: written[0].length, atom: null, word: "" };
}

/**
 * @param {string} rest
 * @param {number} start where the value begins
 * @param {{key: string, isText: boolean}} field
 * @param {Grammar} grammar
 * @returns {Read}
 */
function readValueField(rest, start, field, grammar) {
  const after = rest.slice(start);
  const next = /\s$/.test(rest.slice(0, start)) ? FIELD.exec(after)?.[1].toLowerCase() : "";
  const isField = next && (!next.includes(" ") || grammar.values.has(next) || grammar.numbers.has(next));
  if (isField) return { length: start, atom: null, word: "" };
  const name = ownName(field, grammar);
  const none = NONE.exec(after);
  if (none && !grammar.named.get(field.key)?.has(none[1].toLowerCase())) {
    const without = `without ${name}`;
    const isValue = grammar.named.get(field.key)?.has(without);
    const atom = isValue ? makeValue(without, field, grammar) : makeUnstatedAtom(name, grammar);
    return { length: start + none[0].length, atom, word: "" };
  }
  const any = ANY.exec(after);
  const unstated = any && makeUnstatedAtom(name, grammar);
  if (any && unstated) {
    const clauses = [{ raw: name, isExcluded: true, atoms: [unstated] }];
    return { length: start + any[0].length, atom: { kind: "group", clauses }, word: "" };
  }
  const quoted = QUOTES.exec(after);
  const named = nameAhead(after, grammar) ?? (field.key === "source" ? institutionAhead(after, grammar) : null);
  const written = quoted ? quoted[0] : (named ?? readList(after, field.key, grammar));
  const inside = quoted ? (quoted.slice(1).find((each) => each !== undefined) ?? "") : written.replace(/[,;]+$/, "");
  const length = start + written.length;
  const several = quoted ? [] : inside.split(/[,|]/).filter((each) => plain(each));
  const asked = [inside, ...(several.length > 1 ? several : [])];
  const [atom, ...others] = asked.map((each) => makeValue(each, field, grammar));
  return plain(inside) ? { length, atom, word: "", others } : { length, atom: null, word: "" };
}

/**
 * Return the word that a text begins with, and values after it in a list: `rat, zebrafish`.
 * @param {string} text
 * @param {string} key of a field
 * @param {Grammar} grammar
 */
function readList(text, key, { valuesOf }) {
  let list = /^\S*/.exec(text)?.[0] ?? "";
  for (let next; list.endsWith(",") && (next = /^\s+([^\s,]+),?/.exec(text.slice(list.length))); list += next[0]) {
    if (!valuesOf.get(plain(next[1]))?.has(key)) break;
  }
  return list;
}

/** Return the name of several words that a text begins with: `CC BY`. @param {string} text @param {Grammar} grammar */
export const nameAhead = (text, { names, alike }) =>
  longestAhead(text, (/** @type {string} */ name) => names.has(name) || alike.has(name));

/** Return the same, or a name of an institution or study. @param {string} text @param {Grammar} grammar */
export const anyNameAhead = (text, { names, alike, otherNames }) =>
  longestAhead(text, (/** @type {string} */ name) => names.has(name) || alike.has(name) || otherNames.has(name));

/** Return the whole name of an institution, of several words. @param {string} text @param {Grammar} grammar */
export const institutionAhead = (text, { institutions }) =>
  longestAhead(text, (/** @type {string} */ name) => institutions.has(name.replace(SIGNS_BEHIND, "")));

/** What may follow a name. */
export const SIGNS_BEHIND = /[,;.!?]+$/;

/**
 * Return the longest of several words that a text begins with and that are a name; null if there are none.
 * @param {string} text
 * @param {(name: string) => boolean} isName
 */
function longestAhead(text, isName) {
  for (let count = MOST_WORDS_IN_NAME; count > 1; count--) {
    const words = new RegExp(`^\\S+(?:\\s+\\S+){${count - 1}}`).exec(text)?.[0];
    if (words && isName(plain(words))) return words;
  }
  return null;
}

/**
 * @param {string} rest
 * @param {number} start where the amount begins
 * @param {{key: string, unit: string}} number
 * @param {string[]} problems
 * @returns {Read}
 */
function readNumberField(rest, start, { key, unit }, problems) {
  const unstated = NONE.exec(rest.slice(start));
  if (unstated) return { length: start + unstated[0].length, atom: { kind: "unstated", key }, word: "" };
  const amounts = readAmounts(rest.slice(start), unit);
  if (amounts) return { length: start + amounts.length, ...limitsOf(key, amounts.ranges), word: "" };
  const written = /^\S*/.exec(rest.slice(start))?.[0] ?? "";
  const length = start + written.length;
  if (/^[<>=≤≥≠!]*$/.test(written)) return { length, atom: null, word: "" };
  const example = unit === "bytes" ? "<5GB" : unit === "um" ? "<0.5um" : ">100";
  const asked = rest.slice(0, length).trim();
  problems.push(
    `“${shorten(asked)}” is not understood: expected a number, such as ${rest
      .slice(0, start)
      .trim()
      .replace(/[:<>=≤≥≠!]+$/, "")}:${example}.`,
  );
  return { length, atom: null, word: "" };
}
