// Lengths in words: the units of OME-Zarr in meters, and the scale bar. A unit that is not among them is shown as its
// author wrote it, and has no scale bar.

import { barLength, writeLength } from "../compare/scale.js";

/** @type {[string, number][]} */
const PREFIXES = [
  ["yotta", 24],
  ["zetta", 21],
  ["exa", 18],
  ["peta", 15],
  ["tera", 12],
  ["giga", 9],
  ["mega", 6],
  ["kilo", 3],
  ["hecto", 2],
  ["", 0],
  ["deci", -1],
  ["centi", -2],
  ["milli", -3],
  ["micro", -6],
  ["nano", -9],
  ["pico", -12],
  ["femto", -15],
  ["atto", -18],
  ["zepto", -21],
  ["yocto", -24],
];
/** Length of each unit in meters. Source: OME-Zarr 0.5, "axes". @type {ReadonlyMap<string, number>} */
const METERS = new Map([
  .../** @type {[string, number][]} */ (PREFIXES.map(([prefix, power]) => [`${prefix}meter`, Number(`1e${power}`)])),
  ["angstrom", 1e-10],
  ["inch", 0.0254],
  ["foot", 0.3048],
  ["yard", 0.9144],
  ["mile", 1609.344],
  ["parsec", 3.0857e16],
]);
const figures = new Intl.NumberFormat("en", { maximumSignificantDigits: 5 });

/**
 * Return a position in words.
 * @param {number} pixels
 * @param {number | null} size of a pixel
 * @param {string | null} unit
 */
export function writePosition(pixels, size, unit) {
  if (size === null) return "";
  const meters = METERS.get(unit ?? "");
  return meters && pixels
    ? writeLength(pixels * size * meters)
    : `${figures.format(pixels * size)} ${unit ?? ""}`.trim();
}

/**
 * Return the longest bar of a round length that fits.
 * @param {number} most CSS pixels
 * @param {number} perPixel pixels of the finest level in one of them
 * @param {number | null} size of a pixel of the finest level
 * @param {string | null} unit
 * @returns {{width: number, label: string} | null} width in CSS pixels; null where the unit is not known
 */
export function makeBar(most, perPixel, size, unit) {
  const meters = METERS.get(unit ?? "");
  const perCss = perPixel * (size ?? NaN) * (meters ?? NaN);
  if (!(perCss > 0) || !Number.isFinite(perCss * most)) return null;
  const length = barLength(most * perCss);
  return { width: length / perCss, label: writeLength(length) };
}
