// Ways to other states of the search: what is active and can be taken back, and what to do where nothing was found.

import { actionOf, copyTemplate, find, part, send, sendChange } from "./dom.js";

/** @typedef {import("./filters.js").Way} Way */

/**
 * `<filter-chips>`: ways to other states, as buttons. A way that keeps its key keeps its element, as the visitor may
 * be about to press it.
 */
export class FilterChips extends HTMLElement {
  /** @type {Map<string, HTMLElement>} by key */
  #chips = new Map();

  /** @param {Way[]} ways */
  set ways(ways) {
    const list = find(this, "ul");
    const before = this.#chips;
    this.#chips = new Map(ways.map((way) => [way.key, before.get(way.key) ?? copyTemplate("chip")]));
    for (const [key, chip] of before) if (!this.#chips.has(key)) chip.remove();
    ways.forEach((way, at) => {
      const chip = /** @type {HTMLElement} */ (this.#chips.get(way.key));
      this.#fill(chip, way);
      if (list.children[at] !== chip) list.insertBefore(chip, list.children[at] ?? null);
    });
    list.hidden = !ways.length;
  }

  /** @param {HTMLElement} chip @param {Way} way */
  #fill(chip, { text, state, label, isAll = false }) {
    part(chip, "text").textContent = text;
    chip.classList.toggle("chips__clear", isAll);
    const button = find(chip, "button");
    if (label) button.setAttribute("aria-label", label);
    button.onclick = () => sendChange(this, state);
  }
}

customElements.define("filter-chips", FilterChips);

const HINT = "Each part of the search finds datasets, but none matches all parts. Remove one:";
const NO_WAY = "Check the spelling, or search for a part of a name or address.";

/** `<result-message>`: why there are no results, and what to do about it. */
export class ResultMessage extends HTMLElement {
  constructor() {
    super();
    this.addEventListener("click", (event) => {
      const action = actionOf(event);
      if (action === "retry") send(this, "search-retry");
      else if (action === "clear") send(this, "search-clear");
    });
  }

  /** Why the search does not work. @param {string} reason */
  set failure(reason) {
    const made = copyTemplate("failure");
    part(made, "reason").textContent = reason;
    this.#show(made);
  }

  /** Ways out of a search that found nothing; null where it found something. @param {Way[] | null} ways */
  set waysOut(ways) {
    this.#show(ways && this.#makeEmpty(ways));
  }

  /** @param {Way[]} ways */
  #makeEmpty(ways) {
    const made = copyTemplate("empty");
    part(made, "hint").textContent = ways.length ? HINT : NO_WAY;
    find(made, "filter-chips").ways = ways;
    return made;
  }

  /** @param {HTMLElement | null} message */
  #show(message) {
    this.replaceChildren(...(message ? [message] : []));
    this.hidden = !message;
  }
}

customElements.define("result-message", ResultMessage);
