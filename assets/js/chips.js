// Chips: what is active and can be taken back, and the ways out of a search that found nothing.

import { copyOf, part } from "./cards.js";
import { labelOf, textOf, written } from "./facets.js";
import { textOfLimits } from "./ranges.js";
import { withChoice, withRange, withoutKey } from "./state.js";

/** @typedef {import("./state.js").State} State */
/**
 * A state to go to, in words; `label` is for those who do not see the cross.
 * @typedef {{text: string, next: State, label?: string, isAll?: boolean}} Way
 */

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
  return [...words, ...choices, ...limits].map((way) => ({ ...way, label: `Remove ${way.text}` }));
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
    const label =
      dropped.word === undefined ? `any ${labelOfKey(filters, key).toLowerCase()}` : `without “${dropped.word}”`;
    return { text: `${label} (${written(total)})`, next };
  });
}

/** @param {Map<string, HTMLElement>} filters @param {string} key */
function labelOfKey(filters, key) {
  const filter = filters.get(key);
  return filter ? labelOf(filter) : key;
}

/**
 * Show a chip for each way. One that says what it said before stays the same element, as a visitor may be about to press it.
 * @param {HTMLElement} list
 * @param {HTMLTemplateElement} template
 * @param {Way[]} ways
 * @param {(next: State) => void} go
 */
export function showChips(list, template, ways, go) {
  const before = /** @type {HTMLElement[]} */ ([...list.children]);
  const chips = ways.map((way) => {
    const same = before.findIndex((chip) => part(chip, ".chip__text").textContent === way.text);
    const chip = same < 0 ? copyOf(template) : before.splice(same, 1)[0];
    fillChip(chip, way, go);
    return chip;
  });
  for (const chip of before) chip.remove();
  chips.forEach((chip, at) => {
    if (list.children[at] !== chip) list.insertBefore(chip, list.children[at] ?? null);
  });
}

/** @param {HTMLElement} chip @param {Way} way @param {(next: State) => void} go */
function fillChip(chip, { text, next, label, isAll = false }, go) {
  part(chip, ".chip__text").textContent = text;
  chip.classList.toggle("chips__clear", isAll);
  const button = part(chip, "button");
  if (label) button.setAttribute("aria-label", label);
  button.onclick = () => go(next);
}
