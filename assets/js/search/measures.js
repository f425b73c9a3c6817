// Numbers in sentences: `under 5 GB`, `more than 3 channels`, `between 1 and 5 GB`, `pixel size below 200 nm`. What is
// counted or measured must be named, or follow from the unit; else nothing is read, and the words stay words. Pure.

import { limits, NUMBER, readNumber } from "./amounts.js";
import { BITS, BYTES, LENGTH, MANY_PIXELS, MEASURES } from "./measure-names.js";
import { LARGE_COUNT, LARGE_NUMBERS, NUMBERS, numberOf, SMALL_COUNT } from "./number-words.js";

/** @typedef {import("./amounts.js").Amount} Amount */
/** @typedef {import("./measure-names.js").Measure} Measure */
/** What one number means: the same count, about so many bytes, nearly the same length. */
export const SIGN_OF_ALIKE = { "": "=", bytes: "~", um: "≅", px: "~" };
/** Words for about how many, from and to. @type {Record<string, number[]>} */
const VAGUE_NUMBERS = { few: [2, 9], handful: [2, 9], several: [2, 9], some: [2, 9], couple: [2, 3], pair: [2, 3] };
/** Words for many of a number of things, and of which. */
const TENS = { tens: 10, dozens: 12, hundreds: 100, thousands: 1000, millions: 1e6 };
/** As it is written by those who learn English, too. */
const THAN = "(?:than|then|as|(?=\\d))";
const EQUAL = "(?:than|then) or equal(?: to)?";
/** What stands before a number, the sign that it is, and what it says of what is compared. */
const SIGNS = [
  {
    words:
      `at most|up to|(?:no|not) (?:more|larger|bigger|greater|higher) ${THAN}|(?:less|smaller|lower) ${EQUAL}|` +
      "max(?:imum|\\.)?|<=|≤",
    sign: "<=",
  },
  {
    words:
      `at least|(?:no|not) (?:less|fewer|smaller|lower) ${THAN}|(?:more|larger|greater) ${EQUAL}|` +
      "(?:at )?min(?:imum|\\.)?|>=|≥",
    sign: ">=",
  },
  {
    words: `under|below|unter|weniger als|moins de|menos de|(?:less|fewer|smaller|finer|lower) ${THAN}|inferior to|<`,
    sign: "<",
  },
  {
    words:
      `over|above|über|mehr als|plus de|más de|(?:more|larger|bigger|greater|coarser) ${THAN}|` +
      "superior to|exceeding|>",
    sign: ">",
  },
  { words: "about|around|approximately|approx\\.?|roughly|circa|ca\\.?|some|[~≈]", sign: "~" },
  { words: "exactly|precisely|only|just|equals?(?: to)?", sign: "=" },
  { words: "better than", sign: "<", names: ["pixel"] },
  { words: "worse than", sign: ">", names: ["pixel"] },
  { words: "wider than", sign: ">", names: ["x", "extent"] },
  { words: "narrower than", sign: "<", names: ["x", "extent"] },
  { words: "(?:taller|higher) than", sign: ">", names: ["y"] },
  { words: "(?:thicker|deeper) than", sign: ">", names: ["depth", "z"] },
  { words: "thinner than", sign: "<", names: ["depth"] },
  { words: `longer ${THAN}`, sign: ">", names: ["extent", "t"] },
  { words: `shorter ${THAN}`, sign: "<", names: ["extent", "t"] },
  { words: `higher ${THAN}`, sign: ">" },
].map((each) => ({ ...each, pattern: new RegExp(`^(?:${each.words})\\s*(?=[\\d.,\\p{L}])`, "iu") }));
/** What stands behind one; with the first group the number is the most. */
const BEHIND = new RegExp(
  "^\\s(?:(?:or|and) (?:(less|fewer|smaller|below|under)|more|larger|bigger|greater|above|over|up)|" +
    "(max(?:imum|\\.)?|at most|tops)|min(?:imum|\\.)?|at least)(?![\\p{L}\\p{N}]|\\s+(?:than|\\d))",
  "iu",
);
/** Return the sign that stands behind a number, and how long it is; null without. @param {string} text */
export function readSignBehind(text) {
  const behind = BEHIND.exec(text);
  if (behind) return { sign: (behind[1] ?? behind[2]) ? "<=" : ">=", length: behind[0].length };
  const plus = PLUS.exec(text);
  return plus && { sign: ">=", length: plus[0].length };
}
/** Measures that are counted in pixels. */
const SIDE_NAMES = ["x", "y"];
/** Where no comparison says that it is a side: `1024 pixels wide`, `width 1024`, but not `3 wide-field images`. */
const ALONG = /(?:pixels|px) \p{L}/iu;
const SIDE = /^(?:width|height)/i;
const PIXELS = /^\s?(?:pixels|px)(?![\p{L}\p{N}])/iu;
const PLUS = /^\+(?=[\s-]|$)/;
const SEVERAL = /^(?:multiple|several)(?=[\s-])/iu;
const END = "(?![\\p{L}\\p{N}]|\\s?[:<>=≤≥])";
const ONE_OF_UNIT = `an?(?=\\s(?:${BYTES}|${LENGTH}|${MANY_PIXELS})(?![\\p{L}\\p{N}_]))`;
/** A number in words. */
export const IN_WORDS = `(${SMALL_COUNT}|${LARGE_COUNT}|${ONE_OF_UNIT})(?![\\p{L}\\p{N}])`;
const COUNT = `${NUMBER}|${IN_WORDS}`;
const PATTERNS = Object.fromEntries(
  [
    ["", ""],
    ["bytes", BYTES],
    ["um", LENGTH],
    ["px", MANY_PIXELS],
  ].map(([unit, names]) => {
    const own = names
      ? `(?:\\s?(${names})(?![\\p{L}\\p{N}_]))?`
      : `(?:(k)(?![\\p{L}\\p{N}_]))?(?![.,]?\\d)(?!\\s?(?:${BYTES}|${LENGTH}|${MANY_PIXELS})(?![\\p{L}\\p{N}_]))`;
    const one = `(?:${COUNT})${own}`;
    const low = names ? one : `${one}(?:\\s?(?:px|pixels)(?!\\p{L}))?`;
    const between = `(?:between|from)\\s+${low}\\s+(?:and|to|(?<!^from.*)or)\\s+${one}`;
    const span = `${low}(?:-?\\s+to\\s+|\\s?[-–—−]\\s?|\\.\\.)${one}`;
    return [unit, [between, span, one].map((pattern) => new RegExp(`^(?:${pattern})`, "iu"))];
  }),
);
const NUMBER_OF = "(?:total )?number of ";
/** What stands before a number that says how many there are, and nothing else. */
const IS_COUNT = new RegExp(`^${NUMBER_OF}|\\scounts?[\\s:=]`, "iu");
const NOUNS = new Map(
  [...MEASURES, BITS].map((measure) => [
    measure,
    {
      before: new RegExp(
        `^(?:${NUMBER_OF}(?:${measure.nouns})(?:\\s?[:=])?|(?:${measure.nouns})\\s+` +
          `(?:counts?(?:\\s?[:=])?|of|is|(?:should|must) be)|` +
          `(?:${measure.nouns}))(?:\\s+|(?=[<>≤≥]))`,
        "iu",
      ),
      after: new RegExp(`^[ -]?(?:in )?(?:${measure.nouns})${END}`, "iu"),
      set: measure.sets ? new RegExp(`^(?:${measure.sets})(?:\\s+(?:of|with)\\s+|\\s*(?=[<>≤≥]))`, "iu") : null,
    },
  ]),
);
const WITH_NUMBER = new RegExp(
  `[\\d]|(?<!\\p{L})(?:${[...NUMBERS.keys(), ...Object.keys({ ...VAGUE_NUMBERS, ...TENS })].join("|")}|multiple)` +
    "(?!\\p{L})",
  "iu",
);
const VAGUE = new RegExp(
  `^(?:(?:an? )?(${Object.keys(VAGUE_NUMBERS).join("|")})|(${Object.keys(TENS).join("|")}))(?: of)?` +
    `(?: (hundred|thousand))?(?:\\s(${BYTES}|${LENGTH}|${MANY_PIXELS}))?(?=[\\s,;.?!]|$)`,
  "iu",
);
/** Words for a limit, without a number. @type {{name: string, from: number, to: number, pattern: RegExp}[]} */
const WITHOUT_NUMBER = [
  {
    name: "levels",
    from: 2,
    to: Infinity,
    words: "multi[ -]?(?:scale|resolution)|(?:(?:image|resolution|with) )?pyramids?",
  },
  {
    name: "levels",
    from: 1,
    to: 1,
    words: "(?:single|one)[ -](?:resolution|scale)|(?:no|without)(?: an?| any)? pyramids?",
  },
  { name: "pixel_count", from: 1e9, to: Infinity, words: "giga[ -]?pixels?(?:[ -]scale)?" },
  { name: "pixel", from: 0, to: 1 - Number.EPSILON, words: "sub[ -]?micron(?:s|ic)?(?: resolution| pixels?)?" },
].map(({ words, ...limit }) => ({ ...limit, pattern: new RegExp(`^(?:${words})${END}`, "iu") }));
/** What else than a length a number without a unit may be of. */
const OTHER_UNIT = new RegExp(`^\\s?(?:px|pixels?|[x×%]|[mb]illion|thousand|${BYTES})(?!\\p{L})|^[\\p{L}\\p{N}]`, "iu");

