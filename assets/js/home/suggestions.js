// <search-suggestions>: a list of what the visitor may be about to type, below the field for words. It follows the ARIA
// pattern of a combobox with a list of options (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/): the focus stays in
// the field, which says which option is active.

import { suggest } from "../search/suggest.js";
import { actionOf, copyTemplate, find, part, send } from "./dom.js";
import { writeCount } from "../writing.js";

/** @typedef {import("../search/suggest.js").Suggestion} Suggestion */

export class SearchSuggestions extends HTMLElement {
  /** @type {Suggestion[]} */
  #suggestions = [];
  #active = -1;

  constructor() {
    super();
    // A press must not take the focus from the field: the list would close before the click.
    this.addEventListener("pointerdown", (event) => event.preventDefault());
    this.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      if (option) this.#choose([...this.#list.children].indexOf(option));
      else if (actionOf(event) === "show") send(this, "suggestions-leave");
    });
  }

  /**
   * Show what goes on with what is typed; nothing where the manifest is not there yet.
   * @param {string} typed
   * @param {import("../search/files.js").Manifest | null} manifest
   */
  show(typed, manifest) {
    this.#show(manifest ? suggest(typed, manifest) : []);
  }

  /** @param {Suggestion[]} suggestions */
  #show(suggestions) {
    this.#suggestions = suggestions;
    this.#list.replaceChildren(...suggestions.map(makeOption));
    this.hidden = !suggestions.length;
    this.#activate(-1);
  }

  /** Whether the visitor may take the counts for those of a part of the catalog. @param {boolean} isPart */
  set isPart(isPart) {
    part(this, "note").hidden = !isPart || !this.#suggestions.some(({ count }) => count !== null);
  }

  /**
   * What the words find, and how they were read, for where the list covers that.
   * @param {{total: number, isAbout: boolean, read: string[]}} found
   */
  set found({ total, isAbout, read }) {
    part(this, "found").textContent =
      `Show ${isAbout ? "about " : ""}${writeCount(total)} ${total === 1 ? "result" : "results"}`;
    part(this, "read").textContent = read.join(" · ");
    find(this, "button").hidden = false;
  }

  get isOpen() {
    return !this.hidden;
  }

  /** The `id` of the active option; empty where there is none. */
  get activeId() {
    return this.#active < 0 ? "" : this.#list.children[this.#active].id;
  }

  close() {
    this.#show([]);
  }

  /**
   * Make the next or previous option active; return whether there is one.
   * @param {1 | -1} step
   */
  move(step) {
    const next = this.#active + step;
    if (next >= this.#suggestions.length || next < -1) return false;
    this.#activate(next);
    return true;
  }

  /** Choose the active option; return whether there is one. */
  choose() {
    if (this.#active < 0) return false;
    this.#choose(this.#active);
    return true;
  }

  get #list() {
    return find(this, "ul");
  }

  /** @param {number} at */
  #activate(at) {
    this.#active = at;
    [...this.#list.children].forEach((option, each) => option.setAttribute("aria-selected", String(each === at)));
    this.#list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} at */
  #choose(at) {
    const chosen = this.#suggestions[at];
    this.close();
    send(this, "suggestion-choose", chosen);
  }
}

customElements.define("search-suggestions", SearchSuggestions);

/** @param {Suggestion} suggestion @param {number} at */
function makeOption({ label, kind, count }, at) {
  const made = copyTemplate("suggestion");
  made.id = `suggestion-${at}`;
  part(made, "label").textContent = label;
  part(made, "kind").textContent = kind;
  part(made, "count").textContent = count === null ? "" : writeCount(count);
  return made;
}
