// <result-table>: what was found, as a data grid (https://www.w3.org/WAI/ARIA/apg/patterns/grid/): one stop of Tab,
// arrows from cell to cell (`grid.js`), Space selects the row, Enter opens it or, on a header, sorts. Shift with left
// or right changes the width of a header's column, Ctrl and Shift move it; the dialog of columns does both for touch.

import { closest, find, part, sendChange } from "./dom.js";
import { TITLE, columnsToShow, limitWidth, readColumns, withMoved, withWidth, writeColumns } from "./columns.js";
import { Grid } from "./grid.js";
import { KeySeries } from "./key-series.js";
import { nextSort } from "./paging.js";
import { EMPTY } from "./state.js";
import { completeHead, makeEmptyRow, makeRow } from "./table-cells.js";

/** @typedef {import("../search/files.js").Card} Card */
/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./state.js").State} State */
/**
 * Where the focus is. `page`: the address of the row's dataset; none for the headers.
 * @typedef {{place: import("./grid.js").Place, page?: string | null, column?: string}} Whereabouts
 */

const WIDTHS = { title: 300, number: 104, text: 152 };
const MARK_WIDTH = 36;
/** By how much a key changes the width of a column, in pixels. */
const WIDTH_STEP = 16;
/** Where Tab leads at first: the title of the first row; row 0 has the headers, column 0 the boxes. */
const FIRST = { row: 1, column: 1 };
const STORED = "columns ";

export class ResultTable extends HTMLElement {
  #state = EMPTY;
  /** @type {HTMLElement[]} the headers of all columns, in the order of the catalog */
  #heads = [];
  /** @type {Grid | null} */
  #grid = null;
  /** The order that was shown last. */
  #sort = "";
  /** Columns with a width that keys changed, which is sent once the key is released. @type {Column[] | null} */
  #widened = null;
  #series = new KeySeries();

