// <result-table>: what was found, as a table. It is a table whose headers sort by buttons, and no grid, as the ARIA
// practices advise where cells are text to be read (https://www.w3.org/WAI/ARIA/apg/patterns/table/ and its example of
// a sortable table): readers of screens keep their own keys for walking through cells, and a row has a box and a link,
// which Tab and the arrow keys reach as in the gallery. What the mouse does to widths, the dialog of columns does, too.

import { closest, copyTemplate, find, part, sendChange } from "./dom.js";
import { TITLE, columnsToShow, limitWidth, readColumns, withWidth, writeColumns } from "./columns.js";
import { nextSort } from "./paging.js";
import { EMPTY } from "./state.js";

/** @typedef {import("../search/files.js").Card} Card */
/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./state.js").State} State */

const WIDTHS = { title: 300, number: 104, text: 152 };
const MARK_WIDTH = 36;
const STORED = "columns ";

export class ResultTable extends HTMLElement {
  #state = EMPTY;
  /** @type {HTMLElement[]} the headers of all columns, in the order of the catalog */
  #heads = [];

  constructor() {
    super();
    this.addEventListener("click", (event) => {
      const button = closest(event, "[data-sort]");
      if (button) this.#sortBy(button.dataset.sort ?? "", "number" in button.dataset);
    });
    this.addEventListener("pointerdown", (event) => this.#resize(event));
  }

  connectedCallback() {
    if (!this.#heads.length) this.#heads = [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("th"))];
  }

  /** @param {{state: State, cards: Card[]}} found */
  set found({ state, cards }) {
    this.#state = state;
    this.dataset.density = state.density;
    const columns = this.columns;
    if (state.columns) remember(columns);
    part(this, "heads").replaceChildren(part(this, "mark-head"), ...columns.map(({ key }) => this.#head(key)));
    part(this, "widths").replaceChildren(...[{ key: "", width: MARK_WIDTH }, ...columns].map(makeCol));
    find(this, "tbody").replaceChildren(...cards.map((card) => makeRow(card, columns)));
    this.#setWidths(columns);
    this.#showSort();
  }

  /** The columns that are shown, in order: as the address says, else as this browser remembers, else the usual ones. */
  get columns() {
    const asked = this.#state.columns ?? recall() ?? readColumns(this.dataset.usual ?? "") ?? [];
    return columnsToShow(asked, this.#keys);
  }

  /** Every column, those that are shown first, with its label. */
  get choices() {
    const shown = this.columns;
    const others = this.#keys.filter((key) => !shown.some((column) => column.key === key));
    const all = [...shown, ...others.map((key) => ({ key, width: null }))];
    return all.map(({ key, width }, at) => ({
      key,
      width: width ?? this.#usualWidth(key),
      usualWidth: this.#usualWidth(key),
      label: this.#head(key).dataset.label ?? "",
      isShown: at < shown.length,
    }));
  }

  /** @param {Column[] | null} columns null: the usual ones */
  change(columns) {
    if (columns === null) forget();
    const usual = readColumns(this.dataset.usual ?? "");
    sendChange(this, { ...this.#state, columns: columns ?? usual });
  }

  get #keys() {
    return this.#heads.flatMap(({ dataset }) => dataset.column ?? []);
  }

  /** @param {string} key */
  #head(key) {
    return /** @type {HTMLElement} */ (this.#heads.find(({ dataset }) => dataset.column === key));
  }

  /** @param {string} key */
  #usualWidth(key) {
    return key === TITLE ? WIDTHS.title : "number" in this.#head(key).dataset ? WIDTHS.number : WIDTHS.text;
  }

  /** @param {Column[]} columns */
  #setWidths(columns) {
    const widths = [MARK_WIDTH, ...columns.map(({ key, width }) => width ?? this.#usualWidth(key))];
    [...part(this, "widths").children].forEach((col, at) => {
      /** @type {HTMLElement} */ (col).style.inlineSize = `${widths[at]}px`;
    });
    find(this, "table").style.inlineSize = `${widths.reduce((sum, each) => sum + each, 0)}px`;
  }

  #showSort() {
    const { sort } = this.#state;
    for (const head of this.#heads) {
      if (head.dataset.column !== sort.replace(/^-/, "")) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
    }
  }

  /** @param {string} key @param {boolean} isNumber */
  #sortBy(key, isNumber) {
    sendChange(this, { ...this.#state, sort: nextSort(key, isNumber, this.#state.sort), page: 1 });
  }

  /** Follow the pointer from the edge of a header. @param {PointerEvent} event */
  #resize(event) {
    const grip = closest(event, "[data-grip]");
    const key = grip?.closest("th")?.dataset.column;
    if (!grip || !key || event.button) return;
    event.preventDefault();
    const start = event.clientX;
    const before = this.columns;
    const width = before.find((column) => column.key === key)?.width ?? this.#usualWidth(key);
    const sign = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const at = (/** @type {PointerEvent} */ { clientX }) => limitWidth(width + sign * (clientX - start));
    const ended = new AbortController();
    const { signal } = ended;
    grip.setPointerCapture(event.pointerId);
    grip.addEventListener("pointermove", (moved) => this.#setWidths(withWidth(before, key, at(moved))), { signal });
    grip.addEventListener("pointercancel", () => (ended.abort(), this.#setWidths(before)), { signal });
    const finish = (/** @type {PointerEvent} */ moved) => {
      ended.abort();
      if (at(moved) !== width) this.change(withWidth(before, key, at(moved)));
    };
    grip.addEventListener("pointerup", finish, { signal });
  }
}

customElements.define("result-table", ResultTable);

const makeCol = () => document.createElement("col");

/**
 * Return a row of the table.
 * @param {Card} card
 * @param {Column[]} columns
 */
function makeRow(card, columns) {
  const made = copyTemplate("row");
  const link = find(made, "a");
  link.href = `datasets/${card.id}/index.html`;
  link.title = card.title;
  link.textContent = card.title; // in one line, whatever its length
  const image = find(made, "img");
  if (card.picture) Object.assign(image, { width: card.width, height: card.height, src: card.picture });
  else image.remove();
  const flag = part(made, "flag");
  flag.hidden = !card.flag;
  flag.textContent = card.flag;
  if (card.tone) flag.classList.add(`badge--${card.tone}`);
  const cells = new Map([...made.querySelectorAll("td")].map((cell) => [cell.dataset.column, cell]));
  const shown = columns.flatMap(({ key }) => cells.get(key) ?? []);
  for (const cell of cells.values()) if (cell.dataset.column && !shown.includes(cell)) cell.remove();
  made.append(...shown);
  for (const cell of shown) {
    const text = card.cells?.[cell.dataset.column ?? ""] ?? "";
    cell.textContent = text;
    cell.title = text;
    cell.toggleAttribute("data-missing", !text);
  }
  return made;
}

// What this browser remembers of the table. Storage may be blocked: then the address alone keeps it.
const key = () => STORED + new URL(".", document.baseURI).pathname;

/** @param {Column[]} columns */
function remember(columns) {
  try {
    localStorage.setItem(key(), writeColumns(columns));
  } catch {
    // the address keeps them
  }
}

function recall() {
  try {
    return readColumns(localStorage.getItem(key()));
  } catch {
    return null;
  }
}

function forget() {
  try {
    localStorage.removeItem(key());
  } catch {
    // nothing was kept
  }
}
