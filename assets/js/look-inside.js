// <look-inside>: the button that opens the viewer of a dataset. The viewer's scripts are loaded, and the host of the
// data is asked, only after the click; or if the address of the page is a link to a view. What the page cannot know
// beforehand, such as whether it came by https, is checked here.

/** @typedef {import("./viewer/viewer.js").ImageViewer} ImageViewer */

const MIXED = "This page came by https and its data are published over http, which a browser does not let it read.";

class LookInside extends HTMLElement {
  /** @type {Promise<ImageViewer> | null} */
  #viewer = null;

  connectedCallback() {
    const button = this.querySelector("button");
    if (!button) return;
    const reason = this.#findReason();
    if (reason) return this.#explain(reason);
    button.addEventListener("click", () => this.open());
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

  /** Open the viewer, once. @returns {Promise<ImageViewer>} */
  open() {
    this.#viewer ??= this.#load();
    return this.#viewer;
  }

  /** Show a well of the plate. @param {number} row @param {number} column */
  async openWell(row, column) {
    const viewer = await this.open();
    this.closest("figure")?.scrollIntoView({ block: "nearest" });
    await viewer.showWell(row, column);
  }

  async #load() {
    const stage = /** @type {HTMLElement} */ (this.closest("figure"));
    this.setAttribute("aria-busy", "true");
    const record = fetch("record.json").then((response) => (response.ok ? response.json() : null));
    record.catch(() => null);
    try {
      await Promise.all([import("./viewer/viewer.js"), loadStyles(this.dataset.styles ?? "")]);
    } catch (error) {
      this.#viewer = null;
      this.#explain("The viewer could not be loaded. Reload the page to try again.");
      throw error;
    }
    const viewer = /** @type {ImageViewer} */ (document.createElement("image-viewer"));
    viewer.addEventListener("viewer-closed", () => this.#close(stage));
    stage.dataset.looking = "";
    stage.append(viewer);
    const { url = "", zipped, format = "2", image = "", kind = "", tables = "{}" } = this.dataset;
    this.removeAttribute("aria-busy");
    viewer.querySelector("canvas")?.focus();
    viewer.started = viewer.start(
      { url, zipped: zipped !== undefined, format: Number(format), image, kind, tables: JSON.parse(tables) },
      record,
    );
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

/** @param {string} address @returns {Promise<void>} */
function loadStyles(address) {
  if (document.querySelector(`link[href="${CSS.escape(address)}"]`)) return Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
  return new Promise((resolve, reject) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => reject(new Error("the style sheet was not loaded")));
    document.head.append(link);
  });
}

/**
 * `<plate-map>`: the map of a plate, on which the well to look into is chosen: by a click, or by the arrow keys and
 * Enter.
 */
class PlateMap extends HTMLElement {
  #well = { row: 0, column: 0 };

  connectedCallback() {
    const svg = this.querySelector("svg");
    const look = /** @type {LookInside | null} */ (document.querySelector("look-inside:has(button)"));
    if (!svg || !look) return;
    const { rows = "0", columns = "0" } = this.dataset;
    const mark = this.#makeMark(svg);
    svg.addEventListener("pointermove", (event) => this.#point(svg, mark, event));
    svg.addEventListener("click", (event) => {
      this.#point(svg, mark, event);
      look.openWell(this.#well.row, this.#well.column);
    });
    this.tabIndex = 0;
    this.setAttribute("role", "application");
    this.setAttribute("aria-label", "Wells of the plate. Arrows choose one, Enter looks into it.");
    this.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (event.key === "Enter") look.openWell(this.#well.row, this.#well.column);
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const bound = (/** @type {number} */ at, /** @type {string} */ size) =>
        Math.min(Math.max(at, 0), Number(size) - 1);
      this.#mark(mark, bound(this.#well.row + step[0], rows), bound(this.#well.column + step[1], columns));
    });
  }

  /** @param {SVGSVGElement} svg */
  #makeMark(svg) {
    const mark = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    mark.setAttribute("class", "plate__mark");
    mark.setAttribute("r", "0.46");
    mark.setAttribute("visibility", "hidden");
    svg.prepend(mark);
    return mark;
  }

  /** @param {SVGSVGElement} svg @param {SVGCircleElement} mark @param {MouseEvent} event */
  #point(svg, mark, event) {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM()?.inverse());
    const { rows = "0", columns = "0" } = this.dataset;
    if (x >= 0 && y >= 0 && x < Number(columns) && y < Number(rows)) this.#mark(mark, Math.floor(y), Math.floor(x));
  }

  /** @param {SVGCircleElement} mark @param {number} row @param {number} column */
  #mark(mark, row, column) {
    this.#well = { row, column };
    mark.setAttribute("cx", String(column + 0.5));
    mark.setAttribute("cy", String(row + 0.5));
    mark.setAttribute("visibility", "visible");
    const names = (/** @type {string | undefined} */ text) => JSON.parse(text ?? "[]");
    const name = `${names(this.dataset.rowNames)[row] ?? ""}${names(this.dataset.columnNames)[column] ?? ""}`;
    this.setAttribute("aria-label", `Well ${name}. Enter looks into it, arrows choose another.`);
  }
}

customElements.define("look-inside", LookInside);
customElements.define("plate-map", PlateMap);
