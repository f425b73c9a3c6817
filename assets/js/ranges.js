// Numbers that can be limited: two sliders on the edges of a histogram. The sliders hold the number of an edge; what
// the edges are, and how they read, is in the manifest.

import { part } from "./cards.js";
import { showActive } from "./facets.js";

/** @typedef {import("./search/files.js").RangeSummary} RangeSummary */
/** @typedef {[from: number, to: number]} Limits */

/** @param {HTMLElement} range @returns {HTMLInputElement[]} from, to */
const slidersOf = (range) => [...range.querySelectorAll("input")];

/**
 * Return the limits that the sliders say; null where they stand at both ends.
 * @param {HTMLElement} range
 * @param {RangeSummary} summary
 * @returns {Limits | null}
 */
export function readSliders(range, summary) {
  const [from, to] = slidersOf(range).map((slider) => Number(slider.value));
  const last = summary.edges.length - 1;
  if (Math.min(from, to) === 0 && Math.max(from, to) === last) return null;
  return limitsOf(summary.edges, Math.min(from, to), Math.max(from, to));
}

/**
 * Return the limits between two edges; an end that leaves nothing out stays open.
 * @param {number[]} edges
 * @param {number} from
 * @param {number} to
 * @returns {Limits}
 */
export function limitsOf(edges, from, to) {
  return [from === 0 ? -Infinity : edges[from], to === edges.length - 1 ? Infinity : edges[to]];
}

/**
 * Show limits on the sliders, in words, and on the bars.
 * @param {HTMLElement} range
 * @param {RangeSummary} summary
 * @param {Limits | undefined} limits
 */
export function showLimits(range, summary, limits) {
  const { edges } = summary;
  const from = limits ? placeOf(edges, limits[0]) : 0;
  const to = limits ? placeOf(edges, limits[1]) : edges.length - 1;
  const texts = [textOfEnd(summary, limits?.[0] ?? -Infinity), textOfEnd(summary, limits?.[1] ?? Infinity)];
  slidersOf(range).forEach((slider, at) => {
    slider.value = String(at ? to : from);
    slider.setAttribute("aria-valuetext", texts[at]);
  });
  range.querySelectorAll(".range__text span").forEach((span, at) => (span.textContent = texts[at]));
  range.querySelectorAll("rect").forEach((bar, at) => bar.classList.toggle("range__bar--out", at < from || at >= to));
  showActive(range, limits ? 1 : 0);
}

/**
 * Return the number of the edge nearest to a value.
 * @param {number[]} edges
 * @param {number} value
 */
export function placeOf(edges, value) {
  const clamped = Math.min(Math.max(value, edges[0]), edges[edges.length - 1]);
  const above = edges.findIndex((edge) => edge >= clamped);
  return above > 0 && clamped - edges[above - 1] < edges[above] - clamped ? above - 1 : above;
}

/**
 * Return an end of a range in words.
 * @param {RangeSummary} summary
 * @param {number} value
 */
export function textOfEnd({ edges, texts, unit }, value) {
  const last = edges.length - 1;
  const at = value === -Infinity ? 0 : value === Infinity ? last : edges.indexOf(value);
  const text = at >= 0 ? texts[at] : unit === "bytes" ? writeSize(value) : new Intl.NumberFormat("en").format(value);
  return unit === "px" ? `${text} px` : text;
}

/** Return a size that no edge has, as `words.size` would write it. @param {number} bytes */
function writeSize(bytes) {
  const step = Math.min(6, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  return `${Number((bytes / 1000 ** step).toPrecision(3))} ${["B", "kB", "MB", "GB", "TB", "PB", "EB"][step]}`;
}

/**
 * Return limits in words, for a chip.
 * @param {RangeSummary} summary
 * @param {Limits} limits
 */
export function textOfLimits(summary, [from, to]) {
  if (from === -Infinity) return `up to ${textOfEnd(summary, to)}`;
  if (to === Infinity) return `from ${textOfEnd(summary, from)}`;
  return `${textOfEnd(summary, from)} to ${textOfEnd(summary, to)}`;
}

/**
 * Give the bars the heights of new counts, by the rule of `home.make_bars`.
 * @param {HTMLElement} range
 * @param {number[]} counts
 */
export function showHistogram(range, counts) {
  const drawing = part(range, ".range__bars");
  const height = Number(drawing.getAttribute("viewBox")?.split(" ")[3]);
  barHeights(counts, height).forEach((each, at) => {
    const bar = drawing.children[at];
    bar.setAttribute("y", String(height - each));
    bar.setAttribute("height", String(each));
  });
}

/**
 * Return heights by the square root, so that a few are seen beside many.
 * @param {number[]} counts
 * @param {number} height of the highest
 */
export function barHeights(counts, height) {
  const most = Math.max(...counts, 1);
  return counts.map((count) => Math.round(height * Math.sqrt(count / most) * 100) / 100);
}