/**
 * Return the limits that a text begins with, and of what; null where it does not say both.
 * @param {string} text
 * @param {Map<string, unknown>} numbers those that a query can limit, by name
 * @returns {(Amount & {name: string}) | null} `name`: as a query names the field
 */
export function readMeasure(text, numbers) {
  for (const { name, from, to, pattern } of WITHOUT_NUMBER) {
    const length = numbers.has(name) ? (pattern.exec(text)?.[0].length ?? 0) : 0;
    if (length) return { name, from, to, length };
  }
  if (!WITH_NUMBER.test(text)) return null;
  const most = MOST_OF.exec(text);
  if (most) {
    const said = `${most[2]} ${most[1]} `;
    const read = readMeasures(said + text.slice(most[0].length), numbers);
    if (read) return { ...read, length: read.length - said.length + most[0].length };
  }
  const turned = TURNED.exec(text);
  const said = turned ? `${turned[1]} than ${turned[3]} ${turned[2]}` : text;
  const read = readMeasures(said, numbers);
  return turned && read ? (read.length === said.length ? { ...read, length: turned[0].length } : null) : read;
}

/** `maximum size 5 GB`: size at most 5 GB. */
const MOST_OF = /^(max(?:imum|\.)?|min(?:imum|\.)?)\s+(\p{L}[\p{L} -]*?)(?:\s+(?:of|is))?\s+(?=\d)/iu;
/** `more channels than 2`: more than 2 channels. */
const TURNED = new RegExp(
  `^(more|fewer|less|larger|smaller) (\\p{L}[\\p{L}-]*(?: \\p{L}+)?) than (${COUNT})` +
    `(?![\\p{L}\\p{N}.,]|\\s?(?:${BYTES})(?!\\p{L}))`,
  "iu",
);

