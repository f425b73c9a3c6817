// The small elements of a dataset's page. Without them everything is there to read and select; with them texts are
// copied or saved by a click, code is shown in tabs, and the page leads back to the result.

import "./level-code.js";
import "./look-inside.js";
import "./plate-map.js";
import "./result-steps.js";
import "./share-page.js";
import { makeButton } from "./make-button.js";

const REVOKE_AFTER_MS = 10_000;
const STEPS = new Map([
  ["ArrowRight", 1],
  ["ArrowLeft", -1],
]);

/**
 * Offer a text as a file.
 * @param {string} text
 * @param {string} name
 */
function saveText(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_AFTER_MS);
}

/**
 * Copy the text of an element; select it for the visitor where the browser does not allow that.
 * @param {Element} shown
 * @returns {Promise<boolean>} whether it is in the clipboard
 */
async function copyText(shown) {
  try {
    await navigator.clipboard.writeText(shown.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(shown);
    return false;
  }
}

/** `<copy-text>`: a text with a button that copies it; with `data-file`, another that saves it under that name. */
class CopyText extends HTMLElement {
  /** @type {HTMLElement | null} */
  #buttons = null;

  connectedCallback() {
    const shown = this.firstElementChild;
    if (!shown || this.#buttons) return;
    this.#buttons = Object.assign(document.createElement("span"), { className: "copy" });
    this.#buttons.append(this.#makeCopy(shown));
    const file = this.dataset.file;
    if (file) this.#buttons.append(this.#makeSave(shown, file));
    this.append(this.#buttons);
  }

  disconnectedCallback() {
    this.#buttons?.remove();
    this.#buttons = null;
  }

  /** @param {Element} shown */
  #makeCopy(shown) {
    const { button, label } = makeButton("copy", "Copy");
    label.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      label.textContent = (await copyText(shown)) ? "Copied" : "Selected";
    });
    return button;
  }

  /** @param {Element} shown @param {string} file */
  #makeSave(shown, file) {
    const { button } = makeButton("download", "Save");
    button.addEventListener("click", () => saveText(shown.textContent ?? "", file));
    return button;
  }
}

/** `<code-tabs>`: sections shown one at a time; their `data-label`s become tabs (WAI-ARIA pattern "Tabs"). */
class CodeTabs extends HTMLElement {
  /** @type {HTMLElement | null} */
  #list = null;
  /** @type {HTMLButtonElement[]} */
  #tabs = [];

  connectedCallback() {
    if (this.#panels.length < 2 || this.#list) return;
    this.#tabs = this.#panels.map((panel) => this.#makeTab(panel));
    this.#list = Object.assign(document.createElement("div"), { className: "tabs" });
    this.#list.setAttribute("role", "tablist");
    this.#list.addEventListener("keydown", (event) => this.#step(STEPS.get(event.key) ?? 0));
    this.#list.append(...this.#tabs);
    this.prepend(this.#list);
    this.dataset.ready = "";
    this.#show(0);
  }

  disconnectedCallback() {
    this.#list?.remove();
    this.#list = null;
    for (const panel of this.#panels) panel.hidden = false;
    delete this.dataset.ready;
  }

  get #panels() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(":scope > section"))];
  }

  /** @param {HTMLElement} panel */
  #makeTab(panel) {
    const label = panel.dataset.label ?? "";
    const tab = Object.assign(document.createElement("button"), { type: "button", className: "button button--plain" });
    tab.setAttribute("role", "tab");
    tab.textContent = label;
    tab.addEventListener("click", () => this.#show(this.#tabs.indexOf(tab)));
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-label", label);
    return tab;
  }

  /** @param {number} step from the tab that is shown; the first follows the last */
  #step(step) {
    if (!step) return;
    const shown = this.#tabs.findIndex((tab) => tab.tabIndex === 0);
    const next = (shown + step + this.#tabs.length) % this.#tabs.length;
    this.#show(next);
    this.#tabs[next].focus();
  }

  /** @param {number} chosen */
  #show(chosen) {
    this.#tabs.forEach((tab, at) => {
      tab.setAttribute("aria-selected", String(at === chosen));
      tab.tabIndex = at === chosen ? 0 : -1;
    });
    this.#panels.forEach((panel, at) => (panel.hidden = at !== chosen));
  }
}

customElements.define("copy-text", CopyText);
customElements.define("code-tabs", CodeTabs);
