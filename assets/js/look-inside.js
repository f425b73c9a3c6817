// <look-inside>: the button that opens the viewer of a dataset. The viewer's scripts are loaded, and the host of the
// data is asked, only after the click; or if the address of the page is a link to a view. What the page cannot know
// beforehand, such as whether it came by https, is checked here.

import { loadStyles } from "./load-styles.js";
import { whyFailed } from "./offline.js";
import { makeButton } from "./make-button.js";

/** @typedef {import("./viewer/viewer.js").ImageViewer} ImageViewer */

const MIXED =
  "This page came over https. Its data are published over http, and browsers do not let such a page read them.";

export class LookInside extends HTMLElement {
  /** @type {Promise<ImageViewer> | null} */
  #viewer = null;

  connectedCallback() {
    if (this.querySelector("button")) return;
    const reason = this.#findReason();
    if (reason) return this.#explain(reason);
    const { button } = makeButton("eye", "Open viewer");
    button.dataset.action = "look";
    button.title = `Reads the data from ${new URL(this.dataset.url ?? "").hostname} after the click`;
    this.append(button);
    button.addEventListener("click", async () => (await this.open()).takeFocus());
    this.hidden = false;
    if (new URLSearchParams(location.hash.slice(1)).has("look")) this.open();
    addEventListener("hashchange", () => this.#follow());
  }

  /** Return why a browser does not let this page read the data; empty if it does. */
  #findReason() {
    const { protocol, hostname } = new URL(this.dataset.url ?? "");
    const isLoopback = /^(localhost|127(\.\d+){3})$/.test(hostname) || hostname.endsWith(".localhost");
    return location.protocol === "https:" && protocol === "http:" && !isLoopback ? MIXED : "";
  }

  /** @param {string} reason */
  #explain(reason) {
    const words = document.createElement("p");
    words.textContent = reason;
    this.replaceChildren(words);
    this.hidden = false;
  }

  /**
   * Open the viewer, once.
   * @param {{row: number, column: number}} [well] to begin with
   * @returns {Promise<ImageViewer>}
   */
  open(well) {
    this.#viewer ??= this.#load(well);
    return this.#viewer;
  }

  /** Show a well of the plate. @param {number} row @param {number} column */
  async openWell(row, column) {
    const isOpen = this.#viewer !== null;
    const viewer = await this.open({ row, column });
    this.closest("figure")?.scrollIntoView({ block: "nearest" });
    viewer.takeFocus();
    if (isOpen) await viewer.showWell(row, column);
  }

  /** @param {{row: number, column: number}} [well] */
  async #load(well) {
    const stage = /** @type {HTMLElement} */ (this.closest("figure"));
    this.setAttribute("aria-busy", "true");
    const record = fetchRecord();
    record.catch(() => null);
    const { url = "", zipped, format = "2", image = "", kind = "", tables = "{}" } = this.dataset;
    /** @type {import("./viewer/store.js").Store} */
    let store;
    try {
      const [script] = await Promise.all([import("./viewer/viewer.js"), loadStyles(this.dataset.styles ?? "")]);
      store = await script.openStore(url, zipped !== undefined);
    } catch (error) {
      this.#viewer = null;
      this.#explain(`The viewer could not be loaded. ${whyFailed("Reload the page to try again.")}`);
      throw error;
    }
    const viewer = /** @type {ImageViewer} */ (document.createElement("image-viewer"));
    viewer.addEventListener("viewer-closed", () => this.#close(stage));
    stage.dataset.looking = "";
    stage.append(viewer);
    this.removeAttribute("aria-busy");
    const given = { format: Number(format), image, kind, tables: JSON.parse(tables) };
    viewer.started = viewer.start(store, given, record, well);
    return viewer;
  }

  /** @param {HTMLElement} stage */
  #close(stage) {
    this.#viewer = null;
    delete stage.dataset.looking;
    this.querySelector("button")?.focus();
  }

  /** Show what the address says, if it was changed by hand. */
  async #follow() {
    if (!new URLSearchParams(location.hash.slice(1)).has("look")) return;
    const hash = location.hash;
    (await this.#viewer)?.close();
    history.replaceState(history.state, "", hash);
    this.open();
  }
}

/** Fetch what the catalog says of the dataset, where the site has records; else the viewer makes more requests. */
async function fetchRecord() {
  const link = /** @type {HTMLLinkElement | null} */ (
    document.querySelector('link[rel="describedby"][type="application/json"]')
  );
  const response = link && (await fetch(link.href));
  return response?.ok ? response.json() : null;
}

customElements.define("look-inside", LookInside);
