// Numbers with units, as people write them in a query: `<5GB`, `under 5 GB`, `100..200`, `<0.5um`. Pure functions.

const BYTES = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  pb: 1e15,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
  pib: 2 ** 50,
};
const BYTE_WORDS = { byte: 1, bytes: 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const LENGTHS = {
  pm: 1,
  å: 100,
  angstrom: 100,
  nm: 1e3,
  um: 1e6,
  µm: 1e6,
  μm: 1e6,
  micron: 1e6,
  microns: 1e6,
  mm: 1e9,
  cm: 1e10,
  m: 1e12,
};
const COUNTS = { k: 1e3, px: 1, pixels: 1, planes: 1, slices: 1 };
/** @type {Record<string, Record<string, number>>} */
const UNITS = { bytes: { ...BYTES, ...BYTE_WORDS }, pm: LENGTHS, px: COUNTS, "": COUNTS };
/** What a number without a unit is counted in. @type {Record<string, number>} */
const PLAIN = { pm: LENGTHS.um };
const NUMBER = "(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?(?:e\\d+)?|\\.\\d+)";
const NAMES = Object.keys({ ...UNITS.bytes, ...LENGTHS, ...COUNTS }).sort((one, other) => other.length - one.length);
const UNIT = `(?:\\s?(${NAMES.join("|")})(?![\\p{L}\\p{N}]))?`;
const END = "(?![\\p{L}\\p{N}])";
const RANGE = new RegExp(`^(?:${NUMBER}${UNIT})?\\s?(?:\\.\\.|…)\\s?(?:${NUMBER}${UNIT})?${END}`, "iu");
const ONE = new RegExp(`^(<=|>=|=<|=>|<|>|=|≤|≥)?\\s*${NUMBER}${UNIT}${END}`, "iu");
const BELOW = "under|below|less than|smaller than|<";
const ABOVE = "over|above|more than|larger than|bigger than|greater than|>";
const COMPARED = new RegExp(
  `^(?:(${BELOW})|(at most|up to|<=|≤)|(${ABOVE})|(at least|>=|≥))\\s*${NUMBER}\\s?([kmgtp]i?b)${END}`,
  "iu",
);

/** @typedef {{from: number, to: number, length: number}} Amount both ends belong to it; `length`: of what was read */

/**
 * Return the amount that a text begins with; null where it begins with none.
 * @param {string} text
 * @param {string} unit of the field: `bytes`, `pm`, `px` or none
 * @returns {Amount | null}
 */
export function readAmount(text, unit) {
  const range = RANGE.exec(text);
  if (range && (range[1] || range[3])) {
    const [, low, lowUnit, high, highUnit] = range;
    const from = low ? readNumber(low, lowUnit ?? highUnit, unit) : -Infinity;
    const to = high ? readNumber(high, highUnit ?? lowUnit, unit) : Infinity;
    if (from === null || to === null) return null;
    return { from: Math.min(from, to), to: Math.max(from, to), length: range[0].length };
  }
  const one = ONE.exec(text);
  if (!one) return null;
  const value = readNumber(one[2], one[3], unit);
  return value === null ? null : { ...limits(one[1] ?? "=", value), length: one[0].length };
}

/**
 * Return the size that a text begins with, compared by a word or sign: `under 5 GB`; null where it begins with none.
 * @param {string} text
 * @returns {Amount | null}
 */
export function readComparison(text) {
  const found = COMPARED.exec(text);
  if (!found) return null;
  const sign = found[1] ? "<" : found[2] ? "<=" : found[3] ? ">" : ">=";
  return { ...limits(sign, readNumber(found[5], found[6], "bytes") ?? 0), length: found[0].length };
}

/**
 * @param {string} written
 * @param {string | undefined} unit
 * @param {string} measured
 */
function readNumber(written, unit, measured) {
  const factor = unit ? UNITS[measured]?.[unit.toLowerCase()] : (PLAIN[measured] ?? 1);
  return factor === undefined ? null : Math.round(Number(written.replaceAll(",", "")) * factor * 1e6) / 1e6;
}

/** @param {string} sign @param {number} value */
function limits(sign, value) {
  const tiny = Number.EPSILON * Math.max(1, Math.abs(value));
  if (sign === "<") return { from: -Infinity, to: value - tiny };
  if (sign === ">") return { from: value + tiny, to: Infinity };
  if (sign === "=") return { from: value, to: value };
  return /</.test(sign) || sign === "≤" ? { from: -Infinity, to: value } : { from: value, to: Infinity };
}
