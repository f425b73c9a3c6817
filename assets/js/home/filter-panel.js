// The filters: facets, numbers with limits, and the panel that holds them.

import { actionOf, closest, find, part, send, sendChange, showMark, writeCount } from "./dom.js";
import { barHeights, limitsBetween, positionOf, valuesToShow, writeEnd } from "./filters.js";
import { EMPTY, withChoice, withRange } from "./state.js";

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

/** @typedef {import("./filters.js").Limits} Limits */

/**
 * `<range-filter>`: a number with a lower and an upper limit: two sliders on the edges of a histogram. A slider holds
 * the position of an edge; what the edges are, and how they are written, is in the manifest.
 */
export class RangeFilter extends HTMLElement {
  /** @type {import("./filters.js").RangeSummary | null} */
  #summary = null;
  /** @type {Limits | null} */
  #limits = null;
  /** Whether a slider was moved before the edges were known. */
  #isMoved = false;

  constructor() {
    super();
    this.addEventListener("input", () => {
      if (this.#summary) this.#showLimits(this.#readSliders());
    });
    this.addEventListener("change", () => this.#change());
    this.addEventListener("toggle", () => send(this, "range-toggle"), true);
  }

  get key() {
    return this.dataset.key ?? "";
  }

  get label() {
    return this.dataset.label ?? this.key;
  }

  get isOpen() {
    return this.querySelector("details")?.open ?? false;
  }

  /** @param {import("./filters.js").RangeSummary | null} summary */
  set summary(summary) {
    this.#summary = summary;
    if (this.#isMoved) this.#change();
    else this.#showLimits(this.#limits);
  }

  /** @param {Limits | null} limits */
  set limits(limits) {
    this.#limits = limits;
    this.#showLimits(limits);
  }

  /** The histogram. @param {number[]} counts of each bin */
  set counts(counts) {
    const height = Number(this.dataset.height);
    const { children } = part(this, "bars");
    barHeights(counts, height).forEach((each, at) => {
      children[at].setAttribute("y", String(height - each));
      children[at].setAttribute("height", String(each));
    });
  }

  /** The lower and the upper one. */
  get #sliders() {
    return [...this.querySelectorAll("input")];
  }

  #readSliders() {
    const [one, other] = this.#sliders.map((slider) => Number(slider.value));
    return limitsBetween(this.#summary?.edges ?? [], Math.min(one, other), Math.max(one, other));
  }

  #change() {
    this.#isMoved = !this.#summary;
    if (this.#summary) send(this, "range-change", { key: this.key, limits: this.#readSliders() });
  }

  /** Show limits on the sliders, in words, and on the bars. @param {Limits | null} limits */
  #showLimits(limits) {
    showMark(part(this, "active"), limits ? 1 : 0, " active");
    if (!this.#summary) return;
    const summary = this.#summary;
    const ends = limits ?? [-Infinity, Infinity];
    const [from, to] = ends.map((end) => positionOf(summary.edges, end));
    const texts = ends.map((end) => writeEnd(summary, end));
    this.#sliders.forEach((slider, at) => {
      slider.value = String(at ? to : from);
      slider.setAttribute("aria-valuetext", texts[at]);
    });
    part(this, "from").textContent = texts[0];
    part(this, "to").textContent = texts[1];
    [...part(this, "bars").children].forEach((bar, at) =>
      bar.classList.toggle("range__bar--out", at < from || at >= to),
    );
  }
}

customElements.define("range-filter", RangeFilter);

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
      const { key, limits } = /** @type {CustomEvent} */ (event).detail;
      sendChange(this, withRange(this.#state, key, limits));
    });
  }

  /** @param {import("./state.js").State} state */
  set state(state) {
    this.#state = state;
    for (const facet of this.#facets) facet.chosen = state.facets[facet.key] ?? [];
    for (const range of this.#ranges) range.limits = state.ranges[range.key] ?? null;
  }

  /** @param {import("../search/files.js").Manifest} manifest */
  set manifest({ ranges }) {
    for (const range of this.#ranges) range.summary = ranges.find(({ key }) => key === range.key) ?? null;
  }

  /** @param {import("../search/catalog.js").Answer} answer */
  set answer({ counts, histograms, total }) {
    for (const facet of this.#facets) facet.counts = counts[facet.key];
    for (const range of this.#ranges) if (histograms[range.key]) range.counts = histograms[range.key];
    part(this, "total").textContent = writeCount(total);
  }

  /** How filters and their values are called. @returns {import("./filters.js").Labels} */
  get labels() {
    const facets = this.#facets.map(({ key, label, texts }) => [key, { label, texts }]);
    const ranges = this.#ranges.map(({ key, label }) => [key, { label, texts: {} }]);
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