/** @param {string} text @param {Map<string, unknown>} numbers */
function readMeasures(text, numbers) {
  for (const measure of MEASURES) {
    const read = numbers.has(measure.name) ? readAs(text, measure) : null;
    if (read) return { ...read, name: measure.name };
  }
  return null;
}

/**
 * Return how many bits a pixel should have, as a text begins: `at least 16 bit`; null where it says nothing of it.
 * @param {string} text
 */
export const readBits = (text) => (WITH_NUMBER.test(text) ? readAs(text, BITS) : null);

const BARE = new RegExp(
  `^(?:${COUNT})(?:\\s|(?=\\S+(?:[\\s,;)]|$)))(?:(${BYTES})|(${LENGTH}))(?![\\p{L}\\p{N}_])`,
  "iu",
);

/**
 * Return the number with a unit that a text begins with, which does not say what it is of: of bytes, about the size; of
 * a length, the pixel size, or from a millimeter on the extent; null without one.
 * @param {string} text
 * @returns {(Amount & {name: string}) | null}
 */
export function readBare(text) {
  const bare = BARE.exec(text);
  if (!bare) return null;
  const [, digits, word, bytes, length] = bare;
  const unit = bytes ? "bytes" : "um";
  const value = valueOf([digits, word], bytes ?? length, unit);
  if (value === null) return null;
  const name = bytes ? "size" : value < LEAST_EXTENT.below ? "pixel" : "extent";
  return { ...limits(SIGN_OF_ALIKE[unit], value), name, length: bare[0].length };
}

/** Words of a comparison that are said of pixels alone. */
const OF_PIXELS = /^(?:finer|coarser|better|worse)/iu;
/** From here on, in micrometers, more than a length is an extent, and so is less: pixels of microscopes are smaller. */
const LEAST_EXTENT = { above: 10, below: 1000 };

