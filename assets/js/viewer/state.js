// The state of the viewer as the fragment of the page's address: a link to exactly this view. A fragment is never sent
// to a server. It may be written by anyone, so each value is read by itself and bounded; what makes no sense
// is left out.

import { readPath } from "./values.js";

/**
 * @typedef {object} ViewState null where the address does not say it
 * @property {string} image path below the dataset; empty: the one that the page shows
 * @property {number | null} z
 * @property {number | null} t
 * @property {import("./view.js").View | null} view
 * @property {ChannelState[] | null} channels those that are drawn
 * @property {string | null} labels name of the label image that is drawn
 * @property {number | null} opacity of labels, percent
 */
/** @typedef {{c: number, color: string | null, low: number | null, high: number | null}} ChannelState */

const MAX_LENGTH = 4000;
const MAX_PARTS = 64;
/** The key that says that the viewer is open. */
const OPEN = "look";

/**
 * Return the state in a fragment; null where the viewer is closed.
 * @param {string} fragment with its `#`
 * @returns {ViewState | null}
 */
export function readState(fragment) {
  if (fragment.length > MAX_LENGTH) return null;
  const values = new URLSearchParams(fragment.replace(/^#/, ""));
  if (!values.has(OPEN)) return null;
  const [x, y, zoom] = ["x", "y", "zoom"].map((key) => readFinite(values.get(key)));
  const opacity = readFinite(values.get("opacity"));
  return {
    image: readPath(values.get(OPEN)) ?? "",
    z: readWhole(values.get("z")),
    t: readWhole(values.get("t")),
    view: x === null || y === null || zoom === null || zoom <= 0 ? null : { x, y, zoom },
    channels: values.has("c") ? readChannels(values.get("c") ?? "") : null,
    labels: readPath(values.get("labels")),
    opacity: opacity === null ? null : Math.min(Math.max(opacity, 0), 100),
  };
}

/** Return the fragment of a state, without `#`. @param {ViewState} state */
export function writeState({ image, z, t, view, channels, labels, opacity }) {
  const values = new URLSearchParams({ [OPEN]: image });
  const set = (/** @type {string} */ key, /** @type {string | number | null} */ value) =>
    value === null || values.set(key, String(value));
  set("z", z);
  set("t", t);
  for (const key of /** @type {const} */ (["x", "y", "zoom"])) set(key, view && writeNumber(view[key]));
  set("c", channels && channels.map(writeChannel).join(","));
  set("labels", labels);
  set("opacity", labels && opacity);
  return values.toString().replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%2C", ",");
}

/** @param {number} value */
const writeNumber = (value) => Number(value.toPrecision(6));

/** @param {string | null} text @returns {number | null} */
function readFinite(text) {
  const number = text?.trim() ? Number(text) : NaN;
  return Number.isFinite(number) ? number : null;
}

/** @param {string | null} text @returns {number | null} */
const readWhole = (text) => (text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null);

/** Write a channel: its index, color and window. @param {ChannelState} channel */
const writeChannel = ({ c, color, low, high }) =>
  [c, color ?? "", low === null ? "" : writeNumber(low), high === null ? "" : writeNumber(high)].join(":");

/** @param {string} text @returns {ChannelState[]} */
function readChannels(text) {
  const parts = text.split(",").slice(0, MAX_PARTS);
  return parts.flatMap((part) => {
    const [index, color = "", from = "", to = ""] = part.split(":");
    const c = readWhole(index);
    if (c === null) return [];
    const [low, high] = [readFinite(from), readFinite(to)];
    const isWindow = low !== null && high !== null && low < high;
    return [
      {
        c,
        color: /^[0-9A-Fa-f]{6}$/.test(color) ? color.toUpperCase() : null,
        low: isWindow ? low : null,
        high: isWindow ? high : null,
      },
    ];
  });
}