  constructor() {
    super();
    this.addEventListener("keydown", (event) => this.#onKey(event));
    this.addEventListener("keyup", () => this.#keepWidth());
    this.addEventListener("focusout", () => this.#keepWidth());
    this.addEventListener("click", (event) => {
      const button = closest(event, "[data-sort]");
      if (button) this.#sortBy(button.dataset.sort ?? "", "number" in button.dataset);
    });
    this.addEventListener("pointerdown", (event) => this.#resize(event));
    this.addEventListener("dblclick", (event) => this.#restoreWidth(event));
  }

  connectedCallback() {
    if (this.#grid) return;
    this.#heads = [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("th"))];
    for (const head of this.#heads) if (head.dataset.column) completeHead(head);
    this.#grid = new Grid(find(this, "table"));
  }

  /** @param {{state: State, cards: Card[], total: number, offset: number}} found `offset`: of the first card */
  set found({ state, cards, total, offset }) {
    const before = this.#whereabouts;
    this.#state = state;
    this.dataset.density = state.density;
    const columns = this.columns;
    part(this, "heads").replaceChildren(part(this, "mark-head"), ...columns.map(({ key }) => this.#head(key)));
    part(this, "widths").replaceChildren(...[{ key: "", width: MARK_WIDTH }, ...columns].map(makeCol));
    const empty = makeEmptyRow(columns.map(({ key }) => this.#head(key)));
    find(this, "tbody").replaceChildren(...cards.map((card) => makeRow(card, empty)));
    this.#setWidths(columns);
    if (this.#showSort()) this.#reveal(columns);
    this.#countRows(total, offset);
    this.#return(before);
  }

  /** Say which rows of all these are. @param {number} total @param {number} offset */
  #countRows(total, offset) {
    find(this, "table").setAttribute("aria-rowcount", String(total + 1));
    [...find(this, "tbody").rows].forEach((row, at) => row.setAttribute("aria-rowindex", String(offset + at + 2)));
  }

  /**
   * Where the focus is in the table: by dataset and column, which may move; null where it is elsewhere.
   * @returns {Whereabouts | null}
   */
  get #whereabouts() {
    if (!this.#grid?.hasFocus) return null;
    const { place, row } = this.#grid;
    const cell = /** @type {HTMLElement | undefined} */ (row?.cells[place.column]);
    return { place, page: addressIn(row), column: cell?.dataset.column };
  }

  /** Give the focus back to where it was, or to what is there now. @param {Whereabouts | null} before */
  #return(before) {
    if (!before) return this.#grid?.go(FIRST);
    const { place, page, column } = before;
    const row = page ? [...find(this, "table").rows].findIndex((each) => addressIn(each) === page) : -1;
    const to = column ? this.columns.findIndex(({ key }) => key === column) + 1 : 0;
    this.#grid?.go({ row: row > 0 ? row : place.row, column: to || place.column }, true);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const row = closest(event, "tbody tr");
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (this.#changeColumn(event)) event.preventDefault();
    else if (event.key === " " && isPlain && row && !closest(event, "input")) find(row, "input").click();
    else if (event.key === "Enter" && isPlain && row && closest(event, "td[data-column]")) find(row, "a").click();
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) find(part(this, "mark-head"), "input").click();
    else if (!this.#grid?.follow(event, this.#rowsSeen)) return;
    event.preventDefault();
  }

  /**
   * Follow a key that changes the column of the header with the focus; return whether it is one.
   * @param {KeyboardEvent} event
   */
  #changeColumn(event) {
    const key = closest(event, "th[data-column]")?.dataset.column;
    const isMirrored = getComputedStyle(this).direction === "rtl";
    const step = event.key === (isMirrored ? "ArrowLeft" : "ArrowRight") ? 1 : -1;
    if (!key || !event.shiftKey || event.altKey || !["ArrowLeft", "ArrowRight"].includes(event.key)) return false;
    if (event.ctrlKey || event.metaKey) this.#moveColumn(key, step);
    else this.#widen(key, step * WIDTH_STEP);
    return true;
  }

  /** @param {string} key @param {1 | -1} step */
  #moveColumn(key, step) {
    const { columns } = this;
    const moved = withMoved(columns, key, step);
    if (moved !== columns) this.change(moved, this.#series.name());
    const place = moved.findIndex((column) => column.key === key) + 1;
    this.#say(`${this.#head(key).dataset.label}: column ${place} of ${moved.length}`);
  }

  /** @param {string} key @param {number} more in pixels */
  #widen(key, more) {
    const columns = this.#widened ?? this.columns;
    const width = columns.find((column) => column.key === key)?.width ?? this.#usualWidth(key);
    this.#widened = withWidth(columns, key, width + more);
    this.#setWidths(this.#widened);
    this.#say(`${this.#head(key).dataset.label}: ${limitWidth(key, width + more)} pixels wide`);
  }

  #keepWidth() {
    const widened = this.#widened;
    this.#widened = null;
    if (widened) this.change(widened, this.#series.name());
  }

  /** Say what a key did, to those who do not see it. @param {string} words */
  #say(words) {
    part(this, "said").textContent = words;
  }

  /** How many rows Page Up and Page Down pass: one less than are seen at once. */
  get #rowsSeen() {
    const height = find(this, "tbody").rows[0]?.getBoundingClientRect().height;
    const seen = Math.min(this.parentElement?.clientHeight ?? innerHeight, innerHeight);
    return height ? Math.max(1, Math.floor(seen / height) - 2) : 1;
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

  /**
   * Show other columns from now on: those of a link are not kept, until the visitor changes them.
   * @param {Column[] | null} columns null: the usual ones
   * @param {string} [series] of keys
   */
  change(columns, series) {
    if (columns) remember(columns);
    else forget();
    const usual = readColumns(this.dataset.usual ?? "");
    sendChange(this, (state) => ({ ...state, columns: columns ?? usual }), { series });
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
    this.style.setProperty("--title-width", `${widths[1]}px`);
    find(this, "table").style.inlineSize = `${widths.reduce((sum, each) => sum + each, 0)}px`;
  }

  /** Say by which column the rows are sorted; return whether that is another than before. */
  #showSort() {
    const { sort } = this.#state;
    const isOther = sort !== this.#sort;
    this.#sort = sort;
    for (const head of this.#heads) {
      if (head.dataset.column !== sort.replace(/^-/, "")) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
    }
    return isOther;
  }

  /** Scroll to the column by which the rows are sorted. @param {Column[]} columns that are shown */
  #reveal(columns) {
    const head = columns.map(({ key }) => this.#head(key)).find((each) => each.ariaSort);
    head?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {string} key @param {boolean} isNumber */
  #sortBy(key, isNumber) {
    sendChange(this, (state) => ({ ...state, sort: nextSort(key, isNumber, state.sort), page: 1 }));
  }

  /** A double click on the edge of a header gives its column the usual width. @param {MouseEvent} event */
  #restoreWidth(event) {
    const key = closest(event, "[data-grip]")?.closest("th")?.dataset.column;
    if (key) this.change(withWidth(this.columns, key, null));
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
    const at = (/** @type {PointerEvent} */ { clientX }) => limitWidth(key, width + sign * (clientX - start));
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

/** Return what tells a row from others; nothing for the headers. @param {HTMLElement | undefined} row */
const addressIn = (row) => row?.querySelector("a")?.getAttribute("href");

const makeCol = () => document.createElement("col");

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