/**
 * Return the compared length that a text begins with and that does not say what it is of: by what is usual, extent or
 * pixel size; null without one.
 * @param {string} text
 * @returns {(Amount & {name: string}) | null}
 */
export function readLengthAlone(text) {
  const read = readPart(text, "pixel", "um");
  if (!read?.sign) return null;
  const { from, to, length, sign, value } = read;
  const isExtent = !OF_PIXELS.test(text) && value >= LEAST_EXTENT[sign.startsWith("<") ? "below" : "above"];
  return { from, to, length, name: isExtent ? "extent" : "pixel" };
}

/**
 * Return the limits that a text begins with, of what is said elsewhere; null without.
 * @param {string} text
 * @param {string} name of the measure
 * @param {Measure["unit"]} unit
 * @returns {(Amount & {sign: string, value: number}) | null} `sign`: empty where none is written; `value`: the number
 */
export function readPart(text, name, unit) {
  const read = readCompared(text, { name, nouns: "", unit });
  if (!read) return null;
  const more = read.sign ? null : readSignBehind(text.slice(read.length));
  const sign = read.sign || (more?.sign ?? "");
  const ends = sign === ".." ? read : limits(sign && sign !== "=" ? sign : SIGN_OF_ALIKE[unit], read.from);
  return { from: ends.from, to: ends.to, length: read.length + (more?.length ?? 0), sign, value: read.from };
}

/**
 * Return what a text begins to name that may be counted or measured, and how long its name is.
 * @param {string} text
 * @param {Map<string, unknown>} numbers
 */
export const namedIn = (text, numbers) =>
  MEASURES.flatMap((measure) => {
    const length = numbers.has(measure.name) ? (NOUNS.get(measure)?.before.exec(text)?.[0].length ?? 0) : 0;
    return length ? [{ name: measure.name, unit: measure.unit, length }] : [];
  });

/**
 * Return the limits of one measure that a text begins with.
 * @param {string} text
 * @param {Measure} measure
 * @returns {Amount | null}
 */
function readAs(text, measure) {
  const nouns = /** @type {{before: RegExp, after: RegExp, set: RegExp | null}} */ (NOUNS.get(measure));
  const set = nouns.set?.exec(text)?.[0] ?? "";
  const noun = set || (nouns.before.exec(text)?.[0] ?? "");
  const isPixel = /(?:pixel|voxel|z[ -]?step|spacing)/i.test(noun);
  const isCount = IS_COUNT.test(noun);
  const usual = isCount ? "px" : isPixel ? "um" : undefined;
  const read = readCompared(text.slice(noun.length), measure, usual);
  if (!read || (isCount && measure.unit === "um")) return null;
  let length = noun.length + read.length;
  const isSide = SIDE_NAMES.includes(measure.name);
  const pixels = measure.unit ? 0 : (PIXELS.exec(text.slice(length))?.[0].length ?? 0);
  if (noun && pixels && !isSide) return null; // `images at least 600 pixels wide`
  if (noun && !measure.unit && isOfAnother(text.slice(length), set ? null : measure)) return null;
  if (read.isNamed && isOfAnother(text.slice(length), measure)) return null; // `longer than 2 channels`
  if (read.isNamed || (noun && isSide)) length += pixels;
  const more = read.sign ? null : readSignBehind(text.slice(length)); // `2 or more channels`, or `2 channels or more`
  length += more?.length ?? 0;
  const after = noun ? "" : (nouns.after.exec(text.slice(length))?.[0] ?? "");
  length += after.length;
  const behind = read.sign || more ? null : readSignBehind(text.slice(length));
  length += behind?.length ?? 0;
  const sign = read.sign || ((more ?? behind)?.sign ?? "=");
  const isCompared = sign !== "=";
  const isExact = after ? !measure.isCompared || ALONG.test(after) : set || measure.unit || isCount || SIDE.test(noun);
  const isNamed = (noun || after) && (isCompared || isExact);
  const isClear = measure.unit === "px" || (isCompared && (measure.unit === "bytes" || read.isNamed));
  if (!isNamed && !isClear) return null;
  if (sign === "..") return { from: read.from, to: read.to, length };
  return { ...limits(isCompared ? sign : SIGN_OF_ALIKE[measure.unit], read.from), length };
}

