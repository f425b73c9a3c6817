// <share-page>: buttons that copy the page's permanent address, or hand it to the programs of the visitor's device.
// Where the clipboard is closed to pages, the address is shown, selected, to be copied by hand.

import { makeButton } from "./make-button.js";

export class SharePage extends HTMLElement {
  /** @type {HTMLInputElement | null} */
  #field = null;

  connectedCallback() {
    if (this.#field) return;
    const { button, label } = makeButton("link", "Copy link", "button--plain");
    label.setAttribute("aria-live", "polite");
    this.#field = Object.assign(document.createElement("input"), { type: "text", readOnly: true, hidden: true });
    this.#field.setAttribute("aria-label", "Address of this page");
    button.addEventListener("click", async () => {
      label.textContent = (await this.#copy()) ? "Copied" : "Copy it from here:";
    });
    this.append(button, this.#field);
    if ("share" in navigator) this.append(this.#makeShare());
    this.hidden = false;
  }

  /** The address that others may keep: the canonical one where the page states it, without what the view adds. */
  get #address() {
    const stated = document.querySelector('link[rel="canonical"]');
    return stated instanceof HTMLLinkElement ? stated.href : location.href.split("#")[0];
  }

  async #copy() {
    const field = /** @type {HTMLInputElement} */ (this.#field);
    field.value = this.#address;
    try {
      await navigator.clipboard.writeText(field.value);
      field.hidden = true;
      return true;
    } catch {
      field.hidden = false;
      field.select();
      return false;
    }
  }

  #makeShare() {
    const { button } = makeButton("external", "Share", "button--plain");
    button.addEventListener("click", async () => {
      try {
        await navigator.share({ title: document.title, url: this.#address });
      } catch (error) {
        // Who closes the dialog of the device has decided not to share; anything else leaves the link to be copied.
        if (!(error instanceof DOMException && error.name === "AbortError")) await this.#copy();
      }
    });
    return button;
  }
}

customElements.define("share-page", SharePage);
