// Where a search begins: the field for words, and the institutions.

import { closest, find, isPlainClick, send, sendChange } from "./dom.js";
import { EMPTY, isNarrowed, withToggled } from "./state.js";

const DEBOUNCE_MS = 80;
const OTHER_FIELDS = "input:not([type=checkbox], [type=range]), textarea, select";

/** `<search-box>`: the field for words. `/` leads to it from anywhere, Escape clears it, then the filters. */
export class SearchBox extends HTMLElement {
  #state = EMPTY;
  #timer = 0;
  #listening = new AbortController();

  constructor() {
    super();
    this.addEventListener("focusin", () => send(this, "search-prepare"));
    this.addEventListener("input", () => this.#changeSoon());
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#change();
    });
    this.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      send(this, "results-enter");
    });
  }

  connectedCallback() {
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

  focus() {
    this.#input.focus();
  }

  get #input() {
    return find(this, "input");
  }

  #changeSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#change(), DEBOUNCE_MS);
  }

  #change() {
    clearTimeout(this.#timer);
    sendChange(this, { ...this.#state, text: this.#input.value, page: 1 }, { isTyping: true });
  }

  /** @param {KeyboardEvent} event anywhere in the page */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "/" && !closest(event, OTHER_FIELDS)) {
      event.preventDefault();
      this.#input.select();
      this.#input.focus();
    } else if (event.key === "Escape") this.#takeBack(event.target === this.#input);
  }

  /** Take back the words, else the filters, else leave the field. @param {boolean} isInside */
  #takeBack(isInside) {
    if (this.#state.text || this.#input.value) {
      this.#input.value = "";
      sendChange(this, { ...this.#state, text: "", page: 1 });
    } else if (isNarrowed(this.#state)) send(this, "search-clear");
    else if (isInside) this.#input.blur();
  }
}

customElements.define("search-box", SearchBox);

/**
 * `<institution-links>`: links to the institutions' plain lists; a click chooses the institution in the search
 * instead.
 */
export class InstitutionLinks extends HTMLElement {
  #state = EMPTY;

  constructor() {
    super();
    this.addEventListener("click", (event) => {
      const value = closest(event, "a")?.dataset.value;
      if (value === undefined || !isPlainClick(event)) return;
      event.preventDefault();
      sendChange(this, withToggled(this.#state, this.#key, value));
    });
  }

  /** @param {import("./state.js").State} state */
  set state(state) {
    this.#state = state;
    const chosen = state.facets[this.#key] ?? [];
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