/**
 * Whether a number is one of what is named behind it, not before: `color at most 100 slices`, but not
 * `channels under 3 slices under 10`.
 * @param {string} behind
 * @param {Measure | null} measure of what is named before, which may be named again
 */
function isOfAnother(behind, measure) {
  return MEASURES.some((other) => {
    const after = other === measure || other.unit || other.isCompared ? null : NOUNS.get(other)?.after.exec(behind);
    const next = after ? behind.slice(after[0].length).trimStart() : "";
    return after && !readSign(next) && !/^[\d:=]/.test(next);
  });
}

/**
 * Return the number, or two, that a text begins with, and its sign: `..` between two, empty without one.
 * @param {string} text
 * @param {Measure} measure
 * @param {string} [usual] its unit where none is written
 * @returns {{from: number, to: number, length: number, sign: string, isNamed: boolean} | null} `isNamed`: the words of
 *   the sign say what is compared
 */
function readCompared(text, { name, unit }, usual) {
  const several = unit ? null : SEVERAL.exec(text);
  if (several) return { from: 1, to: 1, length: several[0].length, sign: ">", isNamed: false };
  const vague = readVague(text, unit);
  if (vague) return vague;
  const [between, span, one] = PATTERNS[unit];
  const range = between.exec(text) ?? span.exec(text);
  if (range) return readRange(range, unit, usual);
  const signs = SIGNS.filter(({ pattern }) => pattern.test(text));
  const sign = signs.find(({ names }) => !names || names.includes(name)) ?? signs[0];
  const start = sign?.pattern.exec(text)?.[0].length ?? 0;
  const found = one.exec(text.slice(start));
  const isOther = found && usual && !found[3] && OTHER_UNIT.test(text.slice(start + found[0].length));
  const value = found && !isOther && valueOf(found.slice(1), found[3] ?? usual, unit);
  if (!found || value === null || value === false) return null;
  const end = start + found[0].length;
  const plus = sign ? "" : (PLUS.exec(text.slice(end))?.[0] ?? "");
  const written = sign?.sign ?? (plus ? ">=" : "");
  return {
    from: value,
    to: value,
    length: end + plus.length,
    sign: written,
    isNamed: Boolean(sign?.names?.includes(name)),
  };
}

/** Return the sign of a number that a text begins with, and how long it is; null without. @param {string} text */
export function readSign(text) {
  const found = SIGNS.find(({ pattern, names }) => !names && pattern.test(text));
  return found ? { sign: found.sign, length: found.pattern.exec(text)?.[0].length ?? 0 } : null;
}

/**
 * Return what a text says of about how many: `a few MB`, `hundreds of slices`; null where it says nothing of it.
 * @param {string} text
 * @param {string} unit
 */
function readVague(text, unit) {
  const found = VAGUE.exec(text);
  if (!found || Boolean(unit) !== Boolean(found[4])) return null;
  const [words, some = "", many = "", times = "", named] = found.map((each) => each?.toLowerCase());
  const least = TENS[/** @type {keyof typeof TENS} */ (many)];
  const [low, most] = VAGUE_NUMBERS[some] ?? [least, unit ? least * 10 : Infinity];
  const high = unit && most === 9 ? 10 : most;
  const factor = LARGE_NUMBERS.get(times) ?? 1;
  const [from, to] = [low, high].map((each) => readNumber(String(each * factor), named, unit));
  if (from === null) return null;
  return { from, to: to ?? Infinity, length: words.length, sign: "..", isNamed: false };
}

/** @param {RegExpExecArray} range @param {string} unit @param {string} [usual] */
function readRange(range, unit, usual) {
  const [low, high] = [range.slice(1, 4), range.slice(4, 7)];
  const from = valueOf(low, low[2] ?? high[2] ?? usual, unit);
  const to = valueOf(high, high[2] ?? low[2] ?? usual, unit);
  if (from === null || to === null) return null;
  const ends = { from: Math.min(from, to), to: Math.max(from, to) };
  return { ...ends, length: range[0].length, sign: "..", isNamed: false };
}

/**
 * Return a number in bytes, micrometers or as it is; null where it has no unit, but should.
 * @param {string[]} written digits, or a word
 * @param {string | undefined} named its unit
 * @param {string} unit
 */
function valueOf([digits, word], named, unit) {
  if (unit && !named) return null;
  const number = digits || String(numberOf(word));
  return readNumber(number, named, unit);
}
