// @ts-check
// The small elements of a dataset's page. Without them everything is there to read and select; with them
// texts are copied or saved by a click, and code stands in tabs.

/**
 * A button in the site's look.
 * @param {string} text
 * @param {string} icon name of its icon
 */
export function makeButton(text, icon) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  const shape = document.createElement("span");
  shape.className = `icon icon--${icon}`;
  shape.setAttribute("aria-hidden", "true");
  const label = document.createElement("span");
  label.textContent = text;
  button.append(shape, label);
  return button;
}

/**
 * Offer a text as a file.
 * @param {string} text
 * @param {string} name
 */
export function saveText(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * Copy a text; select it for the visitor where the browser does not let us.
 * @param {string} text
 * @param {Element} shown where the text stands
 * @returns {Promise<boolean>} whether it is in the clipboard
 */
export async function copyText(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(shown);
    return false;
  }
}

/** A text with a button that copies it; with `data-file`, another that saves it under that name. */
class CopyText extends HTMLElement {
  connectedCallback() {
    const shown = this.firstElementChild;
    if (!shown || this.querySelector(".copy")) return;
    const text = shown.textContent ?? "";
    const buttons = document.createElement("span");
    buttons.className = "copy";
    const copy = makeButton("Copy", "copy");
    copy.addEventListener("click", async () => {
      const label = /** @type {HTMLElement} */ (copy.lastElementChild);
      label.textContent = (await copyText(text, shown)) ? "Copied" : "Selected";
      label.setAttribute("role", "status");
    });
    buttons.append(copy);
    const file = this.dataset.file;
    if (file) {
      const save = makeButton("Save", "download");
      save.addEventListener("click", () => saveText(text, file));
      buttons.append(save);
    }
    this.append(buttons);
  }

  disconnectedCallback() {
    this.querySelector(".copy")?.remove();
  }
}

/** Sections with headings, shown one at a time: the headings become tabs (WAI-ARIA pattern "tabs"). */
class CodeTabs extends HTMLElement {
  connectedCallback() {
    const panels = /** @type {HTMLElement[]} */ ([...this.querySelectorAll(":scope > section")]);
    if (panels.length < 2 || "ready" in this.dataset) return;
    const list = document.createElement("div");
    list.className = "tabs";
    list.setAttribute("role", "tablist");
    const tabs = panels.map((panel) => {
      const tab = document.createElement("button");
      tab.type = "button";
      tab.className = "button button--plain";
      tab.setAttribute("role", "tab");
      tab.textContent = panel.querySelector("h3")?.textContent ?? "";
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-label", tab.textContent);
      return tab;
    });
    /** @param {number} chosen */
    const show = (chosen) => {
      tabs.forEach((tab, index) => {
        tab.setAttribute("aria-selected", String(index === chosen));
        tab.tabIndex = index === chosen ? 0 : -1;
        panels[index].hidden = index !== chosen;
      });
    };
    tabs.forEach((tab, index) => tab.addEventListener("click", () => show(index)));
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = (tabs.findIndex((tab) => tab.tabIndex === 0) + step + tabs.length) % tabs.length;
      show(next);
      tabs[next].focus();
    });
    list.append(...tabs);
    this.prepend(list);
    this.dataset.ready = "";
    show(0);
  }

  disconnectedCallback() {
    this.querySelector(".tabs")?.remove();
    for (const panel of this.querySelectorAll(":scope > section")) panel.removeAttribute("hidden");
    delete this.dataset.ready;
  }
}

customElements.define("copy-text", CopyText);
customElements.define("code-tabs", CodeTabs);
