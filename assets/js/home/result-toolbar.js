// How results are sorted, shown and saved.

import { actionOf, closest, find, part, send, sendChange, showMark } from "./dom.js";
import { EMPTY, countFilters, isGrouped } from "./state.js";
import { writeCount } from "../writing.js";

/** `<result-toolbar>`: how many datasets were found, and how they are sorted and shown. */
export class ResultToolbar extends HTMLElement {
  #state = EMPTY;

  constructor() {
    super();
    this.addEventListener("change", ({ target }) => {
      if (target === this.#select) sendChange(this, (state) => ({ ...state, sort: this.#select.value, page: 1 }));
    });
    this.addEventListener("click", (event) => {
      const view = closest(event, "[data-view]")?.dataset.view;
      if (view) sendChange(this, (state) => ({ ...state, view: view === "table" ? "table" : "gallery" }));
      else if (actionOf(event) === "group") this.#toggleGroup();
      else if (actionOf(event) === "open-filters") send(this, "filters-open");
    });
  }

  /** What results can be sorted by. */
  get sorts() {
    return [...this.#select.options].map((option) => option.value);
  }

  /** @param {import("./state.js").State} state */
  set state(state) {
    this.#state = state;
    this.#select.value = state.sort;
    for (const option of this.#select.options) {
      if ("ofTable" in option.dataset) option.hidden = state.view !== "table";
    }
    const unsorted = this.#select.options[0];
    unsorted.text = (state.text.trim() ? unsorted.dataset.searching : unsorted.dataset.browsing) ?? "";
    for (const button of this.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-view") === state.view));
    }
    showMark(part(this, "active"), countFilters(state));
    this.#showGroup();
  }

  /** Whether the words say how results are ordered. @param {boolean} isOrdered */
  set isOrderedByWords(isOrdered) {
    if (isOrdered) this.#select.options[0].text = "As the search says";
  }

  #toggleGroup() {
    sendChange(this, (state) => ({ ...state, group: state.group ? "" : "study", page: 1 }));
  }

  /** A table lists datasets: there the results can't be grouped. */
  #showGroup() {
    const button = /** @type {HTMLButtonElement | null} */ (this.querySelector("[data-action=group]"));
    if (!button) return;
    button.setAttribute("aria-pressed", String(isGrouped(this.#state)));
    button.disabled = this.#state.view === "table";
    const words = this.#state.text.trim() ? "The datasets of each study together" : "One card for each study";
    button.title = button.disabled ? "The table lists datasets" : words;
  }

  /**
   * Say what was found: how many of all datasets, and of how many studies where these are shown and known. The element
   * is a live region. In a large catalog some counts are about right (`isAbout`).
   * @param {{total: number, isAbout: boolean, studies: number | null}} counted
   */
  set counted({ total, isAbout, studies }) {
    const all = Number(this.dataset.datasets);
    const datasets =
      total === all ? countOf(all, "dataset", "datasets") : `${writeCount(total)} of ${writeCount(all)} datasets`;
    const words = studies === null ? datasets : `${countOf(studies, "study", "studies")}, ${datasets}`;
    const end = words.indexOf(" ");
    const strong = Object.assign(document.createElement("strong"), { textContent: words.slice(0, end) });
    part(this, "count").replaceChildren(isAbout ? "about " : "", strong, words.slice(end));
  }

  /** What is said in place of what was found. @param {string} words */
  set words(words) {
    part(this, "count").textContent = words;
  }

  /** What was asked for and has no answer. @param {import("./state.js").State} state */
  set unanswered(state) {
    this.state = state;
    this.words = "No answer";
  }

  get #select() {
    return find(this, "select");
  }
}

customElements.define("result-toolbar", ResultToolbar);

/** @param {number} count @param {string} one @param {string} many */
const countOf = (count, one, many) => `${writeCount(count)} ${count === 1 ? one : many}`;

/** `<export-menu>`: the formats in which the results can be saved. */
export class ExportMenu extends HTMLElement {
  #listening = new AbortController();

  constructor() {
    super();
    this.addEventListener("click", (event) => {
      const button = closest(event, "[data-format]");
      if (button && !this.isBusy) send(this, "export-request", button.dataset.format);
    });
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#details.open) return;
      event.stopPropagation();
      this.#details.open = false;
      find(this, "summary").focus();
    });
  }

  /** A click elsewhere, or on a format, closes the menu. */
  connectedCallback() {
    this.#listening = new AbortController();
    const close = (/** @type {Event} */ event) => {
      if (!this.#details.open || this.contains(closest(event, "summary"))) return;
      this.#details.open = false;
      if (this.contains(closest(event, "button"))) find(this, "summary").focus(); // what had the focus is hidden
    };
    addEventListener("click", close, { signal: this.#listening.signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  /** Whether a file is being made; no other is begun meanwhile. */
  get isBusy() {
    return this.getAttribute("aria-busy") === "true";
  }

  set isBusy(isBusy) {
    this.setAttribute("aria-busy", String(isBusy));
  }

  get #details() {
    return find(this, "details");
  }
}

customElements.define("export-menu", ExportMenu);
