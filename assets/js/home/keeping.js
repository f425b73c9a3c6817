// Keeping a result for the pages of its datasets, which lead back to it and through it.

import { keepResult } from "../last-result.js";
import { isGrouped, isInSections, writeState } from "./state.js";

/**
 * Keep what was found.
 * @param {import("./session.js").SearchSession} session
 * @param {string[]} ids of the datasets that are shown
 * @param {number} found how many datasets there are on all pages
 * @param {string} manifest
 * @param {string} id of the dataset that is opened
 */
export function keepFound(session, ids, found, manifest, id) {
  const { state, question: asked } = session;
  // Among cards of studies, the way leads through the datasets that are shown alone.
  const isPart = isGrouped(state) && !isInSections(state);
  const [question, total] = isPart ? [{ ...asked, offset: 0 }, ids.length] : [asked, found];
  keepResult({
    search: writeState(state),
    question,
    manifest: new URL(manifest, document.baseURI).href,
    ids,
    id,
    total,
    scroll: scrollY,
  });
}
