// The panel that holds the filters: facets, and numbers with limits.

import { actionOf, afterPaint, find, part, send, sendChange } from "./dom.js";
import "./facet-filter.js";
import { own } from "../own.js";
import { EMPTY, withChoice, withRange, withUnstated } from "./state.js";
import { writeCount } from "../writing.js";

/**
 * `<filter-panel>`: all filters, beside the results, or in a dialog on a narrow screen. They move into the dialog
 * while it is open, so that they exist once.
 */
export class FilterPanel extends HTMLElement {
  #state = EMPTY;
  #isCounted = false;
  #callOff = () => {};

  constructor() {
    super();
    this.addEventListener("pointerenter", () => send(this, "search-prepare"));
    this.addEventListener("submit", (event) => event.preventDefault());
    this.addEventListener("click", (event) => this.#onClick(event));
    this.addEventListener("facet-change", (event) => {
      const { key, value, isChosen, isLikely } = /** @type {CustomEvent} */ (event).detail;
      sendChange(this, (state) => withChoice(state, key, value, isChosen), { isLikely });
    });
    this.addEventListener("range-change", (event) => {
      const { key, limits, isUnstated, series } = /** @type {CustomEvent} */ (event).detail;
      sendChange(this, (state) => withUnstated(withRange(state, key, limits), key, isUnstated), { series });
    });
  }

  /** @param {import("./state.js").State} state */
  set state(state) {
    const { facets, ranges, unstated } = this.#state;
    this.#state = state;
    if (state.facets === facets && state.ranges === ranges && state.unstated === unstated) return; // as while typing
    for (const facet of this.#facets) {
      const chosen = own(state.facets, facet.key);
      if (chosen !== own(facets, facet.key)) facet.chosen = chosen ?? [];
    }
    for (const range of this.#ranges) {
      const isUnstated = state.unstated.includes(range.key);
      const limits = own(state.ranges, range.key);
      if (limits === own(ranges, range.key) && isUnstated === unstated.includes(range.key)) continue;
      range.show(limits ?? null, isUnstated);
    }
  }

  /** @param {import("../search/files.js").Manifest} manifest */
  set manifest({ facets, ranges }) {
    for (const facet of this.#facets) {
      const summary = facets.find(({ key }) => key === facet.key);
      if (summary) facet.summary = summary;
    }
    for (const range of this.#ranges) range.summary = ranges.find(({ key }) => key === range.key) ?? null;
  }

  /**
   * The counts follow once the results are painted, so that these wait for nothing; the first ones come with them, so
   * that nothing moves.
   * @param {import("../search/catalog.js").Answer} answer
   */
  set answer(answer) {
    this.#callOff();
    if (this.#isCounted) this.#callOff = afterPaint(() => this.#show(answer));
    else this.#show(answer);
    this.#isCounted = true;
  }

  /** @param {import("../search/catalog.js").Answer} answer */
  #show({ counts, histograms, unstated, total }) {
    for (const facet of this.#facets) facet.counts = counts[facet.key];
    for (const range of this.#ranges.filter(({ key }) => own(histograms, key))) {
      range.counts = histograms[range.key];
      range.unstated = unstated[range.key];
    }
    part(this, "total").textContent = writeCount(total);
  }

  /** How filters and their values are called. @returns {import("./filters.js").Labels} */
  get labels() {
    const facets = this.#facets.map(({ key, label, texts }) => [key, { label, texts }]);
    const ranges = this.#ranges.map(({ key, label, unit }) => [key, { label, texts: {}, unit }]);
    return Object.fromEntries([...facets, ...ranges]);
  }

  get facetKeys() {
    return this.#facets.map(({ key }) => key);
  }

  get rangeKeys() {
    return this.#ranges.map(({ dataset }) => dataset.key ?? ""); // they may be loaded later
  }

  /** Keys of the ranges that are open. */
  get openRanges() {
    return this.#ranges.filter(({ isOpen }) => isOpen).map(({ key }) => key);
  }

  /** Show the filters in the dialog. */
  open() {
    const filters = part(this, "filters");
    const before = filters.parentElement;
    part(this, "dialog-body").append(filters);
    this.#dialog.addEventListener("close", () => before?.append(filters), { once: true });
    this.#dialog.showModal();
  }

  get #dialog() {
    return find(this, "dialog");
  }

  get #facets() {
    return [...this.querySelectorAll("facet-filter")];
  }

  get #ranges() {
    return [...this.querySelectorAll("range-filter")];
  }

  /** @param {Event} event */
  #onClick(event) {
    const action = actionOf(event);
    if (action === "close") this.#dialog.close();
    else if (action === "clear") send(this, "search-clear");
  }
}

customElements.define("filter-panel", FilterPanel);
