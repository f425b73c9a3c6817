// <copy-link>: a button that copies an address. Where the clipboard is closed to pages, it shows the address, selected,
// to be copied by hand.

import { find, part } from "./dom.js";

export class CopyLink extends HTMLElement {
  /** Returns the address; null where there is none to copy, and then `refusal` says why. @type {() => string | null} */
  address = () => location.href;
  refusal = "";

  constructor() {
    super();
    this.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("button")) this.#copy();
    });
  }

  async #copy() {
    const address = this.address();
    const field = find(this, "input");
    field.hidden = true;
    if (address === null) return this.#say(this.refusal);
    field.value = address;
    try {
      await navigator.clipboard.writeText(address);
      this.#say("Copied");
    } catch {
      field.hidden = false;
      field.select();
      this.#say("This browser does not let the page copy; copy the address from here.");
    }
  }

  /** @param {string} sentence */
  #say(sentence) {
    part(this, "said").textContent = sentence;
  }
}

customElements.define("copy-link", CopyLink);
