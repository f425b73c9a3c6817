// Raw pixels → colors. Channels are summed in their colors and clipped; labels are tinted and outlined. The arithmetic
// is that of the catalog's own pictures (sitegen/render/channels.py). Pure functions.

/**
 * @typedef {Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array |
 * Float64Array} Raw
 */
/** @typedef {{low: number, high: number, inverted: boolean, ramp: Uint8Array}} Style how one channel is drawn */
/** @typedef {Uint8ClampedArray<ArrayBuffer>} Rgba */

const OPAQUE = 255;

/**
 * Return the sum of the channels in their colors. A channel with one value everywhere is left out; if there is no
 * other, it is mid-gray.
 * @param {Raw[]} planes one for each style, all of the same length
 * @param {Style[]} styles
 * @param {number} length pixels
 * @returns {Rgba}
 */
export function drawChannels(planes, styles, length) {
  const out = new Uint8ClampedArray(4 * length);
  for (let at = 3; at < out.length; at += 4) out[at] = OPAQUE;
  const drawable = styles.flatMap((style, place) => (style.low < style.high ? [place] : []));
  if (styles.length && !drawable.length) drawFlat(out, planes[0], styles[0].low);
  for (const place of drawable) addChannel(out, planes[place], styles[place]);
  return out;
}

/** @param {Rgba} out clamps what is added to it @param {Raw} plane @param {Style} style */
function addChannel(out, plane, { low, high, inverted, ramp }) {
  const factor = 255 / (high - low);
  for (let at = 0, to = 0; at < plane.length; at++, to += 4) {
    const value = (plane[at] - low) * factor;
    if (value !== value) continue; // NaN is black
    let shade = value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
    if (inverted) shade = 255 - shade;
    out[to] += ramp[3 * shade];
    out[to + 1] += ramp[3 * shade + 1];
    out[to + 2] += ramp[3 * shade + 2];
  }
}

/**
 * Draw mid-gray where the plane has its one value, white for higher values, black for lower ones and NaN.
 * @param {Rgba} out
 * @param {Raw} plane
 * @param {number} value
 */
function drawFlat(out, plane, value) {
  for (let at = 0, to = 0; at < plane.length; at++, to += 4) {
    out.fill(plane[at] > value ? 255 : plane[at] === value ? 128 : 0, to, to + 3);
  }
}

/**
 * Return label values in their colors.
 * @param {Raw} labels
 * @param {number} width
 * @param {(label: number) => number} colorOf
 * @param {number | null} opacity 0 to 255 inside of a label, whose outline is opaque; null: over black, as a picture
 * @returns {Rgba}
 */
export function drawLabels(labels, width, colorOf, opacity) {
  const out = new Uint8ClampedArray(4 * labels.length);
  const words = new Uint32Array(out.buffer);
  for (let at = 0; at < labels.length; at++) {
    const label = Math.trunc(labels[at]) || 0;
    const alpha = opacity === null ? OPAQUE : label === 0 ? 0 : isEdge(labels, at, width) ? OPAQUE : opacity;
    words[at] = ((alpha << 24) | colorOf(label)) >>> 0;
  }
  return out;
}

/** Return whether a pixel is beside another label. @param {Raw} labels @param {number} at @param {number} width */
function isEdge(labels, at, width) {
  const label = labels[at];
  const column = at % width;
  return (
    (column > 0 && labels[at - 1] !== label) ||
    (column < width - 1 && labels[at + 1] !== label) ||
    (at >= width && labels[at - width] !== label) ||
    (at + width < labels.length && labels[at + width] !== label)
  );
}
