// Chips: what is active and can be taken back, and the ways out of a search that found nothing.

import { copyOf, part } from "./cards.js";
import { labelOf, textOf, written } from "./facets.js";
import { textOfLimits } from "./ranges.js";
import { withChoice, withRange, withoutKey } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {{text: string, next: State}} Way a state to go to, in words */

/**
 * Return what narrows the catalog, each with the state without it.
 * @param {State} state
 * @param {Map<string, HTMLElement>} filters facets and ranges of the page, by key
 * @param {import("./search/files.js").RangeSummary[]} ranges as far as they are known
 * @returns {Way[]}
 */
export function activeDemands(state, filters, ranges) {
  const label = (/** @type {string} */ key) => labelOfKey(filters, key);
  const text = state.text.trim();
  const words = text ? [{ text: `“${text}”`, next: { ...state, text: "", page: 1 } }] : [];
  const choices = Object.entries(state.facets).flatMap(([key, values]) =>
    values.map((value) => ({
      text: `${label(key)}: ${textOf(filters.get(key) ?? null, value)}`,
      next: withChoice(state, key, value, false),
    })),
  );
  const limits = Object.entries(state.ranges).map(([key, range]) => {
    const summary = ranges.find((each) => each.key === key);
    const read = summary ? `: ${textOfLimits(summary, range)}` : "";
    return { text: label(key) + read, next: withRange(state, key, null) };
  });
  return [...words, ...choices, ...limits];
}

/**
 * Return the ways out of a search that found nothing: what it would find without one of its demands.
 * @param {State} state
 * @param {Map<string, HTMLElement>} filters
 * @param {import("./search/catalog.js").Relaxed[]} relaxed
 * @returns {Way[]}
 */
export function waysOut(state, filters, relaxed) {
  return relaxed.map(({ dropped, text, total }) => {
    const key = dropped.facet ?? dropped.range ?? "";
    const next = dropped.word === undefined ? withoutKey(state, key) : { ...state, text, page: 1 };
    const label = dropped.word === undefined ? `any ${labelOfKey(filters, key).toLowerCase()}` : `without “${dropped.word}”`;
    return { text: `${label} (${written(total)})`, next };
  });
}

/** @param {Map<string, HTMLElement>} filters @param {string} key */
function labelOfKey(filters, key) {
  const filter = filters.get(key);
  return filter ? labelOf(filter) : key;
}

/**
 * @param {HTMLTemplateElement} template
 * @param {Way} way
 * @param {(next: State) => void} go
 * @param {string} [label] for those who do not see the cross
 */
export function makeChip(template, { text, next }, go, label) {
  const chip = copyOf(template);
  part(chip, ".chip__text").textContent = text;
  const button = part(chip, "button");
  if (label) button.setAttribute("aria-label", label);
  button.addEventListener("click", () => go(next));
  return chip;
}
