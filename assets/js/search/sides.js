// Sizes along several axes in a query: `2048 x 2048`, `0.5 x 0.5 x 2 um`. Pure functions.

import { limits, NUMBER, readNumber } from "./amounts.js";
import { LENGTH } from "./measure-names.js";
import { readSign, SIGN_OF_ALIKE } from "./measures.js";

const SIDE = "(\\d{2,6}|\\d{1,2}k)";
const SIDES = new RegExp(
  "^(?:(?:(?:image|picture|frame|plane) )?(?:sizes?|dimensions)\\s+(?:of\\s+|is\\s+)?)?" +
    `${SIDE}\\s?(?:px|pixels)?\\s?(?:[x×]|by)\\s?${SIDE}(?:\\s?(?:px|pixels))?` +
    "(?![\\p{L}\\p{N}])(?!\\s?[x×])",
  "iu",
);

/**
 * Return the limits of width and height in pixels that a text begins with, such as `2048 x 2048`; null without.
 * @param {string} text
 * @returns {{sides: {from: number, to: number}[], length: number} | null}
 */
export function readSides(text) {
  const sign = readSign(text);
  const start = sign?.length ?? 0;
  const sides = SIDES.exec(text.slice(start));
  if (!sides) return null;
  const read = [sides[1], sides[2]].map((pixels) => {
    const number = Number(pixels.replace(/k$/i, "000"));
    return limits(sign?.sign ?? (/k$/i.test(pixels) ? "~" : "="), number);
  });
  return { sides: read, length: start + sides[0].length };
}

const STEP = `${NUMBER}(?:\\s?(${LENGTH}))?`;
const STEPS = new RegExp(
  `^((?:pixel|voxel)s?[ -]?(?:size|spacing|dimension)s?(?: of| is)?\\s+)?${STEP}\\s?[x×]\\s?${STEP}` +
    `(?:\\s?[x×]\\s?${STEP})?(?![\\p{L}\\p{N}_])(?!\\s?[x×])`,
  "iu",
);

/**
 * Return the pixel sizes that a text begins with, such as `0.5 x 0.5 x 2 um`: the larger of x and y, and that along z;
 * null without, and where neither a unit nor a noun says that these are sizes of pixels.
 * @param {string} text
 * @returns {{pixel: {from: number, to: number}, pixel_z?: {from: number, to: number}, length: number} | null}
 */
export function readSteps(text) {
  const found = STEPS.exec(text);
  const unit = found?.[7] ?? found?.[5] ?? found?.[3];
  if (!found || (!unit && !found[1])) return null;
  const usual = unit ?? "um";
  const [x, y, z] = [2, 4, 6].map((at) => found[at] && readNumber(found[at], found[at + 1] ?? usual, "um"));
  if (!x || !y) return null;
  const pixel = limits(SIGN_OF_ALIKE.um, Math.max(x, y));
  return { pixel, ...(z ? { pixel_z: limits(SIGN_OF_ALIKE.um, z) } : {}), length: found[0].length };
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
