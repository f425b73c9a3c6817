// The result that the visitor came from, kept for this tab: what was asked, the datasets of its page, and which of them
// was opened last. So a dataset's page leads back to it and through it, and the home page shows it where it was left.
// Without storage, or in another tab, pages lead through the catalog instead.

import { datasetPath } from "./dataset-path.js";

/**
 * @typedef {object} LastResult
 * @property {string} search address of the result below the home page: `?…`, or empty
 * @property {import("./search/catalog.js").Question} question of its page
 * @property {string} manifest absolute address of the search files
 * @property {string[]} ids the datasets of its page, in order
 * @property {string} id the dataset that was looked at last
 * @property {number} total datasets on all of its pages
 * @property {number} scroll how far the home page was scrolled
 * @property {boolean} [isBack] whether the visitor is on the way back to it
 */

/** The root of the site: several catalogs may share an origin. */
const ROOT = new URL("../../", import.meta.url);
const KEY = `last-result ${ROOT.pathname}`;

/** An open end of a range is no number in JSON. @param {string} _ @param {unknown} value */
const finite = (_, value) =>
  typeof value === "number" && !Number.isFinite(value) ? Math.sign(value) * Number.MAX_VALUE : value;

/** @param {LastResult} result */
export function keepResult(result) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(result, finite));
  } catch {
    // Storage is full or closed to us: pages lead through the catalog.
  }
}

/** Return the result that was kept; null where there is none that can be used. @returns {LastResult | null} */
export function readResult() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    const isOurs = String(kept?.manifest).startsWith(ROOT.href); // pages load nothing from elsewhere
    return isOurs && Array.isArray(kept.ids) && typeof kept.search === "string" && kept.question ? kept : null;
  } catch {
    return null;
  }
}

/** Return the address of the home page with a result. @param {string} search */
export const resultAddress = (search) => new URL(`index.html${search}`, ROOT).href;

/** Return the address of a dataset's page. @param {string} id */
export const datasetAddress = (id) => new URL(datasetPath(id), ROOT).href;
