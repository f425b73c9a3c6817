// <level-code>: code to copy for the resolution that a visitor chooses. The page has the code of the finest one; what
// differs at another is in its option, and is put where `data-slot` says.

export class LevelCode extends HTMLElement {
  connectedCallback() {
    const select = this.querySelector("select");
    if (!select) return;
    /** @type {HTMLElement} */ (select.parentElement).hidden = false;
    select.addEventListener("change", () => this.#fill(select));
    this.#fill(select); // a browser may have kept what was chosen before the page was left
  }

  /** @param {HTMLSelectElement} select */
  #fill(select) {
    const chosen = select.selectedOptions[0];
    /** @type {Record<string, string | undefined>} */
    const texts = { ...chosen.dataset, path: chosen.value, number: String(select.selectedIndex) };
    for (const slot of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-slot]"))) {
      slot.textContent = texts[slot.dataset.slot ?? ""] ?? chosen.value;
    }
  }
}

customElements.define("level-code", LevelCode);
