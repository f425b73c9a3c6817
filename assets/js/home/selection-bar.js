// <selection-bar>: how many datasets are selected, and what can be done with them.

import { actionOf, find, part, send } from "./dom.js";
import { keepFocus } from "./focus.js";
import { MOST_IN_LINK } from "./selection.js";
import { writeCount } from "../writing.js";

/** @typedef {import("./selection.js").Selection} Selection */

const FEWEST_COMPARED = 2;
const MOST_COMPARED = 4;
const NOT_KEPT = "This browser stores nothing for this site, so the selection is lost when you leave the page.";

/** It sends `selection-show`, and `selection-export` with a format. */
export class SelectionBar extends HTMLElement {
  /** @type {Selection | null} */
  #selection = null;

  constructor() {
    super();
    this.addEventListener("click", (event) => {
      const action = actionOf(event);
      if (action === "show") send(this, "selection-show");
      else if (action === "clear") this.#selection?.clear();
    });
    this.addEventListener("export-request", (event) => {
      event.stopPropagation();
      send(this, "selection-export", /** @type {CustomEvent} */ (event).detail);
    });
  }

  /** @param {Selection} selection */
  set selection(selection) {
    this.#selection = selection;
    const link = find(this, "copy-link");
    link.address = () => this.#address(selection.ids);
    link.refusal = `A link holds up to ${MOST_IN_LINK} datasets; export their addresses instead.`;
    selection.addEventListener("change", () => this.#show(selection));
    this.#show(selection);
  }

  /** Return the address of the page with these datasets; null where they are too many. @param {string[]} ids */
  #address(ids) {
    return ids.length <= MOST_IN_LINK ? new URL(`index.html?ids=${ids.join(".")}`, document.baseURI).href : null;
  }

  /** @param {Selection} selection */
  #show({ size, ids, isKept }) {
    keepFocus(part(document, "results"), () => (part(this, "bar").hidden = !size));
    document.documentElement.toggleAttribute("data-selecting", size > 0);
    part(this, "selected").textContent = size ? `${writeCount(size)} selected` : "";
    part(this, "kept").textContent = size && !isKept ? NOT_KEPT : "";
    part(find(this, "copy-link"), "said").textContent = "";
    find(this, "copy-link").querySelector("input")?.setAttribute("hidden", "");
    const compare = find(this, "a");
    const canCompare = size >= FEWEST_COMPARED && size <= MOST_COMPARED;
    if (canCompare) compare.href = `compare/index.html?ids=${ids.join(".")}`;
    else compare.removeAttribute("href");
    compare.setAttribute("aria-disabled", String(!canCompare));
    compare.textContent = canCompare ? "Compare" : `Compare ${FEWEST_COMPARED}–${MOST_COMPARED}`;
  }
}

customElements.define("selection-bar", SelectionBar);
