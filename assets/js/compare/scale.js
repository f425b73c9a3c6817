// Pictures at the same physical scale. Pure functions; lengths are in meters. Sizes are written by strangers: what is
// no positive number is as if it were not stated.

import { writeCount } from "../writing.js";

/** @typedef {{path: string, width: number, height: number}} Picture of index.json */
/** @typedef {{pixel_size: number | null, unit: string | null}} Shown of index.json, as far as it is used here */

/**
 * A picture and how wide what it shows is; null where that is not known.
 * @typedef {{picture: Picture, width: number | null}} Sized
 */

/**
 * Return how wide the preview's subject is: `pixel_size` is the width of a pixel of the preview.
 * @param {Picture} picture
 * @param {Shown | null} shown
 * @param {Record<string, number>} units length of each unit
 * @returns {number | null}
 */
export function physicalWidth(picture, shown, units) {
  const factor = Object.hasOwn(units, shown?.unit ?? "") ? units[shown?.unit ?? ""] : NaN;
  const width = Number(shown?.pixel_size) * factor * picture.width;
  return Number.isFinite(width) && width > 0 ? width : null;
}

/**
 * What index.json says of the axes of a dataset, as far as it is used here: `axes` is null where they are not known.
 * @typedef {{kind: string | null, axes: {name: string, unit: string | null}[] | null,
 *   levels: {scale: number[] | null}[]}} Scaled
 */

/**
 * Return how large a pixel of the full resolution is along axes, in words: once where it is the same along all. Empty
 * where it is not stated, null where the dataset has none of these axes.
 * @param {Scaled} record
 * @param {string[]} names of the axes, in lower case
 * @param {Record<string, number>} units length of each unit
 * @returns {string | null}
 */
export function writePixelSize({ kind, axes, levels }, names, units) {
  if (!axes) return kind === "group" ? null : "";
  const places = names.map((name) => axes.findIndex((axis) => axis.name.toLowerCase() === name));
  const known = places.filter((at) => at >= 0);
  if (!known.length) return null;
  const lengths = known.map((at) => {
    const unit = axes[at].unit ?? "";
    return Object.hasOwn(units, unit) ? Number(levels[0]?.scale?.[at]) * units[unit] : NaN;
  });
  const stated = lengths.filter((length) => Number.isFinite(length) && length > 0);
  return [...new Set(stated.map(writeLength))].join(" × ");
}

/**
 * Return how wide each picture is shown, as a part of the space it has, 0 to 1: at the same scale, such that the
 * largest fits both ways. A picture of unknown size fills its space, as all do where `isSame` is false.
 * @param {Sized[]} pictures
 * @param {boolean} isSame
 * @returns {number[]}
 */
export function partsOfSpace(pictures, isSame) {
  const fitted = pictures.map(({ picture }) => Math.min(1, picture.width / picture.height || 1));
  const needed = pictures.map(({ width }, at) => (width ?? 0) / fitted[at]);
  const most = Math.max(...needed);
  return pictures.map(({ width }, at) => (isSame && width !== null ? width / most : fitted[at]));
}

/** A picture that takes less of its space is enlarged: nobody sees what is in a stamp of 60 pixels. */
const LEAST_PART = 0.2;

/**
 * Return how many times a picture is enlarged that is very small at the same scale: 1, 2, 5, 10, 20 …
 * @param {Sized} sized
 * @param {number} share of the space, 0 to 1
 */
export function enlargement({ picture }, share) {
  const fitted = Math.min(1, picture.width / picture.height || 1);
  if (!(share > 0) || share >= LEAST_PART * fitted) return 1;
  for (let decade = 1; ; decade *= 10) {
    const step = [1, 2, 5].find((each) => share * each * decade >= LEAST_PART * fitted);
    if (step) return step * decade;
  }
}

/**
 * Return a bar of 1, 2 or 5 times a power of ten, at most this long.
 * @param {number} most
 */
export function barLength(most) {
  const decade = 10 ** Math.floor(Math.log10(most));
  const step = [5, 2, 1].find((each) => each * decade <= most * 1.0001) ?? 1;
  return step * decade;
}

const STEPS = /** @type {[number, string][]} */ ([
  [1e3, "km"],
  [1, "m"],
  [1e-3, "mm"],
  [1e-6, "µm"],
  [1e-9, "nm"],
  [1e-12, "pm"],
]);

/** Return a length in words, as `units.quantity` does: `221 µm`. @param {number} length */
export function writeLength(length) {
  const [factor, symbol] = STEPS.find(([each]) => length >= each * 0.9995) ?? STEPS[STEPS.length - 1];
  const number = Number((length / factor).toPrecision(3));
  return `${writeCount(number)} ${symbol}`;
}
