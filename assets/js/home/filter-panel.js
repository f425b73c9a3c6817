// The filters: facets, numbers with limits, and the panel that holds them.

import { actionOf, closest, find, part, send, sendChange, showMark, writeCount } from "./dom.js";
import { valuesToShow } from "./filters.js";
import "./range-filter.js";
import { EMPTY, withChoice, withRange, withUnstated } from "./state.js";

/**
 * `<facet-filter>`: the values of one facet, as check boxes, with how many datasets each would give. It shows the
 * values that matter now, chosen and frequent, unless the visitor asks for all.
 */
export class FacetFilter extends HTMLElement {
  /** @type {number[] | null} by value; null until there was an answer: the page has them in order of frequency */
  #counts = null;
  #showsAll = false;

  constructor() {
    super();
    this.addEventListener("change", (event) => {
      const { value, checked } = /** @type {HTMLInputElement} */ (event.target);
      send(this, "facet-change", { key: this.key, value, isChosen: checked });
    });
    this.addEventListener("click", (event) => {
      const button = closest(event, "[data-action=show-all]");
      if (button) this.#toggleAll(button);
    });
  }

  get key() {
    return this.dataset.key ?? "";
  }

  get label() {
    return this.dataset.label ?? this.key;
  }

  /** How values are called. @returns {Record<string, string>} */
  get texts() {
    return Object.fromEntries(this.#boxes.map(({ value, dataset }) => [value, dataset.text ?? value]));
  }

  /** @param {string[]} values */
  set chosen(values) {
    for (const box of this.#boxes) box.checked = values.includes(box.value);
    showMark(part(this, "active"), values.length, " active");
  }

  /** @param {number[]} counts in the order of the values */
  set counts(counts) {
    this.#counts = counts;
    this.querySelectorAll("data").forEach((count, at) => {
      count.value = String(counts[at]);
      count.textContent = writeCount(counts[at]);
    });
    this.#showValues();
  }

  get #boxes() {
    return [...this.querySelectorAll("input")];
  }

  #showValues() {
    const boxes = this.#boxes;
    const counts = this.#counts ?? boxes.map((_, at) => boxes.length - at);
    const isChosen = boxes.map((box) => box.checked);
    const lines = [...this.querySelectorAll("li")];
    const depths = lines.map(({ dataset }) => Number(dataset.depth ?? 0));
    const shown = this.#showsAll
      ? new Set(boxes.keys())
      : valuesToShow(counts, isChosen, Number(this.dataset.shown), depths);
    lines.forEach((line, at) => {
      line.hidden = !shown.has(at);
      line.classList.toggle("facet__line--none", !counts[at] && !isChosen[at]);
    });
  }

  /** @param {HTMLElement} button */
  #toggleAll(button) {
    this.#showsAll = !this.#showsAll;
    button.setAttribute("aria-expanded", String(this.#showsAll));
    button.textContent = this.#showsAll ? "Show fewer" : `Show all ${writeCount(this.#boxes.length)}`;
    this.#showValues();
  }
}

customElements.define("facet-filter", FacetFilter);

/**
 * `<filter-panel>`: all filters, beside the results, or in a dialog on a narrow screen. They move into the dialog
 * while it is open, so that they exist once.
 */
export class FilterPanel extends HTMLElement {
  #state = EMPTY;

  constructor() {
    super();
    this.addEventListener("pointerenter", () => send(this, "search-prepare"));
    this.addEventListener("submit", (event) => event.preventDefault());
    this.addEventListener("click", (event) => this.#onClick(event));
    this.addEventListener("facet-change", (event) => {
      const { key, value, isChosen } = /** @type {CustomEvent} */ (event).detail;
      sendChange(this, withChoice(this.#state, key, value, isChosen));
    });
    this.addEventListener("range-change", (event) => {
      const { key, limits, isUnstated } = /** @type {CustomEvent} */ (event).detail;
      sendChange(this, withUnstated(withRange(this.#state, key, limits), key, isUnstated));
    });
  }

  /** @param {import("./state.js").State} state */
  set state(state) {
    this.#state = state;
    for (const facet of this.#facets) facet.chosen = state.facets[facet.key] ?? [];
    for (const range of this.#ranges) range.show(state.ranges[range.key] ?? null, state.unstated.includes(range.key));
  }

  /** @param {import("../search/files.js").Manifest} manifest */
  set manifest({ ranges }) {
    for (const range of this.#ranges) range.summary = ranges.find(({ key }) => key === range.key) ?? null;
  }

  /** @param {import("../search/catalog.js").Answer} answer */
  set answer({ counts, histograms, unstated, total }) {
    for (const facet of this.#facets) facet.counts = counts[facet.key];
    for (const range of this.#ranges.filter(({ key }) => histograms[key])) {
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
    return this.#ranges.map(({ key }) => key);
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
