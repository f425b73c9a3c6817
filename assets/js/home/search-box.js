// Where a search begins: the field for words, and the institutions.

import { closest, find, isPlainClick, onPointing, part, send, sendChange } from "./dom.js";
import { EMPTY, isNarrowed, withChoice, withToggled } from "./state.js";
import { own } from "../own.js";

/** What the field is once it suggests; without a script it is a plain field, and HTML knows no search field like it. */
const COMBOBOX = {
  role: "combobox",
  "aria-autocomplete": "list",
  "aria-controls": "suggestions",
  "aria-expanded": "false",
};
/** The help while it is open; `:is`, as then it is no error where a browser does not know it. */
const POPOVER = ":is(:popover-open)";
const OTHER_FIELDS = "input:not([type=checkbox], [type=range]), textarea, select";

/**
 * `<search-box>`: the field for words, with suggestions while typing. `/` leads to it from anywhere. In it, Escape
 * closes the help or the suggestions, then clears it.
 */
export class SearchBox extends HTMLElement {
  #state = EMPTY;
  /** @type {import("../search/files.js").Manifest | null} */
  #manifest = null;
  /** Whether the visitor typed: a link to a search suggests nothing. */
  #isTyped = false;
  /** @type {string[]} */
  #notes = [];
  /** @type {string[]} */
  #leftOut = [];
  #listening = new AbortController();

  constructor() {
    super();
    this.addEventListener("focusin", () => send(this, "search-prepare"));
    this.addEventListener("focusout", () => this.#close());
    this.addEventListener("input", () => {
      this.#change();
      this.#suggest();
    });
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#list?.choose()) return;
      this.#close();
      this.#change();
      this.#isTyped = false; // where the manifest comes late, nothing is suggested over the results
      send(this, "search-submit");
    });
    this.addEventListener("keydown", (event) => {
      if (event.target !== this.#input || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "Escape") this.#onEscape(event);
      else this.#onArrow(event);
    });
    this.addEventListener("suggestions-leave", () => {
      this.#close();
      send(this, "results-enter");
    });
    this.addEventListener("suggestion-choose", (event) => this.#choose(/** @type {CustomEvent} */ (event).detail));
  }

  connectedCallback() {
    for (const [name, value] of Object.entries(COMBOBOX)) this.#input.setAttribute(name, value);
    this.#listening = new AbortController();
    addEventListener("keydown", (event) => this.#onKey(event), { signal: this.#listening.signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  /** @param {import("./state.js").State} state */
  set state(state) {
    this.#state = state;
    if (this.#input.value.trim() !== state.text.trim()) this.#input.value = state.text;
  }

  /** @param {import("../search/files.js").Manifest} manifest */
  set manifest(manifest) {
    this.#manifest = manifest;
    if (document.activeElement === this.#input && this.#isTyped) this.#suggest();
  }

  /** What the visitor should know of how the words were read. @param {string[]} sentences */
  set notes(sentences) {
    this.#notes = sentences;
    this.#showNotes();
  }

  /** What of the address the page came with is left out. @param {string[]} sentences */
  set leftOut(sentences) {
    this.#leftOut = sentences;
    if (sentences.length) this.#showNotes();
  }

  get leftOut() {
    return this.#leftOut;
  }

  #showNotes() {
    const place = part(this, "notes");
    place.textContent = [...this.#notes, ...this.#leftOut].join(" ");
    place.hidden = !place.textContent;
  }

  focus() {
    this.#input.focus();
  }

  get #input() {
    return find(this, "input");
  }

  /**
   * The suggestions; null until their script is there.
   * @returns {import("./suggestions.js").SearchSuggestions | null}
   */
  get #list() {
    return this.querySelector("search-suggestions:defined");
  }

  #suggest() {
    if (!this.#list) return;
    const typed = this.#input.value;
    this.#list.show(typed, this.#manifest);
    this.#list.isPart = isNarrowed({ ...this.#state, text: "" }) || /\S\s+\S/.test(typed);
    this.#showActive();
  }

  #close() {
    this.#list?.close();
    this.#showActive();
  }

  /** Say which suggestion is active, to those who do not see it. */
  #showActive() {
    this.#input.setAttribute("aria-expanded", String(this.#list?.isOpen ?? false));
    const activeId = this.#list?.activeId;
    if (activeId) this.#input.setAttribute("aria-activedescendant", activeId);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  /** @param {import("../search/suggest.js").Suggestion} suggestion */
  #choose({ text, facet, value }) {
    this.#input.value = facet || text.endsWith(":") ? text : `${text} `;
    sendChange(this, (before) => {
      const state = { ...before, text: this.#input.value, page: 1 };
      return facet ? withChoice(state, facet, value, true) : state;
    });
    this.#suggest();
  }

  /** @param {KeyboardEvent} event in the field */
  #onArrow(event) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!step || (step < 0 && !this.#list?.isOpen)) return;
    event.preventDefault();
    if (this.#list?.isOpen && this.#list.move(step)) this.#showActive();
    else if (step > 0) {
      this.#close();
      send(this, "results-enter");
    }
  }

  #change() {
    this.#isTyped = true;
    sendChange(this, (state) => ({ ...state, text: this.#input.value, page: 1 }), { series: "words" });
  }

  /** @param {KeyboardEvent} event anywhere in the page */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "/" && !closest(event, OTHER_FIELDS)) {
      event.preventDefault();
      this.#input.select();
      this.#input.focus();
    }
  }

  /** Close what is open, else clear the field. @param {KeyboardEvent} event in the field, which clears itself */
  #onEscape(event) {
    event.preventDefault();
    const help = this.querySelector(POPOVER);
    if (help instanceof HTMLElement) help.hidePopover();
    else if (this.#list?.isOpen) this.#close();
    else if (this.#state.text || this.#input.value) {
      this.#input.value = "";
      sendChange(this, (state) => ({ ...state, text: "", page: 1 }));
    }
  }
}

customElements.define("search-box", SearchBox);

/**
 * `<institution-links>`: links to the institutions' pages; a click chooses the institution in the search
 * instead.
 */
export class InstitutionLinks extends HTMLElement {
  constructor() {
    super();
    this.addEventListener("click", (event) => {
      const value = closest(event, "a")?.dataset.value;
      if (value === undefined || !isPlainClick(event)) return;
      event.preventDefault();
      sendChange(this, (state) => withToggled(state, this.#key, value));
    });
    onPointing(this, "a", ({ dataset }) => {
      sendChange(this, (state) => withToggled(state, this.#key, dataset.value ?? ""), { isLikely: true });
    });
  }

  /** @param {import("./state.js").State} state */
  set state(state) {
    const chosen = own(state.facets, this.#key) ?? [];
    for (const link of this.querySelectorAll("a")) {
      if (chosen.includes(link.dataset.value ?? "")) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /** The facet that holds institutions. */
  get #key() {
    return this.dataset.key ?? "";
  }
}

customElements.define("institution-links", InstitutionLinks);
