// The intensity window of a channel: which raw values are drawn as black and as full color. The author's window is
// used where it suits the pixels, else robust statistics, as in the catalog's own pictures (sitegen/render/contrast.py,
// which gives the reasons for each number), so that the viewer opens with the look of the still picture.

import { clamp } from "./values.js";

/** @typedef {{data: ArrayLike<number>, width: number, height: number}} Plane */
/** @typedef {{low: number, high: number, origin: "author" | "pixels" | "flat" | "none", median: number}} Window */
/** @typedef {number[][]} Blocks four values each: neighboring pixels */

const [LOW_PERCENT, HIGH_PERCENT] = [1, 99.8];
const SAMPLED_BLOCKS = 8192;
const NOISE_RATIO = 0.65;
const BROAD_PX = 8;
const [BROAD_NOISE, BROAD_STRUCTURE] = [0.2, 0.5];
const NOISE_WIDENING = 4;
const MAX_ABSOLUTE = 1e150;
const [TOO_DARK, TOO_BRIGHT] = [0.04, 0.98];
/** @type {Record<string, [number, number]>} */
const RANGES = {
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint8: [0, 2 ** 8 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [-(2 ** 63), 2 ** 63],
  uint64: [0, 2 ** 64],
};

/**
 * Return the intensity window of one channel.
 * @param {Plane} plane raw values
 * @param {string} dtype
 * @param {[number, number] | null} window the author's
 * @returns {Window}
 */
export function chooseWindow(plane, dtype, window) {
  const blocks = finiteBlocks(sampleBlocks(plane));
  if (!blocks.length) return { low: 0, high: 0, origin: "none", median: 0 };
  let { low, median, high } = percentiles(blocks);
  if (window && suits(window, dtype, low, high)) {
    const [start, end] = window;
    return { low: start, high: end, origin: "author", median: position(median, start, end) };
  }
  if (low === high) {
    high = robustMaximum(plane, low);
  } else if (isNoise(blocks, low, high)) {
    high = Math.max(robustMaximum(plane, low), low + noiseWidening(plane, low, high) * (high - low));
  }
  if (!(low < high)) return { low, high: low, origin: "flat", median: 0 };
  return { low, high, origin: "pixels", median: position(median, low, high) };
}

/** @param {number} value @param {number} low @param {number} high */
const position = (value, low, high) => clamp((value - low) / (high - low), 0, 1);

/** Return blocks of 2 × 2 neighboring pixels, spread evenly over the plane. @param {Plane} plane @returns {Blocks} */
function sampleBlocks({ data, width, height }) {
  if (Math.min(width, height) < 2) return Array.from(data, (value) => [value, value, value, value]);
  const step = 2 * Math.max(1, Math.ceil(Math.sqrt((width * height) / 4 / SAMPLED_BLOCKS)));
  const blocks = [];
  for (let y = 0; y + 1 < height; y += step) {
    for (let x = 0; x + 1 < width; x += step) {
      const at = y * width + x;
      blocks.push([data[at], data[at + 1], data[at + width], data[at + width + 1]]);
    }
  }
  return blocks;
}

/** @param {Blocks} blocks @returns {Blocks} those without infinite pixels; single pixels where there are none */
function finiteBlocks(blocks) {
  const isFinite = (/** @type {number} */ value) => Math.abs(value) < MAX_ABSOLUTE;
  const whole = blocks.filter((block) => block.every(isFinite));
  return whole.length
    ? whole
    : blocks
        .flat()
        .filter(isFinite)
        .map((value) => [value, value, value, value]);
}

/** @param {Blocks} blocks */
function percentiles(blocks) {
  const ordered = Float64Array.from(blocks.flat()).sort();
  const last = ordered.length - 1;
  const at = (/** @type {number} */ percent) => ordered[Math.trunc((last * percent) / 100)];
  return { low: at(LOW_PERCENT), median: ordered[Math.floor(last / 2)], high: at(HIGH_PERCENT) };
}

/**
 * Return the highest value that two neighboring pixels reach, at least `low`.
 * @param {Plane} plane
 * @param {number} low
 */
function robustMaximum({ data, width, height }, low) {
  let maximum = low;
  const known = (/** @type {number} */ at) => (Number.isFinite(data[at]) ? data[at] : low);
  if (Math.min(width, height) < 2) {
    for (let at = 0; at < data.length; at++) maximum = Math.max(maximum, known(at));
    return maximum;
  }
  for (let y = 0; y + 1 < height; y += 2) {
    for (let x = 0; x + 1 < width; x += 2) {
      const at = y * width + x;
      const [a, b, c, d] = [known(at), known(at + 1), known(at + width), known(at + width + 1)];
      const second = Math.max(Math.min(Math.max(a, b), Math.max(c, d)), Math.max(Math.min(a, b), Math.min(c, d)));
      maximum = Math.max(maximum, second);
    }
  }
  return maximum;
}

/**
 * Return whether neighboring pixels are hardly more alike than distant ones.
 * @param {Blocks} blocks
 * @param {number} low
 * @param {number} high
 */
function isNoise(blocks, low, high) {
  const clipped = blocks.map((block) => block.map((value) => clamp(value, low, high)));
  const deviation = deviationOf(clipped.flat());
  const means = clipped.map(([a, b, c, d]) => (a + b + c + d) / 4);
  return deviation > 0 && deviationOf(means) / deviation < NOISE_RATIO;
}

/** @param {ArrayLike<number>} values @returns {number} their standard deviation */
function deviationOf(values) {
  let [sum, squares] = [0, 0];
  for (let at = 0; at < values.length; at++) sum += values[at];
  const mean = sum / values.length;
  for (let at = 0; at < values.length; at++) squares += (values[at] - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

/**
 * Return the factor by which the window of noise is widened: less, the more broad structure is in it.
 * @param {Plane} plane
 * @param {number} low
 * @param {number} high
 */
function noiseWidening({ data, width, height }, low, high) {
  const [columns, rows] = [Math.floor(width / BROAD_PX), Math.floor(height / BROAD_PX)];
  if (Math.min(columns, rows) < BROAD_PX) return NOISE_WIDENING;
  const means = new Float64Array(columns * rows);
  const part = new Float64Array(columns * rows * BROAD_PX ** 2);
  for (let y = 0, at = 0; y < rows * BROAD_PX; y++) {
    for (let x = 0; x < columns * BROAD_PX; x++, at++) {
      part[at] = clamp(data[y * width + x] || 0, low, high);
      means[Math.floor(y / BROAD_PX) * columns + Math.floor(x / BROAD_PX)] += part[at] / BROAD_PX ** 2;
    }
  }
  const ratio = deviationOf(means) / Math.max(deviationOf(part), 1e-30);
  const noise = (BROAD_STRUCTURE - ratio) / (BROAD_STRUCTURE - BROAD_NOISE);
  return 1 + (NOISE_WIDENING - 1) * clamp(noise, 0, 1);
}

/**
 * Return whether an author's window suits the pixels: not the range of the type, not all black, not all white.
 * @param {[number, number]} window
 * @param {string} dtype
 * @param {number} low
 * @param {number} high
 */
function suits([start, end], dtype, low, high) {
  if (!(start < end)) return false;
  const range = RANGES[dtype];
  if (range && start <= range[0] && end >= range[1]) return false;
  return (high - start) / (end - start) > TOO_DARK && (low - start) / (end - start) < TOO_BRIGHT;
}
