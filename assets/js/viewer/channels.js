// The channels of an opened image: which are drawn, in which color, with which window. They begin as the author or the
// catalog's pictures have them; the visitor changes them.

import { chooseColors, makeRamp, PRIMARIES, defaultColor } from "./colors.js";
import { chooseWindow } from "./contrast.js";
import { MAX_ACTIVE } from "./limits.js";

/** @typedef {import("./image.js").OpenedImage} OpenedImage */
/** @typedef {import("./contrast.js").Plane} Plane */
/** @typedef {import("./contrast.js").Window} Window */
/**
 * @typedef {object} ShownChannel
 * @property {number} c index
 * @property {string} label
 * @property {boolean} active
 * @property {string} color RRGGBB
 * @property {Uint8Array | null} table a lookup table in place of the color
 * @property {boolean} inverted
 * @property {Window | null} window chosen for its pixels; null as long as they were not read
 * @property {number} low what is drawn as black
 * @property {number} high what is drawn in full color
 * @property {[number, number]} range of the pixels that were read
 */

/** Return whether the channels are the colors of one picture. @param {OpenedImage} image */
export function isRgb({ document, sizes, levels }) {
  if (levels[0].array.dtype !== "uint8" || (sizes.c !== 3 && sizes.c !== 4) || document.grayscale) return false;
  const stated = document.channels.slice(0, sizes.c);
  if (!stated.some(({ color, window, lut }) => color || window || lut)) return true;
  const isPrimary = stated.length === 3 && stated.every(({ color }, at) => color === PRIMARIES[at]);
  const isFull = stated.every(({ window }) => !window || (window[0] <= 0 && window[1] >= 255));
  return isPrimary && sizes.c === 3 && isFull && !stated.some(({ inverted, lut }) => inverted || lut);
}

/**
 * Return the channels of an image before their pixels were read.
 * @param {OpenedImage} image
 * @param {ReadonlyMap<string, Uint8Array>} tables lookup tables by name
 * @returns {ShownChannel[]}
 */
export function listChannels(image, tables) {
  const { document, sizes } = image;
  if (document.isLabel) return [makeChannel(0, "Labels", true)];
  if (isRgb(image)) return PRIMARIES.map((color, c) => ({ ...makeFull(c, ["Red", "Green", "Blue"][c]), color }));
  const channels = Array.from({ length: sizes.c }, (_, c) => {
    const stated = document.channels[c];
    const label = stated?.label ?? (sizes.c > 1 ? `Channel ${c}` : "Intensity");
    const table = document.grayscale ? null : (tables.get(stated?.lut ?? "") ?? null);
    return { ...makeChannel(c, label, stated?.active ?? true), inverted: stated?.inverted ?? false, table };
  });
  const active = channels.filter((each) => each.active);
  const most = document.grayscale ? 1 : MAX_ACTIVE;
  for (const each of active.slice(most)) each.active = false;
  if (!active.length) channels[0].active = true;
  return channels;
}

/** @param {number} c @param {string} label @param {boolean} active @returns {ShownChannel} */
const makeChannel = (c, label, active) => ({
  c,
  label,
  active,
  color: "FFFFFF",
  table: null,
  inverted: false,
  window: null,
  low: 0,
  high: 0,
  range: [0, 255],
});

/**
 * Return a channel that is drawn with its full range.
 * @param {number} c
 * @param {string} label
 * @returns {ShownChannel}
 */
const makeFull = (c, label) => ({
  ...makeChannel(c, label, true),
  window: { low: 0, high: 255, origin: "author", median: 0 },
  high: 255,
});

/**
 * Choose windows and colors of channels from their pixels.
 * @param {OpenedImage} image
 * @param {ShownChannel[]} channels
 * @param {ReadonlyMap<number, Plane>} planes by channel
 */
export function chooseLook({ document, levels, sizes }, channels, planes) {
  const chosen = channels.filter(({ c, window }) => planes.has(c) && !window);
  const windows = chosen.map(({ c }) =>
    chooseWindow(/** @type {Plane} */ (planes.get(c)), levels[0].array.dtype, document.channels[c]?.window ?? null),
  );
  const stated = chosen.map(({ c }) => document.channels[c]?.color ?? null);
  const isFirst = chosen.length === channels.filter(({ active }) => active).length;
  const colors = isFirst
    ? chooseColors(stated, windows)
    : chosen.map(({ c }, at) => (stated[at] && stated[at] !== "000000" ? stated[at] : defaultColor(c, sizes.c)));
  chosen.forEach((channel, at) => {
    const { low, high } = windows[at];
    channel.window = windows[at];
    channel.color = document.grayscale ? "FFFFFF" : colors[at];
    const [least, most] = rangeOf(/** @type {Plane} */ (planes.get(channel.c)));
    channel.range = [Math.min(least, low), Math.max(most, high)];
    [channel.low, channel.high] = [low, high];
  });
}

/**
 * Choose windows again, from more pixels; what the visitor changed meanwhile stays.
 * @param {OpenedImage} image
 * @param {ShownChannel[]} channels whose windows were not the author's
 * @param {Plane[]} planes
 */
export function refineWindows({ document, levels }, channels, planes) {
  channels.forEach((channel, at) => {
    const window = chooseWindow(planes[at], levels[0].array.dtype, document.channels[channel.c]?.window ?? null);
    const isUntouched = channel.low === channel.window?.low && channel.high === channel.window?.high;
    const [least, most] = rangeOf(planes[at]);
    channel.window = window;
    channel.range = [Math.min(least, window.low), Math.max(most, window.high)];
    if (isUntouched) [channel.low, channel.high] = [window.low, window.high];
  });
}

/** @param {Plane} plane @returns {[number, number]} of its finite values */
function rangeOf({ data }) {
  let [least, most] = [Infinity, -Infinity];
  for (let at = 0; at < data.length; at++) {
    if (data[at] < least && data[at] > -1e150) least = data[at];
    if (data[at] > most && data[at] < 1e150) most = data[at];
  }
  return least <= most ? [least, most] : [0, 1];
}

/**
 * Return how the active channels are drawn.
 * @param {ShownChannel[]} channels
 * @returns {import("./layer.js").DrawnChannel[]}
 */
export const stylesOf = (channels) =>
  channels
    .filter(({ active, window }) => active && window)
    .map(({ c, low, high, inverted, color, table }) => ({
      c,
      style: { low, high, inverted, ramp: makeRamp(color, table) },
    }));
