// The way through the cells of a grid by keys, as the ARIA practices say for a data grid
// (https://www.w3.org/WAI/ARIA/apg/patterns/grid/): Tab reaches one cell; arrows, Home, End, Page Up and Page Down
// change which. A cell that holds a control gives the focus to it. Which keys do something else is the table's.

/** @typedef {{row: number, column: number}} Place both from 0; row 0 holds the headers */
/** @typedef {{rows: number, columns: number, page: number}} Size `page`: rows that are seen at once */

const CONTROL = "a[href], button, input";

/**
 * Return where a key leads; the same place at the edge, null where the key leads nowhere. Pages are of rows with data:
 * from the headers, Page Up does nothing.
 * @param {Place} place
 * @param {{key: string, ctrlKey: boolean}} pressed
 * @param {Size} size
 * @returns {Place | null}
 */
export function placeAfter({ row, column }, { key, ctrlKey }, { rows, columns, page }) {
  const [lastRow, lastColumn] = [rows - 1, columns - 1];
  if (key === "Home") return { row: ctrlKey ? 0 : row, column: 0 };
  if (key === "End") return { row: ctrlKey ? lastRow : row, column: lastColumn };
  if (ctrlKey) return null;
  if (key === "ArrowUp") return { row: Math.max(0, row - 1), column };
  if (key === "ArrowDown") return { row: Math.min(lastRow, row + 1), column };
  if (key === "ArrowLeft") return { row, column: Math.max(0, column - 1) };
  if (key === "ArrowRight") return { row, column: Math.min(lastColumn, column + 1) };
  if (key === "PageUp") return { row: Math.max(Math.min(1, row), row - page), column };
  if (key === "PageDown") return { row: Math.min(lastRow, row + page), column };
  return null;
}

/** Keeps one cell of a table with the role `grid` in the order of Tab, and leads the focus from cell to cell. */
export class Grid {
  #table;
  /** @type {Place} */
  #place = { row: 1, column: 1 };

  /** @param {HTMLTableElement} table */
  constructor(table) {
    this.#table = table;
    table.addEventListener("focusin", ({ target }) => {
      const cell = target instanceof Element ? target.closest("th, td") : null;
      if (cell instanceof HTMLTableCellElement) this.#enter(cell);
    });
  }

  /** Whether the focus is in the grid. */
  get hasFocus() {
    return this.#table.contains(document.activeElement);
  }

  /** The row with the place that Tab reaches. @returns {HTMLTableRowElement | undefined} */
  get row() {
    return this.#table.rows[this.#place.row];
  }

  /** Lead Tab to a cell, after cells came or went; with `takesFocus`, give it the focus. @param {Place} place */
  go({ row, column }, takesFocus = false) {
    const rows = this.#table.rows;
    const to = rows[Math.max(0, Math.min(row, rows.length - 1))];
    const cell = to?.cells[Math.max(0, Math.min(column, to.cells.length - 1))];
    if (!cell) return;
    this.#enter(cell);
    if (!takesFocus) return;
    targetOf(cell).focus({ preventScroll: true }); // which takes no notice of what covers the cell, unlike this:
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Where the cell is that Tab reaches. */
  get place() {
    return this.#place;
  }

  /** Follow a key; return whether it leads anywhere. @param {KeyboardEvent} event @param {number} page */
  follow(event, page) {
    if (event.altKey || event.metaKey || event.shiftKey) return false;
    const { rows } = this.#table;
    const columns = rows[this.#place.row]?.cells.length ?? 0;
    const isMirrored = getComputedStyle(this.#table).direction === "rtl";
    const key = isMirrored ? (MIRRORED[event.key] ?? event.key) : event.key;
    const next = placeAfter(this.#place, { key, ctrlKey: event.ctrlKey }, { rows: rows.length, columns, page });
    if (!next) return false;
    this.go(next, true);
    return true;
  }

  /** @param {HTMLTableCellElement} cell */
  #enter(cell) {
    const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
    for (const each of this.#table.querySelectorAll("[tabindex='0']")) each.setAttribute("tabindex", "-1");
    targetOf(cell).tabIndex = 0;
    this.#place = { row: row.rowIndex, column: cell.cellIndex };
  }
}

/** @type {Record<string, string>} */
const MIRRORED = { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" };

/** Return what of a cell has the focus. @param {HTMLElement} cell */
const targetOf = (cell) => /** @type {HTMLElement} */ (cell.querySelector(CONTROL) ?? cell);
