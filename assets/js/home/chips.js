// <filter-chips>: states of the search that one click leads to, as a row of buttons.

import { copyTemplate, find, part, placeChildren, sendChange } from "./dom.js";

/** @typedef {import("./filters.js").Chip} Chip */

/** A chip that keeps its key keeps its element, as the visitor may be about to press it. */
export class FilterChips extends HTMLElement {
  /** @type {Map<string, HTMLElement>} by key */
  #elements = new Map();

  /** @param {Chip[]} chips */
  set chips(chips) {
    const list = find(this, "ul");
    const before = this.#elements;
    this.#elements = new Map(chips.map(({ key }) => [key, before.get(key) ?? copyTemplate("chip")]));
    for (const chip of chips) this.#fill(/** @type {HTMLElement} */ (this.#elements.get(chip.key)), chip);
    placeChildren(list, [...this.#elements.values()]);
    list.hidden = !chips.length;
  }

  /** @param {HTMLElement} element @param {Chip} chip */
  #fill(element, { text, state, label, isAll = false, isMore = false }) {
    part(element, "text").textContent = text;
    element.classList.toggle("chips__clear", isAll);
    element.classList.toggle("chips__more", isMore);
    const button = find(element, "button");
    if (label) button.setAttribute("aria-label", label);
    button.onclick = () => sendChange(this, () => state);
  }
}

customElements.define("filter-chips", FilterChips);
