// The headers and rows of the table, of what the page comes with: the names of all columns, and one row.

import { datasetPath } from "../dataset-path.js";
import { TITLE } from "./columns.js";
import { copyTemplate, fillPicture, find, part } from "./dom.js";

const WIDTH_KEYS = "Shift+ArrowLeft Shift+ArrowRight";
const MOVE_KEYS = "Control+Shift+ArrowLeft Control+Shift+ArrowRight";

/**
 * Complete the header of a column: a button that sorts where the column can be sorted by, the edge that changes its
 * width, what keys do.
 * @param {HTMLElement} head
 */
export function completeHead(head) {
  const { column = "", unit, number, sortable } = head.dataset;
  const name = head.textContent ?? "";
  const label = unit === "px" ? `${name} (px)` : name;
  if (number !== undefined) head.classList.add("number");
  if (number !== undefined && unit !== "bytes") head.dataset.short = name;
  head.dataset.label = label;
  head.role = "columnheader";
  head.tabIndex = -1;
  const keys = column === TITLE ? WIDTH_KEYS : `${WIDTH_KEYS} ${MOVE_KEYS}`;
  const button = sortable === undefined ? null : makeButton(head, label);
  (button ?? head).setAttribute("aria-keyshortcuts", keys);
  head.replaceChildren(button ?? label, makeGrip());
}

/** @param {HTMLElement} head @param {string} label */
function makeButton({ dataset }, label) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "datasets__sort" });
  Object.assign(made.dataset, { sort: dataset.column }, dataset.number === undefined ? {} : { number: "" });
  made.tabIndex = -1;
  made.title = label;
  made.append(Object.assign(document.createElement("span"), { className: "datasets__label", textContent: label }));
  return made;
}

function makeGrip() {
  const made = Object.assign(document.createElement("span"), { className: "datasets__grip", ariaHidden: "true" });
  made.dataset.grip = "";
  return made;
}

/**
 * Return an empty row with a cell below each of these headers but the title's.
 * @param {HTMLElement[]} heads
 */
export function makeEmptyRow(heads) {
  const row = copyTemplate("row");
  const cell = part(row, "cell");
  delete cell.dataset.part;
  const cells = heads.filter(({ dataset }) => dataset.column !== TITLE).map((head) => makeCell(cell, head));
  cell.replaceWith(...cells);
  return row;
}

/** @param {HTMLElement} cell @param {HTMLElement} head */
function makeCell(cell, { dataset: { column, number, short } }) {
  const made = /** @type {HTMLElement} */ (cell.cloneNode());
  made.dataset.column = column;
  if (number !== undefined) made.className = "number";
  if (short !== undefined) made.dataset.short = short;
  return made;
}

/**
 * Return the row of a dataset.
 * @param {import("../search/files.js").Card} card
 * @param {HTMLElement} empty the row to copy
 */
export function makeRow(card, empty) {
  const made = /** @type {HTMLElement} */ (empty.cloneNode(true));
  const link = find(made, "a");
  link.href = datasetPath(card.id);
  link.title = card.title;
  link.textContent = card.title; // in one line, whatever its length
  fillPicture(find(made, "img"), card);
  const flag = part(made, "flag");
  flag.hidden = !card.flag;
  flag.textContent = card.flag;
  if (card.tone) flag.classList.add(`badge--${card.tone}`);
  for (const cell of made.querySelectorAll("td")) {
    if (!cell.dataset.column) continue; // the box
    const text = card.cells?.[cell.dataset.column] ?? "";
    cell.textContent = text;
    cell.title = text;
    cell.toggleAttribute("data-missing", !text);
  }
  return made;
}
