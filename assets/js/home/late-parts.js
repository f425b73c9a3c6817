// What of the home page is not needed to look at its first results: filters of numbers, boxes to select results,
// suggestions, pages, and the words about an answer. The page loads it after its first pictures, or when the visitor
// does anything (`late-loading.js`); its style sheets are those of `home-late` in tools/bundle.mjs.

import "./chips.js";
import "./held-values.js";
import "./pager.js";
import "./range-filter.js";
import "./selection-bar.js";
import "./suggestions.js";

export { activeFilters, notes, notesOnLink } from "./filters.js";
export { showHead } from "./head.js";
export { markResults } from "./marks.js";
export { allLabels, readingChips } from "./readings.js";
export { save } from "./saving.js";
export { noteOnPage, notesOnValues, withNamedValues, withoutUnknown } from "./unknown.js";

/**
 * Return why nothing was found, and what to do, in words that are loaded when they are needed.
 * @param {Parameters<typeof import("./ways-on.js").explainNothing>} about
 */
export async function explainNothing(...about) {
  const loaded = await import("./ways-on.js").catch(() => null);
  return loaded?.explainNothing(...about) ?? { hint: "No dataset matches the search.", chips: about[3] };
}

/**
 * Return what of an address is left out, in sentences; nothing where what says it does not load.
 * @param {Parameters<typeof import("./address-notes.js").notesOnAddress>} about
 */
export async function notesOnAddress(...about) {
  const loaded = await import("./address-notes.js").catch(() => null);
  return loaded?.notesOnAddress(...about) ?? [];
}
