// <plate-map>: the wells of a plate. The page draws them as one picture; this makes a table of them with names on all
// sides, pictures of the wells that were drawn, and a button for each that can be looked into: by a click, by the keys
// of a grid (https://www.w3.org/WAI/ARIA/apg/patterns/grid/), or by typing its name.

import { Grid } from "./home/grid.js";

/** @typedef {import("./look-inside.js").LookInside} LookInside */
/**
 * @typedef {object} PlateData what the page says of the plate; wells by number: row × columns + column
 * @property {[number, number]} size rows and columns
 * @property {string[]} rows names
 * @property {string[]} columns
 * @property {string} present a bit for each well, in base 64
 * @property {number[]} absent listed, but missing
 * @property {number[]} shown the well in the still picture
 * @property {number[]} [drawn] in the montage
 * @property {[number, number, number]} [montage] width, height, and distance of wells in it
 */

/** A larger plate keeps its picture: the largest in use has 3,456 wells. */
const MOST_WELLS = 4000;
/** Rows that Page Up and Page Down pass. */
const PAGE_ROWS = 4;

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, unknown>} [properties]
 * @param {(Node | string)[]} children
 */
function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

class PlateMap extends HTMLElement {
  /** @type {PlateData} */
  #plate = { size: [0, 0], rows: [], columns: [], present: "", absent: [], shown: [] };
  /** @type {LookInside | null} */
  #look = null;
  #said = make("p", { className: "wells__said", role: "status" });
  /** @type {HTMLTableElement | null} */
  #table = null;

