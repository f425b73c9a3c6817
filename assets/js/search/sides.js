// Sizes along several axes in a query: `2048 x 2048`, `0.5 x 0.5 x 2 um`. Pure functions.

import { limits, NUMBER, readNumber } from "./amounts.js";
import { LENGTH } from "./measure-names.js";
import { readSign, readSignBehind, SIGN_OF_ALIKE } from "./measures.js";

const SIDE = "(\\d{2,6}|\\d{1,2}k)";
const SIDES = new RegExp(
  "^(?:(?:(?:image|picture|frame|plane) )?(?:sizes?|dimensions)\\s+(?:of\\s+|is\\s+)?)?" +
    `${SIDE}\\s?(?:px|pixels)?\\s?(?:[x×]|by)\\s?${SIDE}(?:\\s?(?:px|pixels))?` +
    "(?![\\p{L}\\p{N}])(?!\\s?[x×])",
  "iu",
);

const LENGTHS_OF_VOLUME = new RegExp(
  "^(?:(?:(?:image|picture|volume|stack) )?(?:sizes?|dimensions|shape)\\s+(?:of\\s+|is\\s+)?)?" +
    "(\\d{1,6})\\s?(?:[x×]|by)\\s?(\\d{2,6})\\s?(?:[x×]|by)\\s?(\\d{1,6})(?:\\s?(?:px|pixels|voxels))?" +
    "(?![\\p{L}\\p{N}.]|\\s?[x×µμ]|\\s(?:[num]m|microns?)(?!\\p{L}))",
  "iu",
);

/**
 * Return the limits of width and height in pixels that a text begins with, such as `2048 x 2048`, and of planes, where
 * it has three lengths: `512 x 512 x 100`, or planes first, where the last two are alike. Null without.
 * @param {string} text
 * @returns {{sides: Record<string, {from: number, to: number}>, length: number} | null}
 */
export function readSides(text) {
  const sign = readSign(text);
  const start = sign?.length ?? 0;
  const volume = LENGTHS_OF_VOLUME.exec(text.slice(start));
  const sides = volume ?? SIDES.exec(text.slice(start));
  if (!sides) return null;
  const end = start + sides[0].length;
  const behind = sign ? null : readSignBehind(text.slice(end));
  const read = sides.slice(1, volume ? 4 : 3).map((pixels) => {
    const number = Number(pixels.replace(/k$/i, "000"));
    return limits((sign ?? behind)?.sign ?? (/k$/i.test(pixels) ? "~" : "="), number);
  });
  const names = volume && isPlanesFirst(volume.slice(1)) ? ["z", "y", "x"] : ["x", "y", "z"];
  const named = Object.fromEntries(read.map((each, at) => [names[at], each]));
  return { sides: named, length: end + (behind?.length ?? 0) };
}

/** Whether the last two of three lengths are alike, and the first is not. @param {(string | number)[]} lengths */
const isPlanesFirst = ([first, second, third]) => second === third && first !== second;

const STEP = `${NUMBER}(?:\\s?(${LENGTH}))?`;
const STEPS_OF = /^(?:pixel|voxel)s?(?:[ -]?(?:size|spacing|dimension)s?(?: of| is)?)?(?:\s+|\s?[:=]\s?)/iu;
const STEPS = new RegExp(
  `^${STEP}\\s?(?:[x×]|by)\\s?${STEP}(?:\\s?(?:[x×]|by)\\s?${STEP})?(?![\\p{L}\\p{N}_])(?!\\s?[x×])`,
  "iu",
);
/** Three, in a list. */
const LISTED = new RegExp(`^[([]?${STEP},\\s?${STEP},\\s?${STEP}[)\\]]?(?:\\s?(${LENGTH}))?(?![\\p{L}\\p{N}_])`, "iu");

/**
 * Return the pixel sizes that a text begins with, such as `0.5 x 0.5 x 2 um`: the larger of x and y, and that along z;
 * null without, and where neither a unit nor a noun says that these are sizes of pixels.
 * @param {string} text
 * @returns {{pixel: {from: number, to: number}, pixel_z?: {from: number, to: number}, length: number} | null}
 */
export function readSteps(text) {
  const noun = STEPS_OF.exec(text)?.[0] ?? "";
  const sign = readSign(text.slice(noun.length));
  const start = noun.length + (sign?.length ?? 0);
  const found = STEPS.exec(text.slice(start)) ?? (noun ? LISTED.exec(text.slice(start)) : null);
  const unit = found?.[7] ?? found?.[6] ?? found?.[4] ?? found?.[2];
  if (!found || (!unit && !noun)) return null;
  const usual = unit ?? "um";
  const read = [1, 3, 5].flatMap((at) => (found[at] ? (readNumber(found[at], found[at + 1] ?? usual, "um") ?? 0) : []));
  const [x, y, z] = isPlanesFirst(read) ? read.reverse() : read;
  if (!x || !y) return null;
  const end = start + found[0].length;
  const behind = sign ? null : readSignBehind(text.slice(end));
  const written = (sign ?? behind)?.sign ?? "=";
  const compared = written === "=" ? SIGN_OF_ALIKE.um : written;
  const pixel = limits(compared, Math.max(x, y));
  return { pixel, ...(z ? { pixel_z: limits(compared, z) } : {}), length: end + (behind?.length ?? 0) };
}

const CELL = "(?:pixel|voxel)s?";
const OF_WHAT = new RegExp(`^(?:${CELL}(?:[ -](?:size|volume|area))?|volume|area)\\s+(?:(?:of|is)\\s+)?`, "iu");
const POWER = new RegExp(
  `^${NUMBER}\\s?(?:(?:${LENGTH})\\^?[23²³]|(?:cubic|square)[ -](?:${LENGTH}))(?:\\s+${CELL})?(?![\\p{L}\\p{N}])`,
  "iu",
);

/**
 * Return how long the words are by which a text begins to ask for an area or a volume, of which the search knows
 * nothing: `voxel smaller than 1 µm³`; 0 where it asks for none.
 * @param {string} text
 */
export function lengthOfPower(text) {
  const start = OF_WHAT.exec(text)?.[0].length ?? 0;
  const number = start + (readSign(text.slice(start))?.length ?? 0);
  const power = POWER.exec(text.slice(number));
  return power ? number + power[0].length : 0;
}