  connectedCallback() {
    this.#plate = JSON.parse(this.dataset.plate ?? "{}");
    const [rows, columns] = this.#plate.size;
    if (this.#table || !(rows * columns <= MOST_WELLS)) return;
    this.#look = document.querySelector("look-inside:has(button)");
    this.#table = this.#makeTable();
    const frame = make("div", { className: "wells__frame" }, this.#table);
    this.style.setProperty("--columns", String(columns));
    if (this.#look) this.#follow(this.#table);
    const key = make("p", { className: "wells__key", textContent: this.#describeMarks() });
    this.replaceChildren(...(this.#look ? [this.#makeField()] : []), this.#said, frame, key);
    this.dataset.table = this.#plate.montage ? "pictures" : "";
  }

  /** Look into wells by clicks and keys, and mark the one that the viewer shows. @param {HTMLTableElement} table */
  #follow(table) {
    const grid = new Grid(table);
    grid.go({ row: 1, column: 1 });
    table.addEventListener("keydown", (event) => {
      if (!grid.follow(event, PAGE_ROWS)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    table.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button) this.#open(Number(button.value));
    });
    document.addEventListener("viewer-opened", (event) =>
      this.#markShown(/** @type {CustomEvent} */ (event).detail.image),
    );
    document.addEventListener("viewer-closed", () => this.#markShown(""));
  }

  #makeTable() {
    const [rows, columns] = this.#plate.size;
    const present = Uint8Array.from(atob(this.#plate.present), (each) => each.charCodeAt(0));
    const absent = new Set(this.#plate.absent);
    const stateOf = (/** @type {number} */ at) =>
      (present[at >> 3] & (128 >> (at & 7))) !== 0 ? "present" : absent.has(at) ? "missing" : "none";
    const names = (/** @type {string[]} */ known, /** @type {number} */ at) => known[at] ?? String(at);
    const head = make("tr", {}, make("td"));
    for (let at = 0; at < columns; at++)
      head.append(make("th", { scope: "col", textContent: names(this.#plate.columns, at) }));
    const body = make("tbody");
    for (let row = 0; row < rows; row++) {
      const cells = Array.from({ length: columns }, (_, column) => row * columns + column);
      const name = make("th", { scope: "row", textContent: names(this.#plate.rows, row) });
      body.append(make("tr", {}, name, ...cells.map((at) => this.#makeWell(at, stateOf(at)))));
    }
    const table = make("table", { className: "wells__table" }, make("thead", {}, head), body);
    table.setAttribute("role", this.#look ? "grid" : "table");
    table.setAttribute("aria-label", "Wells of the plate");
    return table;
  }

  /** Return what the marks of wells mean, as far as they are there. */
  #describeMarks() {
    const has = (/** @type {string} */ marks) => this.#table?.querySelector(`[data-state]${marks}`) ?? null;
    const marks = [
      has("[data-shown]") && "framed: in the picture above",
      has("[data-drawn]") && has("[data-state=present]:not([data-drawn])") && "disc: has an image, not drawn here",
      has("[data-state=missing]") && "×: listed, but missing",
      has("[data-state=none]") && "dot: no image",
    ];
    const words = marks.filter(Boolean).join(" · ");
    return [this.#look ? "Choose a well to open it in the viewer" : "", words].filter(Boolean).join(" · ");
  }

  /** @param {number} at @param {"present" | "missing" | "none"} state */
  #makeWell(at, state) {
    const name = this.#nameOf(at);
    const cell = make("td");
    const canOpen = state === "present" && this.#look;
    const well = canOpen ? make("button", { type: "button", value: String(at), title: name }) : make("span");
    well.className = "well";
    well.dataset.state = state;
    const words = { present: name, missing: `${name}: listed, but missing`, none: `${name}: no well` }[state];
    const isShown = this.#plate.shown.includes(at);
    well.append(make("span", { className: "visually-hidden" }, isShown ? `${words}, in the picture above` : words));
    if (isShown) well.dataset.shown = "";
    if (state === "present" && this.#plate.drawn?.includes(at)) this.#draw(well, at);
    cell.append(well);
    return cell;
  }

  /** Show the part of the montage that has a well. @param {HTMLElement} well @param {number} at */
  #draw(well, at) {
    const [width, height, pitch] = this.#plate.montage ?? [1, 1, 1];
    const [, columns] = this.#plate.size;
    const gap = width - columns * pitch;
    const side = pitch - gap;
    const share = (/** @type {number} */ place, /** @type {number} */ whole) =>
      `${(100 * (place * pitch + gap)) / Math.max(1, whole - side)}%`;
    well.dataset.drawn = "";
    well.style.backgroundImage = `url("${encodeURI(this.dataset.montage ?? "")}")`;
    well.style.backgroundSize = `${(100 * width) / side}% ${(100 * height) / side}%`;
    well.style.backgroundPosition = `${share(at % columns, width)} ${share(Math.floor(at / columns), height)}`;
  }

  /** Return the field in which the name of a well is typed. */
  #makeField() {
    const field = make("input", { name: "well", autocomplete: "off", size: 6, enterKeyHint: "go", spellcheck: false });
    const form = make("form", { className: "wells__field" }, make("label", {}, "Well name ", field));
    field.placeholder = this.#nameOf(Math.max(0, this.#plate.shown[0] ?? 0));
    form.append(make("button", { className: "button", type: "submit", textContent: "Open well" }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#openNamed(field.value);
    });
    return form;
  }

  /** @param {string} text such as `B5`, `b 05` or `B/5` */
  #openNamed(text) {
    const [rows, columns] = this.#plate.size;
    const wanted = plain(text);
    const found = Array.from({ length: rows * columns }, (_, at) => at).find(
      (at) => plain(this.#nameOf(at)) === wanted,
    );
    const button = found === undefined ? null : this.querySelector(`button[value="${found}"]`);
    if (button) return this.#open(Number(found));
    const known = found === undefined ? "" : this.#nameOf(found);
    this.#said.textContent = known ? `Well ${known} has no image on this plate.` : `This plate has no well “${text}”.`;
  }

  /** @param {number} at */
  #open(at) {
    const [, columns] = this.#plate.size;
    this.#said.textContent = "";
    this.#look?.openWell(Math.floor(at / columns), at % columns);
  }

  /** Mark the well of an image. @param {string} path such as `B/5/0` */
  #markShown(path) {
    const [row, column] = path.split("/");
    for (const each of this.querySelectorAll("[aria-current]")) each.removeAttribute("aria-current");
    const [at, across] = [this.#plate.rows.indexOf(row), this.#plate.columns.indexOf(column)];
    if (at < 0 || across < 0) return;
    const number = at * this.#plate.size[1] + across;
    this.querySelector(`button[value="${number}"]`)?.setAttribute("aria-current", "true");
  }

  /** @param {number} at */
  #nameOf(at) {
    const { size, rows, columns } = this.#plate;
    const [row, column] = [Math.floor(at / size[1]), at % size[1]];
    return rows[row] !== undefined && columns[column] !== undefined
      ? `${rows[row]}${columns[column]}`
      : `row ${row}, column ${column}`;
  }
}

/** Return a name as it is compared: `b 05` is `B5`. @param {string} text */
const plain = (text) =>
  text
    .toUpperCase()
    .replace(/[\s/:_-]+/g, "")
    .replace(/(\D|^)0+(?=\d)/g, "$1");

customElements.define("plate-map", PlateMap);
